"""What all pages of the application share: blueprint, breadcrumb, tabs, and how a form meets a use case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, request, url_for

from kimhub.applications.models import GrantApplication
from kimhub.core.attempt import attempt
from kimhub.core.documents import DocumentRefusedError
from kimhub.core.errors import InvalidInputError
from kimhub.core.web.forms import Form
from kimhub.core.web.view import Crumb, NavigationEntry
from tenants import db

T = TypeVar("T")

pages = Blueprint(
    "applications", "kimhub.applications", url_prefix="/t/<slug>/mittel/antraege", template_folder="templates"
)


def page_url(endpoint: str, **values: Any) -> str:
    """Return the address of a page of this feature; the tenant's slug is filled in by the application."""
    return url_for(f"applications.{endpoint}", **values)


def crumbs(*last: str, application: GrantApplication | None = None) -> list[Crumb]:
    """Return the breadcrumb that ends with `last`, below the application if there is one."""
    way = [Crumb("Heute", url_for("desk.today")), Crumb("Förderanträge", page_url("listing"))]
    if application is not None:
        way.append(Crumb(application.title, page_url("show", application_id=application.id)))
    return [*way, *(Crumb(label) for label in last)]


def tabs() -> list[NavigationEntry]:
    """Return the two lists of this section."""
    return [
        NavigationEntry(label, page_url(endpoint), current=request.path == page_url(endpoint))
        for label, endpoint in (("Förderanträge", "listing"), ("Genutzte Bausteine", "decisions"))
    ]


def try_with(form: Form, use_case: Callable[[], T]) -> T | None:
    """Return what the use case returns; None when it refuses the input, and `form` says why at its fields.

    What is not about the input (not found, no permission, submitted meanwhile) is raised.
    """
    try:
        with attempt(db.session()):
            return use_case()
    except DocumentRefusedError as refused:
        form["file"].errors.append(refused.detail)
    except InvalidInputError as refused:
        form.refuse(refused)
    return None


def status_of(form: Form) -> int:
    """Return 422 for a form that is shown again with what is wrong, else 200."""
    return 422 if form.summary else 200

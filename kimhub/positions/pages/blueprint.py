"""What all pages of the request share: their blueprint, the breadcrumb, and how a form meets a use case."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, url_for

from kimhub.core.attempt import attempt
from kimhub.core.documents import DocumentRefusedError
from kimhub.core.errors import InvalidInputError
from kimhub.core.web.forms import Form
from kimhub.core.web.view import Crumb
from kimhub.positions.pages.urls import page_url
from kimhub.positions.queries import RequestFile
from tenants import db

T = TypeVar("T")

pages = Blueprint(
    "positions", "kimhub.positions", url_prefix="/t/<slug>/stellen/antraege", template_folder="templates"
)


def area_crumbs() -> list[Crumb]:
    """Return the beginning of every breadcrumb: the desk, and the area."""
    return [Crumb("Heute", url_for("desk.today")), Crumb("Stellen", page_url("listing"))]


def crumbs(*last: str, file: RequestFile | None = None) -> list[Crumb]:
    """Return the breadcrumb that ends with `last`, below the request if there is one."""
    way = [*area_crumbs(), Crumb("Anträge", page_url("listing"))]
    if file is not None:
        way.append(Crumb(file.request.function, page_url("show", request_id=file.request.id)))
    return [*way, *(Crumb(label) for label in last)]


def try_with(form: Form, use_case: Callable[[], T]) -> T | None:
    """Return what the use case returns; None when it refuses the input, and `form` says why at its fields.

    What is not about the input (not found, no permission, moved on) is raised.
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

"""What the pages share: their blueprint, the breadcrumb, and how a form meets a use case."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, url_for

from kimhub.core.attempt import attempt
from kimhub.core.errors import InvalidInputError
from kimhub.core.web.forms import Form
from kimhub.core.web.view import Crumb
from kimhub.spending.errors import ReceiptBookedError
from tenants import db

T = TypeVar("T")

pages = Blueprint(
    "spending", "kimhub.spending", url_prefix="/t/<slug>/mittel/ausgaben", template_folder="templates"
)


def page_url(endpoint: str, **values: object) -> str:
    """Return the address of a page of this feature; the tenant is the actor's (`address_own_tenant`)."""
    return url_for(f"spending.{endpoint}", **values)  # type: ignore[arg-type]


def crumbs(*below: Crumb) -> list[Crumb]:
    """Return the breadcrumb that ends with `below`, or with the list itself."""
    return [
        Crumb("Heute", url_for("desk.today")),
        Crumb("Ausgaben", page_url("listing") if below else None),
        *below,
    ]


def try_with(form: Form, use_case: Callable[[], T]) -> T | None:
    """Return what the use case returns; None when it refuses the input, and `form` says why at its fields.

    What is not about the input (not found, no permission, reversed meanwhile) is raised.
    """
    try:
        with attempt(db.session()):
            return use_case()
    except (InvalidInputError, ReceiptBookedError) as refused:
        form.refuse(refused)
    return None


def status_of(form: Form) -> int:
    """Return 422 for a form that is shown again with what is wrong, else 200."""
    return 422 if form.summary else 200

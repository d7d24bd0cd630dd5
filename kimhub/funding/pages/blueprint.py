"""What all pages of the ledger share: their blueprint, addresses, breadcrumb, and how a form meets a use case."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, url_for

from kimhub.core.attempt import attempt
from kimhub.core.documents import DocumentRefusedError
from kimhub.core.errors import InvalidInputError
from kimhub.core.web.forms import Form
from kimhub.core.web.view import Crumb
from tenants import db

T = TypeVar("T")

pages = Blueprint("funding", "kimhub.funding", url_prefix="/t/<slug>/mittel", template_folder="templates")


def page_url(endpoint: str, **values: object) -> str:
    """Return the address of a page of the ledger; the tenant is the actor's (`address_own_tenant`)."""
    return url_for(f"funding.{endpoint}", **values)  # type: ignore[arg-type]


def crumbs(*below: Crumb) -> list[Crumb]:
    """Return the breadcrumb that ends with `below`."""
    return [Crumb("Heute", url_for("desk.today")), *below]


def try_with(form: Form, use_case: Callable[[], T]) -> T | None:
    """Return what the use case returns; None when it refuses the input, and `form` says why at its fields.

    What is not about the input (not found, no permission, a conflict) is raised.
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

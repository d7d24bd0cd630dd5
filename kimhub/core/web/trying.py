"""How a form meets a use case: tried in a savepoint, so that a refusal is answered at the fields of the form."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from kimhub.core.attempt import attempt
from kimhub.core.documents import DocumentRefusedError
from kimhub.core.errors import ConflictError, InvalidInputError, KimhubError
from kimhub.core.web.forms import Form
from tenants import db

T = TypeVar("T")


def try_with(
    form: Form,
    use_case: Callable[[], T],
    *,
    conflicts: bool = False,
    passing: type[KimhubError] | None = None,
) -> T | None:
    """Return what the use case returns; None when it refuses the input, and `form` says why at its fields.

    A refusal is about the input if it says so or names fields; a refused file is said at the form's field ``file``.
    With `conflicts` also that things have moved on is said in the form, so that what was typed is not lost. What the
    page answers itself (`passing`) and everything else (not found, no permission) is raised.
    """
    try:
        with attempt(db.session()):
            return use_case()
    except DocumentRefusedError as refused:
        form["file"].errors.append(refused.detail)
    except KimhubError as refused:
        conflict = conflicts and isinstance(refused, ConflictError)
        passes = passing is not None and isinstance(refused, passing)
        if passes or not (refused.fields or conflict or isinstance(refused, InvalidInputError)):
            raise
        form.refuse(refused)
        if not refused.fields:
            form.status = refused.status
    return None


def status_of(form: Form) -> int:
    """Return 409 for a form that somebody has overtaken, 422 (or what a refusal says) for what is wrong, else 200."""
    if form.overtaken:
        return 409
    return form.status if form.summary else 200

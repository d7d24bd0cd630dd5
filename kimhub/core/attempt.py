"""Trying a use case inside the request's transaction, so that a refusal can still be answered with a full page.

A constraint that refuses a row leaves PostgreSQL's transaction unusable; with a savepoint around the use case
the view can go on reading: the form with what was typed, or what the other side has decided meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tenants.errors import KimhubError, StaleError, error_for_constraint


def declared_error(violation: IntegrityError) -> KimhubError | None:
    """Return the error declared for the constraint that refused a row, or None if nobody declared one."""
    diagnosis = getattr(violation.orig, "diag", None)
    return error_for_constraint(
        getattr(diagnosis, "constraint_name", None), getattr(diagnosis, "message_detail", None)
    )


@contextmanager
def attempt(session: Session) -> Iterator[None]:
    """Run a use case in a savepoint; whatever it raises undoes it and nothing else.

    A violated constraint becomes the error declared beside its model, a row that was changed meanwhile `StaleError`.
    """
    try:
        with session.begin_nested():
            yield
    except IntegrityError as violation:
        known = declared_error(violation)
        if known is None:
            raise
        raise known from violation
    except StaleDataError as overtaken:
        raise StaleError from overtaken

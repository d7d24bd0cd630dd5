"""One transaction per request, job or command: opened, committed and closed here and nowhere else.

Leaving normally commits, raising rolls back. Inside, use cases never commit; `flush()` only with a reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from tenants.binding import Bound, act, release
from tenants.db import db


@contextmanager
def transaction(actor: Bound, *, read_only: bool = False) -> Iterator[Session]:
    """Yield the session of the current app context with `actor` bound to its one transaction.

    `read_only` lets PostgreSQL refuse every write (GET requests). Raises `NobodyActsError` when nested.
    """
    session = db.session()
    act(session, actor, read_only=read_only)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()
        release(session)

"""The one place that tells PostgreSQL who acts.

``set_config(…, true)`` holds until the transaction ends, so nothing can leak through a connection pool, not
even PgBouncer's in transaction mode. It runs in the session's ``after_begin`` and again for each savepoint,
because a released savepoint keeps what was set inside it. Without an actor no transaction begins; code that
works before a tenant is known binds `NOBODY` on purpose and then sees no tenant's row.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal, TypeAlias

from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, SessionTransaction

from tenants.actor import Actor


class Nobody(Enum):
    """The type of `NOBODY`."""

    NOBODY = "nobody"


NOBODY: Final = Nobody.NOBODY
"""Bound before a tenant is known (sign-in): only reference tables and exact-question functions answer."""

Bound: TypeAlias = Actor | Literal[Nobody.NOBODY]
"""Who can be bound."""

_ACTOR_KEY = "kimhub.actor"
_READ_ONLY_KEY = "kimhub.read_only"

_BIND = text(
    "SELECT set_config('app.tenant', :tenant, true), set_config('app.actor', :actor, true),"
    " set_config('app.actor_label', :label, true), set_config('app.request_id', :request_id, true),"
    " set_config('transaction_read_only', :read_only, true)"
)


class NobodyActsError(RuntimeError):
    """A transaction was about to begin although nobody acts: a programming error, never a user's."""


class TenantSession(FlaskSession):
    """A session that cannot begin a transaction unless someone acts in it."""


def act(session: Session, actor: Bound, *, read_only: bool = False) -> None:
    """Let `actor` act in the transactions that `session` begins from now on."""
    if _ACTOR_KEY in session.info:
        raise NobodyActsError("someone acts in this session already; one transaction has one actor")
    session.info[_ACTOR_KEY] = actor
    session.info[_READ_ONLY_KEY] = read_only


def release(session: Session) -> None:
    """Let nobody act in `session` any more."""
    session.info.pop(_ACTOR_KEY, None)
    session.info.pop(_READ_ONLY_KEY, None)


@event.listens_for(TenantSession, "after_begin")
def _bind(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    actor: Bound | None = session.info.get(_ACTOR_KEY)
    if actor is None:
        raise NobodyActsError("no actor: open the work with tenants.transaction(actor)")
    bind_connection(connection, actor, read_only=session.info[_READ_ONLY_KEY])


def bind_connection(connection: Connection, actor: Bound, *, read_only: bool = False) -> None:
    """Bind `actor` to the transaction that runs on `connection`."""
    known = actor if isinstance(actor, Actor) else None
    connection.execute(
        _BIND,
        {
            "tenant": str(known.tenant_id) if known else "",
            "actor": str(known.subject) if known and known.subject else "",
            "label": known.label if known else "",
            "request_id": known.request_id if known else "",
            "read_only": "on" if read_only else "off",
        },
    )


def bind_operator(connection: Connection) -> None:
    """Let the audit say that the platform's operator works in the transaction on `connection`, for no tenant."""
    connection.execute(
        _BIND,
        {"tenant": "", "actor": "", "label": "Betrieb der Plattform", "request_id": "", "read_only": "off"},
    )

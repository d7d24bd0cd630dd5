"""The one place that tells PostgreSQL who acts.

``set_config(…, true)`` holds until the transaction ends, so nothing can leak through a connection pool, not
even PgBouncer's in transaction mode. It runs in the session's ``after_begin`` and again for each savepoint,
because a released savepoint keeps what was set inside it. Without an actor no transaction begins; code that
works before a tenant is known binds `NOBODY` on purpose and then sees no tenant's row.

What is said here is signed with the key of the engine (`sign_bindings`, signing.py): whoever else sets the same
settings meets an error in `app.tenant`, which every policy asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias
from uuid import UUID

from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session, SessionTransaction

from tenants.actor import Actor
from tenants.signing import BindingKey, Said

if TYPE_CHECKING:
    from flask_sqlalchemy import SQLAlchemy


class Nobody(Enum):
    """The type of `NOBODY`."""

    NOBODY = "nobody"


NOBODY: Final = Nobody.NOBODY
"""Bound before a tenant is known (sign-in): only reference tables and exact-question functions answer."""


@dataclass(frozen=True, slots=True)
class SigningIn:
    """Somebody who signs in, or looks after the own account: no tenant acts.

    The transaction runs as kimhub_signin on the engine `SIGN_IN`. That role alone may ask for password hashes and begin
    sessions, and no tenant's row is visible to it. `account_id` is who is signed in already, for the audit.
    """

    account_id: UUID | None = None
    request_id: str = ""


SIGN_IN = "sign_in"
"""Name of the engine on which people sign in."""

Bound: TypeAlias = Actor | SigningIn | Literal[Nobody.NOBODY]
"""Who can be bound."""

OPERATOR = "Betrieb der Plattform"
"""How the audit names the platform's operator."""
PERSON = "Eigenes Konto"
"""How the audit names a person who acts for no tenant."""

_ACTOR_KEY = "kimhub.actor"
_READ_ONLY_KEY = "kimhub.read_only"
_BINDING_KEY = "kimhub.binding_key"

_BIND = text(
    "SELECT set_config('app.tenant', :tenant, true), set_config('app.actor', :actor, true),"
    " set_config('app.actor_label', :label, true), set_config('app.request_id', :request_id, true),"
    " set_config('app.proof', :proof, true), set_config('transaction_read_only', :read_only, true)"
)


class NobodyActsError(RuntimeError):
    """A transaction was about to begin although nobody acts: a programming error, never a user's."""


class NoSignInError(RuntimeError):
    """Somebody was to sign in at a process that has no way to: the worker, a command. A programming error."""


class UnsignedError(RuntimeError):
    """Somebody was to act on a connection whose engine has no binding key: a programming error."""


class TenantSession(FlaskSession):
    """A session that cannot begin a transaction unless someone acts in it; who acts also chooses the engine."""

    def get_bind(
        self,
        mapper: Any = None,
        clause: Any = None,
        bind: Engine | Connection | None = None,
        **options: Any,
    ) -> Engine | Connection:
        """Return the engine `SIGN_IN` while somebody signs in, else the application's."""
        if isinstance(self.info.get(_ACTOR_KEY), SigningIn):
            return sign_in_engine(self._db)
        return super().get_bind(mapper, clause, bind, **options)


def sign_in_engine(db: SQLAlchemy) -> Engine:
    """Return the engine on which people sign in. Raises `NoSignInError` in a process that has none."""
    engine = db.engines.get(SIGN_IN)
    if engine is None:
        raise NoSignInError("nobody signs in at this process: it has no address for kimhub_signin")
    return engine


def sign_bindings(engine: Engine, key: BindingKey) -> Engine:
    """Let bindings on the connections of `engine` be signed with `key`; return the same engine."""
    engine.update_execution_options(**{_BINDING_KEY: key})
    return engine


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
    _say(connection, said_of(actor), read_only=read_only)


def bind_operator(connection: Connection) -> None:
    """Let the audit say that the platform's operator works in the transaction on `connection`, for no tenant."""
    _say(connection, Said(label=OPERATOR))


def said_of(actor: Bound) -> Said:
    """Return what is said of `actor`."""
    if isinstance(actor, SigningIn):
        return Said("", str(actor.account_id or ""), PERSON, actor.request_id)
    if actor is NOBODY:
        return Said()
    return Said(str(actor.tenant_id), str(actor.subject or ""), actor.label, actor.request_id)


def _say(connection: Connection, said: Said, *, read_only: bool = False) -> None:
    proof = ""
    if any(said):
        key: BindingKey | None = connection.get_execution_options().get(_BINDING_KEY)
        if key is None:
            raise UnsignedError("no binding key: give the engine one with tenants.binding.sign_bindings")
        proof = key.proof(said)
    values = {**said._asdict(), "proof": proof, "read_only": "on" if read_only else "off"}
    connection.execute(_BIND, values)

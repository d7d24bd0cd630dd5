"""Idempotency-Key: a repeated POST does its work once and gets the same answer again.

After draft-ietf-httpapi-idempotency-key-header: a client that hears nothing (timeout, cut connection) sends the
same request with the same key once more. The key is claimed in the request's own transaction: a second request at
the same moment waits for the first, then gets its answer; a refused one (4xx, 5xx) leaves no trace and may be tried
again. The same key with another request is an error of the client and gets 422.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import CheckConstraint, Index, LargeBinary, delete, func, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from kimhub.core.errors import InvalidInputError
from kimhub.core.routing import current_actor
from tenants import Actor, Base, Own, TenantOwned, db

P = ParamSpec("P")

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT_FOR = timedelta(hours=24)
"""How long an answer is given again; later the key counts as new."""

_FORM = re.compile(r"[\x21-\x7e]{1,255}")
_OUTERMOST = "_kimhub_idempotent"
"""Attribute with the idempotent view itself; `functools.wraps` copies it to whatever is put around it."""
_KEPT_HEADERS = ("Content-Type", "ETag", "Location")
_OLD = f"created_at < now() - interval '{int(KEPT_FOR.total_seconds())} seconds'"


class IdempotencyKey(TenantOwned, Base):
    """A key that a caller has used, what it was used for, and the answer that was given."""

    __tablename__ = "idempotency_key"
    __isolation__ = Own(updatable=("status", "headers", "body"), deletable=_OLD, audited=False)
    __table_args__ = (
        CheckConstraint("octet_length(fingerprint) = 32", name="fingerprint"),
        Index("uq_idempotency_key_caller", "tenant_id", "caller", "key", unique=True),
        Index("ix_idempotency_key_age", "tenant_id", "created_at"),
    )

    caller: Mapped[str]
    """The account or client: two callers of one tenant do not share keys."""
    key: Mapped[str]
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of method, path and body."""
    status: Mapped[int | None]
    headers: Mapped[dict[str, str] | None] = mapped_column(JSONB())
    body: Mapped[bytes | None] = mapped_column(LargeBinary)


class KeyReusedError(InvalidInputError):
    """The key was used before, for a different request."""

    code = "idempotency-key-reused"
    title = "Der Idempotency-Key wurde schon verwendet"


def idempotent(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let a POST view honour the header `Idempotency-Key`; stands directly below the route decorator.

    What stood above it would never see the answer (a schema would not be applied): `refuse_covered` says so at import.
    The answer is kept as it was sent, with its Content-Type, ETag and Location; when given again it carries
    ``Idempotent-Replayed: true``. Raises `KeyReusedError`, and `InvalidInputError` for a malformed key.
    """

    @wraps(view)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        key = request.headers.get(HEADER)
        if key is None:
            return view(*args, **kwargs)
        if not _FORM.fullmatch(key):
            raise InvalidInputError(
                f"Der Kopf {HEADER} muss aus 1 bis 255 druckbaren ASCII-Zeichen ohne Leerzeichen bestehen, am besten "
                "aus einer UUID.",
                fields={HEADER: ["Die Form ist ungültig."]},
            )
        session, actor = db.session(), current_actor()
        known = _claim(session, actor, key, _fingerprint())
        if known is not None:
            return known
        response = make_response(view(*args, **kwargs))
        if response.status_code < 400:
            _remember(session, actor, key, response)
        return response

    setattr(wrapper, _OUTERMOST, wrapper)
    return wrapper


def refuse_covered(view: Callable[..., Any]) -> None:
    """Raise `TypeError` if something was put around what `idempotent` has made of a view."""
    kept = getattr(view, _OUTERMOST, view)
    if kept is not view:
        raise TypeError(f"{view.__qualname__}: @idempotent stands directly below the route decorator")


def _fingerprint() -> bytes:
    start = f"{request.method} {request.full_path}\n".encode()
    return hashlib.sha256(start + request.get_data(cache=True)).digest()


def _caller(actor: Actor) -> str:
    return f"{actor.kind}:{actor.subject or ''}"


def _mine(actor: Actor, key: str) -> tuple[Any, ...]:
    return (
        IdempotencyKey.tenant_id == actor.tenant_id,
        IdempotencyKey.caller == _caller(actor),
        IdempotencyKey.key == key,
    )


def _claim(session: Session, actor: Actor, key: str, fingerprint: bytes) -> Response | None:
    """Claim `key` for this request, or return the answer that it was given before."""
    session.execute(
        delete(IdempotencyKey).where(
            IdempotencyKey.tenant_id == actor.tenant_id, IdempotencyKey.created_at < func.now() - KEPT_FOR
        )
    )
    claimed = session.execute(
        insert(IdempotencyKey)
        .values(tenant_id=actor.tenant_id, caller=_caller(actor), key=key, fingerprint=fingerprint)
        .on_conflict_do_nothing(index_elements=["tenant_id", "caller", "key"])
        .returning(IdempotencyKey.id)
    ).one_or_none()
    if claimed:
        return None
    earlier = session.scalars(select(IdempotencyKey).where(*_mine(actor, key))).one()
    if earlier.fingerprint != fingerprint:
        raise KeyReusedError(
            "Mit diesem Schlüssel wurde bereits eine andere Anfrage gestellt. "
            "Verwenden Sie für jede neue Anfrage einen neuen Schlüssel."
        )
    response = Response(earlier.body, status=earlier.status, headers=earlier.headers)
    response.headers[REPLAYED] = "true"
    return response


def _remember(session: Session, actor: Actor, key: str, response: Response) -> None:
    session.execute(
        update(IdempotencyKey)
        .where(*_mine(actor, key))
        .values(
            status=response.status_code,
            headers={name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers},
            body=response.get_data(),
        )
    )

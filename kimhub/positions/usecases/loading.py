"""Loading a request for a use case: what the actor does not see does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from kimhub.core.errors import NotFoundError
from kimhub.core.versions import locked
from kimhub.positions.models import OtherSideError, PositionRequest, RequestFixedError
from kimhub.positions.workflow import EDITABLE
from tenants import Actor
from tenants.proceedings import Proceeding, Side, latest_entry, state_of

_OTHER_SIDE = {
    Side.INITIATOR: "Diesen Schritt kann nur die Gemeinde tun, die den Antrag gestellt hat.",
    Side.COUNTERPART: "Diesen Schritt kann nur der Kreis tun, an den der Antrag gerichtet ist.",
}
_REQUEST = (
    select(PositionRequest, Proceeding)
    .join(Proceeding, Proceeding.id == PositionRequest.id)
    .where(PositionRequest.id == bindparam("id"))
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A request with its proceeding."""

    request: PositionRequest
    proceeding: Proceeding


def load(session: Session, request_id: UUID) -> Loaded:
    """Return a request that the actor's tenant sees; raises `NotFoundError`."""
    row = session.execute(_REQUEST, {"id": request_id}).one_or_none()
    if row is None:
        raise NotFoundError
    return Loaded(*row)


def load_own(session: Session, actor: Actor, request_id: UUID) -> Loaded:
    """Return a request of the actor's own tenant, locked until the transaction ends.

    Changes and steps of either side wait for each other here, so that an answer never overtakes a change that
    was begun before it. Raises `NotFoundError`, and `OtherSideError` for the Kreis.
    """
    locked(session, PositionRequest, request_id)
    loaded = load(session, request_id)
    require_side(actor, loaded.proceeding, Side.INITIATOR)
    return loaded


def load_to_decide(session: Session, actor: Actor, request_id: UUID) -> Loaded:
    """Return a request that was made to the actor's tenant, locked like one's own.

    Raises `NotFoundError`, and `OtherSideError` for the Gemeinde that made it.
    """
    locked(session, PositionRequest, request_id)
    loaded = load(session, request_id)
    require_side(actor, loaded.proceeding, Side.COUNTERPART)
    return loaded


def require_side(actor: Actor, proceeding: Proceeding, side: Side) -> None:
    """Raise `OtherSideError` unless the actor's tenant stands on `side`."""
    if proceeding.side_of(actor.tenant_id) is not side:
        raise OtherSideError(_OTHER_SIDE[side])


def load_editable(session: Session, actor: Actor, request_id: UUID) -> Loaded:
    """Return a request of one's own that may be changed now; raises also `RequestFixedError`."""
    loaded = load_own(session, actor, request_id)
    if state_of(latest_entry(session, request_id)) not in EDITABLE:
        raise RequestFixedError
    return loaded

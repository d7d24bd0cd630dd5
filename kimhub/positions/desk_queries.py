"""Requests that wait for somebody: whose turn it is says the workflow."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Case, ColumnElement, any_, case, func, literal, select, true
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import aliased

from kimhub.core.matters import ME, Turn, local_day, matter_columns
from kimhub.positions.models import PositionRequest
from kimhub.positions.queries import LAST_STEP, STATE
from kimhub.positions.workflow import WORKFLOW
from tenants import Tenant
from tenants.proceedings import Side

_Other = aliased(Tenant, name="other")
_WAITING = literal([str(state) for state in WORKFLOW.waiting], ARRAY(TEXT))


def _turn_of(side: Side) -> Case[int]:
    own = [str(state) for state, whose in WORKFLOW.waiting.items() if whose is side]
    return case((any_(literal(own, ARRAY(TEXT))) == STATE, int(Turn.OWN)), else_=int(Turn.OTHER))


def _waiting(side: Side) -> list[ColumnElement[Any]]:
    return matter_columns(
        kind=STATE,
        subject=PositionRequest.id,
        title=PositionRequest.function,
        whom=_Other.official_name,
        figure=PositionRequest.fte,
        day=PositionRequest.starts_on,
        since=local_day(func.coalesce(LAST_STEP.c.created_at, PositionRequest.created_at)),
        turn=_turn_of(side),
    )


OWN_REQUESTS = (
    select(*_waiting(Side.INITIATOR))
    .select_from(PositionRequest)
    .join(_Other, _Other.id == PositionRequest.counterpart_id)
    .join(LAST_STEP, true(), isouter=True)
    .where(PositionRequest.tenant_id == ME, any_(_WAITING) == STATE)
)
SHARED_REQUESTS = (
    select(*_waiting(Side.COUNTERPART))
    .select_from(PositionRequest)
    .join(_Other, _Other.id == PositionRequest.tenant_id)
    .join(LAST_STEP, true(), isouter=True)
    .where(PositionRequest.shared_with == ME, any_(_WAITING) == STATE)
)

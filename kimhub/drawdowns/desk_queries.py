"""Calls whose money has not come in."""

from __future__ import annotations

from sqlalchemy import and_, case, literal, select

from kimhub.core.matters import ME, TODAY, Turn, matter_columns
from kimhub.drawdowns.models import Drawdown, DrawdownKind
from kimhub.drawdowns.queries import CANCELLED, RECEIVED
from kimhub.drawdowns.terms import ASK_AFTER_DAYS
from kimhub.funding.public import Grant

_open = Drawdown.amount + CANCELLED - RECEIVED
_ask_on = Drawdown.requested_on + ASK_AFTER_DAYS

NOT_RECEIVED = (
    select(
        *matter_columns(
            kind=literal("called"),
            subject=Drawdown.id,
            title=Grant.title,
            whom=Grant.granted_by,
            number=Drawdown.year,
            figure=_open,
            day=Drawdown.requested_on,
            since=Drawdown.requested_on,
            turn=case((_ask_on < TODAY, int(Turn.OWN)), else_=int(Turn.OTHER)),
        )
    )
    .select_from(Drawdown)
    .join(Grant, and_(Grant.tenant_id == Drawdown.tenant_id, Grant.id == Drawdown.fund_id))
    .where(Drawdown.tenant_id == ME, Drawdown.kind == DrawdownKind.CALL, _open > 0)
)

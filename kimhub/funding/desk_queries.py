"""What waits in the ledger: allocations by whose turn it is, and Bescheide whose Bestandskraft is not known."""

from __future__ import annotations

from sqlalchemy import Integer, and_, case, cast, func, literal, select, true

from kimhub.core.matters import ME, TODAY, Turn, local_day, matter_columns
from kimhub.funding.models import Allocation, Grant, GrantKind, GrantVersion
from kimhub.funding.queries import ALLOCATED, LAST_STEP, STATE, RecipientTenant
from kimhub.funding.reminder_queries import ASKED_LATELY, LAST_WORD_ON, UNANSWERED
from kimhub.funding.workflow import ANSWER_DAYS, State
from tenants import Tenant

OBJECTION_DAYS = 34
"""About how long a Bescheid can be contested; the exact day is reckoned when it is shown."""

_TO_ANSWER = (State.ISSUED, State.AMENDED)
_waits_for = cast(TODAY - LAST_WORD_ON, Integer())
"""Days."""

RECEIVED = (
    select(
        *matter_columns(
            kind=STATE,
            subject=Allocation.id,
            title=Allocation.title,
            whom=Tenant.official_name,
            figure=ALLOCATED.c.amount,
            since=LAST_WORD_ON,
            number=_waits_for,
            turn=case((STATE.in_(_TO_ANSWER), int(Turn.OWN)), else_=int(Turn.OTHER)),
        )
    )
    .select_from(Allocation)
    .join(Tenant, Tenant.id == Allocation.tenant_id)
    .join(LAST_STEP, true(), isouter=True)
    .join(ALLOCATED, true())
    .where(Allocation.shared_with == ME, STATE.in_((*_TO_ANSWER, State.OBJECTED)))
)
"""What was received and is to be confirmed, and one's own objections that wait for an answer."""
GIVEN = (
    select(
        *matter_columns(
            kind=STATE,
            subject=Allocation.id,
            title=Allocation.title,
            whom=func.coalesce(RecipientTenant.c.official_name, Allocation.organization_name),
            figure=ALLOCATED.c.amount,
            since=LAST_WORD_ON,
            turn=int(Turn.OWN),
        )
    )
    .select_from(Allocation)
    .join(RecipientTenant, RecipientTenant.c.id == Allocation.recipient_id, isouter=True)
    .join(LAST_STEP, true(), isouter=True)
    .join(ALLOCATED, true())
    .where(Allocation.tenant_id == ME, STATE.in_((State.DRAFT, State.OBJECTED, State.WAIVED)))
)
"""What one gives and has to finish, answer or take back."""
UNCONFIRMED = (
    select(
        *matter_columns(
            kind=literal("unconfirmed"),
            title=func.min(Allocation.title),
            number=func.count(),
            figure=func.sum(ALLOCATED.c.amount),
            since=func.min(LAST_WORD_ON),
            turn=case(
                (func.bool_or(and_(_waits_for > ANSWER_DAYS, ~ASKED_LATELY)), int(Turn.OWN)),
                else_=int(Turn.OTHER),
            ),
        )
    )
    .select_from(Allocation)
    .join(LAST_STEP, true(), isouter=True)
    .join(ALLOCATED, true())
    .where(Allocation.tenant_id == ME, UNANSWERED)
    .having(func.count() > 0)
)
"""All that nobody has confirmed, in KIMHub or on paper, in one row: asked together, then not for a few days."""
NOT_FINAL = (
    select(
        *matter_columns(
            kind=literal("not-final"),
            subject=Grant.id,
            title=Grant.title,
            whom=Grant.granted_by,
            number=GrantVersion.number,
            day=GrantVersion.issued_on,
            since=GrantVersion.received_on,
            due=GrantVersion.received_on + OBJECTION_DAYS,
            turn=int(Turn.OWN),
        )
    )
    .select_from(Grant)
    .join(
        GrantVersion,
        (GrantVersion.tenant_id == Grant.tenant_id)
        & (GrantVersion.grant_id == Grant.id)
        & (GrantVersion.number == Grant.current_version),
    )
    .where(
        Grant.tenant_id == ME,
        Grant.kind == GrantKind.BESCHEID,
        GrantVersion.final_on.is_(None),
        GrantVersion.waived_on.is_(None),
    )
)
"""Bescheide in force without Bestandskraft or Rechtsbehelfsverzicht: nothing can be called on them."""
DRAFTS = (
    select(
        *matter_columns(
            kind=literal("draft"),
            subject=Grant.id,
            title=Grant.title,
            whom=Grant.granted_by,
            number=GrantVersion.number,
            since=local_day(GrantVersion.created_at),
            turn=int(Turn.OWN),
        )
    )
    .select_from(Grant)
    .join(
        GrantVersion,
        (GrantVersion.tenant_id == Grant.tenant_id) & (GrantVersion.grant_id == Grant.id),
    )
    .where(Grant.tenant_id == ME, GrantVersion.recorded_at.is_(None))
)
"""Bescheide whose entry was begun and not finished."""
NO_GRANT = select(
    *matter_columns(kind=literal("none"), title=literal(""), turn=int(Turn.OWN), whom=Tenant.official_name)
).where(
    Tenant.id == ME,
    ~select(Grant.id).where(Grant.tenant_id == ME).exists(),
)
"""One row for whoever has entered no Bescheid at all."""

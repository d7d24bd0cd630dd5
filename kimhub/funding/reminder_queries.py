"""Allocations that nobody has confirmed, how their recipients can be asked, and whether they were lately."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Interval,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from kimhub.core import clock
from kimhub.core.events.models import Event
from kimhub.core.keyset import alphabetical
from kimhub.core.matters import ME, TODAY, local_day
from kimhub.funding.events import CONFIRMATION_ASKED
from kimhub.funding.models import Allocation, Letter, Organization, OrganizationKind, PaperConfirmation
from kimhub.funding.queries import ALLOCATED, LAST_STEP, STATE, WITH_PEOPLE, RecipientTenant
from kimhub.funding.workflow import State
from kimhub.offices.public import offices_at
from tenants import Actor, Permission

PAUSE = timedelta(days=7)
"""How long nobody is asked: after the last word of either side, and a second time."""
MOST = 200
"""Allocations that are asked after at once; a Kreis has some forty recipients."""


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """An allocation that nobody has confirmed; `issued_on` is the date of the letter, amounts are in euro.

    Its recipient is a tenant (`recipient_id`) or a body of the address book outside the own administration.
    """

    id: UUID
    number: int
    """Of the version in force."""
    title: str
    recipient_id: int | None
    organization_id: UUID | None
    recipient: str
    amount: Decimal
    issued_on: date
    asked_lately: bool

    @property
    def recipient_key(self) -> int | UUID:
        """Tells recipients apart."""
        return self.recipient_id if self.recipient_id is not None else self.organization_id or self.id


LAST_WORD_ON = case(
    (
        or_(LAST_STEP.c.action.in_(("issue", "amend")), Allocation.recipient_id.is_(None)),
        ALLOCATED.c.issued_on,
    ),
    else_=local_day(func.coalesce(LAST_STEP.c.created_at, Allocation.created_at)),
)
"""The date of the letter while that is the last word, else the day of the last step."""

_OUTSIDE = tuple(kind.value for kind in OrganizationKind if not kind.is_own)
UNANSWERED = and_(
    STATE.in_((State.ISSUED, State.AMENDED)),
    or_(
        Allocation.recipient_id.is_not(None),
        select(Organization.id)
        .where(
            Organization.tenant_id == Allocation.tenant_id,
            Organization.id == Allocation.organization_id,
            Organization.kind.in_(_OUTSIDE),
        )
        .correlate(Allocation)
        .exists(),
    ),
    ~select(PaperConfirmation.id)
    .where(
        PaperConfirmation.tenant_id == Allocation.tenant_id,
        PaperConfirmation.allocation_id == Allocation.id,
        PaperConfirmation.number == Allocation.current_version,
    )
    .correlate(Allocation)
    .exists(),
)
"""Given to somebody outside, in force, and confirmed neither in KIMHub nor on paper."""

_Other = aliased(Allocation)


def _asked_within(pause: ColumnElement[timedelta]) -> ColumnElement[bool]:
    """Whether the recipient was asked: a tenant by an event, also where a letter went with it, all others by letter."""
    told = (
        select(Event.id)
        .where(
            Event.tenant_id == Allocation.tenant_id,
            Event.concerns == Allocation.recipient_id,
            Event.kind == CONFIRMATION_ASKED.code,
            Event.created_at > func.now() - pause,
        )
        .correlate(Allocation)
        .exists()
    )
    written = (
        select(Letter.id)
        .join(_Other, (_Other.tenant_id == Letter.tenant_id) & (_Other.id == Letter.allocation_id))
        .where(
            Letter.tenant_id == Allocation.tenant_id,
            Letter.created_at > func.now() - pause,
            _Other.organization_id == Allocation.organization_id,
        )
        .correlate(Allocation)
        .exists()
    )
    return or_(told, written)


ASKED_LATELY = _asked_within(literal(PAUSE))
_UNCONFIRMED = (
    select(
        Allocation.id, Allocation.current_version.label("number"), Allocation.title, Allocation.recipient_id,
        Allocation.organization_id,
        func.coalesce(RecipientTenant.c.official_name, Allocation.organization_name).label("recipient"),
        ALLOCATED.c.amount, ALLOCATED.c.issued_on,
        _asked_within(bindparam("pause", type_=Interval())).label("asked_lately"),
    )
    .select_from(Allocation)
    .join(RecipientTenant, RecipientTenant.c.id == Allocation.recipient_id, isouter=True)
    .join(LAST_STEP, true(), isouter=True)
    .join(ALLOCATED, true())
    .where(Allocation.tenant_id == ME, UNANSWERED, TODAY - PAUSE.days > LAST_WORD_ON)
    .order_by(
        func.coalesce(RecipientTenant.c.sort_key, alphabetical(Allocation.organization_name)),
        ALLOCATED.c.issued_on,
        Allocation.id,
    )
    .limit(MOST)
)  # fmt: skip


def unconfirmed(session: Session, actor: Actor, *, pause: timedelta = PAUSE) -> list[Unconfirmed]:
    """Return what the actor's tenant has issued and nobody has answered for some days, by recipient."""
    values = {"me": actor.tenant_id, "today": clock.today(), "pause": pause}
    rows = session.execute(_UNCONFIRMED, values).mappings()
    return [Unconfirmed(**row) for row in rows]


def reached(session: Session, found: Collection[Unconfirmed]) -> set[int]:
    """Return the tenants among the recipients where somebody reads what is told: a person, or a Funktionspostfach."""
    bodies = {one.recipient_id for one in found if one.recipient_id is not None}
    with_people = bodies & {*session.scalars(WITH_PEOPLE)}
    offices = offices_at(session, bodies - with_people, Permission.FUNDING_WRITE)
    return with_people | {tenant_id for tenant_id, office in offices.items() if office.email}


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom a click reaches: of each tenant its oldest allocation; in letters all of each recipient."""

    told: tuple[Unconfirmed, ...]
    """Tenants where somebody reads it in KIMHub or in a Funktionspostfach."""
    written: tuple[Unconfirmed, ...]
    """To recipients without access: they get a letter, a tenant besides what it will find in KIMHub."""
    lately: tuple[Unconfirmed, ...]
    """Asked a few days ago, and left in peace."""

    @property
    def letters(self) -> int:
        """How many letters there are: one per recipient."""
        return len({one.recipient_key for one in self.written})


def asking(session: Session, actor: Actor) -> Asking:
    """Return whom a click would reach now, and how."""
    found = unconfirmed(session, actor)
    with_access = reached(session, found)
    now = [one for one in found if not one.asked_lately]
    oldest: dict[int | UUID, Unconfirmed] = {}
    for one in now:
        oldest.setdefault(one.recipient_key, one)
    return Asking(
        tuple(one for one in oldest.values() if one.recipient_id in with_access),
        tuple(one for one in now if one.recipient_id not in with_access),
        tuple(one for one in found if one.asked_lately),
    )

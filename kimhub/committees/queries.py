"""Reading committees: the directory of a body, one committee with all that is laid down, and its seats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    RowMapping,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    exists,
    func,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.selectable import LateralFromClause

from kimhub.committees.models import (
    Committee,
    CommitteeName,
    CommitteeParticipant,
    CommitteeRule,
    Seat,
)
from kimhub.committees.terms import CommitteeKind, RuleKind, SeatRole
from kimhub.core import clock
from kimhub.core.errors import NotFoundError
from kimhub.core.keyset import KeysetList, Order, alphabetical
from kimhub.core.matters import local_day
from kimhub.core.versions import Versioned
from kimhub.identity.public import IN_OFFICE
from tenants import COMMUNES, Membership, Tenant

TODAY = local_day(func.now())


def _at_first(day: ColumnElement[date] | InstrumentedAttribute[date]) -> tuple[ColumnElement[Any], ...]:
    """Return the order in which the name that holds on `day` stands first: before its first day, that first name."""
    begun = CommitteeName.since <= day
    return begun.desc(), case((begun, CommitteeName.since)).desc(), CommitteeName.since.expression


def named_on(
    day: ColumnElement[date] | InstrumentedAttribute[date],
    owner: InstrumentedAttribute[int],
    committee: InstrumentedAttribute[UUID],
) -> LateralFromClause:
    """Return kind and name of a committee on a day, to be joined to a statement that has all three."""
    return (
        select(CommitteeName.kind, CommitteeName.name, CommitteeName.since)
        .where(CommitteeName.tenant_id == owner, CommitteeName.committee_id == committee)
        .order_by(*_at_first(day))
        .limit(1)
        .lateral("named")
    )


_NOW_FIRST = _at_first(TODAY)
NAMED_NOW = named_on(TODAY, Committee.tenant_id, Committee.id)
"""What a committee is and how it is called today; of one that is yet to begin, its first name."""


def _not_over(last_day: InstrumentedAttribute[date | None]) -> ColumnElement[bool]:
    return last_day.is_(None) | (last_day >= TODAY)


IN_OFFICE_NOW = (Seat.since <= TODAY) & _not_over(Seat.until)
"""Whose seat has begun and is not over."""

_seats_now = (
    select(func.count().label("seats"))
    .where(
        Seat.tenant_id == CommitteeParticipant.participant_id,
        Seat.owner_id == CommitteeParticipant.tenant_id,
        Seat.committee_id == CommitteeParticipant.committee_id,
        IN_OFFICE_NOW,
        _not_over(Committee.dissolved_on),
    )
    .lateral("held")
)
_FEW = "a body has some dozens of committees at most"
COMMITTEES = KeysetList(
    select(
        Committee.id, NAMED_NOW.c.kind, NAMED_NOW.c.name, alphabetical(NAMED_NOW.c.name).label("name_key"),
        Committee.term_until, Committee.dissolved_on, _seats_now.c.seats, Tenant.official_name.label("lead"),
        (CommitteeParticipant.tenant_id == CommitteeParticipant.participant_id).label("is_own"),
    )
    .select_from(CommitteeParticipant)
    .join(
        Committee,
        (Committee.tenant_id == CommitteeParticipant.tenant_id)
        & (Committee.id == CommitteeParticipant.committee_id),
    )
    .join(Tenant, Tenant.id == CommitteeParticipant.tenant_id)
    .join(NAMED_NOW, true())
    .join(_seats_now, true()),
    scope=CommitteeParticipant.participant_id,
    orders={
        "name": Order("name_key", "id", few_rows=_FEW),
        "kind": Order("kind", "name_key", "id", few_rows=_FEW),
    },
    conditions={
        "words": NAMED_NOW.c.name.icontains(bindparam("words", type_=Text())),
        "kind": NAMED_NOW.c.kind == bindparam("kind", type_=Text()),
        "present": _not_over(Committee.dissolved_on),
    },
)  # fmt: skip
"""The committees in which a body has people: its own, and those that it carries with others."""

_FEW_SEATS = "a council of NRW has about a hundred seats"
_person = (
    select(func.min(Membership.display_name).label("person"))
    .where(Membership.tenant_id == Seat.tenant_id, Membership.account_id == Seat.account_id)
    .lateral("held_by")
)
_told = (
    select((func.count() > 0).label("is_told"))
    .where(Membership.tenant_id == Seat.tenant_id, Membership.account_id == Seat.account_id, *IN_OFFICE)
    .lateral("told")
)
_SEAT_COLUMNS = (
    Seat.id, Seat.role, Seat.faction, Seat.organization, Seat.function, Seat.sector, Seat.since, Seat.until,
    Seat.account_id,
)  # fmt: skip
_ORDERS = {
    "since": Order("since", "id"),
    "faction": Order("faction", "since", "id", few_rows=_FEW_SEATS),
}
_IN_COMMITTEE = {
    "committee": Seat.committee_id == bindparam("committee", type_=Uuid()),
    "present": _not_over(Seat.until),
    "past": Seat.until < TODAY,
}
SEATS = KeysetList(
    select(*_SEAT_COLUMNS, _person.c.person, _told.c.is_told)
    .select_from(Seat)
    .join(_person, true())
    .join(_told, true()),
    scope=Seat.tenant_id,
    orders=_ORDERS,
    conditions=_IN_COMMITTEE,
    within="committee",
)
"""The seats of the own body in one committee. `is_told`: whether the person can sign in, and so is told."""
SEATS_OF_OTHERS = KeysetList(
    select(*_SEAT_COLUMNS, Tenant.official_name.label("body"))
    .select_from(Seat)
    .join(Tenant, Tenant.id == Seat.tenant_id),
    scope=Seat.shared_with,
    orders=_ORDERS,
    conditions=_IN_COMMITTEE,
    within="committee",
)
"""The seats that other bodies hold in a joint committee of the own body. Who they are is known there."""


_KIND_OF_SEAT = (
    select(CommitteeName.kind)
    .where(CommitteeName.tenant_id == Seat.owner_id, CommitteeName.committee_id == Seat.committee_id)
    .order_by(*_NOW_FIRST)
    .limit(1)
    .correlate(Seat)
    .scalar_subquery()
)
_END_OF_COMMITTEE = (
    select(Committee.dissolved_on)
    .where(Committee.tenant_id == Seat.owner_id, Committee.id == Seat.committee_id)
    .correlate(Seat)
    .scalar_subquery()
)


def seats_of_people(
    body: ColumnElement[Any] | InstrumentedAttribute[Any],
    kinds: ColumnElement[Any] | InstrumentedAttribute[Any],
) -> Select[UUID | None, UUID]:
    """Return account and committee of each seat that a person of `body` holds now in a committee of one of `kinds`.

    `body` and `kinds` may be columns of the statement around it. Kind and end of the committee are looked up by the
    seat's key: committees are published, and a join would read those of all bodies.
    """
    return (
        select(Seat.account_id, Seat.committee_id)
        .where(
            Seat.tenant_id == body,
            Seat.account_id.is_not(None),
            IN_OFFICE_NOW,
            any_(kinds) == _KIND_OF_SEAT,
            func.coalesce(_END_OF_COMMITTEE, TODAY) >= TODAY,
        )
        .correlate_except(Seat)
    )


_AT = (
    select(CommitteeParticipant.participant_id, NAMED_NOW.c.name)
    .select_from(CommitteeParticipant)
    .join(
        Committee,
        (Committee.tenant_id == CommitteeParticipant.tenant_id)
        & (Committee.id == CommitteeParticipant.committee_id),
    )
    .join(NAMED_NOW, true())
    .where(
        CommitteeParticipant.participant_id == any_(bindparam("bodies", type_=ARRAY(Integer))),
        NAMED_NOW.c.kind == any_(bindparam("kinds", type_=ARRAY(Text))),
        _not_over(Committee.dissolved_on),
    )
    .order_by(CommitteeParticipant.participant_id, NAMED_NOW.c.name)
)


def committees_at(
    session: Session, bodies: Collection[int], kinds: Collection[str]
) -> Mapping[int, Sequence[str]]:
    """Return for each of some bodies how its committees of these kinds are called."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in session.execute(_AT, {"bodies": [*bodies], "kinds": [*kinds]}):
        found[row.participant_id].append(row.name)
    return found


@dataclass(frozen=True, slots=True)
class CommitteeFile:
    """A committee with all that is laid down about it."""

    committee: Committee
    names: Sequence[CommitteeName]
    """The newest first."""
    rules: Sequence[CommitteeRule]
    """In the order in which their periods end before a meeting."""
    participants: Sequence[Tenant]
    """The lead body first."""

    @property
    def named(self) -> CommitteeName:
        """What it is and how it is called today."""
        return self.named_on(clock.today())

    def named_on(self, day: date) -> CommitteeName:
        """Return what it was or will be on a day, and how it is called then; before its first day, its first name."""
        begun = [name for name in self.names if name.since <= day]
        return begun[0] if begun else self.names[-1]

    @property
    def kind(self) -> CommitteeKind:
        """What it is today."""
        return CommitteeKind(self.named.kind)

    def decides_measures_on(self, on: date) -> bool:
        """Tell whether it was a group that steers the KIM on a day."""
        return CommitteeKind(self.named_on(on).kind).decides_measures

    def was_there(self, on: date) -> bool:
        """Tell whether it was not dissolved on a day."""
        ends = self.committee.dissolved_on
        return ends is None or on <= ends

    @property
    def lead(self) -> Tenant:
        """Whose row it is."""
        return self.participants[0]

    @property
    def is_joint(self) -> bool:
        """Whether several bodies carry it."""
        return len(self.participants) > 1

    def is_carried_by(self, tenant_id: int) -> bool:
        """Tell whether a body has people in it."""
        return any(one.id == tenant_id for one in self.participants)

    def rule(self, kind: RuleKind) -> CommitteeRule | None:
        """Return the rule of a kind, None where none is known."""
        return next((rule for rule in self.rules if rule.kind == kind), None)


_COMMITTEE = select(Committee).where(Committee.id == bindparam("id", type_=Uuid()))


def committee_file(session: Session, committee_id: UUID) -> CommitteeFile:
    """Return a committee of any body; raises `NotFoundError`."""
    committee = session.scalars(_COMMITTEE, {"id": committee_id}).one_or_none()
    if committee is None:
        raise NotFoundError
    key = (committee.tenant_id, committee.id)
    names = session.scalars(
        select(CommitteeName)
        .where(CommitteeName.tenant_id == key[0], CommitteeName.committee_id == key[1])
        .order_by(CommitteeName.since.desc())
    ).all()
    rules = session.scalars(
        select(CommitteeRule).where(CommitteeRule.tenant_id == key[0], CommitteeRule.committee_id == key[1])
    ).all()
    participants = session.scalars(
        select(Tenant)
        .join(CommitteeParticipant, CommitteeParticipant.participant_id == Tenant.id)
        .where(CommitteeParticipant.tenant_id == key[0], CommitteeParticipant.committee_id == key[1])
        .order_by((Tenant.id == key[0]).desc(), Tenant.sort_key, Tenant.id)
    ).all()
    order = {kind.value: place for place, kind in enumerate(RuleKind)}
    return CommitteeFile(committee, names, sorted(rules, key=lambda rule: order[rule.kind]), participants)


COMMITTEE = Versioned(
    Committee,
    committee_file,
    parts=lambda file: (file.committee, *file.names, *file.rules, *(one.id for one in file.participants)),
)
"""How a committee is held and marked while it, its names, rules or participants are changed."""


def who_may_join(session: Session, file: CommitteeFile) -> Sequence[Tenant]:
    """Return the bodies that could carry a committee, too, in the order of their names."""
    return session.scalars(
        select(Tenant)
        .where(
            Tenant.kind.in_([kind.value for kind in COMMUNES.kinds]),
            Tenant.id.not_in([one.id for one in file.participants]),
        )
        .order_by(Tenant.sort_key, Tenant.id)
    ).all()


def get_seat(session: Session, seat_id: UUID) -> Seat:
    """Return a seat that the actor's body holds or sees; raises `NotFoundError`."""
    seat = session.scalars(select(Seat).where(Seat.id == seat_id)).one_or_none()
    if seat is None:
        raise NotFoundError
    return seat


SEAT = Versioned(Seat, get_seat, parts=lambda seat: (seat,))
"""How a seat is held and marked while it is changed."""


def carried_committee(session: Session, me: int, committee_id: UUID) -> CommitteeFile:
    """Return a committee in which a body has people; raises `NotFoundError` for any other, though it is published."""
    file = committee_file(session, committee_id)
    if not file.is_carried_by(me):
        raise NotFoundError
    return file


def has_committees(session: Session, lead: int) -> bool:
    """Tell whether a body leads a committee."""
    return bool(session.scalar(select(exists().where(Committee.tenant_id == lead))))


def sectors_of(session: Session, me: int, committee_id: UUID) -> frozenset[str]:
    """Return for whom the seats of a working group that are held now stand, as far as this body sees them."""
    found = session.scalars(
        select(Seat.sector)
        .where(
            (Seat.tenant_id == me) | (Seat.shared_with == me),
            Seat.committee_id == committee_id,
            Seat.sector.is_not(None),
            IN_OFFICE_NOW,
        )
        .distinct()
    )
    return frozenset(sector for sector in found if sector)


_ROLES = {role.value: place for place, role in enumerate(SeatRole)}


def members_of(session: Session, lead: int, committee_id: UUID) -> Sequence[RowMapping]:
    """Return the seats held today in a committee of the own body, of all who carry it; never who holds them."""
    rows = session.execute(
        select(Seat.role, Seat.sector, Seat.organization, Seat.function)
        .where(
            (Seat.tenant_id == lead) | (Seat.shared_with == lead),
            Seat.owner_id == lead,
            Seat.committee_id == committee_id,
            IN_OFFICE_NOW,
        )
        .order_by(Seat.since, Seat.id)
    ).mappings()
    return sorted(rows, key=lambda row: (_ROLES[row["role"]], row["organization"], row["function"]))


def kinds_of(session: Session, me: int) -> frozenset[CommitteeKind]:
    """Return the kinds of which a body has a committee today."""
    rows = COMMITTEES.all(session, me, {"present": True})
    return frozenset(CommitteeKind(row["kind"]) for row in rows)


def working_groups(session: Session, me: int) -> Sequence[RowMapping]:
    """Return the Lenkungsgruppen and Projektgruppen in which a body has people, dissolved ones too, by name."""
    return [row for row in COMMITTEES.all(session, me) if CommitteeKind(row["kind"]).decides_measures]


def people_for_seats(session: Session, me: int) -> Sequence[RowMapping]:
    """Return everybody of a body who may be given a seat: whoever has a role there, in the order of their names."""
    return (
        session.execute(
            select(Membership.account_id, func.min(Membership.display_name).label("name"))
            .where(Membership.tenant_id == me, *IN_OFFICE)
            .group_by(Membership.account_id)
            .order_by(func.min(Membership.display_name), Membership.account_id)
        )
        .mappings()
        .all()
    )


def person_in(session: Session, me: int, account_id: UUID) -> str:
    """Return what somebody of a body is called there; empty for somebody whom it does not know."""
    name = session.scalar(
        select(func.min(Membership.display_name)).where(
            Membership.tenant_id == me, Membership.account_id == account_id
        )
    )
    return name or ""


def ends_with(committee: Committee) -> date | None:
    """Return the last day of a new seat, where one follows from the committee."""
    ends = [day for day in (committee.term_until, committee.dissolved_on) if day]
    return min(ends, default=None)

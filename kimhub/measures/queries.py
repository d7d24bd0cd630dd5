"""Reading measures: the list of a body, how many are open, one measure with what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import (
    Date,
    Integer,
    RowMapping,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from kimhub.committees.public import CommitteeFile, committee_file, named_on
from kimhub.core.errors import NotFoundError
from kimhub.core.keyset import KeysetList, Order
from kimhub.core.matters import local_day
from kimhub.core.versions import Versioned
from kimhub.measures.models import Measure, MeasureStep
from kimhub.measures.terms import FINAL, TO_DO, MeasureState

_FEW = "the groups of a body decide some dozens of measures in a year at most"
_closed = Measure.state.in_([state.value for state in FINAL])
_named = named_on(local_day(func.now()), Measure.owner_id, Measure.committee_id)
MEASURES = KeysetList(
    select(
        Measure.id, Measure.title, Measure.responsible, Measure.due, Measure.baustein, Measure.origin, Measure.state,
        Measure.decided_on, Measure.closed_on, Measure.created_at, Measure.committee_id,
        _named.c.name.label("committee"),
        case((_closed, 1), else_=0).label("place"),
        func.coalesce(Measure.due, literal(date.max, Date())).label("due_key"),
    ).outerjoin(_named, true()),
    scope=Measure.tenant_id,
    orders={
        "due": Order("place", "due_key", "id", few_rows=_FEW),
        "day": Order("-created_at", "-id"),
    },
    conditions={
        "states": Measure.state == any_(bindparam("states", type_=ARRAY(Text))),
        "committee": Measure.committee_id == bindparam("committee", type_=Uuid()),
        "words": Measure.title.icontains(bindparam("words", type_=Text())),
    },
)  # fmt: skip
"""Open ones first, by the day until which they are to be done; then those that are done or dropped."""

_OPEN = select(
    func.count().filter(Measure.state == MeasureState.PROPOSED).label("proposed"),
    func.count().filter(Measure.state.in_([state.value for state in TO_DO])).label("to_do"),
    func.count()
    .filter(
        Measure.state.in_([state.value for state in TO_DO]), Measure.due < bindparam("today", type_=Date())
    )
    .label("overdue"),
).where(Measure.tenant_id == bindparam("me", type_=Integer()))
_STEPS = (
    select(MeasureStep)
    .where(
        MeasureStep.measure_id == bindparam("measure", type_=Uuid()),
        MeasureStep.tenant_id == select(func.app.tenant()).scalar_subquery(),
    )
    .order_by(MeasureStep.number)
)


@dataclass(frozen=True, slots=True)
class OpenMeasures:
    """How many measures of a body are not done: proposals, decided ones, and of those the overdue."""

    proposed: int
    to_do: int
    overdue: int


@dataclass(frozen=True, slots=True)
class MeasureFile:
    """A measure with its committee and what became of it, the oldest step first."""

    measure: Measure
    committee: CommitteeFile
    steps: Sequence[MeasureStep]

    @property
    def state(self) -> MeasureState:
        """Where it stands."""
        return MeasureState(self.measure.state)


def open_measures(session: Session, me: int, today: date) -> OpenMeasures:
    """Return how many measures of a body are open."""
    row = session.execute(_OPEN, {"me": me, "today": today}).one()
    return OpenMeasures(row.proposed, row.to_do, row.overdue)


def measures_of(session: Session, me: int, committee_id: UUID) -> Sequence[RowMapping]:
    """Return the measures of one committee, open ones first."""
    return [*MEASURES.all(session, me, {"committee": committee_id})]


def measure_file(session: Session, measure_id: UUID) -> MeasureFile:
    """Return a measure of the own body; raises `NotFoundError`."""
    measure = session.scalars(select(Measure).where(Measure.id == measure_id)).one_or_none()
    if measure is None:
        raise NotFoundError
    steps = session.scalars(_STEPS, {"measure": measure_id}).all()
    return MeasureFile(measure, committee_file(session, measure.committee_id), steps)


MEASURE = Versioned(Measure, measure_file, parts=lambda file: (file.measure,))
"""How a measure is held and marked; its steps follow from it."""


def last_day(session: Session, me: int, measure: Measure) -> date | None:
    """Return the day on which a measure reached the state in which it is; None for a proposal."""
    return session.scalar(
        select(func.min(MeasureStep.happened_on)).where(
            MeasureStep.tenant_id == me,
            MeasureStep.measure_id == measure.id,
            MeasureStep.state == measure.state,
        )
    )


def next_number(session: Session, me: int, measure_id: UUID) -> int:
    """Return the number of the next step of a measure that is held."""
    last = select(func.max(MeasureStep.number)).where(
        MeasureStep.tenant_id == me, MeasureStep.measure_id == measure_id
    )
    return (session.scalar(last) or 0) + 1

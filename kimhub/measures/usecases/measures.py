"""A body writes down what its Lenkungsgruppe or Projektgruppe is to do, changes it, and removes a mistake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from kimhub.committees.public import CommitteeFile, carried_committee
from kimhub.core import clock
from kimhub.core.errors import InvalidInputError
from kimhub.core.versions import locked
from kimhub.measures.models import Measure, MeasureStateError, MeasureStep
from kimhub.measures.queries import next_number
from kimhub.measures.terms import MeasureOrigin, MeasureState
from kimhub.programme.public import Baustein
from tenants import Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureDetails:
    """What is to be done, by which office, until when, and which gap it closes."""

    title: str
    responsible: str
    origin: MeasureOrigin
    text: str = ""
    due: date | None = None
    baustein: Baustein | None = None
    origin_text: str = ""
    paper: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMeasure(MeasureDetails):
    """A measure with the committee that is to decide it."""

    committee_id: UUID


def propose_measure(actor: Actor, command: NewMeasure) -> Measure:
    """Write down what a Lenkungsgruppe or Projektgruppe is to decide.

    Raises `ForbiddenError`, `NotFoundError` for a committee in which the body has no part, and `InvalidInputError` for
    one of another kind and for one that is dissolved.
    """
    actor.require(Permission.COMMITTEE_WRITE)
    session = db.session()
    file = carried_committee(session, actor.tenant_id, command.committee_id)
    require_group(file, clock.today(), "committee_id")
    measure = Measure(
        tenant_id=actor.tenant_id,
        id=uuid4(),
        owner_id=file.committee.tenant_id,
        committee_id=file.committee.id,
        state=MeasureState.PROPOSED.value,
        closing_note="",
        actor_label=actor.label,
    )
    _fill(measure, command)
    session.add(measure)
    session.flush()
    return measure


def change_measure(actor: Actor, measure_id: UUID, details: MeasureDetails) -> Measure:
    """Change what is to be done; once it is decided, how it was worded before stays readable.

    Raises `ForbiddenError`, `NotFoundError`, and `MeasureStateError` for one that is done or dropped.
    """
    measure = open_measure(actor, measure_id)
    before = _worded(measure)
    _fill(measure, details)
    if measure.state != MeasureState.PROPOSED and _worded(measure) != before:
        keep_step(actor, measure, clock.today())
    return measure


def delete_measure(actor: Actor, measure_id: UUID) -> None:
    """Delete a proposal that was entered by mistake.

    Raises `ForbiddenError`, `NotFoundError`, and `MeasureStateError` for what was decided or dropped: that stays.
    """
    measure = open_measure(actor, measure_id)
    if measure.state != MeasureState.PROPOSED:
        raise MeasureStateError(
            "Was beschlossen ist, bleibt lesbar. Verfolgen Sie die Maßnahme nicht weiter, und nennen Sie den Grund."
        )
    session = db.session()
    session.delete(measure)
    session.flush()


def open_measure(actor: Actor, measure_id: UUID) -> Measure:
    """Return a measure that is neither done nor dropped, held until the transaction ends.

    Raises `ForbiddenError`, `NotFoundError`, `MeasureStateError`.
    """
    actor.require(Permission.COMMITTEE_WRITE)
    measure = locked(db.session(), Measure, measure_id)
    if MeasureState(measure.state).is_final:
        raise MeasureStateError(
            f"Die Maßnahme ist {MeasureState(measure.state).label}. Geht es weiter, tragen Sie eine neue ein."
        )
    return measure


def require_group(file: CommitteeFile, on: date, field: str) -> None:
    """Raise `InvalidInputError` at `field` unless the committee was a Lenkungs- or Projektgruppe on a day."""
    if not file.was_there(on):
        message = "Das Gremium war an diesem Tag schon aufgelöst."
        raise InvalidInputError(message, fields={field: [message]})
    if not file.decides_measures_on(on):
        message = "Maßnahmen beschließt eine Lenkungsgruppe oder Projektgruppe. Das Gremium war an diesem Tag keine."
        raise InvalidInputError(message, fields={field: [message]})


def keep_step(actor: Actor, measure: Measure, on: date, note: str = "") -> None:
    """Keep the state and the wording that a measure has from now on."""
    session = db.session()
    session.add(
        MeasureStep(
            tenant_id=measure.tenant_id,
            id=uuid4(),
            measure_id=measure.id,
            number=next_number(session, measure.tenant_id, measure.id),
            state=measure.state,
            happened_on=on,
            title=measure.title,
            text=measure.text,
            responsible=measure.responsible,
            due=measure.due,
            note=note,
            actor_label=actor.label,
        )
    )
    session.flush()


def _worded(measure: Measure) -> tuple[object, ...]:
    return measure.title, measure.text, measure.responsible, measure.due


def _fill(measure: Measure, details: MeasureDetails) -> None:
    measure.title, measure.text = details.title, details.text
    measure.responsible, measure.due = details.responsible, details.due
    measure.baustein = details.baustein.value if details.baustein else None
    measure.origin, measure.origin_text = details.origin.value, details.origin_text
    measure.paper = details.paper

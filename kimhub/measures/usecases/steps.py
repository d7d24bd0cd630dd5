"""A measure goes on: it is decided, begun, done, or given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kimhub.committees.public import carried_committee
from kimhub.core import clock
from kimhub.core.errors import InvalidInputError
from kimhub.core.formats import day
from kimhub.measures.models import Measure, MeasureStateError
from kimhub.measures.queries import last_day
from kimhub.measures.terms import TO_DO, MeasureState
from kimhub.measures.usecases.measures import keep_step, open_measure, require_group
from kimhub.occurrences.public import Happened, OccurrenceKind, Source, record, revoke
from tenants import Actor, db


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureStepDetails:
    """On which day, and what there is to say of it."""

    happened_on: date
    note: str = ""


def decide_measure(actor: Actor, measure_id: UUID, command: MeasureStepDetails) -> Measure:
    """Say that the committee has decided a measure, and on which day: the only way to „beschlossen“.

    Raises `ForbiddenError`, `NotFoundError`, `MeasureStateError` for one that is no proposal any more, and
    `InvalidInputError` for a day ahead and for one on which the committee was no Lenkungs- or Projektgruppe.
    """
    measure = _from(actor, measure_id, (MeasureState.PROPOSED,))
    _check_day(measure, command.happened_on)
    file = carried_committee(db.session(), actor.tenant_id, measure.committee_id)
    require_group(file, command.happened_on, "happened_on")
    measure.decided_on = command.happened_on
    _step(actor, measure, MeasureState.DECIDED, command)
    record(
        actor,
        Happened(
            kind=OccurrenceKind.MEASURE,
            source_id=measure.id,
            subject_id=measure.id,
            about=measure.title,
            on=command.happened_on,
        ),
    )
    return measure


def begin_measure(actor: Actor, measure_id: UUID, command: MeasureStepDetails) -> Measure:
    """Say that somebody works on a measure that is decided; raises as `decide_measure`."""
    measure = _from(actor, measure_id, (MeasureState.DECIDED,))
    _check_day(measure, command.happened_on)
    return _step(actor, measure, MeasureState.IN_PROGRESS, command)


def finish_measure(actor: Actor, measure_id: UUID, command: MeasureStepDetails) -> Measure:
    """Say that a measure is done; it is not changed any more. Raises as `decide_measure`."""
    return _close(actor, _from(actor, measure_id, TO_DO), MeasureState.DONE, command)


def drop_measure(actor: Actor, measure_id: UUID, command: MeasureStepDetails) -> Measure:
    """Say that a measure is given up, and why; it stays readable and is not changed any more.

    Raises as `decide_measure`, and `InvalidInputError` without a reason.
    """
    if not command.note:
        message = "Nennen Sie den Grund."
        raise InvalidInputError(message, fields={"note": [message]})
    measure = _from(actor, measure_id, (MeasureState.PROPOSED, *TO_DO))
    _close(actor, measure, MeasureState.DROPPED, command)
    revoke(actor, Source(OccurrenceKind.MEASURE, measure.id))
    return measure


def _from(actor: Actor, measure_id: UUID, states: tuple[MeasureState, ...]) -> Measure:
    measure = open_measure(actor, measure_id)
    if measure.state not in {state.value for state in states}:
        raise MeasureStateError(f"Die Maßnahme ist {MeasureState(measure.state).label}.")
    return measure


def _check_day(measure: Measure, on: date) -> None:
    if on > clock.today():
        raise _refused("Der Tag liegt in der Zukunft. Geben Sie heute oder einen früheren Tag an.")
    before = last_day(db.session(), measure.tenant_id, measure)
    if before is not None and on < before:
        raise _refused(
            f"Der letzte Schritt war am {day(before)}. Geben Sie diesen oder einen späteren Tag an."
        )


def _refused(message: str) -> InvalidInputError:
    return InvalidInputError(message, fields={"happened_on": [message]})


def _close(actor: Actor, measure: Measure, state: MeasureState, command: MeasureStepDetails) -> Measure:
    _check_day(measure, command.happened_on)
    measure.closed_on, measure.closing_note = command.happened_on, command.note
    return _step(actor, measure, state, command)


def _step(actor: Actor, measure: Measure, state: MeasureState, command: MeasureStepDetails) -> Measure:
    measure.state = state.value
    keep_step(actor, measure, command.happened_on, command.note)
    return measure

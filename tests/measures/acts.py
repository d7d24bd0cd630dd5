"""What bodies do with measures, each in a transaction of its own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from kimhub.core import clock
from kimhub.measures.public import MeasureOrigin, MeasureStepDetails, NewMeasure, propose_measure
from kimhub.measures.queries import MeasureFile, measure_file
from kimhub.measures.usecases import steps
from kimhub.measures.usecases.measures import MeasureDetails, change_measure
from tenants import Actor, transaction

WHAT = "Sprachmittlung für alle Beratungsstellen"
DECIDED_ON = date(2026, 3, 12)


def days(number: int) -> date:
    return clock.today() + timedelta(days=number)


def said(**more: Any) -> dict[str, Any]:
    return {"title": WHAT, "responsible": "Jobcenter", "origin": MeasureOrigin.CASE_WORK, **more}


def proposed(actor: Actor, committee_id: UUID, **more: Any) -> UUID:
    with transaction(actor):
        return propose_measure(actor, NewMeasure(committee_id=committee_id, **said(**more))).id


def stepped(actor: Actor, measure_id: UUID, name: str, on: date = DECIDED_ON, note: str = "") -> None:
    """Take the step `decide`, `begin`, `finish` or `drop`."""
    use_case = getattr(steps, f"{name}_measure")
    with transaction(actor):
        use_case(actor, measure_id, MeasureStepDetails(happened_on=on, note=note))


def decided(actor: Actor, committee_id: UUID, **more: Any) -> UUID:
    measure_id = proposed(actor, committee_id, **more)
    stepped(actor, measure_id, "decide")
    return measure_id


def changed(actor: Actor, measure_id: UUID, **more: Any) -> None:
    with transaction(actor):
        change_measure(actor, measure_id, MeasureDetails(**said(**more)))


def read(actor: Actor, measure_id: UUID) -> MeasureFile:
    with transaction(actor, read_only=True) as session:
        file = measure_file(session, measure_id)
        session.expunge_all()
        return file

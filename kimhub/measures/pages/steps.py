"""The steps of a measure: each asks for its day and says what follows before it is taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from flask.typing import ResponseReturnValue

from kimhub.core import clock
from kimhub.core.formats import day
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.form_pages import Edits, Worded, form_page
from kimhub.core.web.view import Crumb, Fact
from kimhub.measures.models import Measure
from kimhub.measures.pages.blueprint import crumbs, page_url, pages
from kimhub.measures.queries import MEASURE, measure_file
from kimhub.measures.schemas import MeasureDropSchema, MeasureStepSchema
from kimhub.measures.usecases.steps import (
    MeasureStepDetails,
    begin_measure,
    decide_measure,
    drop_measure,
    finish_measure,
)
from tenants import Actor, Permission, db

UseCase = Callable[[Actor, UUID, MeasureStepDetails], Measure]
_FINAL = (
    "Danach ändert niemand mehr etwas an dieser Maßnahme. Sie bleibt mit ihrem Verlauf lesbar. Geht es weiter, tragen "
    "Sie eine neue ein."
)


@pages.route("/<uuid:measure_id>/beschliessen", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_WRITE)
def decide(measure_id: UUID) -> ResponseReturnValue:
    """Say that the group has decided it."""
    return _step(
        measure_id, decide_measure,
        heading="Beschluss eintragen", day_label="Tag des Beschlusses", submit="Beschluss eintragen",
        done="Der Beschluss ist eingetragen.",
        consequences=(
            "Die Maßnahme lässt sich danach nicht mehr löschen; was sich ändert, bleibt im Verlauf lesbar.",
            "Rückt ihr Tag näher, steht sie auf „Heute“.",
        ),
    )  # fmt: skip


@pages.route("/<uuid:measure_id>/beginnen", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_WRITE)
def begin(measure_id: UUID) -> ResponseReturnValue:
    """Say that somebody works on it."""
    return _step(
        measure_id, begin_measure,
        heading="Mit der Umsetzung begonnen", day_label="Begonnen am", submit="Eintragen",
        done="Die Maßnahme ist in Arbeit.",
    )  # fmt: skip


@pages.route("/<uuid:measure_id>/umsetzen", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_WRITE)
def finish(measure_id: UUID) -> ResponseReturnValue:
    """Say that it is done."""
    return _step(
        measure_id, finish_measure,
        heading="Maßnahme umgesetzt", day_label="Umgesetzt am", note_label="Was daraus wurde",
        submit="Als umgesetzt eintragen", done="Die Maßnahme ist umgesetzt.", consequences=(_FINAL,),
    )  # fmt: skip


@pages.route("/<uuid:measure_id>/nicht-weiterverfolgen", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_WRITE)
def drop(measure_id: UUID) -> ResponseReturnValue:
    """Say that it is given up, and why."""
    return _step(
        measure_id, drop_measure,
        heading="Maßnahme nicht weiterverfolgen", day_label="Entschieden am", note_label="Grund",
        submit="Nicht weiterverfolgen", done="Die Maßnahme wird nicht weiterverfolgt.", consequences=(_FINAL,),
        schema=MeasureDropSchema,
    )  # fmt: skip


def _step(
    measure_id: UUID,
    use_case: UseCase,
    *,
    heading: str,
    day_label: str,
    submit: str,
    done: str,
    note_label: str = "Anmerkung",
    consequences: Sequence[str] = (),
    schema: type[MeasureStepSchema] = MeasureStepSchema,
) -> ResponseReturnValue:
    file, here = measure_file(db.session(), measure_id), page_url("show", measure_id=measure_id)
    measure = file.measure
    return form_page(
        schema(),
        lambda form: use_case(current_actor(), measure_id, MeasureStepDetails(**form.data)),
        heading=heading,
        crumbs=crumbs(Crumb(measure.title, here), Crumb(heading)),
        cancel_url=here,
        then=lambda _: here,
        done=done,
        submit=submit,
        facts=[
            Fact("Was", measure.title),
            Fact("Wer", measure.responsible),
            *([Fact("Bis wann", day(measure.due))] if measure.due else []),
            Fact("Gremium", file.committee.named.name),
        ],
        consequences=consequences,
        worded={"happened_on": Worded(day_label), "note": Worded(note_label)},
        edits=Edits(MEASURE, measure_id, file, lambda _: {"happened_on": clock.today()}),
    )

"""The forms of a measure: proposing it, changing it, the question before a proposal is deleted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from kimhub.committees.public import working_groups
from kimhub.core.fields.options import Option
from kimhub.core.formats import day
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.form_pages import Edits, form_page
from kimhub.core.web.view import Crumb, Fact
from kimhub.measures.pages.blueprint import crumbs, page_url, pages
from kimhub.measures.queries import MEASURE, MeasureFile, measure_file
from kimhub.measures.schemas import MeasureSchema, NewMeasureSchema, details_of, new_measure_of
from kimhub.measures.terms import MeasureState
from kimhub.measures.usecases.measures import change_measure, delete_measure, propose_measure
from tenants import Permission, db


@pages.route("/neu", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_WRITE)
def new() -> ResponseReturnValue:
    """Write down what a group is to decide."""
    actor = current_actor()
    groups = [row for row in working_groups(db.session(), actor.tenant_id) if row["dissolved_on"] is None]
    return form_page(
        NewMeasureSchema(),
        lambda form: propose_measure(actor, new_measure_of(form.data)),
        heading="Maßnahme eintragen",
        intro="Sie steht zuerst als Vorschlag da. Den Tag des Beschlusses tragen Sie danach ein, auch einen früheren.",
        crumbs=crumbs(Crumb("Maßnahme eintragen")),
        cancel_url=page_url("listing"),
        then=lambda made: page_url("show", measure_id=made.id),
        done="Die Maßnahme ist als Vorschlag eingetragen.",
        submit="Eintragen",
        initial={"committee_id": str(groups[0]["id"])} if len(groups) == 1 else None,
        options={"committee_id": [Option(str(row["id"]), row["name"]) for row in groups]},
    )


@pages.route("/<uuid:measure_id>/bearbeiten", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_WRITE)
def edit(measure_id: UUID) -> ResponseReturnValue:
    """Change what is to be done."""
    file, here = measure_file(db.session(), measure_id), page_url("show", measure_id=measure_id)
    proposed = file.state is MeasureState.PROPOSED
    return form_page(
        MeasureSchema(),
        lambda form: change_measure(current_actor(), measure_id, details_of(form.data)),
        heading="Maßnahme ändern",
        intro=None
        if proposed
        else "Die Maßnahme ist beschlossen. Was bisher galt, bleibt im Verlauf lesbar, wenn Sie Wortlaut, Stelle oder "
        "Tag ändern.",
        crumbs=crumbs(Crumb(file.measure.title, here), Crumb("Ändern")),
        cancel_url=here,
        then=lambda _: here,
        done="Die Maßnahme ist gespeichert.",
        edits=Edits(MEASURE, measure_id, file, _values),
    )


@pages.route("/<uuid:measure_id>/loeschen", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_WRITE)
def delete(measure_id: UUID) -> ResponseReturnValue:
    """Ask, then delete a proposal that was entered by mistake."""
    file, here = measure_file(db.session(), measure_id), page_url("show", measure_id=measure_id)
    return ask_page(
        lambda: delete_measure(current_actor(), measure_id),
        about=Seen(MEASURE, measure_id, file),
        heading="Vorschlag löschen?",
        facts=[
            Fact("Was", file.measure.title),
            Fact("Wer", file.measure.responsible),
            Fact("Eingetragen", f"{day(file.measure.created_at)}, {file.measure.actor_label}"),
        ],
        consequences=[
            "Löschen Sie nur, was versehentlich eingetragen ist.",
            "Was die Gruppe ablehnt, verfolgen Sie nicht weiter; so bleibt es mit dem Grund lesbar.",
            "Dass der Vorschlag eingetragen war, hält der Änderungsverlauf fest.",
        ],
        submit="Vorschlag löschen",
        crumbs=crumbs(Crumb(file.measure.title, here), Crumb("Löschen")),
        back_url=here,
        then=lambda _: page_url("listing"),
        done="Der Vorschlag ist gelöscht.",
    )


def _values(file: MeasureFile) -> dict[str, Any]:
    names = ("title", "text", "responsible", "due", "origin", "origin_text", "paper")
    values = {name: getattr(file.measure, name) for name in names}
    return {**values, "baustein": str(file.measure.baustein) if file.measure.baustein else None}

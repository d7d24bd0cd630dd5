"""One measure: what, who, until when, why, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from flask import render_template

from kimhub.core import clock
from kimhub.core.formats import day
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.view import Action, Crumb, Fact, TimelineEntry
from kimhub.measures.models import MeasureStep
from kimhub.measures.pages.blueprint import BADGES, crumbs, page_url, pages
from kimhub.measures.queries import MeasureFile, measure_file
from kimhub.measures.terms import TO_DO, MeasureOrigin, MeasureState
from kimhub.programme.public import Baustein
from tenants import Actor, Permission, db
from tenants.naming import only

_REACHED = {
    MeasureState.DECIDED: "Beschlossen am {}",
    MeasureState.IN_PROGRESS: "In Arbeit seit {}",
    MeasureState.DONE: "Umgesetzt am {}",
    MeasureState.DROPPED: "Nicht weiterverfolgt seit {}",
}
_NEXT = {
    MeasureState.PROPOSED: (("Beschluss eintragen", "decide"),),
    MeasureState.DECIDED: (("Umsetzung begonnen", "begin"), ("Umgesetzt", "finish")),
    MeasureState.IN_PROGRESS: (("Umgesetzt", "finish"),),
}
"""The steps that lead on, the usual one first."""


@pages.get("/<uuid:measure_id>")
@requires(Permission.COMMITTEE_READ)
def show(measure_id: UUID) -> str:
    """Show a measure."""
    actor = current_actor()
    file = measure_file(db.session(), measure_id)
    return render_template(
        "measures/measure.html",
        crumbs=crumbs(Crumb(file.measure.title)),
        file=file,
        state=BADGES[file.state],
        late=_is_late(file),
        actions=_actions(actor, file),
        facts=_facts(file),
        origin=_origin(file),
        timeline=[*_timeline(file)],
        visible_to=only(actor.tenant_name),
    )


def _is_late(file: MeasureFile) -> bool:
    due = file.measure.due
    return file.state in TO_DO and due is not None and due < clock.today()


def _actions(actor: Actor, file: MeasureFile) -> list[Action]:
    if file.state.is_final or not actor.may(Permission.COMMITTEE_WRITE):
        return []
    steps = [*_NEXT[file.state], ("Ändern", "edit"), ("Nicht weiterverfolgen", "drop")]
    if file.state is MeasureState.PROPOSED:
        steps.append(("Löschen", "delete"))
    variants = ["primary", "secondary", "secondary"]
    return [
        Action(label, page_url(endpoint, measure_id=file.measure.id), variant)
        for (label, endpoint), variant in zip(
            steps, [*variants, *["tertiary"] * (len(steps) - len(variants))], strict=False
        )
    ]


def _facts(file: MeasureFile) -> list[Fact]:
    measure = file.measure
    facts = [
        Fact("Wer", measure.responsible),
        Fact("Bis wann", day(measure.due) if measure.due else "kein Tag bestimmt"),
        Fact("Gremium", file.committee.named.name),
        Fact("Beschlossen am", day(measure.decided_on) if measure.decided_on else "noch nicht beschlossen"),
    ]
    if measure.baustein:
        facts.append(Fact("Baustein", Baustein(measure.baustein).label))
    if measure.paper:
        facts.append(Fact("Vorlage, Niederschrift oder Link", measure.paper))
    return facts


def _origin(file: MeasureFile) -> list[Fact]:
    measure = file.measure
    return [
        Fact("Bekannt aus", MeasureOrigin(measure.origin).label),
        *([Fact("Worin sie besteht", measure.origin_text)] if measure.origin_text else []),
    ]


def _timeline(file: MeasureFile) -> Iterator[TimelineEntry]:
    measure = file.measure
    yield TimelineEntry(
        "Vorgeschlagen",
        measure.actor_label,
        measure.created_at,
        own=True,
        state=BADGES[MeasureState.PROPOSED],
    )
    before: MeasureStep | None = None
    for step in file.steps:
        state = MeasureState(step.state)
        is_new = before is None or before.state != step.state
        said = [*([step.note] if step.note else []), *(_changes(before, step) if before else [])]
        yield TimelineEntry(
            _REACHED[state].format(day(step.happened_on)) if is_new else "Geändert",
            step.actor_label,
            step.created_at,
            own=True,
            note="\n".join(said) or None,
            state=BADGES[state] if is_new else None,
        )
        before = step


def _changes(before: MeasureStep, after: MeasureStep) -> Iterator[str]:
    """Yield in words what was decided anew, with what held before."""
    if before.title != after.title:
        yield f"Was: {after.title} (vorher: {before.title})"
    if before.responsible != after.responsible:
        yield f"Wer: {after.responsible} (vorher: {before.responsible})"
    if before.due != after.due:
        yield f"Bis wann: {_until(after)} (vorher: {_until(before)})"
    if before.text != after.text:
        yield f"Beschreibung geändert (vorher: {before.text or 'keine'})"


def _until(step: MeasureStep) -> str:
    return day(step.due) if step.due else "kein Tag bestimmt"

"""Measures over the API: what the groups of the KIM decided, who carries it out, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Flask
from marshmallow import fields as plain
from sqlalchemy import RowMapping

from kimhub.core.api import PageQuerySchema, Resource, chosen, register_api
from kimhub.core.fields import CommandSchema
from kimhub.core.web.paging import PageRequest
from kimhub.measures.models import Measure
from kimhub.measures.queries import MEASURE, MEASURES, MeasureFile
from kimhub.measures.schemas import (
    MeasureDropSchema,
    MeasureSchema,
    MeasureStepSchema,
    NewMeasureSchema,
    details_of,
    new_measure_of,
)
from kimhub.measures.terms import FINAL, MeasureOrigin, MeasureState
from kimhub.measures.usecases.measures import change_measure, delete_measure, propose_measure
from kimhub.measures.usecases.steps import (
    MeasureStepDetails,
    begin_measure,
    decide_measure,
    drop_measure,
    finish_measure,
)
from tenants import Actor, Permission, db

_STATE = {"enum": [state.value for state in MeasureState]}


class MeasureQuerySchema(PageQuerySchema):
    """Which measures."""

    state = chosen(MeasureState)
    open = plain.Boolean(metadata={"description": "nur vorgeschlagene, beschlossene und solche in Arbeit"})
    committee_id = plain.UUID(metadata={"description": "nur Maßnahmen dieses Gremiums"})


class MeasureRowSchema(CommandSchema):
    """A line of the measures."""

    id = plain.UUID(required=True)
    committee_id = plain.UUID(required=True)
    title = plain.String(required=True, metadata={"description": "was zu tun ist"})
    responsible = plain.String(required=True, metadata={"description": "Stelle, die es umsetzt; kein Name"})
    due = plain.Date(required=True, allow_none=True, metadata={"description": "bis wann"})
    baustein = plain.Integer(required=True, allow_none=True)
    origin = plain.String(
        required=True,
        metadata={
            "enum": [origin.value for origin in MeasureOrigin],
            "description": "woher die Lücke bekannt ist",
        },
    )
    state = plain.String(required=True, metadata=_STATE)
    decided_on = plain.Date(required=True, allow_none=True, metadata={"description": "Tag des Beschlusses"})
    closed_on = plain.Date(
        required=True,
        allow_none=True,
        metadata={"description": "seit wann umgesetzt oder nicht weiterverfolgt"},
    )


class MeasureStepOutSchema(CommandSchema):
    """A state that a measure reached, or a new wording, as it stood from then on."""

    state = plain.String(required=True, metadata=_STATE)
    happened_on = plain.Date(required=True)
    title = plain.String(required=True)
    text = plain.String(required=True)
    responsible = plain.String(required=True)
    due = plain.Date(required=True, allow_none=True)
    note = plain.String(required=True)
    actor_label = plain.String(required=True, metadata={"description": "Rolle der Person, die es eintrug"})
    entered_at = plain.AwareDateTime(required=True, attribute="created_at")


class MeasureOutSchema(MeasureRowSchema):
    """A measure with what became of it."""

    text = plain.String(required=True)
    origin_text = plain.String(required=True, metadata={"description": "worin die Lücke besteht"})
    paper = plain.String(required=True, metadata={"description": "Vorlage, Niederschrift oder Link"})
    closing_note = plain.String(
        required=True, metadata={"description": "was daraus wurde, oder warum nichts"}
    )
    steps = plain.List(
        plain.Nested(MeasureStepOutSchema), required=True, metadata={"description": "ab dem Beschluss"}
    )


def _body(file: MeasureFile) -> dict[str, Any]:
    shown = [name for name in MeasureOutSchema().fields if name != "steps"]
    return {**{name: getattr(file.measure, name) for name in shown}, "steps": file.steps}


measures = Resource(
    "measures",
    "Maßnahmen: was Lenkungsgruppe und Projektgruppen beschließen, wer es bis wann umsetzt, was daraus wurde",
    thing=MEASURE,
    shape=MeasureOutSchema,
    body=_body,
    names="measure_id",
    read=Permission.COMMITTEE_READ,
    write=Permission.COMMITTEE_WRITE,
    blueprint="measures-api",
)


@measures.list(
    MeasureRowSchema, "Maßnahmen auflisten", "Offene zuerst, nach dem Tag, bis zu dem sie umzusetzen sind.",
    listed=MEASURES, query=MeasureQuerySchema,
)  # fmt: skip
def list_(
    actor: Actor,
    asked: PageRequest,
    *,
    state: MeasureState | None = None,
    open: bool = False,  # noqa: A002 - the filter's name in the address
    committee_id: UUID | None = None,
) -> Sequence[RowMapping]:
    """List the measures of the body."""
    states = {state} if state else {*MeasureState}
    if open:
        states -= {*FINAL}
    narrowed: dict[str, object] = {}
    if state or open:
        narrowed["states"] = [one.value for one in states]
    if committee_id:
        narrowed["committee"] = committee_id
    return MEASURES.fetch(db.session(), actor.tenant_id, asked, narrowed)


measures.read("Maßnahme lesen", "Mit ihrem Verlauf ab dem Beschluss.")


@measures.create(
    NewMeasureSchema, "Maßnahme vorschlagen",
    "`committee_id` ist eine Lenkungsgruppe oder Projektgruppe, die die Kommune führt oder mitträgt.", refused=(404,),
)  # fmt: skip
def create(actor: Actor, command: dict[str, Any]) -> Measure:
    """Write down what a group is to decide."""
    return propose_measure(actor, new_measure_of(command))


@measures.change(MeasureSchema, "Maßnahme ersetzen", "Ab dem Beschluss bleibt lesbar, was vorher galt.")
def replace(actor: Actor, file: MeasureFile, command: dict[str, Any]) -> None:
    """Change what is to be done."""
    change_measure(actor, file.measure.id, details_of(command))


@measures.change(None, "Vorschlag löschen", "Nur was noch nicht beschlossen ist, sonst 409.", method="DELETE")
def delete(actor: Actor, file: MeasureFile) -> None:
    """Delete a proposal that was entered by mistake."""
    delete_measure(actor, file.measure.id)


@measures.change(MeasureStepSchema, "Beschluss eintragen", method="POST", path="/decide")
def decide(actor: Actor, file: MeasureFile, command: dict[str, Any]) -> None:
    """Say that the group has decided it."""
    decide_measure(actor, file.measure.id, MeasureStepDetails(**command))


@measures.change(MeasureStepSchema, "Mit der Umsetzung beginnen", method="POST", path="/begin")
def begin(actor: Actor, file: MeasureFile, command: dict[str, Any]) -> None:
    """Say that somebody works on it."""
    begin_measure(actor, file.measure.id, MeasureStepDetails(**command))


@measures.change(
    MeasureStepSchema,
    "Als umgesetzt eintragen",
    "Danach ändert sich nichts mehr.",
    method="POST",
    path="/finish",
)
def finish(actor: Actor, file: MeasureFile, command: dict[str, Any]) -> None:
    """Say that it is done."""
    finish_measure(actor, file.measure.id, MeasureStepDetails(**command))


@measures.change(
    MeasureDropSchema,
    "Nicht weiterverfolgen",
    "Mit Grund. Danach ändert sich nichts mehr.",
    method="POST",
    path="/drop",
)
def drop(actor: Actor, file: MeasureFile, command: dict[str, Any]) -> None:
    """Say that it is given up, and why."""
    drop_measure(actor, file.measure.id, MeasureStepDetails(**command))


def init_app(app: Flask) -> None:
    """Add the operations to the API."""
    register_api(app, measures.blueprint)

"""What was put off over the API: which lines of Heute stand apart until a day, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask
from marshmallow import fields as plain
from sqlalchemy import RowMapping

from kimhub.core.api import PageQuerySchema, Resource, picked, register_api
from kimhub.core.errors import NotFoundError
from kimhub.core.fields import CommandSchema
from kimhub.core.routing import current_actor
from kimhub.core.web.paging import PageRequest
from kimhub.desk.deferral_queries import DEFERRAL, DEFERRALS, find_deferrals, source_of
from kimhub.desk.models import NO_SUBJECT, Deferral
from kimhub.desk.schemas import DeferralSchema, NewDeferralSchema
from kimhub.desk.usecases.put_off import Line, PutOff, PutOffLine, change_deferral, end_deferral, put_off
from tenants import Actor, Permission, db


class DeferralQuerySchema(PageQuerySchema):
    """Which of them."""

    ended = plain.Boolean(metadata={"description": "auch beendete"})


class DeferralOutSchema(CommandSchema):
    """A line of Heute that is put off."""

    id = plain.UUID(required=True)
    source = plain.String(required=True, metadata={"description": "Was die Zeile auf „Heute“ stellt"})
    kind = plain.String(required=True, metadata={"description": "In welchem Stand sie wartet"})
    subject_id = plain.UUID(
        required=True,
        allow_none=True,
        metadata={"description": "Worum es geht; null, wo es keine einzelne Sache ist"},
    )
    until = plain.Date(required=True, metadata={"description": "An diesem Tag steht sie wieder da"})
    reason = plain.String(required=True)
    actor_label = plain.String(required=True, metadata={"description": "Rolle der Person, die zurückstellte"})
    created_at = plain.AwareDateTime(required=True)
    ended_at = plain.AwareDateTime(required=True, allow_none=True)
    ended_by = plain.String(required=True)


_SHOWN = (
    "id", "source", "kind", "until", "reason", "actor_label", "created_at", "ended_at", "ended_by",
)  # fmt: skip


def _body(found: Deferral) -> dict[str, Any]:
    """Return it as the API shows it; raises `NotFoundError` where the reader's Heute has no such lines."""
    if source_of(current_actor(), found.source) is None:
        raise NotFoundError
    return {**{name: getattr(found, name) for name in _SHOWN}, "subject_id": _subject(found.subject_id)}


def _subject(subject_id: Any) -> Any:
    return None if subject_id == NO_SUBJECT else subject_id


deferrals = Resource(
    "deferrals",
    "Zurückgestelltes: Zeilen von „Heute“, die erst an einem Tag wieder vorgelegt werden",
    thing=DEFERRAL,
    shape=DeferralOutSchema,
    names="deferral_id",
    read=Permission.FOLLOW_UP_WRITE,
    write=Permission.FOLLOW_UP_WRITE,
    body=_body,
)


@deferrals.list(
    DeferralOutSchema, "Zurückgestelltes auflisten", "Nach Tag, ohne Beendetes. Sichtbar ist, wofür auch die Zeile auf "
    "„Heute“ sichtbar ist.",
    listed=DEFERRALS, query=DeferralQuerySchema,
    shown=picked(DeferralOutSchema, subject_id=_subject),
)  # fmt: skip
def list_(actor: Actor, asked: PageRequest, *, ended: bool = False) -> Sequence[RowMapping]:
    """List what is put off of the lines that the actor sees."""
    return find_deferrals(db.session(), actor, asked, also_ended=ended)


deferrals.read("Zurückgestelltes lesen")


@deferrals.create(
    NewDeferralSchema, "Zeile von „Heute“ zurückstellen", "Was andere zu Recht erwarten (Antwort, Bestätigung, "
    "Nachweis, Rückzahlung), lässt sich nicht zurückstellen.", refused=(404, 409),
)  # fmt: skip
def create(actor: Actor, command: dict[str, Any]) -> Deferral:
    """Put a line off."""
    line = Line(
        source=command["source"], kind=command["kind"], subject_id=command["subject_id"] or NO_SUBJECT
    )
    return put_off(actor, PutOffLine(line=line, until=command["until"], reason=command["reason"]))


@deferrals.derive(
    DeferralSchema,
    "Anderen Tag wählen",
    "Der bisherige Eintrag wird beendet und bleibt lesbar.",
    path="/change",
)
def change(actor: Actor, found: Deferral, command: dict[str, Any]) -> Deferral:
    """Choose another day."""
    return change_deferral(actor, found.id, PutOff(**command))


@deferrals.change(
    None, "Wieder vorlegen", "Die Zeile steht sofort wieder auf „Heute“.", method="POST", path="/end"
)
def end(actor: Actor, found: Deferral) -> None:
    """Let the line stand on Heute again."""
    end_deferral(actor, found.id)


def init_app(app: Flask) -> None:
    """Add the operations to the API."""
    register_api(app, deferrals.blueprint)

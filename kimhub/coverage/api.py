"""Coverage over the API: what committees heard of what happened, and what a body says of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask
from marshmallow import fields as plain
from marshmallow import validate
from sqlalchemy import RowMapping

from kimhub.core.api import PageQuerySchema, Resource, register_api
from kimhub.core.fields import CommandSchema
from kimhub.core.routing import current_actor
from kimhub.core.web.paging import PageRequest
from kimhub.coverage.models import CoverageRule, CoverageWaiver, PaperTopic
from kimhub.coverage.queries import COVERAGE, RULE, TOPIC, WAIVER
from kimhub.coverage.schemas import RuleSchema, WaiverSchema
from kimhub.coverage.terms import Told
from kimhub.coverage.usecases.papers import NewPaperTopic, relate_paper, unrelate_paper
from kimhub.coverage.usecases.rules import RuleDetails, concern_committee
from kimhub.coverage.usecases.waivers import NewWaiver, take_back_waiver, waive_telling
from kimhub.occurrences.public import OccurrenceKind
from tenants import Actor, Permission, db

_KINDS = [kind.value for kind in OccurrenceKind]


class CoverageQuerySchema(PageQuerySchema):
    """Which events."""

    gap = plain.Boolean(metadata={"description": "nur Vorgänge, von denen ein Gremium noch nicht weiß"})
    kind = plain.String(validate=validate.OneOf(_KINDS))


class CommitteeHeardSchema(CommandSchema):
    """What one committee heard."""

    name = plain.String(required=True)
    state = plain.String(required=True, metadata={"enum": [state.value for state in Told]})
    first = plain.String(
        required=True, allow_none=True, metadata={"description": "Tag, an dem es davon erfuhr"}
    )
    planned = plain.String(
        required=True,
        allow_none=True,
        metadata={"description": "Tag der Sitzung, auf deren Tagesordnung es steht"},
    )


class CoverageRowSchema(CommandSchema):
    """Something that happened, with what each committee concerned heard of it."""

    id = plain.UUID(required=True)
    kind = plain.String(required=True, metadata={"enum": _KINDS})
    happened_on = plain.Date(required=True)
    revoked_on = plain.Date(required=True, allow_none=True)
    body = plain.String(required=True, metadata={"description": "Wo es geschehen ist"})
    is_own = plain.Boolean(required=True)
    about = plain.String(
        required=True,
        allow_none=True,
        metadata={"description": "Nur von eigenen, mit der Berechtigung dafür"},
    )
    gap = plain.Boolean(required=True)
    committees = plain.List(plain.Nested(CommitteeHeardSchema), required=True)


class CoverageWaiverSchema(WaiverSchema):
    """Which committee need not be told of what, and why."""

    occurrence_id = plain.UUID(required=True)
    committee_id = plain.UUID(required=True)


class CoverageWaiverOutSchema(CommandSchema):
    """The same as it is on record."""

    id = plain.UUID(required=True)
    occurrence_id = plain.UUID(required=True)
    committee_id = plain.UUID(required=True)
    reason = plain.String(required=True)
    actor_label = plain.String(required=True)
    created_at = plain.AwareDateTime(required=True)


class PaperAboutSchema(CommandSchema):
    """Which paper was about what happened."""

    occurrence_id = plain.UUID(required=True)
    paper_id = plain.UUID(required=True)


class PaperAboutOutSchema(PaperAboutSchema):
    """The same as it is on record."""

    id = plain.UUID(required=True)
    actor_label = plain.String(required=True)
    created_at = plain.AwareDateTime(required=True)


class CoverageRuleSchema(RuleSchema):
    """Of what a committee is to be told."""

    committee_id = plain.UUID(required=True)


class CoverageRuleOutSchema(CommandSchema):
    """The same as it is on record; the last one of a committee counts."""

    id = plain.UUID(required=True)
    committee_id = plain.UUID(required=True)
    kinds = plain.List(plain.String(metadata={"enum": _KINDS}), required=True)
    actor_label = plain.String(required=True)
    created_at = plain.AwareDateTime(required=True)


waivers = Resource(
    "coverage-waivers",
    "Unterrichtung nicht erforderlich: von welchem Vorgang welches Gremium nicht erfahren muss, und warum",
    thing=WAIVER,
    shape=CoverageWaiverOutSchema,
    names="waiver_id",
    read=Permission.NOTICE_READ,
    write=Permission.NOTICE_WRITE,
)
topics = Resource(
    "paper-topics",
    "Zuordnung von Vorlagen zu Vorgängen",
    thing=TOPIC,
    shape=PaperAboutOutSchema,
    names="topic_id",
    read=Permission.NOTICE_READ,
    write=Permission.NOTICE_WRITE,
)
rules = Resource(
    "coverage-rules",
    "Unterrichtungsstand: von welchen Vorgängen ein Gremium erfahren soll, und was es erfahren hat",
    thing=RULE,
    shape=CoverageRuleOutSchema,
    names="rule_id",
    read=Permission.NOTICE_READ,
    write=Permission.NOTICE_WRITE,
)


def _shown(row: RowMapping) -> dict[str, Any]:
    may_read = current_actor().may(OccurrenceKind(row["kind"]).reads)
    names = ("id", "kind", "happened_on", "revoked_on", "body", "is_own", "gap", "committees")
    return {**{name: row[name] for name in names}, "about": row["about"] if may_read else None}


@rules.list(
    CoverageRowSchema,
    "Unterrichtungsstand auflisten",
    "Was geschehen ist, das Neueste zuerst.",
    listed=COVERAGE,
    query=CoverageQuerySchema,
    path="/stand",
    shown=_shown,
)
def stand(
    actor: Actor, asked: PageRequest, *, gap: bool = False, kind: str | None = None
) -> Sequence[RowMapping]:
    """List what happened, with what each committee heard of it."""
    narrowed: dict[str, object] = {"gap": True} if gap else {}
    return COVERAGE.fetch(db.session(), actor.tenant_id, asked, narrowed | ({"kind": kind} if kind else {}))


rules.read("Regel lesen")


@rules.create(CoverageRuleSchema, "Festlegen, wovon ein Gremium erfahren soll", "Die jüngste Regel gilt.")
def create_rule(actor: Actor, command: dict[str, Any]) -> CoverageRule:
    """Say of what a committee is to be told."""
    kinds = [OccurrenceKind(kind) for kind in command["kinds"]]
    return concern_committee(actor, command["committee_id"], RuleDetails(kinds=kinds))


waivers.read("Grund lesen, aus dem nicht unterrichtet wird")


@waivers.create(CoverageWaiverSchema, "Festhalten, dass ein Gremium nicht unterrichtet werden muss")
def create_waiver(actor: Actor, command: dict[str, Any]) -> CoverageWaiver:
    """Keep on record that a committee need not be told."""
    return waive_telling(actor, NewWaiver(**command))


@waivers.change(None, "Doch unterrichten", "Der Grund entfällt.", method="DELETE")
def delete_waiver(actor: Actor, waiver: CoverageWaiver) -> None:
    """Say that the committee is to be told after all."""
    take_back_waiver(actor, waiver.id)


topics.read("Zuordnung lesen")


@topics.create(
    PaperAboutSchema, "Vorlage einem Vorgang zuordnen", "Auch eine Vorlage einer früheren Sitzung."
)
def create_topic(actor: Actor, command: dict[str, Any]) -> PaperTopic:
    """Say that a paper is about something that happened."""
    return relate_paper(actor, NewPaperTopic(**command))


@topics.change(None, "Zuordnung lösen", method="DELETE")
def delete_topic(actor: Actor, topic: PaperTopic) -> None:
    """Say that a paper is not about it after all."""
    unrelate_paper(actor, topic.id)


def init_app(app: Flask) -> None:
    """Add the operations to the API."""
    for resource in (rules, waivers, topics):
        register_api(app, resource.blueprint)

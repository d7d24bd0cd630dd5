"""What the API says of an application and of a decision."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for
from marshmallow import fields as plain
from sqlalchemy.orm import Session

from kimhub.applications.models import BausteinDecision, EventKind
from kimhub.applications.queries import ApplicationFile, ApplicationState
from kimhub.applications.review import review_application
from kimhub.applications.schemas import Answer, Use
from kimhub.core import money
from kimhub.core.fields import CommandSchema

_AMOUNT = {"description": "Euro", "examples": ["137500.00"]}
_STATES = [state.value for state in ApplicationState]


class ApplicationSummarySchema(CommandSchema):
    """An application in a list."""

    id = plain.UUID(required=True)
    title = plain.String(required=True)
    starts_on = plain.Date(required=True)
    ends_on = plain.Date(required=True)
    state = plain.String(required=True, metadata={"enum": _STATES})
    submitted_on = plain.Date(required=True, allow_none=True)
    reference = plain.String(required=True)
    version = plain.Integer(required=True)
    created_at = plain.AwareDateTime(required=True)
    archived_at = plain.AwareDateTime(required=True, allow_none=True)


class SectionOutSchema(CommandSchema):
    """A section of the Förderskizze."""

    id = plain.UUID(required=True)
    key = plain.String(required=True, metadata={"description": "Abschnitt der Vorlage; leer bei eigenen"})
    heading = plain.String(required=True)
    text = plain.String(required=True)


class ParticipantOutSchema(CommandSchema):
    """Who took part."""

    name = plain.String(required=True)
    inside = plain.Boolean(required=True)
    contribution = plain.String(required=True)


class GemeindeOutSchema(CommandSchema):
    """What is said about a Gemeinde."""

    ags = plain.String(required=True)
    name = plain.String(required=True)
    involved = plain.String(
        required=True, allow_none=True, metadata={"enum": [*(answer.value for answer in Answer), None]}
    )
    how = plain.String(required=True)


class FileOutSchema(CommandSchema):
    """A file of the application."""

    id = plain.UUID(required=True)
    name = plain.String(required=True)
    media_type = plain.String(required=True)
    size = plain.Integer(required=True, metadata={"description": "Bytes"})
    sha256 = plain.String(required=True)
    url = plain.String(required=True, metadata={"format": "uri-reference"})


class DeadlineOutSchema(CommandSchema):
    """Until when one applies."""

    day = plain.Date(required=True)
    verified = plain.Boolean(required=True)
    source = plain.String(required=True)
    guideline = plain.String(required=True)


class FindingOutSchema(CommandSchema):
    """Something to know before the submission."""

    code = plain.String(required=True)
    level = plain.String(required=True, metadata={"enum": ["obstacle", "warning"]})
    part = plain.String(required=True)
    message = plain.String(required=True)


class RequestedSchema(CommandSchema):
    """An amount per Haushaltsjahr, Baustein and purpose."""

    year = plain.Integer(required=True)
    baustein = plain.Integer(required=True)
    purpose = plain.String(required=True)
    amount = plain.String(required=True, metadata=_AMOUNT)


class EventOutSchema(CommandSchema):
    """What happened after the submission."""

    kind = plain.String(required=True, metadata={"enum": [kind.value for kind in EventKind]})
    happened_on = plain.Date(required=True)
    reference = plain.String(required=True)
    note = plain.String(required=True)


class ApplicationOutSchema(ApplicationSummarySchema):
    """An application with all it says."""

    plan_id = plain.UUID(required=True, allow_none=True)
    plan_version = plain.Integer(required=True, allow_none=True)
    supersedes_id = plain.UUID(required=True, allow_none=True)
    deadline = plain.Nested(DeadlineOutSchema, required=True, allow_none=True)
    sections = plain.List(plain.Nested(SectionOutSchema), required=True)
    participants = plain.List(plain.Nested(ParticipantOutSchema), required=True)
    gemeinden = plain.List(plain.Nested(GemeindeOutSchema), required=True)
    documents = plain.List(plain.Nested(FileOutSchema), required=True)
    requested = plain.List(plain.Nested(RequestedSchema), required=True)
    total_cost = plain.String(required=True, allow_none=True, metadata=_AMOUNT)
    total_grant = plain.String(required=True, allow_none=True, metadata=_AMOUNT)
    eigenanteil = plain.String(required=True, allow_none=True, metadata=_AMOUNT)
    findings = plain.List(plain.Nested(FindingOutSchema), required=True)
    events = plain.List(plain.Nested(EventOutSchema), required=True)


def application_body(session: Session, file: ApplicationFile, today: date) -> dict[str, Any]:
    """Return an application as the API shows it."""
    application = file.application
    review = review_application(session, file, application.submitted_on or today)
    figures, deadline = review.basis.figures, review.deadline
    return {
        "id": application.id,
        "title": application.title,
        "starts_on": application.starts_on,
        "ends_on": application.ends_on,
        "state": file.state.value,
        "submitted_on": application.submitted_on,
        "reference": application.reference,
        "version": application.version,
        "created_at": application.created_at,
        "archived_at": application.archived_at,
        "plan_id": application.plan_id,
        "plan_version": review.basis.plan_version,
        "supersedes_id": application.supersedes_id,
        "deadline": deadline,
        "sections": file.sections,
        "participants": file.participants,
        "gemeinden": [
            {
                "ags": gemeinde.ags,
                "name": gemeinde.name,
                "involved": {True: Answer.YES.value, False: Answer.NO.value, None: None}[gemeinde.involved],
                "how": gemeinde.how,
            }
            for gemeinde in file.gemeinden
        ],
        "documents": [
            {
                "id": attached.id,
                "name": attached.document.name,
                "media_type": attached.document.media_type,
                "size": attached.document.size,
                "sha256": attached.document.sha256.hex(),
                "url": url_for("applications-api.read_document", attachment_id=attached.id),
            }
            for attached in file.documents
        ],
        "requested": [
            {
                "year": cell.year,
                "baustein": int(cell.baustein),
                "purpose": cell.purpose.value,
                "amount": money.to_json(amount),
            }
            for cell, amount in (sorted(figures.requested.items()) if figures else ())
        ],
        "total_cost": money.to_json(figures.cost) if figures else None,
        "total_grant": money.to_json(figures.grant) if figures else None,
        "eigenanteil": money.to_json(figures.eigenanteil) if figures else None,
        "findings": [
            {
                "code": finding.code,
                "level": finding.level.value,
                "part": finding.part,
                "message": finding.message,
            }
            for finding in (review.findings if application.is_draft else ())
        ],
        "events": file.events,
    }


class DecisionOutSchema(CommandSchema):
    """A decision about a Baustein."""

    id = plain.UUID(required=True)
    baustein = plain.Integer(required=True)
    use = plain.String(required=True, metadata={"enum": [use.value for use in Use]})
    from_year = plain.Integer(required=True)
    decided_on = plain.Date(required=True)
    reason = plain.String(required=True)
    reference = plain.String(required=True)
    recorded_at = plain.AwareDateTime(required=True)


class DecisionListSchema(CommandSchema):
    """All decisions, and which Bausteine are not used in the year asked for."""

    items = plain.List(plain.Nested(DecisionOutSchema), required=True)
    year = plain.Integer(required=True)
    not_used = plain.List(plain.Integer(), required=True)


def decision_body(decision: BausteinDecision) -> dict[str, Any]:
    """Return a decision as the API shows it."""
    return {
        "id": decision.id,
        "baustein": decision.baustein,
        "use": (Use.USED if decision.uses else Use.NOT_USED).value,
        "from_year": decision.from_year,
        "decided_on": decision.decided_on,
        "reason": decision.reason,
        "reference": decision.reference,
        "recorded_at": decision.created_at,
    }

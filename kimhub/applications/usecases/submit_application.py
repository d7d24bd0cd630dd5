"""Submit an application: its plan and figures are frozen, and nothing of it changes any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func

from kimhub.applications.checks import obstacles
from kimhub.applications.errors import ApplicationFixedError, ApplicationIncompleteError
from kimhub.applications.models import GrantApplication
from kimhub.applications.queries import application_file
from kimhub.applications.review import review_application
from kimhub.applications.usecases.loading import load_draft, require_recipient
from kimhub.core.clock import today
from kimhub.core.errors import InvalidInputError
from kimhub.core.versions import require_version
from kimhub.occurrences.public import Happened, OccurrenceKind, record
from kimhub.planning.public import calculate_plan, get_plan
from kimhub.programme.public import plan_to_json, result_to_json
from tenants import Actor, db


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """On which day it goes to the Bezirksregierung, under which Aktenzeichen of one's own."""

    submitted_on: date
    reference: str = ""


def submit_application(
    actor: Actor, application_id: UUID, command: Submission, *, expected_version: int
) -> GrantApplication:
    """Freeze a draft with the plan as it is now.

    Raises `StaleError` when it has changed since the actor checked `expected_version`, `ApplicationIncompleteError`
    with every obstacle, `ApplicationFixedError` when it is submitted already or was put away, and
    `InvalidInputError` for a day that is still to come.
    """
    session = db.session()
    application = load_draft(session, actor, application_id)
    require_recipient(session, actor)
    if application.archived_at is not None:
        raise ApplicationFixedError("Der Entwurf ist abgelegt. Beginnen Sie einen neuen Antrag.")
    require_version(
        application.version,
        expected_version,
        "Der Antrag wurde geändert, seit Sie ihn geprüft haben. Er ist noch nicht eingereicht. "
        "Prüfen Sie ihn noch einmal.",
    )
    if command.submitted_on > today():
        message = "Dieser Tag liegt in der Zukunft. Geben Sie den Tag an, an dem der Antrag abgesandt wird."
        raise InvalidInputError(fields={"submitted_on": [message]})
    review = review_application(session, application_file(session, application_id), command.submitted_on)
    if missing := obstacles(review.findings):
        fields: dict[str, list[str]] = {}
        for finding in missing:
            fields.setdefault(finding.part, []).append(finding.message)
        raise ApplicationIncompleteError(fields=fields)
    if application.plan_id is None:  # an obstacle above; said once more for who reads only this
        raise ApplicationIncompleteError(fields={"plan": ["Der Finanzierungsplan fehlt."]})
    stored = get_plan(session, application.plan_id)
    plan = stored.plan
    application.plan_version = stored.version
    application.plan_document = plan_to_json(plan)
    application.plan_result = result_to_json(calculate_plan(plan))
    application.submitted_at = func.now()
    application.submitted_on = command.submitted_on
    application.submitted_by = actor.label
    application.reference = command.reference
    application.touch()
    session.flush()  # constraints speak now, while the caller can still answer
    record(
        actor,
        Happened(
            kind=OccurrenceKind.APPLICATION,
            source_id=application.id,
            subject_id=application.id,
            about=application.title,
            on=command.submitted_on,
        ),
    )
    return application

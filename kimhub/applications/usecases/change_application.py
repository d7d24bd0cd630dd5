"""Change what a draft applies for, or put it away."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func

from kimhub.applications.models import GrantApplication
from kimhub.applications.usecases.create_application import ApplicationDetails, require_possible
from kimhub.applications.usecases.loading import load_draft
from kimhub.applications.usecases.tell_of_deadline import look_at_deadline_later
from tenants import Actor, db


def change_application(actor: Actor, application_id: UUID, details: ApplicationDetails) -> GrantApplication:
    """Replace title, period and plan of a draft; raises as `load_draft` and `create_application` do."""
    session = db.session()
    application = load_draft(session, actor, application_id)
    require_possible(session, details)
    application.title = details.title
    application.starts_on, application.ends_on = details.starts_on, details.ends_on
    application.plan_id = details.plan_id
    application.touch()
    session.flush()  # constraints speak now, while the caller can still answer
    look_at_deadline_later(session, actor, application)
    return application


def put_away_application(actor: Actor, application_id: UUID) -> GrantApplication:
    """Take a draft that is no longer needed out of the list; nothing is deleted."""
    session = db.session()
    application = load_draft(session, actor, application_id)
    if application.archived_at is None:
        application.archived_at = func.now()
        application.touch()
    return application


def take_up_application(actor: Actor, application_id: UUID) -> GrantApplication:
    """Put a draft that was put away back into the list; raises as `load_draft` does."""
    session = db.session()
    application = load_draft(session, actor, application_id)
    if application.archived_at is not None:
        application.archived_at = None
        application.touch()
        look_at_deadline_later(session, actor, application)
    return application

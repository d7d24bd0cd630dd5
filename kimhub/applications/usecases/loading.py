"""Loading for a use case: what the actor does not see does not exist, and a draft is held while it is changed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from kimhub.applications.errors import ApplicationFixedError, NotARecipientError, NotSubmittedError
from kimhub.applications.models import GrantApplication
from kimhub.core.versions import locked
from tenants import GRANT_RECIPIENTS, Actor, Permission, Tenant


def require_recipient(session: Session, actor: Actor) -> Tenant:
    """Return the actor's tenant if it applies for grants; raises `NotARecipientError`."""
    if not actor.is_of(GRANT_RECIPIENTS):
        raise NotARecipientError
    return session.get_one(Tenant, actor.tenant_id)


def load_draft(session: Session, actor: Actor, application_id: UUID) -> GrantApplication:
    """Return a draft, locked until the transaction ends: changes and the submission wait for each other here.

    Raises `ForbiddenError`, `NotFoundError`, and `ApplicationFixedError` once it is submitted.
    """
    actor.require(Permission.FUNDING_WRITE)
    application = locked(session, GrantApplication, application_id)
    if not application.is_draft:
        raise ApplicationFixedError
    return application


def load_submitted(session: Session, actor: Actor, application_id: UUID) -> GrantApplication:
    """Return an application that was submitted, locked; raises `NotSubmittedError` for a draft."""
    actor.require(Permission.FUNDING_WRITE)
    application = locked(session, GrantApplication, application_id)
    if application.is_draft:
        raise NotSubmittedError
    return application

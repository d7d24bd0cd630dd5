"""Loading for a use case: what the actor does not see does not exist, and a draft is held while it is changed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kimhub.applications.errors import ApplicationFixedError, NotARecipientError, NotSubmittedError
from kimhub.applications.models import GrantApplication
from kimhub.applications.queries import get_application
from tenants import Actor, Permission, Tenant


def require_recipient(session: Session, actor: Actor) -> Tenant:
    """Return the actor's tenant if it applies for grants; raises `NotARecipientError`."""
    tenant = session.get_one(Tenant, actor.tenant_id)
    if not tenant.is_grant_recipient:
        raise NotARecipientError
    return tenant


def load_draft(session: Session, actor: Actor, application_id: UUID) -> GrantApplication:
    """Return a draft, locked until the transaction ends: changes and the submission wait for each other here.

    Raises `ForbiddenError`, `NotFoundError`, and `ApplicationFixedError` once it is submitted.
    """
    actor.require(Permission.FUNDING_WRITE)
    locked = session.scalars(
        select(GrantApplication)
        .where(GrantApplication.id == application_id, GrantApplication.submitted_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if locked is None:
        get_application(session, application_id)
        raise ApplicationFixedError
    return locked


def load_submitted(session: Session, actor: Actor, application_id: UUID) -> GrantApplication:
    """Return an application that was submitted; raises `NotSubmittedError` for a draft."""
    actor.require(Permission.FUNDING_WRITE)
    application = get_application(session, application_id)
    if application.is_draft:
        raise NotSubmittedError
    return application

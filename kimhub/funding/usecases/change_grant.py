"""What a grant is called and belongs to may be corrected at any time; what was granted only by another Bescheid."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kimhub.funding.models import Grant
from kimhub.funding.usecases.enter_grant import check_sources, load_grant, settle_application
from tenants import Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantDetails:
    """How a grant is called, who granted it, which plan it pays for and which application it answers."""

    title: str
    granted_by: str
    plan_id: UUID | None = None
    application_id: UUID | None = None


def change_grant(actor: Actor, grant_id: UUID, details: GrantDetails) -> Grant:
    """Replace the details of a grant.

    Raises `NotFoundError`, also for a plan or application that is not there, and `InvalidInputError`.
    """
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    grant = load_grant(session, grant_id)
    check_sources(session, details.plan_id, details.application_id)
    grant.title = details.title.strip()
    grant.granted_by = details.granted_by.strip()
    grant.plan_id = details.plan_id
    grant.application_id = details.application_id
    session.flush()  # constraints speak now
    settle_application(session, actor, grant)
    return grant

"""Begin an application: from nothing, from a plan, or as the correction of a submitted one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from kimhub.applications.errors import CorrectedAlreadyError
from kimhub.applications.models import (
    FoerderskizzeParticipant,
    FoerderskizzeSection,
    GemeindeInvolvement,
    GrantApplication,
)
from kimhub.applications.queries import application_file
from kimhub.applications.template import sections_for
from kimhub.applications.usecases.loading import load_submitted, require_recipient
from kimhub.applications.usecases.tell_of_deadline import look_at_deadline_later
from kimhub.core.errors import InvalidInputError, NotFoundError
from kimhub.planning.public import get_plan
from tenants import Actor, Permission, Tenant, TenantKind, db
from tenants.models import RegisterEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationDetails:
    """What is applied for: a title, the Bewilligungszeitraum, the plan it rests on (it may follow later)."""

    title: str
    starts_on: date
    ends_on: date
    plan_id: UUID | None = None


def create_application(actor: Actor, details: ApplicationDetails) -> GrantApplication:
    """Begin a draft whose Förderskizze has the template's sections, for a Kreis with all its Gemeinden.

    Raises `ForbiddenError`, `NotARecipientError`, and `InvalidInputError` for a period or plan that cannot be.
    """
    session = db.session()
    actor.require(Permission.FUNDING_WRITE)
    tenant = require_recipient(session, actor)
    application = _draft(session, actor, details)
    for place, section in enumerate(sections_for(TenantKind(tenant.kind)), start=1):
        session.add(
            FoerderskizzeSection(
                tenant_id=actor.tenant_id,
                application_id=application.id,
                key=section.key,
                place=place,
                heading=section.heading,
            )
        )
    for ags in _gemeinden_below(session, tenant):
        session.add(GemeindeInvolvement(tenant_id=actor.tenant_id, application_id=application.id, ags=ags))
    session.flush()  # constraints speak now, while the caller can still answer
    return application


def correct_application(actor: Actor, application_id: UUID) -> GrantApplication:
    """Begin a correction of a submitted application: a new draft that names it and begins with all it says.

    Files are not taken over: what is attached belongs to the application with which it was sent. Raises
    `NotSubmittedError`, and `CorrectedAlreadyError` while there is another correction.
    """
    session = db.session()
    load_submitted(session, actor, application_id)
    require_recipient(session, actor)
    earlier = application_file(session, application_id)
    if earlier.correction is not None:
        raise CorrectedAlreadyError
    was = earlier.application
    details = ApplicationDetails(
        title=was.title, starts_on=was.starts_on, ends_on=was.ends_on, plan_id=was.plan_id
    )
    application = _draft(session, actor, details, supersedes_id=was.id)
    own = {"tenant_id": actor.tenant_id, "application_id": application.id}
    for section in earlier.sections:
        session.add(
            FoerderskizzeSection(
                **own, key=section.key, place=section.place, heading=section.heading, text=section.text
            )
        )
    for participant in earlier.participants:
        session.add(
            FoerderskizzeParticipant(
                **own,
                name=participant.name,
                inside=participant.inside,
                contribution=participant.contribution,
            )
        )
    for gemeinde in earlier.gemeinden:
        session.add(
            GemeindeInvolvement(**own, ags=gemeinde.ags, involved=gemeinde.involved, how=gemeinde.how)
        )
    session.flush()  # constraints speak now, while the caller can still answer
    return application


def require_possible(session: Session, details: ApplicationDetails) -> None:
    """Raise `InvalidInputError` for a period that ends before it begins or a plan that does not exist."""
    if details.ends_on < details.starts_on:
        raise InvalidInputError(fields={"ends_on": ["Das Ende liegt vor dem Beginn. Prüfen Sie beide Tage."]})
    if details.plan_id is not None:
        try:
            get_plan(session, details.plan_id)
        except NotFoundError as missing:
            message = "Diesen Finanzierungsplan gibt es nicht. Wählen Sie einen vorhandenen."
            raise InvalidInputError(fields={"plan_id": [message]}) from missing


def _draft(
    session: Session, actor: Actor, details: ApplicationDetails, supersedes_id: UUID | None = None
) -> GrantApplication:
    require_possible(session, details)
    application = GrantApplication(
        tenant_id=actor.tenant_id,
        id=uuid4(),
        title=details.title,
        starts_on=details.starts_on,
        ends_on=details.ends_on,
        plan_id=details.plan_id,
        supersedes_id=supersedes_id,
        version=1,
        reference="",
    )
    session.add(application)
    session.flush()  # its parts refer to it
    look_at_deadline_later(session, actor, application)
    return application


def _gemeinden_below(session: Session, tenant: Tenant) -> list[str]:
    """Return the keys of a Kreis's Gemeinden as the register lists them, whether they take part or not."""
    if tenant.kind != TenantKind.KREIS or tenant.ags is None:
        return []
    return list(
        session.scalars(
            select(RegisterEntry.ags)
            .where(RegisterEntry.parent_ags == tenant.ags)
            .order_by(RegisterEntry.sort_key)
        )
    )

"""What is told because the day comes until which a draft is to be submitted."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from kimhub.applications.events import DEADLINE_NEAR, DEADLINE_PAST
from kimhub.applications.models import GrantApplication
from kimhub.core.events.days import look_later, tell_of_last_day
from kimhub.core.formats import day
from kimhub.programme.public import application_deadline, load_foerderrichtlinien
from tenants import Actor, db

DEADLINE = "applications.look_at_deadline"


def look_at_deadline_later(session: Session, actor: Actor, application: GrantApplication) -> None:
    """Have somebody look before the deadline of a draft and after it, where its Förderrichtlinie sets one."""
    deadline = application_deadline(application.starts_on, load_foerderrichtlinien())
    if deadline is not None:
        look_later(
            session, actor, DEADLINE, {"application_id": application.id}, last=deadline.reckoned.earliest
        )


def tell_of_deadline(actor: Actor, application_id: UUID) -> None:
    """Tell the own colleagues unless the draft was submitted or put away; the earliest day of all readings counts."""
    session = db.session()
    application = session.get(GrantApplication, (actor.tenant_id, application_id))
    if application is None or application.submitted_at is not None or application.archived_at is not None:
        return
    deadline = application_deadline(application.starts_on, load_foerderrichtlinien())
    if deadline is None:
        return
    last = deadline.reckoned.earliest
    tell_of_last_day(
        session, actor, application_id, about=f"{application.title}, bis {day(last)}", last=last,
        near=DEADLINE_NEAR, past=DEADLINE_PAST,
    )  # fmt: skip
    look_at_deadline_later(session, actor, application)

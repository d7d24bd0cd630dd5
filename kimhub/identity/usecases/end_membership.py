"""Take a role from a person; it takes effect with that person's next request."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from kimhub.core.errors import ConflictError
from kimhub.identity.queries import IN_OFFICE, get_membership
from tenants import Actor, Membership, Permission, Role, db


class LastAdministratorError(ConflictError):
    """A tenant without administration could never appoint one again."""

    code = "last-administrator"
    title = "Die letzte Administration bleibt"


def end_membership(actor: Actor, membership_id: UUID) -> Membership:
    """End the membership; ending an ended one changes nothing.

    Raises `NotFoundError`, and `LastAdministratorError` for the tenant's last administrator; two administrators
    who end each other at the same moment do not both succeed.
    """
    actor.require(Permission.MEMBER_MANAGE)
    session = db.session()
    membership = get_membership(session, membership_id)
    if membership.ended_at is not None:
        return membership
    if membership.role == Role.ADMINISTRATOR and membership.accepted_at is not None:
        administrators = session.scalars(
            select(Membership.id)
            .where(
                Membership.tenant_id == actor.tenant_id,
                Membership.role == Role.ADMINISTRATOR,
                *IN_OFFICE,
            )
            .order_by(Membership.id)
            .with_for_update()
        ).all()
        if set(administrators) <= {membership.id}:
            raise LastAdministratorError(
                "Ihre Verwaltung braucht mindestens eine Person mit der Rolle Administration. "
                "Vergeben Sie die Rolle zuerst an eine weitere Person."
            )
    membership.ended_at = session.scalar(select(func.now()))
    return membership

"""The people of a tenant who can be told something, with their roles and how they want mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from kimhub.core.errors import InvalidInputError
from kimhub.core.mail.outbox import address
from kimhub.identity.public import IN_OFFICE
from kimhub.inbox.models import MailSetting
from kimhub.inbox.rhythm import Rhythm, usual_rhythm
from tenants import Actor, Membership, Role

_PEOPLE = (
    select(Membership.account_id, Membership.role, Membership.email, MailSetting.rhythm)
    .outerjoin(
        MailSetting,
        (MailSetting.tenant_id == Membership.tenant_id) & (MailSetting.account_id == Membership.account_id),
    )
    .where(Membership.tenant_id == bindparam("me", type_=Integer), *IN_OFFICE)
    .order_by(Membership.account_id, Membership.created_at)
)
"""Who holds which role now and can sign in."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has a role in the tenant now, and may have several."""

    account_id: UUID
    roles: frozenset[Role]
    email: str
    rhythm: Rhythm

    @property
    def can_get_mail(self) -> bool:
        """Whether the address is one; a line in the inbox reaches the person in any case."""
        try:
            address(self.email)
        except InvalidInputError:
            return False
        return True


def people_of(session: Session, actor: Actor) -> Sequence[Person]:
    """Return everybody who holds a role in the actor's tenant now, once each."""
    roles: defaultdict[UUID, set[Role]] = defaultdict(set)
    rows = session.execute(_PEOPLE, {"me": actor.tenant_id}).all()
    for row in rows:
        roles[row.account_id].add(Role(row.role))
    usual = usual_rhythm(actor.tenant_kind)
    newest = {row.account_id: row for row in rows}
    return [
        Person(
            account_id, frozenset(held), newest[account_id].email, Rhythm(newest[account_id].rhythm or usual)
        )
        for account_id, held in roles.items()
    ]

"""Reading follow-ups: always those of one's own roles and one's own alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, RowMapping, Text, any_, bindparam, cast, func, select
from sqlalchemy.orm import Session

from kimhub.core.errors import NotFoundError
from kimhub.core.keyset import KeysetList, Order
from kimhub.core.versions import Versioned
from kimhub.core.web.paging import PageRequest
from kimhub.followups.models import FOLLOW_UP_ROLES, FollowUp, FollowUpDay
from tenants import Actor, ActorKind

WHOSE = func.coalesce(FollowUp.role, cast(FollowUp.account_id, Text))
"""For whom it is, as one word: a role, or an account."""

FOLLOW_UPS = KeysetList(
    select(
        FollowUp.id, FollowUp.kind, FollowUp.title, FollowUp.about, FollowUp.due_on, FollowUp.role,
        FollowUp.actor_label, FollowUp.created_at, FollowUp.ended_at, FollowUp.ended_by,
    ),
    scope=FollowUp.tenant_id,
    orders={"day": Order("due_on", "id")},
    conditions={
        "readers": any_(bindparam("readers", type_=ARRAY(Text))) == WHOSE,
        "open": FollowUp.ended_at.is_(None),
        "kind": FollowUp.kind == bindparam("kind", type_=Text()),
    },
)  # fmt: skip
"""By day. `readers` always holds: it is what `readers_of` says of whoever asks."""

_DAYS = (
    select(FollowUpDay)
    .where(
        FollowUpDay.follow_up_id == bindparam("follow_up"),
        FollowUpDay.tenant_id == select(func.app.tenant()).scalar_subquery(),
    )
    .order_by(FollowUpDay.created_at, FollowUpDay.id)
)


@dataclass(frozen=True, slots=True)
class FollowUpFile:
    """A follow-up with the days that it had before, the oldest first."""

    follow_up: FollowUp
    days: Sequence[FollowUpDay]


def readers_of(actor: Actor) -> list[str]:
    """Return for whom a follow-up is that the actor reads: its roles and itself; of a machine all roles, no person."""
    if actor.kind is not ActorKind.PERSON:
        return [role.value for role in FOLLOW_UP_ROLES]
    return [*(role.value for role in FOLLOW_UP_ROLES if role in actor.roles), str(actor.subject)]


def is_for(actor: Actor, follow_up: FollowUp) -> bool:
    """Tell whether the actor reads this follow-up."""
    return (follow_up.role or str(follow_up.account_id)) in readers_of(actor)


def find_follow_ups(
    session: Session, actor: Actor, asked: PageRequest, narrowed: Mapping[str, object] | None = None
) -> Sequence[RowMapping]:
    """Return follow-ups that the actor reads, by day."""
    return FOLLOW_UPS.fetch(
        session, actor.tenant_id, asked, {"readers": readers_of(actor), **(narrowed or {})}
    )


def follow_up_file(session: Session, follow_up_id: UUID) -> FollowUpFile:
    """Return a follow-up of the own tenant; raises `NotFoundError`. Whether it is the reader's says `is_for`."""
    found = session.scalars(select(FollowUp).where(FollowUp.id == follow_up_id)).one_or_none()
    if found is None:
        raise NotFoundError
    return FollowUpFile(found, session.scalars(_DAYS, {"follow_up": follow_up_id}).all())


FOLLOW_UP = Versioned(FollowUp, follow_up_file, parts=lambda file: (file.follow_up,))
"""How a follow-up is held and marked."""

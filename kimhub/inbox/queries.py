"""What is to be received, whom there is to tell, and what a person finds in the inbox."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Integer,
    RowMapping,
    Text,
    Uuid,
    any_,
    bindparam,
    exists,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import Session, aliased

from kimhub.core.errors import NotFoundError
from kimhub.core.events.kinds import kinds
from kimhub.core.events.models import Event
from kimhub.core.keyset import KeysetList, Order, row_limit
from kimhub.core.versions import Versioned
from kimhub.core.web.paging import PageRequest
from kimhub.deputies.public import Deputation
from kimhub.inbox.models import Delivery, OfficeNotice, Receipt
from tenants import Actor, Tenant

_NEWS: ColumnElement[timedelta] = literal_column("interval '14 days'")
"""So long a mail tells of an event; later only the line in the inbox does."""

A_YEAR: ColumnElement[timedelta] = literal_column("interval '1 year'")
"""So far back the inbox goes; what is older is kept, and shown when it is asked for."""

_me = bindparam("me", type_=Integer)
_known = bindparam("known", type_=ARRAY(Text))

UNRECEIVED = (
    select(Event.shared_with, Event.id)
    .outerjoin(Receipt, (Receipt.tenant_id == _me) & (Receipt.id == Event.id))
    .where(Event.shared_with == _me, Receipt.id.is_(None), Event.kind == any_(_known))
    .order_by(Event.created_at, Event.id)
    .limit(row_limit())
)
"""Events without receipt, whenever they were committed: a mark of how far one has come would lose those that a long
transaction writes early and commits late. Kinds that this release does not know wait for the one that does."""

_TOLD_OF = (
    select(Event.subject_id, Delivery.account_id)
    .join(Delivery, (Delivery.tenant_id == _me) & (Delivery.event_id == Event.id))
    .where(Event.shared_with == _me, Event.subject_id == any_(bindparam("subjects", type_=ARRAY(Uuid))))
    .distinct()
)

WITHOUT_PEOPLE = (
    select(Receipt.id)
    .where(Receipt.tenant_id == _me, Receipt.people == 0)
    .order_by(Receipt.created_at.desc(), Receipt.id.desc())
    .limit(row_limit())
    .with_for_update(skip_locked=True)
)
"""What was received when nobody was responsible; perhaps somebody is by now. Held, so that of two who
receive at once one alone decides whether a person or the Funktionspostfach is told."""

TO_TELL = (
    select(
        Event.id, Event.kind, Event.account_id, Event.subject_id, Tenant.official_name.label("author"),
        (
            (Event.created_at > func.now() - _NEWS)
            & ~exists().where(OfficeNotice.tenant_id == _me, OfficeNotice.event_id == Event.id)
        ).label("is_news"),
    )
    .join(Tenant, Tenant.id == Event.tenant_id)
    .where(Event.shared_with == _me, Event.id == any_(bindparam("events", type_=ARRAY(Uuid))))
    .order_by(Event.created_at, Event.id)
)  # fmt: skip

_Later = aliased(Event)
REVOKED_BY = (
    select(_Later.kind)
    .where(
        _Later.shared_with == _me,
        _Later.subject_id == Event.subject_id,
        _Later.revokes,
        _Later.created_at > Event.created_at,
    )
    .order_by(_Later.created_at.desc())
    .limit(1)
    .correlate(Event)
    .scalar_subquery()
    .label("revoked_by")
)
"""The kind of the event that has taken back since what an event says, if one has."""

INBOX = KeysetList(
    select(
        Delivery.event_id.label("id"), Delivery.created_at, Delivery.unread, Delivery.reason, Event.kind,
        Event.about, REVOKED_BY, Tenant.official_name.label("author"), Deputation.account_name.label("stands_in_for"),
    )
    .join(Event, Event.id == Delivery.event_id)  # a key by itself: naming the tenant again misleads the planner
    .join(Tenant, Tenant.id == Event.tenant_id)
    .outerjoin(Deputation, Deputation.id == Delivery.deputation_id),
    scope=Delivery.tenant_id,
    orders={"unread": Order("-unread", "-created_at", "-id")},
    conditions={
        "account": Delivery.account_id == bindparam("account", type_=Uuid()),
        "recent": Delivery.created_at > func.now() - A_YEAR,
        "unread": Delivery.unread == bindparam("unread", type_=Boolean()),
    },
    within="account",
)  # fmt: skip
"""The lines of one person in one tenant: what is unread first, then the newest."""

RECEIVED = KeysetList(
    select(
        Receipt.id, Receipt.created_at, Receipt.people, Receipt.taken_at, Event.kind, Event.about,
        Event.subject_id, REVOKED_BY, Event.act_id, Event.created_at.label("happened_at"), Event.actor_label,
        Tenant.official_name.label("author"),
    )
    .join(Event, Event.id == Receipt.id)
    .join(Tenant, Tenant.id == Event.tenant_id),
    scope=Receipt.tenant_id,
    orders={"received": Order("-created_at", "-id")},
    conditions={
        "kinds": Event.kind == any_(bindparam("kinds", type_=ARRAY(Text))),
        "open": Receipt.taken_at.is_(None),
    },
)  # fmt: skip
"""What a tenant has received, for its machines."""

_ONE = RECEIVED.rows.where(Receipt.tenant_id == _me, Receipt.id == bindparam("id", type_=Uuid()))


def find_received(
    session: Session, actor: Actor, asked: PageRequest, *, also_taken: bool = False
) -> Sequence[RowMapping]:
    """Return what the actor's tenant has received and the actor may know of, the newest first."""
    narrowed: dict[str, object] = {"kinds": [*known_to(actor)]}
    return RECEIVED.fetch(
        session, actor.tenant_id, asked, narrowed if also_taken else {**narrowed, "open": True}
    )


def known_to(actor: Actor) -> set[str]:
    """Return the kinds of events that tell of what the actor may do."""
    return {kind.code for kind in kinds().values() if actor.may(kind.told)}


def get_received(session: Session, me: int, event_id: UUID) -> RowMapping:
    """Return an event that the tenant has received, else `NotFoundError`."""
    found = session.execute(_ONE, {"me": me, "id": event_id}).mappings().one_or_none()
    if found is None:
        raise NotFoundError
    return found


def _get_receipt(session: Session, event_id: UUID) -> Receipt:
    found = session.scalars(select(Receipt).where(Receipt.id == event_id)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


RECEIPT = Versioned(Receipt, _get_receipt, parts=lambda receipt: (receipt.id, receipt.taken_at))
"""How a received event is held and marked while a machine takes it over."""


def time_of_database(session: Session) -> datetime:
    """Return the moment at which this page is read."""
    return session.scalars(select(func.now())).one()


def people_told_of(session: Session, me: int, subjects: Collection[UUID]) -> Mapping[UUID, Collection[UUID]]:
    """Return for each of some things who of a tenant has a line about it."""
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for row in session.execute(_TOLD_OF, {"me": me, "subjects": [*subjects]}):
        found[row.subject_id].add(row.account_id)
    return found

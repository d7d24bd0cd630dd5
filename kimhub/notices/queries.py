"""Reading notices: what the own body gives, what it has received, and what has become of one.

Received notices are listed by their recipient rows (docs/adr/0044): the index on (reader, release) gives a page, and
each notice is looked up by its key.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    JSON,
    ColumnElement,
    Integer,
    RowMapping,
    Text,
    Uuid,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from kimhub.committees.public import NAMED_NOW, Committee, committees_at, seats_of_people
from kimhub.core.errors import NotFoundError
from kimhub.core.events.models import Event
from kimhub.core.keyset import KeysetList, Order
from kimhub.core.readers import gemeinden_of
from kimhub.core.versions import Versioned
from kimhub.core.web.paging import PageRequest
from kimhub.identity.public import IN_OFFICE
from kimhub.notices.audience_queries import TAKES_NOTE, is_for
from kimhub.notices.events import WITHDRAWN
from kimhub.notices.models import (
    Notice,
    NoticeAcknowledgement,
    NoticeCommitteeTally,
    NoticeRecipient,
    NoticeTally,
    NoticeTopic,
)
from kimhub.notices.passage_queries import passages
from tenants import Actor, Membership, Tenant


class State(StrEnum):
    """Where a notice of the own body stands."""

    DRAFT = "draft"
    SENT = "sent"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """Return the state in German."""
        return {"draft": "Entwurf", "sent": "versendet", "withdrawn": "zurückgenommen"}[self.value]


class Scope(StrEnum):
    """Which notices a list shows: those of one's own body, or those that were given to it."""

    OWN = "own"
    SHARED = "shared"


_tally_of_recipient = (
    (NoticeTally.shared_with == NoticeRecipient.tenant_id)
    & (NoticeTally.notice_id == NoticeRecipient.notice_id)
    & (NoticeTally.tenant_id == NoticeRecipient.recipient_id)
)
_given = (
    select(
        func.count().label("recipients"),
        func.count().filter(NoticeRecipient.withdrawn_at.is_(None)).label("reading"),
        func.count(NoticeTally.acknowledged).label("bodies"),
    )
    .outerjoin(NoticeTally, _tally_of_recipient)
    .where(NoticeRecipient.tenant_id == Notice.tenant_id, NoticeRecipient.notice_id == Notice.id)
    .lateral("given")
)
_topics = (
    select(func.count())
    .where(NoticeTopic.tenant_id == Notice.tenant_id, NoticeTopic.notice_id == Notice.id)
    .correlate(Notice)
    .scalar_subquery()
    .label("topics")
)
_state = case(
    (Notice.released_at.is_(None), State.DRAFT.value),
    ((_given.c.recipients > 0) & (_given.c.reading == 0), State.WITHDRAWN.value),
    else_=State.SENT.value,
)

GIVEN = KeysetList(
    select(
        Notice.id, Notice.subject, Notice.created_at, Notice.released_at, _state.label("state"),
        _given.c.recipients, _given.c.bodies,
    ).join(_given, true()),
    scope=Notice.tenant_id,
    orders={"day": Order("-created_at", "-id")},
    conditions={
        "words": Notice.subject.icontains(bindparam("words", type_=Text())),
        "drafts": Notice.released_at.is_(None),
    },
)  # fmt: skip
"""The notices of the own body, the newest first."""

_own_tally = (NoticeTally.tenant_id == NoticeRecipient.shared_with) & (
    NoticeTally.notice_id == NoticeRecipient.notice_id
)
_note = aliased(NoticeAcknowledgement, name="note")
_reader = bindparam("reader", value=None, type_=Uuid())
FOR_READER = is_for(_reader, NoticeRecipient.shared_with)


def _is_of_reader(note: type[NoticeAcknowledgement]) -> ColumnElement[bool]:
    return (
        (note.tenant_id == NoticeRecipient.shared_with)
        & (note.notice_id == NoticeRecipient.notice_id)
        & (note.account_id == _reader)
    )


RECEIVED = KeysetList(
    select(
        NoticeRecipient.notice_id.label("id"), NoticeRecipient.released_at, Notice.subject,
        Tenant.official_name.label("giver"), func.coalesce(NoticeTally.acknowledged, 0).label("acknowledged"),
        NoticeTally.told, NoticeAcknowledgement.created_at.label("noted_at"), Notice.committees,
    )
    .join(Notice, (Notice.tenant_id == NoticeRecipient.tenant_id) & (Notice.id == NoticeRecipient.notice_id))
    .join(Tenant, Tenant.id == NoticeRecipient.tenant_id)
    .outerjoin(NoticeTally, _own_tally)
    .outerjoin(NoticeAcknowledgement, _is_of_reader(NoticeAcknowledgement)),
    scope=NoticeRecipient.shared_with,
    orders={"day": Order("-released_at", "-id")},
    conditions={
        "reader": NoticeRecipient.shared_with.is_not(None),
        "words": or_(
            *(
                column.icontains(bindparam("words", type_=Text()))
                for column in (Notice.subject, Tenant.official_name)
            )
        ),
        "open": ~exists(select(1).select_from(_note).where(_is_of_reader(_note))) & FOR_READER,
    },
)  # fmt: skip
"""What the own body has received, the newest first. `reader` is the person who looks (None: a machine)."""

_by_committee = (
    select(
        func.coalesce(
            func.json_agg(
                aggregate_order_by(
                    func.json_build_object(
                        "id",
                        NoticeCommitteeTally.committee_id,
                        "name",
                        NAMED_NOW.c.name,
                        "acknowledged",
                        NoticeCommitteeTally.acknowledged,
                        "told",
                        NoticeCommitteeTally.told,
                    ),
                    NAMED_NOW.c.name,
                )
            ),
            text("'[]'"),
            type_=JSON(),
        ).label("committees")
    )
    .select_from(NoticeCommitteeTally)
    .join(Committee, Committee.id == NoticeCommitteeTally.committee_id)
    .join(NAMED_NOW, true())
    .where(
        NoticeCommitteeTally.shared_with == NoticeRecipient.tenant_id,
        NoticeCommitteeTally.notice_id == NoticeRecipient.notice_id,
        NoticeCommitteeTally.tenant_id == NoticeRecipient.recipient_id,
    )
    .lateral("tallies")
)
_FEW = "a notice goes to the Gemeinden of a Kreis, thirty at most"
RECIPIENTS = KeysetList(
    select(
        NoticeRecipient.recipient_id.label("id"), Tenant.official_name.label("body"), Tenant.slug,
        Tenant.sort_key, NoticeRecipient.created_at, NoticeRecipient.withdrawn_at, NoticeRecipient.withdrawal,
        NoticeTally.acknowledged, NoticeTally.told, _by_committee.c.committees,
        NoticeRecipient.passage,
    )
    .join(Tenant, Tenant.id == NoticeRecipient.recipient_id)
    .outerjoin(NoticeTally, _tally_of_recipient)
    .join(_by_committee, true()),
    scope=NoticeRecipient.tenant_id,
    orders={"body": Order("sort_key", "id", few_rows=_FEW)},
    conditions={"notice": NoticeRecipient.notice_id == bindparam("notice", type_=Uuid())},
    within="notice",
)  # fmt: skip
"""Who received a notice of the own body, and in how many people of each it has been taken note of."""


def find_given(
    session: Session, me: int, asked: PageRequest, narrowed: Mapping[str, object] | None = None
) -> Sequence[RowMapping]:
    """Return notices of the own body."""
    return GIVEN.fetch(session, me, asked, narrowed)


def find_received(
    session: Session, actor: Actor, asked: PageRequest, narrowed: Mapping[str, object] | None = None
) -> Sequence[RowMapping]:
    """Return notices that the actor's body has received."""
    return RECEIVED.fetch(session, actor.tenant_id, asked, {"reader": actor.subject, **(narrowed or {})})


@dataclass(frozen=True, slots=True)
class NoticeFile:
    """A notice as its page shows it to whoever may see it."""

    notice: Notice
    giver: Tenant
    recipients: int
    reading: int
    """Of the recipients, those from whom it was not withdrawn; both are 1 for a recipient, which knows of no other."""
    topics: int
    """Of how many events it tells; 0 for a recipient."""

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.notice.released_at is None:
            return State.DRAFT
        return State.WITHDRAWN if self.recipients and not self.reading else State.SENT


_FILE = (
    select(Notice, Tenant, _given.c.recipients, _given.c.reading, _topics)
    .join(Tenant, Tenant.id == Notice.tenant_id)
    .join(_given, true())
    .where(Notice.id == bindparam("id", type_=Uuid()))
)


def notice_file(session: Session, notice_id: UUID) -> NoticeFile:
    """Return a notice that the actor's body gave or has received; raises `NotFoundError`."""
    row = session.execute(_FILE, {"id": notice_id}).one_or_none()
    if row is None:
        raise NotFoundError
    return NoticeFile(row.Notice, row.Tenant, row.recipients, row.reading, row.topics)


NOTICE = Versioned(
    Notice,
    notice_file,
    parts=lambda file: (file.notice, file.recipients, file.reading, file.topics),
    state=lambda file: {"state": file.state.value},
)
"""How a notice is held and marked while it is changed."""


def is_told(session: Session, me: int, notice_id: UUID) -> bool:
    """Tell whether a notice is addressed to this body now."""
    found = session.scalar(
        select(exists().where(NoticeRecipient.notice_id == notice_id, NoticeRecipient.shared_with == me))
    )
    return bool(found)


def withdrawn_from(session: Session, me: int, notice_id: UUID) -> RowMapping | None:
    """Return who took a notice back from this body and when, None if it never could read it or still can."""
    return (
        session.execute(
            select(Event.created_at, Event.about, Tenant.official_name.label("giver"))
            .join(Tenant, Tenant.id == Event.tenant_id)
            .where(Event.shared_with == me, Event.kind == WITHDRAWN.code, Event.subject_id == notice_id)
            .limit(1)
        )
        .mappings()
        .one_or_none()
    )


_me = bindparam("me", type_=Integer)
_PEOPLE = (
    select(
        Membership.account_id,
        func.min(Membership.display_name).label("name"),
        func.min(NoticeAcknowledgement.created_at).label("noted_at"),
    )
    .select_from(Membership)
    .join(Notice, Notice.id == bindparam("notice", type_=Uuid()))
    .outerjoin(
        NoticeAcknowledgement,
        (NoticeAcknowledgement.tenant_id == Membership.tenant_id)
        & (NoticeAcknowledgement.account_id == Membership.account_id)
        & (NoticeAcknowledgement.notice_id == bindparam("notice", type_=Uuid())),
    )
    .where(
        Membership.tenant_id == _me,
        Membership.role.in_([role.value for role in TAKES_NOTE]),
        *IN_OFFICE,
        is_for(Membership.account_id, _me),
    )
    .group_by(Membership.account_id)
    .order_by(func.min(Membership.display_name), Membership.account_id)
)


def people_of_notice(session: Session, me: int, notice_id: UUID) -> Sequence[RowMapping]:
    """Return everybody of the own body who is to take note, with the moment in which they did."""
    return session.execute(_PEOPLE, {"me": me, "notice": notice_id}).mappings().all()


_seats = seats_of_people(_me, Notice.committees).lateral("seats")
_COMMITTEES = (
    select(_seats.c.committee_id, func.count(_seats.c.account_id.distinct()).label("told"))
    .select_from(Notice)
    .join(_seats, true())
    .where(Notice.id == bindparam("notice", type_=Uuid()))
    .group_by(_seats.c.committee_id)
    .having(func.bool_or(_seats.c.account_id == bindparam("reader", type_=Uuid())))
    .order_by(_seats.c.committee_id)
)


def committees_of(session: Session, actor: Actor, notice_id: UUID) -> Sequence[RowMapping]:
    """Return the committees that a notice names and in which the actor sits now, with how many people sit in each."""
    values = {"me": actor.tenant_id, "notice": notice_id, "reader": actor.subject}
    return session.execute(_COMMITTEES, values).mappings().all()


def is_for_reader(session: Session, actor: Actor, notice_id: UUID) -> bool:
    """Tell whether the actor is to take note of a notice that its body has received."""
    found = session.scalar(
        select(
            exists().where(
                NoticeRecipient.notice_id == notice_id,
                NoticeRecipient.shared_with == actor.tenant_id,
                Notice.id == NoticeRecipient.notice_id,
                FOR_READER,
            )
        ),
        {"reader": actor.subject},
    )
    return bool(found)


def noted_at(session: Session, actor: Actor, notice_id: UUID) -> datetime | None:
    """Return when the actor took note, None if it has not."""
    return session.scalar(
        select(NoticeAcknowledgement.created_at).where(
            NoticeAcknowledgement.tenant_id == actor.tenant_id,
            NoticeAcknowledgement.notice_id == notice_id,
            NoticeAcknowledgement.account_id == actor.subject,
        )
    )


@dataclass(frozen=True, slots=True)
class Addressed:
    """A body to which a draft would go now, and the committees there whose members it is for."""

    body: str
    committees: Sequence[str]
    """As they are called; empty where none of the wanted kinds is entered, and where all members are meant."""
    passage: str
    """What it would read besides; empty where nothing is added."""


def recipients_now(session: Session, file: NoticeFile) -> Sequence[Addressed]:
    """Return to whom a draft would go if it were sent now, one's own body first."""
    notice = file.notice
    bodies = {file.giver.id: file.giver.official_name} if notice.to_own else {}
    bodies |= {
        row["id"]: row["official_name"]
        for row in gemeinden_of(session, notice.tenant_id)
        if notice.to_gemeinden or row["id"] in notice.named
    }
    there = committees_at(session, bodies, notice.committees) if notice.committees else {}
    added = passages_of(session, notice, bodies)
    return [
        Addressed(name, there.get(tenant_id, ()), added.get(tenant_id, ""))
        for tenant_id, name in bodies.items()
    ]


def passages_of(session: Session, notice: Notice, recipients: Collection[int]) -> Mapping[int, str]:
    """Return what is added for each of some Gemeinden if the notice goes to them now; nothing unless it is wanted."""
    if not notice.figures:
        return {}
    gemeinden = session.scalars(
        select(Tenant)
        .where(Tenant.id.in_([*recipients]), Tenant.id != notice.tenant_id)
        .order_by(Tenant.sort_key, Tenant.id)
    ).all()
    return passages(session, session.get_one(Tenant, notice.tenant_id), gemeinden)


def passage_for(session: Session, me: int, notice_id: UUID) -> str:
    """Return what the body has been told besides of what the notice means for it."""
    found = session.scalar(
        select(NoticeRecipient.passage).where(
            NoticeRecipient.notice_id == notice_id, NoticeRecipient.shared_with == me
        )
    )
    return found or ""


def recipients_of_notice(session: Session, notice: Notice) -> Sequence[RowMapping]:
    """Return all recipients of a notice of the own body."""
    return [*RECIPIENTS.all(session, notice.tenant_id, {"notice": notice.id})]

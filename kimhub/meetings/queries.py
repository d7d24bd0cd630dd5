"""Reading meetings and papers. Who keeps none reads of a paper that is not public no more than that there is one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    func,
    null,
    select,
    true,
)
from sqlalchemy.orm import Session

from kimhub.committees.public import CommitteeFile, carried_committee, named_on
from kimhub.core import clock
from kimhub.core.errors import NotFoundError
from kimhub.core.keyset import KeysetList, Order, sought
from kimhub.core.matters import local_day
from kimhub.core.versions import Versioned
from kimhub.core.web.paging import PageRequest
from kimhub.meetings.models import Consultation, Meeting, Paper
from tenants import Actor, Permission

_TODAY = local_day(func.now())
HELD = and_(Meeting.day <= _TODAY, Meeting.cancelled_on.is_(None))
"""A meeting whose day has come and that was not called off; nobody has to say so."""
PLANNED = and_(Meeting.day > _TODAY, Meeting.cancelled_on.is_(None))
"""A meeting that is to come."""
_NAMED = named_on(Meeting.day, Meeting.owner_id, Meeting.committee_id)


def is_keeper(actor: Actor) -> bool:
    """Tell whether somebody reads papers that are not public: only who keeps meetings does."""
    return actor.may(Permission.MEETING_WRITE)


def may_be_named(*, keeper: bool) -> ColumnElement[bool]:
    """Return whether number, title and link of a paper may be named to a `keeper` of meetings, or to any reader.

    Whoever shows anything of papers, here or in another feature, asks with this condition.
    """
    return true() if keeper else Paper.is_public.expression


_papers_of_meeting = (
    select(func.count().label("papers"))
    .where(Consultation.tenant_id == Meeting.tenant_id, Consultation.meeting_id == Meeting.id)
    .lateral("agenda")
)
MEETINGS = KeysetList(
    select(
        Meeting.id, Meeting.day, Meeting.committee_id, Meeting.link, Meeting.cancelled_on, Meeting.cancelled_reason,
        _NAMED.c.kind, _NAMED.c.name, _papers_of_meeting.c.papers,
    )
    .select_from(Meeting)
    .outerjoin(_NAMED, true())
    .join(_papers_of_meeting, true()),
    scope=Meeting.tenant_id,
    orders={"day": Order("-day", "-id")},
    conditions={
        "committee": Meeting.committee_id == bindparam("committee", type_=Uuid()),
        "coming": and_(Meeting.day >= _TODAY, Meeting.cancelled_on.is_(None)),
        "past": Meeting.day < _TODAY,
        "not_cancelled": Meeting.cancelled_on.is_(None),
    },
)  # fmt: skip
"""The meetings that a body has recorded; each committee is called as it was on that day."""

_last_meeting = (
    select(func.max(Meeting.day).label("last_day"), func.count().label("meetings"))
    .select_from(Consultation)
    .join(Meeting, (Meeting.tenant_id == Consultation.tenant_id) & (Meeting.id == Consultation.meeting_id))
    .where(
        Consultation.tenant_id == Paper.tenant_id,
        Consultation.paper_id == Paper.id,
        Meeting.cancelled_on.is_(None),
    )
    .lateral("consulted")
)
PAPERS = KeysetList(
    select(
        Paper.id, Paper.created_at, Paper.number, Paper.title, Paper.kind, Paper.is_public, Paper.link, Paper.dated,
        _last_meeting.c.last_day, _last_meeting.c.meetings,
    )
    .select_from(Paper)
    .join(_last_meeting, true()),
    scope=Paper.tenant_id,
    orders={"entered": Order("-created_at", "-id"), "number": Order("-number", "-id")},
    conditions={
        "public": may_be_named(keeper=False),
        "words": Paper.title.icontains(bindparam("words", type_=Text()))
        | Paper.number.icontains(bindparam("words", type_=Text())),
        "kind": Paper.kind == bindparam("kind", type_=Text()),
    },
)  # fmt: skip
"""The papers that a body keeps; whoever does not keep them reads only those that `seen_by` lets through."""


def seen_by(actor: Actor) -> Mapping[str, object]:
    """Return to what `PAPERS` is narrowed for a reader."""
    return {} if is_keeper(actor) else {"public": True}


def has_meetings(session: Session, me: int) -> bool:
    """Tell whether a body has recorded a meeting."""
    return bool(session.scalar(select(exists().where(Meeting.tenant_id == me))))


def find_papers(session: Session, actor: Actor, words: str = "", *, most: int = 100) -> Sequence[RowMapping]:
    """Return the newest papers whose title or number has these words, for choosing one: `most` at the most."""
    narrowed = {**seen_by(actor), **({"words": sought(words)} if words else {})}
    return PAPERS.fetch(session, actor.tenant_id, PageRequest(limit=most), narrowed)[:most]


@dataclass(frozen=True, slots=True)
class MeetingFile:
    """A meeting with its committee and its agenda."""

    meeting: Meeting
    committee: CommitteeFile
    agenda: Sequence[RowMapping]
    """By item: `id`, `item`, and of the paper what the reader may know; `paper_id` None where that is nothing."""

    @property
    def name(self) -> str:
        """How the committee is called on that day."""
        return self.committee.named_on(self.meeting.day).name

    @property
    def is_cancelled(self) -> bool:
        """Whether it was called off."""
        return self.meeting.cancelled_on is not None

    @property
    def is_held(self) -> bool:
        """Whether its day has come and it was not called off."""
        return not self.is_cancelled and self.meeting.day <= clock.today()


def _agenda(session: Session, meeting: Meeting, *, keeper: bool) -> Sequence[RowMapping]:
    named = may_be_named(keeper=keeper)
    rows = (
        session.execute(
            select(
                Consultation.id,
                Consultation.item,
                Paper.is_public,
                case((named, Paper.id), else_=null()).label("paper_id"),
                case((named, Paper.kind), else_=null()).label("kind"),
                *(
                    case((named, column), else_="").label(column.key)
                    for column in (Paper.number, Paper.title, Paper.link)
                ),
            )
            .join(Paper, (Paper.tenant_id == Consultation.tenant_id) & (Paper.id == Consultation.paper_id))
            .where(Consultation.tenant_id == meeting.tenant_id, Consultation.meeting_id == meeting.id)
        )
        .mappings()
        .all()
    )
    return sorted(rows, key=lambda row: (in_order(row["item"]), row["number"], str(row["id"])))


def in_order(item: str) -> list[tuple[int, int, str]]:
    """Return the place of an item: „5.6“ before „5.10“, „N 1“ after all that begins with a number."""
    return [
        (0, int(part), "") if part.isdecimal() else (1, 0, part)
        for part in re.findall(r"[0-9]+|[^0-9.\s]+", item)
    ]


def meeting_file(session: Session, meeting_id: UUID, *, keeper: bool = False) -> MeetingFile:
    """Return a meeting that the body has recorded; raises `NotFoundError`.

    `keeper`: as those see it who keep meetings; all others are told less of papers that are not public.
    """
    meeting = session.scalars(select(Meeting).where(Meeting.id == meeting_id)).one_or_none()
    if meeting is None:
        raise NotFoundError
    committee = carried_committee(session, meeting.tenant_id, meeting.committee_id)
    return MeetingFile(meeting, committee, _agenda(session, meeting, keeper=keeper))


MEETING: Versioned[MeetingFile] = Versioned(
    Meeting,
    partial(meeting_file, keeper=True),
    parts=lambda file: (file.meeting, *((row["id"], row["item"]) for row in file.agenda)),
)
"""How a meeting is held and marked while it or its agenda is changed."""


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A paper with the meetings on whose agenda it is."""

    paper: Paper
    consultations: Sequence[RowMapping]
    """The earliest first: `id`, `item`, `meeting_id`, `day`, `cancelled_on`, and `name` of the committee then."""


def paper_file(session: Session, paper_id: UUID, *, keeper: bool = False) -> PaperFile:
    """Return a paper; raises `NotFoundError`, also for one that is not public where no `keeper` asks."""
    paper = session.scalars(
        select(Paper).where(Paper.id == paper_id, may_be_named(keeper=keeper))
    ).one_or_none()
    if paper is None:
        raise NotFoundError
    consultations = (
        session.execute(
            select(
                Consultation.id, Consultation.item, Consultation.meeting_id, Meeting.day, Meeting.cancelled_on,
                Meeting.committee_id, _NAMED.c.name,
            )
            .select_from(Consultation)
            .join(
                Meeting,
                (Meeting.tenant_id == Consultation.tenant_id) & (Meeting.id == Consultation.meeting_id),
            )
            .join(_NAMED, true())
            .where(Consultation.tenant_id == paper.tenant_id, Consultation.paper_id == paper.id)
            .order_by(Meeting.day, Consultation.id)
        )
        .mappings()
        .all()
    )  # fmt: skip
    return PaperFile(paper, consultations)


PAPER: Versioned[PaperFile] = Versioned(
    Paper,
    partial(paper_file, keeper=True),
    parts=lambda file: (file.paper, *((row["id"], row["item"]) for row in file.consultations)),
)
"""How a paper is held and marked while it or the agendas on which it is are changed."""


def get_consultation(session: Session, consultation_id: UUID) -> Consultation:
    """Return a consultation; raises `NotFoundError`."""
    found = session.scalars(select(Consultation).where(Consultation.id == consultation_id)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


CONSULTATION: Versioned[Consultation] = Versioned(
    Paper, get_consultation, parts=lambda row: (row,), head=lambda row: row.paper_id
)
"""How a consultation is held and marked while it is changed: with its paper."""

"""Reckoning who was told: each line of what happened, with the committees that it concerns and what they heard.

A committee was told on the day on which a notice for it arrived that was not taken back, or on which a paper about it
was on the agenda of a meeting that was held. One statement reckons it for page, file, API and desk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    Integer,
    RowMapping,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from kimhub.committees.public import (
    FOR_INTEGRATION,
    NAMED_NOW,
    Committee,
    CommitteeName,
    CommitteeParticipant,
)
from kimhub.core.errors import NotFoundError
from kimhub.core.keyset import KeysetList, Order
from kimhub.core.matters import local_day
from kimhub.core.versions import Versioned
from kimhub.coverage.models import CoverageRule, CoverageWaiver, PaperTopic
from kimhub.coverage.terms import GAPS, Told
from kimhub.meetings.public import HELD, PLANNED, Consultation, Meeting, Paper, may_be_named
from kimhub.notices.public import Notice, NoticeRecipient, NoticeTally, NoticeTold, NoticeTopic
from kimhub.occurrences.public import Occurrence, OccurrenceLine
from tenants import Tenant

_Line = OccurrenceLine
_began = (
    select(func.min(CommitteeName.since))
    .where(CommitteeName.tenant_id == Committee.tenant_id, CommitteeName.committee_id == Committee.id)
    .correlate(Committee)
    .scalar_subquery()
)
_said = (
    select(CoverageRule.kinds)
    .where(
        CoverageRule.tenant_id == CommitteeParticipant.participant_id,
        CoverageRule.committee_id == CommitteeParticipant.committee_id,
    )
    .order_by(CoverageRule.created_at.desc(), CoverageRule.id)
    .limit(1)
    .correlate(CommitteeParticipant)
    .scalar_subquery()
)
_concerned = (
    select(
        CommitteeParticipant.tenant_id.label("lead_id"),
        CommitteeParticipant.committee_id,
        NAMED_NOW.c.name,
        NAMED_NOW.c.kind,
    )
    .select_from(CommitteeParticipant)
    .join(
        Committee,
        (Committee.tenant_id == CommitteeParticipant.tenant_id)
        & (Committee.id == CommitteeParticipant.committee_id),
    )
    .join(NAMED_NOW, true())
    .where(
        CommitteeParticipant.participant_id == _Line.shared_with,
        func.coalesce(
            _Line.kind == any_(cast(_said, ARRAY(Text))),
            NAMED_NOW.c.kind.in_([kind.value for kind in FOR_INTEGRATION]),
        ),
        _began <= _Line.happened_on,
        func.coalesce(Committee.dissolved_on, _Line.happened_on) >= _Line.happened_on,
    )
    .correlate(_Line)
    .lateral("concerned")
)
"""The committees of the body that are concerned: by its own rule, else those of § 27 GO NRW; that existed then."""


def _is_for(kinds: Any) -> ColumnElement[bool]:
    return or_(func.cardinality(kinds) == 0, _concerned.c.kind == any_(kinds))


_arrived = local_day(NoticeRecipient.created_at)
_noticed = (
    select(func.min(_arrived).label("first"), func.max(_arrived).label("last"))
    .select_from(NoticeTold)
    .join(
        NoticeRecipient,
        (NoticeRecipient.tenant_id == NoticeTold.tenant_id)
        & (NoticeRecipient.notice_id == NoticeTold.notice_id)
        & (NoticeRecipient.recipient_id == NoticeTold.recipient_id),
    )
    .where(
        NoticeTold.shared_with == _Line.shared_with,
        NoticeTold.owner_id == _Line.tenant_id,
        NoticeTold.occurrence_id == _Line.occurrence_id,
        NoticeRecipient.shared_with == _Line.shared_with,
        _is_for(NoticeTold.committees),
    )
    .correlate(_Line, _concerned)
    .lateral("noticed")
)
_on_agenda = (
    select(
        func.min(Meeting.day).filter(HELD).label("first"),
        func.max(Meeting.day).filter(HELD).label("last"),
        func.min(Meeting.day).filter(PLANNED).label("planned"),
    )
    .select_from(PaperTopic)
    .join(
        Consultation,
        (Consultation.tenant_id == PaperTopic.tenant_id) & (Consultation.paper_id == PaperTopic.paper_id),
    )
    .join(Meeting, (Meeting.tenant_id == Consultation.tenant_id) & (Meeting.id == Consultation.meeting_id))
    .where(
        PaperTopic.tenant_id == _Line.shared_with,
        PaperTopic.owner_id == _Line.tenant_id,
        PaperTopic.occurrence_id == _Line.occurrence_id,
        Meeting.committee_id == _concerned.c.committee_id,
    )
    .correlate(_Line, _concerned)
    .lateral("on_agenda")
)
_drafted = (
    select(NoticeTopic.notice_id)
    .join(Notice, (Notice.tenant_id == NoticeTopic.tenant_id) & (Notice.id == NoticeTopic.notice_id))
    .where(
        NoticeTopic.tenant_id == _Line.shared_with,
        NoticeTopic.occurrence_id == _Line.occurrence_id,
        Notice.released_at.is_(None),
        Notice.to_own,
        _is_for(Notice.committees),
    )
    .correlate(_Line, _concerned)
    .exists()
)
_first = func.least(_noticed.c.first, _on_agenda.c.first)
_last = func.greatest(_noticed.c.last, _on_agenda.c.last)
_planned = or_(_on_agenda.c.planned.is_not(None), _drafted)
_state = case(
    (CoverageWaiver.id.is_not(None), Told.WAIVED.value),
    (
        and_(_Line.revoked_on.is_not(None), or_(_first.is_(None), _first > _Line.revoked_on)),
        Told.LAPSED.value,
    ),
    (and_(_last < _Line.revoked_on, _planned), Told.PLANNED.value),
    (_last < _Line.revoked_on, Told.REVOCATION.value),
    (_first <= _Line.happened_on, Told.BEFORE.value),
    (_first.is_not(None), Told.AFTER.value),
    (_planned, Told.PLANNED.value),
    else_=Told.MISSING.value,
)
"""What was taken back before anybody heard of it need not be told; who had heard of it must hear of that, too."""
_cell = (
    select(
        _concerned.c.committee_id,
        _concerned.c.lead_id,
        _concerned.c.name,
        _first.label("first"),
        _last.label("last"),
        _on_agenda.c.planned,
        CoverageWaiver.id.label("waiver_id"),
        CoverageWaiver.reason,
        _state.label("state"),
    )
    .select_from(_concerned)
    .join(_noticed, true())
    .join(_on_agenda, true())
    .outerjoin(
        CoverageWaiver,
        (CoverageWaiver.tenant_id == _Line.shared_with)
        & (CoverageWaiver.occurrence_id == _Line.occurrence_id)
        & (CoverageWaiver.committee_id == _concerned.c.committee_id),
    )
    .correlate(_Line)
    .lateral("cell")
)
SUMMARY = (
    select(
        func.coalesce(
            func.json_agg(
                aggregate_order_by(
                    func.json_build_object(
                        text("'name'"), _cell.c.name, text("'state'"), _cell.c.state, text("'first'"), _cell.c.first,
                        text("'planned'"), _cell.c.planned,
                    ),
                    _cell.c.name,
                )
            ),
            text("'[]'"),
            type_=JSON(),
        ).label("committees"),
        func.coalesce(func.bool_or(_cell.c.state.in_([state.value for state in GAPS])), text("false")).label("gap"),
    )
    .select_from(_cell)
    .correlate(_Line)
    .lateral("summary")
)  # fmt: skip
"""Of a line: what each committee heard, and whether one is missing."""

COVERAGE = KeysetList(
    select(
        _Line.occurrence_id.label("id"), _Line.happened_on, _Line.kind, _Line.revoked_on, _Line.subject_id,
        Tenant.official_name.label("body"), (_Line.tenant_id == _Line.shared_with).label("is_own"),
        Occurrence.about, SUMMARY.c.committees, SUMMARY.c.gap,
    )
    .select_from(_Line)
    .join(Tenant, Tenant.id == _Line.tenant_id)
    .outerjoin(Occurrence, (Occurrence.tenant_id == _Line.tenant_id) & (Occurrence.id == _Line.occurrence_id))
    .join(SUMMARY, true()),
    scope=_Line.shared_with,
    orders={"day": Order("-happened_on", "-id")},
    conditions={
        "gap": SUMMARY.c.gap,
        "kind": _Line.kind == bindparam("kind", type_=Text()),
        "of_others": _Line.tenant_id != _Line.shared_with,
    },
)  # fmt: skip
"""What happened and concerns a body, the newest first, with what each of its committees heard of it."""

TOLD_THERE = (
    select(func.min(_arrived).label("told_on"), func.sum(NoticeTally.acknowledged).label("noted"))
    .select_from(NoticeTold)
    .join(
        NoticeRecipient,
        (NoticeRecipient.tenant_id == NoticeTold.tenant_id)
        & (NoticeRecipient.notice_id == NoticeTold.notice_id)
        & (NoticeRecipient.recipient_id == NoticeTold.recipient_id),
    )
    .outerjoin(
        NoticeTally,
        (NoticeTally.shared_with == NoticeTold.tenant_id)
        & (NoticeTally.notice_id == NoticeTold.notice_id)
        & (NoticeTally.tenant_id == NoticeTold.recipient_id),
    )
    .where(
        NoticeTold.tenant_id == _Line.tenant_id,
        NoticeTold.owner_id == _Line.tenant_id,
        NoticeTold.occurrence_id == _Line.occurrence_id,
        NoticeTold.recipient_id == _Line.concerns_id,
        NoticeRecipient.withdrawn_at.is_(None),
    )
    .lateral("told_there")
)
"""Of a line of another body: when it was told from here, and how many there have taken note."""
ELSEWHERE = KeysetList(
    select(
        _Line.occurrence_id.label("id"), _Line.concerns_id, _Line.happened_on, _Line.kind, _Line.revoked_on,
        Occurrence.about, Tenant.official_name.label("body"), TOLD_THERE.c.told_on, TOLD_THERE.c.noted,
    )
    .select_from(_Line)
    .outerjoin(Occurrence, (Occurrence.tenant_id == _Line.tenant_id) & (Occurrence.id == _Line.occurrence_id))
    .join(Tenant, Tenant.id == _Line.concerns_id)
    .join(TOLD_THERE, true()),
    scope=_Line.tenant_id,
    orders={"day": Order("-happened_on", "-concerns_id", "-id")},
    conditions={
        "elsewhere": _Line.elsewhere == true(),
        "untold": and_(TOLD_THERE.c.told_on.is_(None), _Line.revoked_on.is_(None)),
        "kind": _Line.kind == bindparam("kind", type_=Text()),
        "body": Tenant.slug == bindparam("body", type_=Text()),
    },
    within="elsewhere",
)  # fmt: skip
"""What happened in the own body and concerns others: of what their committees have been told from here.

What they learned from papers of their own is not known here.
"""


@dataclass(frozen=True, slots=True)
class CoverageFile:
    """Something that happened, with what each committee of the reading body that it concerns heard of it."""

    line: OccurrenceLine
    body: Tenant
    """Where it happened."""
    cells: Sequence[RowMapping]

    @property
    def is_own(self) -> bool:
        """Whether it happened in the reading body itself."""
        return self.line.tenant_id == self.line.shared_with

    def cell(self, committee_id: UUID) -> RowMapping:
        """Return what one committee heard; raises `NotFoundError` for one that it does not concern."""
        found = next((cell for cell in self.cells if cell["committee_id"] == committee_id), None)
        if found is None:
            raise NotFoundError
        return found


_me = bindparam("me", type_=Integer)
_id = bindparam("id", type_=Uuid())
_LINE = (
    select(_Line, Tenant)
    .join(Tenant, Tenant.id == _Line.tenant_id)
    .where(_Line.shared_with == _me, _Line.occurrence_id == _id)
)
_CELLS = (
    select(_cell)
    .select_from(_Line)
    .join(_cell, true())
    .where(_Line.shared_with == _me, _Line.occurrence_id == _id)
    .order_by(_cell.c.name, _cell.c.committee_id)
)


def coverage_file(session: Session, me: int, occurrence_id: UUID) -> CoverageFile:
    """Return something that happened and concerns a body; raises `NotFoundError`."""
    values = {"me": me, "id": occurrence_id}
    row = session.execute(_LINE, values).one_or_none()
    if row is None:
        raise NotFoundError
    return CoverageFile(row.OccurrenceLine, row.Tenant, session.execute(_CELLS, values).mappings().all())


_HEARS = select(
    exists().where(_Line.shared_with == _me, _Line.tenant_id == bindparam("owner", type_=Integer))
)


def hears_from(session: Session, me: int, owner: int) -> bool:
    """Tell whether a body knows of anything that happened in another one."""
    return bool(session.scalar(_HEARS, {"me": me, "owner": owner}))


_NOTICES = (
    select(
        Notice.id, Notice.subject, _arrived.label("day"), Tenant.official_name.label("giver"), Notice.committees,
        func.coalesce(NoticeTally.acknowledged, 0).label("noted"), NoticeTally.told,
    )
    .select_from(NoticeTold)
    .join(
        NoticeRecipient,
        (NoticeRecipient.tenant_id == NoticeTold.tenant_id)
        & (NoticeRecipient.notice_id == NoticeTold.notice_id)
        & (NoticeRecipient.recipient_id == NoticeTold.recipient_id),
    )
    .join(Notice, (Notice.tenant_id == NoticeTold.tenant_id) & (Notice.id == NoticeTold.notice_id))
    .join(Tenant, Tenant.id == NoticeTold.tenant_id)
    .outerjoin(
        NoticeTally,
        (NoticeTally.tenant_id == NoticeTold.shared_with) & (NoticeTally.notice_id == NoticeTold.notice_id),
    )
    .where(
        NoticeTold.shared_with == _me,
        NoticeTold.occurrence_id == _id,
        NoticeRecipient.shared_with == _me,
    )
    .order_by(NoticeRecipient.created_at, Notice.id)
)  # fmt: skip


def notices_about(session: Session, me: int, occurrence_id: UUID) -> Sequence[RowMapping]:
    """Return the notices by which a body has been told of something, the first one first."""
    return session.execute(_NOTICES, {"me": me, "id": occurrence_id}).mappings().all()


def papers_about(session: Session, me: int, occurrence_id: UUID, *, keeper: bool) -> Sequence[RowMapping]:
    """Return the papers of a body about something, each once for each meeting; what is not public only to a keeper."""
    named = may_be_named(keeper=keeper)
    wanted = (
        select(
            PaperTopic.id, PaperTopic.paper_id, Consultation.meeting_id, Consultation.item, Meeting.day,
            Meeting.committee_id, Meeting.cancelled_on, named.label("is_named"),
            case((named, Paper.title), else_="").label("title"), case((named, Paper.number), else_="").label("number"),
        )
        .select_from(PaperTopic)
        .join(Paper, (Paper.tenant_id == PaperTopic.tenant_id) & (Paper.id == PaperTopic.paper_id))
        .outerjoin(
            Consultation,
            (Consultation.tenant_id == PaperTopic.tenant_id) & (Consultation.paper_id == PaperTopic.paper_id),
        )
        .outerjoin(
            Meeting, (Meeting.tenant_id == Consultation.tenant_id) & (Meeting.id == Consultation.meeting_id)
        )
        .where(PaperTopic.tenant_id == _me, PaperTopic.occurrence_id == _id)
        .order_by(Meeting.day, PaperTopic.id)
    )  # fmt: skip
    return session.execute(wanted, {"me": me, "id": occurrence_id}).mappings().all()


def get_waiver(session: Session, waiver_id: UUID) -> CoverageWaiver:
    """Return a waiver of the own body; raises `NotFoundError`."""
    waiver = session.scalars(select(CoverageWaiver).where(CoverageWaiver.id == waiver_id)).one_or_none()
    if waiver is None:
        raise NotFoundError
    return waiver


def get_topic(session: Session, topic_id: UUID) -> PaperTopic:
    """Return what a paper of the own body is about; raises `NotFoundError`."""
    topic = session.scalars(select(PaperTopic).where(PaperTopic.id == topic_id)).one_or_none()
    if topic is None:
        raise NotFoundError
    return topic


WAIVER = Versioned(CoverageWaiver, get_waiver, parts=lambda waiver: (waiver,))


def get_rule(session: Session, rule_id: UUID) -> CoverageRule:
    """Return what a body once said of what a committee is to be told; raises `NotFoundError`."""
    rule = session.scalars(select(CoverageRule).where(CoverageRule.id == rule_id)).one_or_none()
    if rule is None:
        raise NotFoundError
    return rule


RULE = Versioned(CoverageRule, get_rule, parts=lambda rule: (rule,))
TOPIC = Versioned(PaperTopic, get_topic, parts=lambda topic: (topic,))

_RULES = (
    select(
        CommitteeParticipant.committee_id, CommitteeParticipant.tenant_id.label("lead_id"), NAMED_NOW.c.name,
        NAMED_NOW.c.kind, CoverageRule.kinds, CoverageRule.created_at, CoverageRule.actor_label,
    )
    .select_from(CommitteeParticipant)
    .join(
        Committee,
        (Committee.tenant_id == CommitteeParticipant.tenant_id)
        & (Committee.id == CommitteeParticipant.committee_id),
    )
    .join(NAMED_NOW, true())
    .outerjoin(
        CoverageRule,
        CoverageRule.id
        == select(CoverageRule.id)
        .where(
            CoverageRule.tenant_id == CommitteeParticipant.participant_id,
            CoverageRule.committee_id == CommitteeParticipant.committee_id,
        )
        .order_by(CoverageRule.created_at.desc(), CoverageRule.id)
        .limit(1)
        .correlate(CommitteeParticipant)
        .scalar_subquery(),
    )
    .where(CommitteeParticipant.participant_id == _me, Committee.dissolved_on.is_(None))
    .order_by(NAMED_NOW.c.name, CommitteeParticipant.committee_id)
)  # fmt: skip


def rules_of(session: Session, me: int) -> Sequence[RowMapping]:
    """Return the committees of a body with the kinds of which they are to be told, None where nothing was said."""
    return session.execute(_RULES, {"me": me}).mappings().all()


_INFORMED = select(
    Meeting.committee_id, Meeting.day, func.count(Consultation.id).label("papers")
).outerjoin(
    Consultation,
    (Consultation.tenant_id == Meeting.tenant_id) & (Consultation.meeting_id == Meeting.id),
).where(Meeting.tenant_id == _me, HELD).group_by(Meeting.committee_id, Meeting.day)  # fmt: skip
_RECEIVED = (
    select(_arrived.label("day"), Notice.committees)
    .select_from(NoticeRecipient)
    .join(Notice, (Notice.tenant_id == NoticeRecipient.tenant_id) & (Notice.id == NoticeRecipient.notice_id))
    .where(NoticeRecipient.shared_with == _me)
)
_DUTIES = (
    select(
        Committee.id, Committee.duty, Committee.duty_source, _began.label("began"), Committee.dissolved_on,
        NAMED_NOW.c.name, NAMED_NOW.c.kind,
    )
    .select_from(CommitteeParticipant)
    .join(
        Committee,
        (Committee.tenant_id == CommitteeParticipant.tenant_id)
        & (Committee.id == CommitteeParticipant.committee_id),
    )
    .join(NAMED_NOW, true())
    .where(CommitteeParticipant.participant_id == _me)
    .order_by(NAMED_NOW.c.name, Committee.id)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heard:
    """A committee that is to be told without asking, with when it met and when it heard something."""

    committee: RowMapping
    meetings: Mapping[date, int]
    """The day of each meeting that was held, with how many papers were on its agenda."""
    notices: Sequence[date]
    """The days on which a notice for it arrived."""


def committees_with_duty(session: Session, me: int) -> Sequence[Heard]:
    """Return the committees of a body that are to be told without asking."""
    values = {"me": me}
    # Asked for all of them: with the duty as a condition the planner reads the committees of all bodies.
    committees = [row for row in session.execute(_DUTIES, values).mappings() if row["duty"]]
    if not committees:
        return []
    meetings = session.execute(_INFORMED, values).all()
    notices = session.execute(_RECEIVED, values).all()
    return [
        Heard(
            one,
            {row.day: row.papers for row in meetings if row.committee_id == one["id"]},
            [row.day for row in notices if not row.committees or one["kind"] in row.committees],
        )
        for one in committees
    ]

"""Meetings, papers as references, and which paper was on which agenda."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from kimhub.committees.public import CommitteeParticipant
from kimhub.core.errors import ConflictError, constraint_error
from kimhub.meetings.terms import PaperKind
from tenants import Base, Own, TenantOwned
from tenants.models import one_of

MAX_LINK = 500
MAX_TITLE = 300
MAX_NUMBER = 50
MAX_ITEM = 20
MAX_REASON = 200
_LINK = f"link = '' OR (starts_with(link, 'https://') AND length(link) <= {MAX_LINK})"


class Meeting(TenantOwned, Base):
    """A meeting of a committee in which the body has people. Of a joint committee each body keeps its own record.

    It is held as soon as its day has come, unless it was called off: nobody has to say so.
    """

    __tablename__ = "meeting"
    __isolation__ = Own(updatable=("day", "link", "cancelled_on", "cancelled_reason"), deletable="true")
    __table_args__ = (
        ForeignKeyConstraint(
            ["owner_id", "committee_id", "tenant_id"],
            [
                CommitteeParticipant.tenant_id,
                CommitteeParticipant.committee_id,
                CommitteeParticipant.participant_id,
            ],
            name="fk_meeting_participant",
            info={
                "crosses_tenants": "the committee is the lead body's; only who carries it with that body records"
            },
        ),
        UniqueConstraint("tenant_id", "committee_id", "day", name="uq_meeting_day"),
        CheckConstraint(_LINK, name="link"),
        CheckConstraint(f"length(cancelled_reason) <= {MAX_REASON}", name="cancelled_reason"),
        CheckConstraint("cancelled_on IS NOT NULL OR cancelled_reason = ''", name="cancelled"),
        Index("ix_meeting_list", "tenant_id", "day", "id"),
    )

    owner_id: Mapped[int]
    """The body that leads the committee."""
    committee_id: Mapped[UUID]
    day: Mapped[date]
    link: Mapped[str]
    """Where the council information system shows it; empty where it does not."""
    cancelled_on: Mapped[date | None]
    """The day on which it was called off; None: it was not."""
    cancelled_reason: Mapped[str]


class Paper(TenantOwned, Base):
    """A paper of council work as a reference: number, title, kind, and where it can be read.

    What is not public is named to nobody but those who keep meetings (`kimhub.meetings.queries.may_be_named`).
    """

    __tablename__ = "paper"
    __isolation__ = Own(updatable=("number", "title", "kind", "is_public", "link", "dated"), deletable="true")
    __table_args__ = (
        CheckConstraint(f"length(number) <= {MAX_NUMBER}", name="number"),
        CheckConstraint(f"length(title) BETWEEN 1 AND {MAX_TITLE}", name="title"),
        CheckConstraint(one_of("kind", PaperKind), name="kind"),
        CheckConstraint(_LINK, name="link"),
        Index("ix_paper_list", "tenant_id", "created_at", "id"),
        Index("ix_paper_number", "tenant_id", "number", "id"),
    )

    number: Mapped[str]
    """As the council names it, e.g. „2021/0345“; empty where it has none."""
    title: Mapped[str]
    kind: Mapped[str]
    is_public: Mapped[bool]
    link: Mapped[str]
    """Where it can be read; empty where it cannot."""
    dated: Mapped[date | None]
    """The date that the paper bears."""


class Consultation(TenantOwned, Base):
    """That a paper is on the agenda of a meeting, and under which item.

    A row of its own, after OParl 1.1: several papers can stand under one item, and one paper can go
    through several meetings.
    """

    __tablename__ = "consultation"
    __isolation__ = Own(updatable=("item",), deletable="true")
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "meeting_id"], [Meeting.tenant_id, Meeting.id], name="fk_consultation_meeting"
        ),
        ForeignKeyConstraint(
            ["tenant_id", "paper_id"], [Paper.tenant_id, Paper.id], name="fk_consultation_paper"
        ),
        UniqueConstraint("tenant_id", "meeting_id", "paper_id", name="uq_consultation_paper"),
        CheckConstraint(f"length(item) BETWEEN 1 AND {MAX_ITEM}", name="item"),
        Index("ix_consultation_paper", "tenant_id", "paper_id", "meeting_id"),
    )

    meeting_id: Mapped[UUID]
    paper_id: Mapped[UUID]
    item: Mapped[str]
    """The number of the item, as „5.6“."""


class MeetingInUseError(ConflictError):
    """A meeting with an agenda is not deleted; it is called off, and stays readable."""

    code = "meeting-in-use"
    title = "Die Sitzung hat eine Tagesordnung"


class PaperInUseError(ConflictError):
    """A paper on an agenda is not deleted."""

    code = "paper-in-use"
    title = "Die Vorlage steht auf einer Tagesordnung"


class CommitteeMetError(ConflictError):
    """A committee with meetings is not deleted, and no body leaves it that has recorded some; it is dissolved."""

    code = "committee-met"
    title = "Das Gremium hat Sitzungen"


constraint_error(
    "fk_consultation_meeting",
    MeetingInUseError,
    "Auf der Tagesordnung stehen Vorlagen. Sagen Sie die Sitzung ab, oder nehmen Sie die Vorlagen zuerst herunter.",
)
constraint_error(
    "fk_consultation_paper",
    PaperInUseError,
    "Die Vorlage steht auf der Tagesordnung einer Sitzung. Nehmen Sie sie dort zuerst herunter.",
)
constraint_error(
    "fk_meeting_participant",
    CommitteeMetError,
    "Zum Gremium sind Sitzungen eingetragen. Lösen Sie das Gremium auf, statt es zu löschen; eine Kommune mit "
    "Sitzungen bleibt darin.",
)
constraint_error(
    "uq_meeting_day",
    ConflictError,
    "Für dieses Gremium ist an diesem Tag schon eine Sitzung eingetragen.",
    field="day",
)
constraint_error(
    "uq_consultation_paper",
    ConflictError,
    "Die Vorlage steht schon auf der Tagesordnung dieser Sitzung.",
    field="paper_id",
)

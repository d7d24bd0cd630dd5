"""What a body says of coverage: which kinds concern a committee, what need not be told, which paper was about what."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.committees.public import CommitteeParticipant
from kimhub.core.errors import ConflictError, constraint_error
from kimhub.meetings.public import Paper
from kimhub.occurrences.public import OccurrenceKind, OccurrenceLine
from tenants import Base, Own, TenantOwned

MAX_REASON = 300
_kinds = ", ".join(f"'{kind}'" for kind in OccurrenceKind)


def _of_committee(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["lead_id", "committee_id", "tenant_id"],
        [
            CommitteeParticipant.tenant_id,
            CommitteeParticipant.committee_id,
            CommitteeParticipant.participant_id,
        ],
        name=name,
        info={
            "crosses_tenants": "a joint committee is the lead body's row; who carries it says this for itself"
        },
    )


def _of_line(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["owner_id", "occurrence_id", "tenant_id"],
        [OccurrenceLine.tenant_id, OccurrenceLine.occurrence_id, OccurrenceLine.concerns_id],
        name=name,
        info={"crosses_tenants": "what happened is another body's where it concerns this one"},
    )


class CoverageRule(TenantOwned, Base):
    """That a body has said of which kinds a committee is to be told; the last word counts, also for what is past."""

    __tablename__ = "coverage_rule"
    __isolation__ = Own()
    __table_args__ = (
        _of_committee("fk_coverage_rule_committee"),
        CheckConstraint(f"kinds <@ ARRAY[{_kinds}]", name="kinds"),
        CheckConstraint("actor_label <> ''", name="actor_label"),
        Index("ix_coverage_rule_last", "tenant_id", "committee_id", "created_at"),
    )

    lead_id: Mapped[int]
    committee_id: Mapped[UUID]
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    actor_label: Mapped[str]


class CoverageWaiver(TenantOwned, Base):
    """That a committee need not be told of something, and why."""

    __tablename__ = "coverage_waiver"
    __isolation__ = Own(updatable=("reason",), deletable="true")
    __table_args__ = (
        _of_committee("fk_coverage_waiver_committee"),
        _of_line("fk_coverage_waiver_line"),
        UniqueConstraint("tenant_id", "occurrence_id", "committee_id", name="uq_coverage_waiver"),
        CheckConstraint(f"length(reason) BETWEEN 1 AND {MAX_REASON}", name="reason"),
        CheckConstraint("actor_label <> ''", name="actor_label"),
    )

    owner_id: Mapped[int]
    """Where it happened."""
    occurrence_id: Mapped[UUID]
    lead_id: Mapped[int]
    committee_id: Mapped[UUID]
    reason: Mapped[str]
    actor_label: Mapped[str]


class PaperTopic(TenantOwned, Base):
    """That a paper was about something that happened: whoever had it on an agenda has been told of it."""

    __tablename__ = "paper_topic"
    __isolation__ = Own(updatable=("actor_label",), deletable="true")
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "paper_id"], [Paper.tenant_id, Paper.id], name="fk_paper_topic_paper"
        ),
        _of_line("fk_paper_topic_line"),
        UniqueConstraint("tenant_id", "occurrence_id", "paper_id", name="uq_paper_topic"),
        CheckConstraint("actor_label <> ''", name="actor_label"),
    )

    owner_id: Mapped[int]
    occurrence_id: Mapped[UUID]
    paper_id: Mapped[UUID]
    actor_label: Mapped[str]


class ToldError(ConflictError):
    """What proves that a committee was told is not removed."""

    code = "coverage-in-use"
    title = "Daran hängt, dass ein Gremium unterrichtet wurde"


constraint_error(
    "uq_coverage_waiver",
    ToldError,
    "Für dieses Gremium ist schon festgehalten, dass es nicht unterrichtet werden muss.",
)
constraint_error(
    "uq_paper_topic", ToldError, "Diese Vorlage ist dem Vorgang schon zugeordnet.", field="paper"
)
constraint_error(
    "fk_paper_topic_paper",
    ToldError,
    "Die Vorlage ist einem Vorgang zugeordnet, über den sie ein Gremium unterrichtet. Lösen Sie das dort zuerst.",
)
constraint_error(
    "fk_coverage_rule_committee",
    ToldError,
    "Für das Gremium ist festgelegt, worüber es unterrichtet wird. Lösen Sie es auf, statt es zu löschen.",
)
constraint_error(
    "fk_coverage_waiver_committee",
    ToldError,
    "Für das Gremium ist festgehalten, worüber es nicht unterrichtet werden muss. Lösen Sie es auf, statt es zu "
    "löschen.",
)

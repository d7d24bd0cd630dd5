"""The tables of measures: what is to be done, and each state that it has been in."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.committees.public import CommitteeInUseError, CommitteeParticipant
from kimhub.core.errors import ConflictError, constraint_error
from kimhub.measures.terms import AFTER_PROPOSAL, FINAL, TO_DO, MeasureOrigin, MeasureState
from tenants import Base, Own, TenantOwned
from tenants.models import one_of

MAX_TITLE = 200
MAX_TEXT = 2000
MAX_NOTE = 1000


class Measure(TenantOwned, Base):
    """What a Lenkungsgruppe or Projektgruppe has decided to do, or is to decide: what, who, until when, why.

    `owner_id` and `committee_id` name a committee in which the body takes part. Who carries it out is an office or an
    organisation, never a person. A measure that is done or dropped is not changed any more.
    """

    __tablename__ = "measure"
    __isolation__ = Own(
        updatable=(
            "title", "text", "responsible", "due", "baustein", "origin", "origin_text", "paper", "state",
            "decided_on", "closed_on", "closing_note",
        ),
        updatable_while=f"NOT ({one_of('state', FINAL)})",
        deletable=f"state = '{MeasureState.PROPOSED}'",
    )  # fmt: skip
    __table_args__ = (
        ForeignKeyConstraint(
            ["owner_id", "committee_id", "tenant_id"],
            [
                CommitteeParticipant.tenant_id,
                CommitteeParticipant.committee_id,
                CommitteeParticipant.participant_id,
            ],
            name="fk_measure_participant",
            info={
                "crosses_tenants": "the committee is the lead body's; whoever carries it with that body keeps measures"
            },
        ),
        CheckConstraint(f"length(title) BETWEEN 1 AND {MAX_TITLE}", name="title"),
        CheckConstraint(f"length(text) <= {MAX_TEXT}", name="text"),
        CheckConstraint(f"length(responsible) BETWEEN 1 AND {MAX_TITLE}", name="responsible"),
        CheckConstraint("baustein BETWEEN 1 AND 3", name="baustein"),
        CheckConstraint(one_of("origin", MeasureOrigin), name="origin"),
        CheckConstraint(f"length(origin_text) <= {MAX_NOTE}", name="origin_text"),
        CheckConstraint(f"length(paper) <= {MAX_TITLE}", name="paper"),
        CheckConstraint(one_of("state", MeasureState), name="state"),
        CheckConstraint(
            "CASE state WHEN 'proposed' THEN decided_on IS NULL WHEN 'dropped' THEN true"
            " ELSE decided_on IS NOT NULL END",
            name="decided",
        ),
        CheckConstraint(f"(closed_on IS NOT NULL) = ({one_of('state', FINAL)})", name="closed"),
        CheckConstraint("closed_on >= decided_on", name="order"),
        CheckConstraint(f"length(closing_note) <= {MAX_NOTE}", name="closing_note"),
        CheckConstraint("state <> 'dropped' OR closing_note <> ''", name="reason"),
        Index("ix_measure_list", "tenant_id", "created_at", "id"),
        Index("ix_measure_committee", "tenant_id", "committee_id"),
        Index("ix_measure_due", "tenant_id", "due", postgresql_where=sql(one_of("state", TO_DO))),
    )

    owner_id: Mapped[int]
    committee_id: Mapped[UUID]
    title: Mapped[str]
    """What is to be done, in one sentence."""
    text: Mapped[str]
    responsible: Mapped[str]
    """The office or organisation that carries it out."""
    due: Mapped[date | None]
    baustein: Mapped[int | None]
    origin: Mapped[str]
    origin_text: Mapped[str]
    """What the gap is, without anything of a case."""
    paper: Mapped[str]
    """The paper, the minutes or the address where it is written down."""
    state: Mapped[str]
    decided_on: Mapped[date | None]
    """The day of the resolution."""
    closed_on: Mapped[date | None]
    """The day on which it was done or given up."""
    closing_note: Mapped[str] = mapped_column(server_default="")
    """What came of it, or why nothing did."""
    actor_label: Mapped[str]
    """The role of whoever entered it."""


class MeasureStep(TenantOwned, Base):
    """A state that a measure reached, or what was decided of it anew, as it stood from then on.

    Only from the resolution on: a proposal binds nobody yet. ``created_at`` is when it was entered.
    """

    __tablename__ = "measure_step"
    __isolation__ = Own()
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "measure_id"],
            ["measure.tenant_id", "measure.id"],
            name="fk_measure_step_measure",
        ),
        CheckConstraint(one_of("state", AFTER_PROPOSAL), name="state"),
        CheckConstraint(f"length(note) <= {MAX_NOTE}", name="note"),
        UniqueConstraint("tenant_id", "measure_id", "number", name="uq_measure_step_number"),
    )

    measure_id: Mapped[UUID]
    number: Mapped[int]
    """From 1, in the order in which they were entered."""
    state: Mapped[str]
    happened_on: Mapped[date]
    """The day of the resolution, of the beginning, of the end."""
    title: Mapped[str]
    text: Mapped[str]
    responsible: Mapped[str]
    due: Mapped[date | None]
    note: Mapped[str]
    actor_label: Mapped[str]
    """The role of whoever entered it."""


class MeasureStateError(ConflictError):
    """A step that a measure cannot take where it stands."""

    code = "measure-state"
    title = "Dieser Schritt ist hier nicht möglich"


constraint_error(
    "fk_measure_participant",
    CommitteeInUseError,
    "Zu diesem Gremium sind Maßnahmen eingetragen. Lösen Sie das Gremium auf, statt es zu löschen; eine Kommune mit "
    "Maßnahmen trägt es weiter mit.",
)

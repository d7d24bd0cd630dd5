"""Committees, what they are called since when, their rules, who carries them, and who sits in them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    func,
)
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.committees.terms import CommitteeKind, Duty, RuleKind, SeatRole, Sector
from kimhub.core.errors import ConflictError, InvalidInputError, constraint_error
from kimhub.programme.public import TimeUnit
from tenants import Base, Published, SharedWith, TenantOwned
from tenants.models import one_of

MAX_NAME = 200
MAX_AMOUNT = 365
_PUBLIC = "which committees a body has, how they are called and by which rules they work is public; it names no person"


class Committee(TenantOwned, Base):
    """A committee, or a working group of the Kommunales Integrationsmanagement.

    What it is and how it is called changes over time (`CommitteeName`). Where two bodies carry it together, it is the
    lead body's row.
    """

    __tablename__ = "committee"
    __isolation__ = Published(
        reason=_PUBLIC,
        updatable=("basis", "task", "term_until", "dissolved_on", "duty", "duty_source"),
        deletable="true",
    )
    __table_args__ = (
        CheckConstraint(f"length(basis) <= {MAX_NAME}", name="basis"),
        CheckConstraint("length(task) <= 1000", name="task"),
        CheckConstraint(f"duty IS NULL OR {one_of('duty', Duty)}", name="duty"),
        CheckConstraint(f"length(duty_source) <= {MAX_NAME}", name="duty_source_length"),
        CheckConstraint("(duty IS NULL) = (duty_source = '')", name="duty_source"),
    )
    __more_ddl__ = (
        (
            "CREATE TRIGGER committee_term AFTER UPDATE OF term_until ON committee FOR EACH ROW"
            " WHEN (NEW.term_until IS DISTINCT FROM OLD.term_until) EXECUTE FUNCTION app.committee_term()"
        ),
    )

    basis: Mapped[str]
    """The law, the Hauptsatzung, the decision on which it rests."""
    task: Mapped[str]
    term_until: Mapped[date | None]
    """The end of the Wahlperiode; no seat goes beyond it. None: it has none."""
    dissolved_on: Mapped[date | None]
    """Its last day."""
    duty: Mapped[str | None]
    """How often it must be told without asking; None: nothing is known of such a duty."""
    duty_source: Mapped[str]


def _of_committee(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", "committee_id"], [Committee.tenant_id, Committee.id], name=name, ondelete="CASCADE"
    )


class CommitteeName(Base):
    """What a committee is and how it is called from a day on, until the next such day."""

    __tablename__ = "committee_name"
    __isolation__ = Published(reason=_PUBLIC, updatable=("kind", "name"), deletable="true")
    __table_args__ = (
        _of_committee("fk_committee_name_committee"),
        CheckConstraint(one_of("kind", CommitteeKind), name="kind"),
        CheckConstraint(f"length(name) BETWEEN 1 AND {MAX_NAME}", name="name"),
    )
    __more_ddl__ = (
        (
            "CREATE TRIGGER committee_has_seats AFTER INSERT OR UPDATE ON committee_name FOR EACH ROW"
            f" WHEN (NEW.kind = '{CommitteeKind.FALLKONFERENZ}') EXECUTE FUNCTION app.committee_has_seats()"
        ),
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    committee_id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[date] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    kind: Mapped[str]
    name: Mapped[str]


class CommitteeRule(Base):
    """A period that a committee's Geschäftsordnung sets, with the place where it says so."""

    __tablename__ = "committee_rule"
    __isolation__ = Published(reason=_PUBLIC, updatable=("amount", "unit", "source"), deletable="true")
    __table_args__ = (
        _of_committee("fk_committee_rule_committee"),
        CheckConstraint(one_of("kind", RuleKind), name="kind"),
        CheckConstraint(one_of("unit", TimeUnit), name="unit"),
        CheckConstraint(f"amount BETWEEN 1 AND {MAX_AMOUNT}", name="amount"),
        CheckConstraint(f"length(source) BETWEEN 1 AND {MAX_NAME}", name="source"),
        CheckConstraint("unit <> 'full_day' OR kind <> 'answers'", name="full_days"),
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    committee_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    amount: Mapped[int]
    unit: Mapped[str]
    source: Mapped[str]


class CommitteeParticipant(Base):
    """That a body has people in a committee: whose row it is always, and others that carry it together with it."""

    __tablename__ = "committee_participant"
    __isolation__ = Published(reason=_PUBLIC, deletable="participant_id <> tenant_id")
    __table_args__ = (
        _of_committee("fk_committee_participant_committee"),
        Index(
            "ix_committee_participant_list",
            "participant_id",
            "committee_id",
            info={
                "crosses_tenants": "a body's list holds the committees in which it has people, whoever leads them"
            },
        ),
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    committee_id: Mapped[UUID] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Seat(TenantOwned, Base):
    """Who sits in a committee from when to when: a person who signs in, or somebody named by organisation and function.

    ``tenant_id`` is the body that sends them, `owner_id` the one whose committee it is; of a joint committee the lead
    body sees all seats, each other body its own.
    """

    __tablename__ = "seat"
    __isolation__ = SharedWith(
        updatable=("role", "faction", "organization", "function", "sector", "since", "until"),
        deletable="true",
    )
    __table_args__ = (
        ForeignKeyConstraint(
            ["owner_id", "committee_id", "tenant_id"],
            [
                CommitteeParticipant.tenant_id,
                CommitteeParticipant.committee_id,
                CommitteeParticipant.participant_id,
            ],
            name="fk_seat_participant",
            info={
                "crosses_tenants": "the committee is the lead body's; only who carries it with that body has seats"
            },
        ),
        CheckConstraint(one_of("role", SeatRole), name="role"),
        CheckConstraint(f"sector IS NULL OR {one_of('sector', Sector)}", name="sector"),
        CheckConstraint("length(faction) <= 100", name="faction"),
        CheckConstraint(f"length(organization) <= {MAX_NAME}", name="organization"),
        CheckConstraint(f"length(function) <= {MAX_NAME}", name="function"),
        CheckConstraint("account_id IS NOT NULL OR organization <> ''", name="held"),
        CheckConstraint("until >= since", name="period"),
        Index("ix_seat_committee", "tenant_id", "committee_id", "since", "id"),
        Index("ix_seat_person", "tenant_id", "account_id"),
        Index("ix_seat_shared", "shared_with", "committee_id", "since", "id"),
    )
    __more_ddl__ = (
        "CREATE TRIGGER seat_fits AFTER INSERT OR UPDATE ON seat FOR EACH ROW EXECUTE FUNCTION app.seat_fits()",
    )

    owner_id: Mapped[int]
    committee_id: Mapped[UUID]
    role: Mapped[str]
    faction: Mapped[str]
    """The faction or group, as it calls itself; empty where there is none."""
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """The person who signs in and is told."""
    organization: Mapped[str]
    """For whom somebody sits there who does not sign in."""
    function: Mapped[str]
    """What they do there; no name."""
    sector: Mapped[str | None]
    """Whom the seat stands for in a working group."""
    since: Mapped[date]
    until: Mapped[date | None]
    """The last day; None: open."""
    shared_with: Mapped[int | None] = mapped_column(
        Computed("CASE WHEN owner_id <> tenant_id THEN owner_id END", persisted=True)
    )


class CommitteeInUseError(ConflictError):
    """What people sit in is not deleted; it is dissolved, and stays readable."""

    code = "committee-in-use"
    title = "Das Gremium hat Sitze"


class SeatRefusedError(InvalidInputError):
    """A seat that cannot be: beyond the Wahlperiode, twice at a time, in two factions."""

    code = "seat-refused"
    title = "So kann der Sitz nicht besetzt sein"


constraint_error(
    "fk_seat_participant",
    CommitteeInUseError,
    "Im Gremium sind Sitze eingetragen. Entfernen Sie sie zuerst, oder lösen Sie das Gremium auf.",
)
constraint_error(
    "committee_has_seats",
    CommitteeInUseError,
    "Eine Fallkonferenz hat keine Mitglieder. Im Gremium sind Sitze eingetragen; entfernen Sie sie zuerst, oder tragen "
    "Sie die Fallkonferenz als eigenes Gremium ein.",
    field="kind",
)
constraint_error(
    "seat_of_fallkonferenz",
    SeatRefusedError,
    "In einer Fallkonferenz arbeiten Stellen, keine Mitglieder. Hier gehören weder Personen noch Fälle hin.",
)
constraint_error(
    "seat_term",
    SeatRefusedError,
    "Die Wahlperiode endet früher. Kein Sitz reicht über ihr Ende hinaus.",
    field="until",
)
constraint_error(
    "seat_once",
    SeatRefusedError,
    "Diese Person hat in dieser Zeit schon einen Sitz in diesem Gremium.",
    field="holder",
)
constraint_error(
    "seat_faction",
    SeatRefusedError,
    "Diese Person gehört in dieser Zeit in einem anderen Sitz einer anderen Fraktion an. Niemand gehört zwei "
    "Fraktionen zugleich an. Beenden Sie zuerst jenen Sitz.",
    field="faction",
)
constraint_error(
    "committee_term",
    InvalidInputError,
    "Es gibt Sitze, die länger dauern. Beenden Sie sie zuerst, oder wählen Sie einen späteren Tag.",
    field="term_until",
)

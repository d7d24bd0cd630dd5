"""The Vorgang: one mechanism for everything two tenants do together (ADR 6).

A proceeding has an initiating tenant, a counterpart and an append-only run of entries. Each side appends
entries of its own (rule 1 of isolation); both read them once the proceeding is released. The state is the
latest entry's ``to_state``; before the first entry it is a draft and nobody but the
initiator sees the proceeding. Internal notes stay with the side that wrote them.

The database keeps the chain: (proceeding, seq) is unique, and every entry refers to the entry before it with
the state it left, so two simultaneous decisions cannot both stand. It also keeps the side: an entry must be a
transition that the workflow grants to its author's side (table ``workflow_transition``).
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    delete,
    func,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from tenants.access import Permission
from tenants.actor import Actor
from tenants.db import Base, TenantOwned
from tenants.errors import ConflictError, InvalidInputError, NotFoundError, constraint_error
from tenants.isolation import Own, Reference, SharedWith

DRAFT = "draft"
"""The state of every proceeding before its first entry."""


class Side(StrEnum):
    """Which of the two tenants does something."""

    INITIATOR = "initiator"
    COUNTERPART = "counterpart"


@dataclass(frozen=True, slots=True)
class Transition:
    """One step of a workflow: who may do it, from where to where, and how it reads."""

    action: str
    from_states: tuple[str, ...]
    to_state: str
    side: Side
    permission: Permission
    label: str
    """What the button says („Befürworten“)."""
    done: str
    """What the timeline says („hat den Antrag befürwortet“)."""
    note_required: bool = False


@dataclass(frozen=True, slots=True)
class Workflow:
    """The declared life of one kind of proceeding; features write nothing else."""

    kind: str
    title: str
    states: dict[str, str]
    """State to German label, `DRAFT` first, then in the order of the usual course."""
    transitions: tuple[Transition, ...]
    waiting: dict[str, Side] = field(default_factory=dict)
    """Whose turn it is, for the states in which somebody is expected to act."""

    def transition(self, action: str) -> Transition:
        """Return what is declared of `action`."""
        return next(one for one in self.transitions if one.action == action)

    def step(self, action: str, from_state: str, side: Side) -> Transition | None:
        """Return the transition for `action` here, or None if the workflow has none."""
        for transition in self.transitions:
            if (
                transition.action == action
                and transition.side is side
                and from_state in transition.from_states
            ):
                return transition
        return None

    def rows(self) -> list[tuple[str, str, str, str, str]]:
        """Return the rows of `WorkflowTransition` that let the database accept exactly these steps."""
        return [
            (self.kind, t.action, source, t.to_state, t.side.value)
            for t in self.transitions
            for source in t.from_states
        ]

    def open_steps(self, state: str, side: Side, actor: Actor) -> list[Transition]:
        """Return what `actor` may do now on its `side`."""
        return [
            t for t in self.transitions
            if t.side is side and state in t.from_states and actor.may(t.permission)
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """A step that somebody takes on a proceeding, and the words that go with it.

    `expected_seq` is the number of entries that the person saw (None: any).
    """

    proceeding_id: UUID
    _: KW_ONLY
    note: str = ""
    expected_seq: int | None = None


class WorkflowTransition(Base):
    """The declared transitions as the database knows them; filled by migrations."""

    __tablename__ = "workflow_transition"
    __isolation__ = Reference(reason="declared by the program", audited=False)
    __table_args__ = (PrimaryKeyConstraint("kind", "action", "from_state", "to_state", "side"),)

    kind: Mapped[str]
    action: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    side: Mapped[str]


class Proceeding(TenantOwned, Base):
    """A file shared by two tenants. ``tenant_id`` is the initiator."""

    __tablename__ = "proceeding"
    __isolation__ = SharedWith(
        # What the other side has seen is neither withdrawn nor reworded.
        updatable=("released_at", "subject"),
        updatable_while="released_at IS NULL",
        deletable="released_at IS NULL",
    )
    __table_args__ = (
        CheckConstraint("counterpart_id <> tenant_id", name="two_sides"),
        UniqueConstraint("id", "tenant_id", "counterpart_id", "kind"),
        UniqueConstraint("id", "tenant_id", "shared_with", "kind"),
        Index("ix_proceeding_own", "tenant_id", "kind", "created_at", "id"),
        Index(
            "ix_proceeding_shared", "shared_with", "kind", "created_at", "id",
            postgresql_where="shared_with IS NOT NULL",
        ),
    )  # fmt: skip

    kind: Mapped[str]
    counterpart_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"))
    subject: Mapped[str]
    released_at: Mapped[datetime | None]
    shared_with: Mapped[int | None] = mapped_column(
        Computed("CASE WHEN released_at IS NOT NULL THEN counterpart_id END", persisted=True)
    )

    def side_of(self, tenant_id: int) -> Side:
        """Return the side on which `tenant_id` stands; another tenant has none and finds nothing."""
        if tenant_id == self.tenant_id:
            return Side.INITIATOR
        if tenant_id == self.counterpart_id:
            return Side.COUNTERPART
        raise NotFoundError


class ProceedingEntry(TenantOwned, Base):
    """One step that one side took. Never changed, never deleted. ``tenant_id`` is the author's side."""

    __tablename__ = "proceeding_entry"
    __isolation__ = SharedWith()
    __table_args__ = (
        ForeignKeyConstraint(
            ["proceeding_id", "initiator_id", "counterpart_id", "kind"],
            # shared_with, not counterpart_id: nobody takes a step on a file that is not released.
            ["proceeding.id", "proceeding.tenant_id", "proceeding.shared_with", "proceeding.kind"],
            name="fk_proceeding_entry_proceeding",
        ),
        ForeignKeyConstraint(
            ["proceeding_id", "previous_seq", "from_state"],
            ["proceeding_entry.proceeding_id", "proceeding_entry.seq", "proceeding_entry.to_state"],
            name="fk_proceeding_entry_previous",
            info={"crosses_tenants": "the entry before is the other side's; both hang on the same proceeding"},
        ),
        ForeignKeyConstraint(
            ["kind", "action", "from_state", "to_state", "side"],
            [
                "workflow_transition.kind", "workflow_transition.action", "workflow_transition.from_state",
                "workflow_transition.to_state", "workflow_transition.side",
            ],
            name="fk_proceeding_entry_transition",
        ),
        CheckConstraint("tenant_id IN (initiator_id, counterpart_id)", name="author_is_a_side"),
        CheckConstraint(
            "(seq = 1 AND previous_seq IS NULL) OR (seq > 1 AND previous_seq IS NOT NULL AND previous_seq = seq - 1)",
            name="chain",
        ),
        CheckConstraint(f"seq > 1 OR from_state = '{DRAFT}'", name="begins_with_draft"),
        UniqueConstraint("proceeding_id", "seq", name="uq_proceeding_entry_seq"),
        UniqueConstraint("proceeding_id", "seq", "to_state", name="uq_proceeding_entry_state"),
    )  # fmt: skip

    proceeding_id: Mapped[UUID]
    initiator_id: Mapped[int]
    counterpart_id: Mapped[int]
    kind: Mapped[str]
    seq: Mapped[int]
    previous_seq: Mapped[int | None]
    action: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    note: Mapped[str]
    about: Mapped[str] = mapped_column(server_default="")
    """What a question or answer points at: a field of the file, empty for the whole."""
    account_id: Mapped[UUID | None]
    actor_label: Mapped[str]
    side: Mapped[str] = mapped_column(
        Computed("CASE WHEN tenant_id = initiator_id THEN 'initiator' ELSE 'counterpart' END", persisted=True)
    )
    shared_with: Mapped[int] = mapped_column(
        Computed(
            "CASE WHEN tenant_id = initiator_id THEN counterpart_id ELSE initiator_id END", persisted=True
        )
    )


class ProceedingNote(TenantOwned, Base):
    """An internal note of one side on a proceeding; the other side never learns that it exists.

    Notes on a draft go with it when it is deleted; all others stay.
    """

    __tablename__ = "proceeding_note"
    __isolation__ = Own(
        deletable="EXISTS (SELECT 1 FROM proceeding AS p WHERE p.id = proceeding_id AND p.released_at IS NULL)"
    )
    __table_args__ = (
        ForeignKeyConstraint(
            ["proceeding_id", "initiator_id", "counterpart_id", "kind"],
            ["proceeding.id", "proceeding.tenant_id", "proceeding.counterpart_id", "proceeding.kind"],
            name="fk_proceeding_note_proceeding",
        ),
        CheckConstraint("tenant_id IN (initiator_id, counterpart_id)", name="author_is_a_side"),
        Index("ix_proceeding_note_proceeding", "tenant_id", "proceeding_id", "created_at"),
    )

    proceeding_id: Mapped[UUID]
    initiator_id: Mapped[int]
    counterpart_id: Mapped[int]
    kind: Mapped[str]
    text: Mapped[str]
    account_id: Mapped[UUID | None]
    actor_label: Mapped[str]


class ProceedingMovedError(ConflictError):
    """The other side, or a colleague, was faster: the step no longer fits the state of the file."""

    code: ClassVar[str] = "proceeding-moved"


for _name in ("uq_proceeding_entry_seq", "uq_proceeding_entry_state"):
    constraint_error(
        _name,
        ProceedingMovedError,
        "Der Vorgang wurde im selben Moment von anderer Seite bearbeitet. Ihr Schritt wurde nicht ausgeführt. "
        "Öffnen Sie den Vorgang neu und entscheiden Sie auf dem jetzigen Stand.",
    )


constraint_error(
    "fk_proceeding_note_proceeding",
    ProceedingMovedError,
    "Der Entwurf wurde im selben Moment von einer anderen Person bearbeitet oder gelöscht. Öffnen Sie die Liste neu.",
)


def open_proceeding(
    session: Session, actor: Actor, workflow: Workflow, *, counterpart_id: int, subject: str
) -> Proceeding:
    """Create a proceeding that nobody but the actor's tenant sees until its first step."""
    proceeding = Proceeding(
        tenant_id=actor.tenant_id, kind=workflow.kind, counterpart_id=counterpart_id, subject=subject
    )
    session.add(proceeding)
    return proceeding


def discard_draft(session: Session, proceeding: Proceeding) -> None:
    """Delete a proceeding of one's own that nobody else has seen, with the notes on it; the audit keeps both.

    The caller has deleted what hangs on it. Raises `ProceedingMovedError` once it is released; the database
    refuses it, too.
    """
    if proceeding.released_at is not None:
        raise ProceedingMovedError(
            "Der Vorgang ist inzwischen eingereicht und kann nicht mehr gelöscht werden."
        )
    session.execute(delete(ProceedingNote).where(ProceedingNote.proceeding_id == proceeding.id))
    session.delete(proceeding)
    session.flush()  # a note written at the same moment speaks now


def latest_entry(session: Session, proceeding_id: UUID) -> ProceedingEntry | None:
    """Return the entry that says where the proceeding stands."""
    return session.scalars(
        select(ProceedingEntry)
        .where(ProceedingEntry.proceeding_id == proceeding_id)
        .order_by(ProceedingEntry.seq.desc())
        .limit(1)
    ).one_or_none()


def state_of(entry: ProceedingEntry | None) -> str:
    """Return the state after `entry`."""
    return entry.to_state if entry else DRAFT


def advance(
    session: Session,
    actor: Actor,
    workflow: Workflow,
    proceeding: Proceeding,
    *,
    action: str,
    note: str = "",
    about: str = "",
    expected_seq: int | None = None,
) -> ProceedingEntry:
    """Append the actor's step to the file and return it.

    `expected_seq` is the number of entries that the person saw (None: whatever is there now). Raises
    `ForbiddenError` without the permission, `ProceedingMovedError` when the step does not fit the state any
    more, `InvalidInputError` when a required note is missing. Two steps at the same moment: the database lets
    one stand, the other gets `ProceedingMovedError`.
    """
    side = proceeding.side_of(actor.tenant_id)
    last = latest_entry(session, proceeding.id)
    seq = last.seq if last else 0
    state = state_of(last)
    transition = workflow.step(action, state, side)
    if transition is None or (expected_seq is not None and expected_seq != seq):
        raise ProceedingMovedError(
            f"Der Vorgang steht jetzt auf „{workflow.states[state]}“. Ihr Schritt passt nicht mehr dazu und wurde "
            "nicht ausgeführt. Öffnen Sie den Vorgang neu und entscheiden Sie auf dem jetzigen Stand.",
            extra={"state": state, "seq": seq},
        )
    actor.require(transition.permission)
    if transition.note_required and not note.strip():
        raise InvalidInputError(
            "Bitte begründen Sie diesen Schritt.", fields={"note": ["Geben Sie einen Text ein."]}
        )
    if proceeding.released_at is None:
        proceeding.released_at = session.scalar(select(func.now()))
        session.flush()  # the entry's foreign key and the counterpart's view need the released row
    entry = ProceedingEntry(
        tenant_id=actor.tenant_id,
        proceeding_id=proceeding.id,
        initiator_id=proceeding.tenant_id,
        counterpart_id=proceeding.counterpart_id,
        kind=proceeding.kind,
        seq=seq + 1,
        previous_seq=seq or None,
        action=action,
        from_state=state,
        to_state=transition.to_state,
        note=note.strip(),
        about=about,
        account_id=actor.subject,
        actor_label=actor.label,
    )
    session.add(entry)
    session.flush()  # the chain's constraints speak now, while the caller can still say what happened
    return entry


def add_note(session: Session, actor: Actor, proceeding: Proceeding, *, text: str) -> ProceedingNote:
    """Keep an internal note on the actor's side."""
    proceeding.side_of(actor.tenant_id)
    note = ProceedingNote(
        tenant_id=actor.tenant_id,
        proceeding_id=proceeding.id,
        initiator_id=proceeding.tenant_id,
        counterpart_id=proceeding.counterpart_id,
        kind=proceeding.kind,
        text=text.strip(),
        account_id=actor.subject,
        actor_label=actor.label,
    )
    session.add(note)
    return note


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One line of the timeline: a step of either side, or an internal note of one's own."""

    at: datetime
    tenant_id: int
    actor_label: str
    text: str
    note: str
    internal: bool
    seq: int | None = None
    action: str = ""
    to_state: str = ""
    about: str = ""


def timeline(session: Session, workflow: Workflow, proceeding: Proceeding) -> list[TimelineItem]:
    """Return steps and own notes in the order in which they happened."""
    done = {(t.action, t.to_state): t.done for t in workflow.transitions}
    entries = session.scalars(
        select(ProceedingEntry)
        .where(ProceedingEntry.proceeding_id == proceeding.id)
        .order_by(ProceedingEntry.seq)
    )
    notes = session.scalars(
        select(ProceedingNote)
        .where(ProceedingNote.proceeding_id == proceeding.id)
        .order_by(ProceedingNote.created_at, ProceedingNote.id)
    )
    items = [
        TimelineItem(
            at=e.created_at, tenant_id=e.tenant_id, actor_label=e.actor_label, text=done[e.action, e.to_state],
            note=e.note, internal=False, seq=e.seq, action=e.action, to_state=e.to_state, about=e.about,
        )
        for e in entries
    ]  # fmt: skip
    items += [
        TimelineItem(
            at=n.created_at, tenant_id=n.tenant_id, actor_label=n.actor_label, text="Interne Notiz",
            note=n.text, internal=True,
        )
        for n in notes
    ]  # fmt: skip
    return sorted(items, key=lambda item: (item.at, item.seq or 0))

"""What all steps of a request have in common."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kimhub.positions.usecases.loading import load_own, load_to_decide
from kimhub.positions.workflow import WORKFLOW
from tenants import Actor, db
from tenants.proceedings import ProceedingEntry, advance


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step on a request; `expected_seq` is the number of entries that the person saw (None: any)."""

    request_id: UUID
    note: str = ""
    expected_seq: int | None = None


def step_of_gemeinde(actor: Actor, command: Step, action: str) -> ProceedingEntry:
    """Append a step of the requesting Gemeinde; it waits for changes that a colleague has begun."""
    session = db.session()
    loaded = load_own(session, actor, command.request_id)
    return advance(
        session, actor, WORKFLOW, loaded.proceeding,
        action=action, note=command.note, expected_seq=command.expected_seq,
    )  # fmt: skip


def step_of_kreis(actor: Actor, command: Step, action: str) -> ProceedingEntry:
    """Append a step of the deciding Kreis."""
    session = db.session()
    loaded = load_to_decide(session, actor, command.request_id)
    return advance(
        session, actor, WORKFLOW, loaded.proceeding,
        action=action, note=command.note, expected_seq=command.expected_seq,
    )  # fmt: skip

"""What was confirmed on paper: the giver enters it, and waits no longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kimhub.core import clock
from kimhub.core.errors import ConflictError, InvalidInputError, NotFoundError
from kimhub.core.versions import locked, require_version
from kimhub.funding.letter_queries import on_paper
from kimhub.funding.models import Allocation, PaperConfirmation
from kimhub.funding.models.letters import ConfirmedOnPaperError
from kimhub.funding.queries import AllocationFile, allocation_file
from kimhub.funding.workflow import State
from tenants import Actor, Permission, db


class NothingToConfirmError(ConflictError):
    """Nobody is asked to confirm it on paper."""

    code = "nothing-to-confirm"
    title = "Hier ist nichts zu bestätigen"


@dataclass(frozen=True, slots=True)
class ConfirmOnPaper:
    """The date of the letter that confirms, and the number of the version that is meant (None: the one in force)."""

    confirmed_on: date
    number: int | None = None


def may_confirm_on_paper(file: AllocationFile, *, asked_by_letter: bool) -> bool:
    """Whether a confirmation on paper can be entered: it is awaited, and does not come in KIMHub alone."""
    awaited = file.state in (State.ISSUED, State.AMENDED)
    return awaited and (file.allocation.recipient_id is None or asked_by_letter)


def confirm_on_paper(actor: Actor, allocation_id: UUID, command: ConfirmOnPaper) -> PaperConfirmation:
    """Enter that the version in force was confirmed on paper.

    In the proceeding of a tenant nothing changes: it can still confirm in KIMHub, and only then passes on what it
    received. Raises `ForbiddenError`, `NotFoundError`, `StaleError`, `NothingToConfirmError`, `InvalidInputError` for a
    day that cannot be, and `ConfirmedOnPaperError` the second time.
    """
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    locked(session, Allocation, allocation_id)
    file = allocation_file(session, allocation_id)
    if file.allocation.tenant_id != actor.tenant_id:
        raise NotFoundError
    number = file.allocation.current_version
    meant = number if command.number is None else command.number
    require_version(number, meant, "Prüfen Sie, ob die Bestätigung für die neue Fassung gilt.")
    paper = on_paper(session, file.allocation)
    if paper.confirmation is not None:
        raise ConfirmedOnPaperError(
            "Für diese Fassung ist die Bestätigung schon eingetragen. Ist der Tag falsch, nehmen Sie den Eintrag "
            "zurück."
        )
    if not may_confirm_on_paper(file, asked_by_letter=bool(paper.letters)):
        raise NothingToConfirmError(
            "Diese Weiterleitung wird in KIMHub bestätigt oder wartet auf keine Bestätigung."
        )
    if not file.current.issued_on <= command.confirmed_on <= clock.today():
        message = "Geben Sie einen Tag an, der nicht vor dem Datum der Weiterleitung und nicht in der Zukunft liegt."
        raise InvalidInputError(message, fields={"confirmed_on": [message]})
    entered = PaperConfirmation(
        tenant_id=actor.tenant_id,
        allocation_id=allocation_id,
        number=number,
        confirmed_on=command.confirmed_on,
        account_id=actor.subject,
        actor_label=actor.label,
    )
    session.add(entered)
    session.flush()
    return entered


def take_back_paper_confirmation(actor: Actor, confirmation_id: UUID) -> None:
    """Take back what was entered by mistake; the audit keeps it. Raises `ForbiddenError`, `NotFoundError`."""
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    session.delete(locked(session, PaperConfirmation, confirmation_id))
    session.flush()

"""What the ledger tells: each step and a Zwischenstand to the other side; a Bescheid, and days, to one's own."""

from __future__ import annotations

from kimhub.core.events.kinds import EventKind, declare
from kimhub.core.events.steps import declare_steps
from kimhub.funding.workflow import ANSWER_DAYS, WORKFLOW
from tenants import Permission
from tenants.proceedings import Side

declare_steps(
    WORKFLOW,
    page="funding.show_allocation",
    names="allocation_id",
    told={Side.INITIATOR: Permission.FUNDING_WRITE, Side.COUNTERPART: Permission.FUNDING_WRITE},
    urgent=("object",),
    revoking=("end",),
)


def _of_an_allocation(verb: str, says: str, *, urgent: bool = False) -> EventKind:
    return declare(
        EventKind(
            code=f"allocation.{verb}", says=says, thing=WORKFLOW.title, page="funding.show_allocation",
            names="allocation_id", told=Permission.FUNDING_WRITE, urgent=urgent,
        )
    )  # fmt: skip


def _of_a_grant(verb: str, says: str, *, urgent: bool = False) -> EventKind:
    return declare(
        EventKind(
            code=f"grant.{verb}", says=says, thing="Zuwendung", page="funding.show_grant", names="grant_id",
            told=Permission.FUNDING_WRITE, urgent=urgent,
        )
    )  # fmt: skip


STATEMENT_SHARED = _of_an_allocation("state", "{author} hat einen Zwischenstand der Ausgaben mitgeteilt")
CONFIRMATION_ASKED = _of_an_allocation(
    "ask_confirmation", "{author} bittet Sie, den Erhalt von Mitteln zu bestätigen", urgent=True
)
NOT_ANSWERED = _of_an_allocation(
    "pass_unanswered", f"Eine Weiterleitung ist seit {ANSWER_DAYS} Tagen nicht bestätigt"
)
"""To who gave it."""
ANSWER_AWAITED = _of_an_allocation(
    "await_answer", f"{{author}} wartet seit {ANSWER_DAYS} Tagen auf Ihre Bestätigung", urgent=True
)
"""To who received it."""
BESCHEID_RECORDED = _of_a_grant("record", "Ein Zuwendungsbescheid ist erfasst")
NOT_FINAL = _of_a_grant(
    "pass_unfinal", "Für einen Zuwendungsbescheid fehlt der Tag der Bestandskraft", urgent=True
)
LETTERS_DRAWN = declare(
    EventKind(
        code="letters.draw", says="Ihre Schreiben sind fertig", thing="Bitte um Bestätigung",
        page="funding.show_letters", names="letters_id", told=Permission.FUNDING_WRITE, to_author=True,
    )
)  # fmt: skip
"""To who had them written."""

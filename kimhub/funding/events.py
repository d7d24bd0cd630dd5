"""What the ledger tells: each step and a Zwischenstand to the other side; a Bescheid, and days, to one's own."""

from __future__ import annotations

from kimhub.core.events.kinds import EventKind, declare
from kimhub.core.events.steps import declare_steps
from kimhub.funding.workflow import WORKFLOW
from tenants import Permission
from tenants.proceedings import Side

declare_steps(
    WORKFLOW,
    page="funding.show_allocation",
    names="allocation_id",
    told={Side.INITIATOR: Permission.FUNDING_WRITE, Side.COUNTERPART: Permission.FUNDING_WRITE},
    urgent=("object",),
)

STATEMENT_SHARED = declare(
    EventKind(
        code="allocation.state",
        says="{author} hat einen Zwischenstand der Ausgaben mitgeteilt",
        thing=WORKFLOW.title,
        page="funding.show_allocation",
        names="allocation_id",
        told=Permission.FUNDING_WRITE,
    )
)
BESCHEID_RECORDED = declare(
    EventKind(
        code="grant.record",
        says="Ein Zuwendungsbescheid ist erfasst",
        thing="Zuwendung",
        page="funding.show_grant",
        names="grant_id",
        told=Permission.FUNDING_WRITE,
    )
)
CONFIRMATION_ASKED = declare(
    EventKind(
        code="allocation.ask_confirmation",
        says="{author} bittet Sie, den Erhalt von Mitteln zu bestätigen",
        thing=WORKFLOW.title,
        page="funding.show_allocation",
        names="allocation_id",
        told=Permission.FUNDING_WRITE,
        urgent=True,
    )
)
NOT_ANSWERED = declare(
    EventKind(
        code="allocation.pass_unanswered",
        says="Eine Weiterleitung ist seit 30 Tagen nicht bestätigt",
        thing=WORKFLOW.title,
        page="funding.show_allocation",
        names="allocation_id",
        told=Permission.FUNDING_WRITE,
    )
)
"""To who gave it."""
ANSWER_AWAITED = declare(
    EventKind(
        code="allocation.await_answer",
        says="{author} wartet seit 30 Tagen auf Ihre Bestätigung",
        thing=WORKFLOW.title,
        page="funding.show_allocation",
        names="allocation_id",
        told=Permission.FUNDING_WRITE,
        urgent=True,
    )
)
"""To who received it."""
NOT_FINAL = declare(
    EventKind(
        code="grant.pass_unfinal",
        says="Für einen Zuwendungsbescheid fehlt der Tag der Bestandskraft",
        thing="Zuwendung",
        page="funding.show_grant",
        names="grant_id",
        told=Permission.FUNDING_WRITE,
        urgent=True,
    )
)

"""The recipient shares what it has spent with the giver of an allocation."""

from __future__ import annotations

from uuid import UUID

from kimhub.core.errors import ConflictError, NotFoundError
from kimhub.core.events.telling import tell
from kimhub.funding.events import STATEMENT_SHARED
from kimhub.funding.models import SpendingStatement, SpendingStatementItem
from kimhub.funding.queries import allocation_file
from kimhub.funding.statement_queries import cells_to_state, mark_of
from tenants import Actor, Permission, db


class StatementOutdatedError(ConflictError):
    """The books have changed since the check page: other figures would be shared than were shown."""

    code = "statement-outdated"
    title = "Ihre Ausgaben haben sich inzwischen geändert"


def share_statement(actor: Actor, allocation_id: UUID, *, seen: str | None = None) -> SpendingStatement:
    """Share the sums of the actor's books for the cells of a received allocation.

    `seen` is the `mark_of` of what the person was shown; None: whatever the books hold now. Raises `ForbiddenError`,
    `NotFoundError` for an allocation that was not received or holds no money, `StatementOutdatedError`.
    """
    actor.require(Permission.FUNDING_WRITE)
    actor.require(Permission.EXPENDITURE_READ)
    session = db.session()
    file = allocation_file(session, allocation_id)
    cells = cells_to_state(session, actor, file) if file.allocation.shared_with == actor.tenant_id else []
    if not cells:
        raise NotFoundError
    if seen is not None and seen != mark_of(cells):
        raise StatementOutdatedError("Prüfen Sie die neuen Beträge und teilen Sie sie dann.")
    statement = SpendingStatement(
        tenant_id=actor.tenant_id,
        allocation_id=allocation_id,
        giver_id=file.allocation.tenant_id,
        account_id=actor.subject,
        actor_label=actor.label,
    )
    session.add(statement)
    session.flush()  # the items refer to it
    session.add_all(
        SpendingStatementItem(
            tenant_id=actor.tenant_id,
            statement_id=statement.id,
            year=line.cell.year,
            baustein=int(line.cell.baustein),
            purpose=line.cell.purpose,
            allocated=line.allocated,
            spent=line.spent,
        )
        for line in cells
    )
    session.flush()  # constraints speak now
    tell(
        session, actor, STATEMENT_SHARED, allocation_id, about=file.allocation.title,
        concerns=file.allocation.tenant_id,
    )  # fmt: skip
    return statement

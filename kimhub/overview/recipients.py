"""Who was given what, and what became of it: the Gemeinden, Träger and own offices of a tenant. Pure."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from kimhub.funding.public import OrganizationKind, State, Statement
from kimhub.overview.figures import ZERO
from kimhub.overview.queries import Given, PassedOnBelow
from kimhub.programme.public import FIRST_YEAR, LAST_YEAR, Cell

ALL_YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
_OPEN = frozenset({State.ISSUED, State.AMENDED})


@dataclass(slots=True)
class RecipientFigures:
    """One recipient over the years shown, in euro; the parts of `allocated` by what the recipient has answered.

    An organisation of the address book answers nothing, so all of its money is `unanswered`. What recipients spend
    they keep in their own books; it becomes known when they share a Zwischenstand.
    """

    tenant_id: int | None
    organization_id: UUID | None
    name: str
    kind: OrganizationKind | None
    """None for a tenant."""
    stays: bool
    allocated: Decimal = ZERO
    confirmed: Decimal = ZERO
    objected: Decimal = ZERO
    waived: Decimal = ZERO
    unanswered: Decimal = ZERO
    passed_on: Decimal = ZERO
    """What the recipient has passed on further."""
    years: set[int] = field(default_factory=set)
    spent: Decimal | None = None
    """What it has spent, as it said last; None while it has shared nothing."""
    spent_as_of: datetime | None = None

    @property
    def kind_label(self) -> str:
        """What it is."""
        return "Gemeinde" if self.kind is None else self.kind.label

    def take(self, part: Given) -> None:
        """Add what was given in one cell."""
        self.allocated += part.amount
        self.years.add(part.year)
        if part.state is State.CONFIRMED:
            self.confirmed += part.amount
        elif part.state is State.OBJECTED:
            self.objected += part.amount
        elif part.state is State.WAIVED:
            self.waived += part.amount
        elif part.state in _OPEN:
            self.unanswered += part.amount


def recipients(
    given: Sequence[Given],
    below: Sequence[PassedOnBelow],
    statements: Sequence[Statement] = (),
    years: Container[int] = ALL_YEARS,
) -> list[RecipientFigures]:
    """Return everybody who was given money, tenants first, each group by name.

    Of `statements` those about `years` count. Each says what its tenant has spent in a cell, from whatever money; where
    two speak of the same cell, the later one stands.
    """
    found: dict[tuple[int | None, UUID | None], RecipientFigures] = {}
    for part in given:
        key = (part.recipient_id, part.organization_id)
        if key not in found:
            found[key] = RecipientFigures(*key, part.name, part.kind, part.stays)
        found[key].take(part)
    for passed in below:
        recipient = found.get((passed.tenant_id, None))
        if recipient is not None:
            recipient.passed_on += passed.amount
    for tenant_id, stated in _stated(statements, years).items():
        recipient = found.get((tenant_id, None))
        if recipient is not None:
            recipient.spent = sum((spent for _, spent in stated.values()), ZERO)
            recipient.spent_as_of = max(at for at, _ in stated.values())
    return sorted(found.values(), key=lambda each: each.kind is not None)


def _stated(
    statements: Sequence[Statement], years: Container[int]
) -> dict[int, dict[Cell, tuple[datetime, Decimal]]]:
    """Return what each tenant said last about each cell, and when."""
    said: dict[int, dict[Cell, tuple[datetime, Decimal]]] = {}
    for statement in sorted(statements, key=lambda each: each.at):
        for line in statement.cells:
            if line.cell.year in years:
                said.setdefault(statement.tenant_id, {})[line.cell] = (statement.at, line.spent)
    return said

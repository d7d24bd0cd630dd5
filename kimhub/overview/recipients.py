"""Who was given what, and what became of it: the Gemeinden, Träger and own offices of a tenant. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from kimhub.funding.public import OrganizationKind, State
from kimhub.overview.figures import ZERO
from kimhub.overview.queries import Given, PassedOnBelow

_OPEN = frozenset({State.ISSUED, State.AMENDED})


@dataclass(slots=True)
class RecipientFigures:
    """One recipient over the years shown, in euro; the parts of `allocated` by what the recipient has answered.

    An organisation of the address book answers nothing, so all of its money is `unanswered`. What recipients spend
    they keep in their own books; it becomes known with their Verwendungsnachweis.
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


def recipients(given: Sequence[Given], below: Sequence[PassedOnBelow]) -> list[RecipientFigures]:
    """Return everybody who was given money, tenants first, each group by name."""
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
    return sorted(found.values(), key=lambda each: each.kind is not None)

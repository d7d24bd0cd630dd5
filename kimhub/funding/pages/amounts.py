"""The amounts of a Bescheid as fields of a form: one cell per Haushaltsjahr and purpose, grouped by Baustein."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import Amount, CommandField, Share
from kimhub.core.web.forms import Form
from kimhub.funding.models import GrantKind
from kimhub.funding.terms import CellAmount
from kimhub.programme.public import FIRST_YEAR, LAST_YEAR, Baustein, Cell, GrantPurpose

_FIELD = re.compile(r"(?:betrag|stellen)_([0-9]{4})_[a-z0-9_]+")


@dataclass(frozen=True, slots=True)
class AmountGrid:
    """Which cells a form asks for."""

    years: tuple[int, ...]
    groups: tuple[tuple[Baustein, tuple[GrantPurpose, ...]], ...]

    @classmethod
    def of(cls, kind: GrantKind, years: Iterable[int]) -> AmountGrid:
        """Return the cells that a grant of this kind can have."""
        return cls(
            years=tuple(sorted(years)),
            groups=tuple(
                (baustein, tuple(purpose for purpose in GrantPurpose if purpose.baustein is baustein))
                for baustein in kind.bausteine
            ),
        )

    @property
    def cells(self) -> list[Cell]:
        """The cells in their order."""
        return [
            Cell.of(year, purpose)
            for year in self.years
            for _, purposes in self.groups
            for purpose in purposes
        ]

    def fields(self) -> dict[str, CommandField[Any]]:
        """Return the fields of the cells, to be added to a schema."""
        found: dict[str, CommandField[Any]] = {}
        for cell in self.cells:
            found[amount_name(cell)] = Amount(f"{cell.label}", optional=True)
            if cell.purpose.is_staff:
                found[share_name(cell)] = Share(f"{cell.label}, Stellenanteile", optional=True)
        return found


def amount_name(cell: Cell) -> str:
    """Return the name of the field for the euro of a cell."""
    return f"betrag_{cell.year}_{cell.purpose.value}"


def share_name(cell: Cell) -> str:
    """Return the name of the field for the shares of positions of a cell."""
    return f"stellen_{cell.year}_{cell.purpose.value}"


def typed_values(items: Sequence[CellAmount]) -> dict[str, Decimal | None]:
    """Return known amounts under the names of their fields."""
    amounts = {amount_name(item.cell): item.amount for item in items}
    shares = {share_name(item.cell): item.fte for item in items if item.cell.purpose.is_staff}
    return {**amounts, **shares}


def years_offered(names: Iterable[str]) -> set[int]:
    """Return the Haushaltsjahre that the submitted form had fields for."""
    found = {int(match[1]) for name in names if (match := _FIELD.fullmatch(name))}
    return {year for year in found if FIRST_YEAR <= year <= LAST_YEAR}


def years_typed(typed: Mapping[str, str]) -> set[int]:
    """Return the Haushaltsjahre in which somebody typed something, so that nothing typed is lost."""
    return years_offered(name for name, value in typed.items() if value.strip())


def items_of(form: Form, grid: AmountGrid) -> list[CellAmount]:
    """Return what was typed; a share without an amount is a message at its field."""
    items = []
    for cell in grid.cells:
        amount, share = form.data.get(amount_name(cell)), form.data.get(share_name(cell))
        if amount is None and share is not None:
            form[amount_name(cell)].errors.append("Zu den Stellenanteilen fehlt der Betrag.")
        elif amount is not None:
            items.append(CellAmount(cell, amount, share))
    return items


def named_as_typed(refused: InvalidInputError, items: Sequence[CellAmount]) -> InvalidInputError:
    """Return the refusal with the amounts named as their fields are (``items.3`` is the fourth of `items`)."""
    fields: dict[str, list[str]] = {}
    for path, messages in refused.fields.items():
        match = re.fullmatch(r"items\.([0-9]+)", path)
        name = amount_name(items[int(match[1])].cell) if match else path
        fields.setdefault(name, []).extend(messages)
    return InvalidInputError(refused.detail, fields=fields)

"""The form of a Weiterleitung: one row per cell of the fund, each with what is left beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from kimhub.core.errors import InvalidInputError
from kimhub.core.formats import euro
from kimhub.core.web.forms import Form
from kimhub.funding.errors import OverdrawnError
from kimhub.funding.queries import FundView
from kimhub.funding.terms import CellAmount, Terms
from kimhub.programme.public import Cell, GrantPurpose

T = TypeVar("T")
ZERO = Decimal("0.00")
_ROW = re.compile(r"items\.(\d+)")
_PREFIX = "items"


@dataclass(frozen=True, slots=True)
class CellLine:
    """A cell in the form: what may be given of it, in euro, with what this allocation has already."""

    cell: Cell
    available: Decimal


def lines_of(fund: FundView, own: Iterable[CellAmount] = ()) -> list[CellLine]:
    """Return the cells that can be chosen: those of the fund, and those the allocation names already (`own`)."""
    mine = {item.cell: item.amount for item in own}
    left = {balance.cell: balance.left for balance in fund.balances}
    return [
        CellLine(cell, left.get(cell, ZERO) + mine.get(cell, ZERO)) for cell in sorted({*left, *mine})
    ]  # fmt: skip


def initial_rows(lines: Sequence[CellLine], filled: Iterable[CellAmount] = ()) -> list[dict[str, Any]]:
    """Return the rows that a blank form begins with, `filled` with amounts."""
    known = {item.cell: item for item in filled if item.amount}
    return [
        {
            "year": line.cell.year,
            "purpose": line.cell.purpose.value,
            "amount": known[line.cell].amount if line.cell in known else None,
            "fte": known[line.cell].fte if line.cell in known else None,
        }
        for line in lines
    ]


@dataclass(frozen=True, slots=True)
class CellRow:
    """A row as the page draws it."""

    cell: Cell
    available: Decimal | None
    number: int


def rows_of(form: Form, lines: Sequence[CellLine]) -> list[CellRow]:
    """Return the rows of the form that name a cell, with what is available of each."""
    available = {line.cell: line.available for line in lines}
    found = []
    for number in form.rows(_PREFIX):
        cell = _typed_cell(form, number)
        if cell is not None:
            found.append(CellRow(cell, available.get(cell), number))
    return found


@dataclass(frozen=True, slots=True)
class Entered:
    """What a valid form says, and from which row each amount came."""

    terms: Terms
    rows: tuple[int, ...]


def entered(form: Form, *, before: Iterable[CellAmount] = ()) -> Entered:
    """Return the terms of a valid form; a cell of `before` that is left empty now is there with nothing.

    Raises `InvalidInputError` where a share of positions stands without an amount.
    """
    data: Mapping[str, Any] = form.data
    kept = {item.cell for item in before}
    items, numbers = [], []
    for number, row in zip(form.rows(_PREFIX), data["items"], strict=True):
        cell = Cell.of(row["year"], row["purpose"])
        if row["amount"] is None and row["fte"] is not None:
            raise InvalidInputError(
                fields={f"items.{number}.amount": ["Zum Stellenanteil fehlt der Betrag."]}
            )  # fmt: skip
        if row["amount"] or cell in kept:
            items.append(CellAmount(cell, row["amount"] or ZERO, row["fte"] if row["amount"] else None))
            numbers.append(number)
    return Entered(
        Terms(
            issued_on=data["issued_on"],
            period_from=data["period_from"],
            period_to=data["period_to"],
            items=items,
            conditions=data["conditions"],
            reason=data.get("reason", ""),
            consent_on=data["consent_on"],
            consent_reference=data["consent_reference"],
        ),
        tuple(numbers),
    )


def at_rows(rows: Sequence[int], use_case: Callable[[], T]) -> T:
    """Return what the use case returns; what it says about the amount number n goes to the row it came from."""
    try:
        return use_case()
    except InvalidInputError as refused:
        placed = {
            _ROW.sub(lambda found: f"items.{rows[int(found[1])]}.amount", path): messages
            for path, messages in refused.fields.items()
        }
        raise type(refused)(refused.detail, fields=placed) from refused


def place_overdrawn(form: Form, error: OverdrawnError) -> None:
    """Say at each cell how much is left, and both ways out."""
    missing: Any = error.extra["cells"]
    left = {Cell.of(cell["year"], GrantPurpose(cell["purpose"])): Decimal(cell["left"]) for cell in missing}
    for number in form.rows(_PREFIX):
        cell = _typed_cell(form, number)
        if cell in left:
            form[f"items.{number}.amount"].errors.append(
                f"Zu viel: Verfügbar sind noch {euro(left[cell])}. Verringern Sie den Betrag oder erfassen Sie zuerst "
                "den Änderungsbescheid."
            )
    if form.valid:
        form.messages.append(error.detail)


def _typed_cell(form: Form, number: int) -> Cell | None:
    try:
        return Cell.of(
            int(form[f"items.{number}.year"].typed), GrantPurpose(form[f"items.{number}.purpose"].typed)
        )
    except (KeyError, ValueError):
        return None

"""What use cases of the ledger are told: amounts per cell, and what a Bescheid or a Weiterleitung says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kimhub.core.errors import InvalidInputError
from kimhub.core.money import CENT, LIMIT
from kimhub.programme.public import Cell


@dataclass(frozen=True, slots=True)
class CellAmount:
    """Euro in a cell, with the full-time equivalents they are meant for where it pays for staff."""

    cell: Cell
    amount: Decimal
    fte: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bescheid:
    """What a Zuwendungs- or Änderungsbescheid says; the period may have begun before the Bescheid came."""

    aktenzeichen: str
    issued_on: date
    received_on: date
    period_from: date
    period_to: date
    items: Sequence[CellAmount]
    conditions: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a Weiterleitung says: for when, how much per cell, under which conditions, with whose consent."""

    issued_on: date
    period_from: date
    period_to: date
    items: Sequence[CellAmount]
    conditions: str = ""
    reason: str = ""
    consent_on: date | None = None
    consent_reference: str = ""


def check_period(start: date, end: date) -> None:
    """Refuse a period that ends before it begins; raises `InvalidInputError`."""
    if end < start:
        raise InvalidInputError(
            "Der Zeitraum endet, bevor er beginnt.",
            fields={"period_to": ["Geben Sie einen Tag an, der nicht vor dem Beginn liegt."]},
        )


def check_items(items: Sequence[CellAmount], start: date, end: date, *, may_be_nothing: bool = False) -> None:
    """Refuse amounts that no ledger can hold, each named by its place; raises `InvalidInputError`.

    Negative or of more than two decimals, a cell named twice, a year outside the period, shares of positions where
    none are paid for. Only what takes back a grant (`may_be_nothing`) names no money at all.
    """
    fields: dict[str, list[str]] = {}
    times = Counter(item.cell for item in items)
    for number, item in enumerate(items):
        faults = list(_faults(item, start, end))
        if times[item.cell] > 1:
            faults.append(f"{item.cell.label} steht mehrmals da. Fassen Sie die Beträge zusammen.")
        if faults:
            fields[f"items.{number}"] = faults
    if fields:
        raise InvalidInputError("Bitte prüfen Sie die Beträge.", fields=fields)
    if not items or not (may_be_nothing or any(item.amount for item in items)):
        raise InvalidInputError(
            "Es ist noch kein Betrag angegeben.",
            fields={"items": ["Tragen Sie mindestens einen Betrag ein."]},
        )


def _faults(item: CellAmount, start: date, end: date) -> Sequence[str]:
    found = []
    if item.amount < 0:
        found.append("Der Betrag darf nicht negativ sein.")
    elif item.amount != item.amount.quantize(CENT) or item.amount >= LIMIT:
        found.append("Geben Sie den Betrag in Euro mit höchstens zwei Nachkommastellen an.")
    if item.fte is not None and not item.cell.purpose.is_staff:
        found.append(
            f"Für „{item.cell.purpose.label}“ gibt es keine Stellenanteile. Lassen Sie das Feld leer."
        )
    elif item.fte is not None and item.fte < 0:
        found.append("Der Stellenanteil darf nicht negativ sein.")
    if item.amount > 0 and not start.year <= item.cell.year <= end.year:
        found.append(
            f"Das Haushaltsjahr {item.cell.year} liegt außerhalb des Zeitraums. "
            "Ändern Sie den Zeitraum oder streichen Sie den Betrag."
        )
    return found

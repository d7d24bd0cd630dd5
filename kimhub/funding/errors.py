"""What the ledger refuses, in the words of whoever asked: which cell, how much is left, what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from kimhub.core import formats
from kimhub.core.errors import ConflictError, InvalidInputError, constraint_error
from kimhub.programme.public import Cell, GrantPurpose
from tenants.errors import constraint_error_from


class OverdrawnError(ConflictError):
    """An allocation asks for more than is left in a cell; `extra["cells"]` says how much is.

    What is allocated may never exceed what was granted, per year, Baustein and purpose (fachlichkeit.md §4).
    """

    code = "fund-overdrawn"
    title = "Die Mittel reichen nicht"

    def __init__(self, cells: list[dict[str, str]]) -> None:
        sentences = [
            f"{_cell(cell).label}: Es fehlen {formats.euro(Decimal(cell['asked']) - Decimal(cell['left']))}; "
            f"noch verfügbar sind {formats.euro(Decimal(cell['left']))}."
            for cell in cells
        ]
        super().__init__(
            "Der Betrag übersteigt, was noch weitergeleitet werden kann. "
            f"{' '.join(sentences)} Verringern Sie den Betrag oder erfassen Sie zuerst den Änderungsbescheid.",
            extra={"cells": [_named(cell, "left", "asked") for cell in cells]},
        )


class BelowAllocatedError(ConflictError):
    """An Änderungsbescheid grants less than is already passed on; `extra["cells"]` names where."""

    code = "grant-below-allocated"
    title = "Es ist schon mehr weitergeleitet"

    def __init__(self, cells: list[dict[str, str]]) -> None:
        sentences = [
            f"{_cell(cell).label}: weitergeleitet sind {formats.euro(Decimal(cell['passed_on']))}, "
            f"der Bescheid bewilligt {formats.euro(Decimal(cell['granted']))}."
            for cell in cells
        ]
        super().__init__(
            "Der Bescheid bewilligt weniger, als Sie schon weitergeleitet haben. "
            f"{' '.join(sentences)} Ändern oder beenden Sie zuerst Weiterleitungen, dann erfassen Sie den Bescheid.",
            extra={"cells": [_named(cell, "passed_on", "granted") for cell in cells]},
        )


class PassedOnError(ConflictError):
    """The recipient has passed on more than the changed allocation would leave it."""

    code = "allocation-passed-on"
    title = "Die Mittel sind schon weitergegeben"


class BescheidFixedError(ConflictError):
    """A recorded Bescheid does not change; a new one follows it."""

    code = "bescheid-fixed"
    title = "Der Bescheid ist schon erfasst"


class BescheidOrderError(ConflictError):
    """Somebody else recorded a version in the meantime."""

    code = "bescheid-order"
    title = "Inzwischen gilt eine andere Fassung"


class OverlappingBausteinError(ConflictError):
    """Two grants would pay for the same Baustein on the same days (§ 9 Abs. 4 TIntG)."""

    code = "baustein-overlap"
    title = "Für diesen Zeitraum gibt es schon eine Zuwendung"


class RecipientError(InvalidInputError):
    """Money goes downwards: to a Gemeinde of the own Kreis, and never back to where it came from."""

    code = "recipient-not-below"
    title = "Diese Kommune kann die Mittel nicht erhalten"


def _cell(cell: Mapping[str, Any]) -> Cell:
    return Cell.of(int(cell["year"]), GrantPurpose(cell["purpose"]))


def _named(cell: Mapping[str, Any], *amounts: str) -> dict[str, object]:
    known = _cell(cell)
    return {
        "year": known.year, "baustein": int(known.baustein), "purpose": str(known.purpose),
        **{name: str(cell[name]) for name in amounts},
    }  # fmt: skip


def _outside(years: str) -> InvalidInputError:
    named = ", ".join(str(year) for year in json.loads(years))
    return InvalidInputError(
        f"Es gibt Beträge für {named}, aber der Zeitraum umfasst diese Jahre nicht.",
        fields={"items": [f"Ändern Sie den Zeitraum oder streichen Sie die Beträge für {named}."]},
    )


def _period_outside(evidence: str) -> InvalidInputError:
    source = json.loads(evidence)
    if source["from"] is None:
        message = "Der Bescheid, aus dem die Mittel stammen, ist noch nicht erfasst. Erfassen Sie ihn zuerst."
    else:
        message = f"Der Zeitraum liegt außerhalb des Bewilligungszeitraums der Mittel ({_period(source)})."
    return InvalidInputError(message, fields={"period_from": [message]})


def _allocated_outside(evidence: str) -> InvalidInputError:
    reach = _period(json.loads(evidence))
    return InvalidInputError(
        f"Es gibt Weiterleitungen für {reach}, also außerhalb des neuen Bewilligungszeitraums.",
        fields={"period_to": ["Ändern oder beenden Sie zuerst diese Weiterleitungen."]},
    )


def _period(ends: Mapping[str, str]) -> str:
    return formats.period(date.fromisoformat(ends["from"]), date.fromisoformat(ends["to"]))


constraint_error_from("fund_overdrawn", OverdrawnError, lambda said: OverdrawnError(json.loads(said)))
constraint_error_from(
    "grant_below_allocated", BelowAllocatedError, lambda said: BelowAllocatedError(json.loads(said))
)
constraint_error_from("bescheid_years", InvalidInputError, _outside)
constraint_error_from("allocation_period", InvalidInputError, _period_outside)
constraint_error_from("grant_period_allocated", InvalidInputError, _allocated_outside)
constraint_error(
    "allocation_passed_on",
    PassedOnError,
    "Die Empfängerin hat von diesen Mitteln schon mehr oder für längere Zeit weitergeleitet, als die Änderung zulässt. "
    "Bitten Sie sie, ihre Weiterleitungen zuerst zu ändern.",
)
constraint_error(
    "bescheid_fixed",
    BescheidFixedError,
    "Ein erfasster Bescheid wird nicht mehr geändert. Erfassen Sie einen Änderungsbescheid.",
)
for _name in ("bescheid_order", "uq_grant_version_number", "uq_allocation_version_number"):
    constraint_error(
        _name,
        BescheidOrderError,
        "Inzwischen wurde ein anderer Bescheid erfasst. Laden Sie die Seite neu und prüfen Sie Ihre Angaben "
        "an der geltenden Fassung.",
    )
constraint_error(
    "bescheid_empty",
    InvalidInputError,
    "Der Bescheid enthält noch keinen Betrag. Tragen Sie mindestens einen Betrag ein.",
)
constraint_error(
    "grant_baustein_once",
    OverlappingBausteinError,
    "Eine andere Zuwendung finanziert denselben Baustein schon an denselben Tagen; doppelt gefördert werden darf "
    "nicht (§ 9 Abs. 4 TIntG). Wenn sich die Bewilligung geändert hat, erfassen Sie einen Änderungsbescheid.",
)
constraint_error(
    "allocation_circle",
    RecipientError,
    "Diese Kommune hat die Mittel selbst weitergeleitet. An sie können sie nicht zurückfließen; geben Sie die "
    "Mittel durch Verzicht zurück.",
)
for _name in (
    "fk_allocation_recipient",
    "ck_allocation_below",
    "fk_allocation_giver",
    "ck_allocation_not_to_oneself",
):
    constraint_error(
        _name,
        RecipientError,
        "Mittel gehen an Gemeinden des eigenen Kreises. Wählen Sie eine Gemeinde aus der Liste oder eine Stelle aus "
        "dem Adressbuch.",
    )

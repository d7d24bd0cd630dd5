"""Letters that ask for the confirmation of money, to those whom KIMHub does not reach: what they say, frozen. Pure.

The same letters give the same bytes (ADR 10); the day is theirs, never now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from kimhub.core.formats import day, euro
from kimhub.reports.public import Cover, Letterhead, Money, letter_view, printable, typeset

SUBJECT = "Weitergeleitete Mittel: Bitte um Bestätigung des Erhalts"


@dataclass(frozen=True)
class LetterCell:
    """An amount with its Haushaltsjahr and Zweck."""

    label: str
    amount: Money


@dataclass(frozen=True)
class AskedFor:
    """An allocation that is to be confirmed; `issued_on` is the date of its Bescheid or Vertrag."""

    title: str
    issued_on: date
    cells: tuple[LetterCell, ...]

    @property
    def amount(self) -> Decimal:
        """What it passes on in all, in euro."""
        return sum((cell.amount for cell in self.cells), Decimal("0.00"))


@dataclass(frozen=True)
class ReminderLetter:
    """One letter: to whom, about which allocations. `takes_part` says that the recipient has a space in KIMHub."""

    recipient: str
    recipient_lines: tuple[str, ...]
    takes_part: bool
    asked: tuple[AskedFor, ...]

    @property
    def amount(self) -> Decimal:
        """What it asks about in all, in euro."""
        return sum((each.amount for each in self.asked), Decimal("0.00"))


@dataclass(frozen=True)
class ReminderLetters:
    """All letters of one click, by recipient."""

    sender: Letterhead
    as_of: datetime
    portal: str
    """The address at which KIMHub is reached."""
    letters: tuple[ReminderLetter, ...]


def draw(letters: ReminderLetters) -> bytes:
    """Return all letters as one PDF, each beginning on a sheet of its own."""
    return typeset(Path(__file__).with_name("letters.typ"), _view(letters), moment=letters.as_of)


def _view(letters: ReminderLetters) -> dict[str, Any]:
    return {
        "title": SUBJECT,
        "author": letters.sender.tenant_name,
        "description": f"Schreiben vom {day(letters.as_of)}: {len(letters.letters)}",
        "letters": [_letter(letters, letter) for letter in letters.letters],
    }


def _letter(letters: ReminderLetters, letter: ReminderLetter) -> dict[str, Any]:
    sender = letters.sender
    cover = Cover(
        letterhead=sender, file_number="", issued_on=letters.as_of.date(), prepared_by=sender.office,
        as_of=letters.as_of, recipient_lines=letter.recipient_lines,
    )  # fmt: skip
    return {
        "cover": letter_view(cover, title=SUBJECT),
        "asked": [
            {
                "title": printable(each.title),
                "date": day(each.issued_on),
                "cells": [[printable(cell.label), euro(cell.amount)] for cell in each.cells],
            }
            for each in letter.asked
        ],
        "sum": euro(letter.amount),
        "how": list(_how(letters, letter)),
        "slip": {
            "from": printable(letter.recipient),
            "to": printable(", ".join((sender.tenant_name, sender.office, *sender.address_lines))),
            "about": "Wir bestätigen den Erhalt der Mittel, die im Schreiben vom "
            f"{day(letters.as_of)} genannt sind: {euro(letter.amount)}.",
        },
        "office": printable(sender.office),
        "tenant": printable(sender.tenant_name),
    }


def _how(letters: ReminderLetters, letter: ReminderLetter) -> Iterator[str]:
    sender = letters.sender
    ways = [f"per E-Mail an {sender.email}"] if sender.email else []
    ways.append("auf dem Postweg")
    yield (
        f"Bitte bestätigen Sie uns den Erhalt schriftlich, {' oder '.join(ways)}. Sie können dafür den Abschnitt am "
        "Ende dieses Schreibens verwenden. Haben Sie die Mittel nicht oder nicht in dieser Höhe erhalten, oder können "
        "Sie sie nicht verwenden, teilen Sie uns bitte auch das mit."
    )
    if letter.takes_part:
        yield (
            f"Sie nehmen an KIMHub teil ({letters.portal}). Den Erhalt können Sie auch dort bestätigen, sobald bei "
            "Ihnen jemand die Rolle dafür hat. Ihre Administration vergibt sie."
        )
    if sender.phone:
        yield f"Bei Fragen erreichen Sie uns unter {sender.phone}."

"""Figures and words ready for print, shared by all report types (German official notation as in `core.formats`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from kimhub.core.formats import day, moment, number
from kimhub.reports.letterhead import Cover

NOTHING = "–"
UNVERIFIED = "ungeprüft"

_SOFT_HYPHEN = "\N{SOFT HYPHEN}"
_LINE_BREAKS = re.compile(r"[\t\r\n]+")
_LONGEST_WORD = 28
_PART = 14
_ZERO_WIDTH_SPACE = "\N{ZERO WIDTH SPACE}"


def amount(value: Decimal) -> str:
    """Return an amount for a column headed „in Euro“: ``1.686.708,05``, a dash where there is nothing."""
    return number(value, places=2) if value else NOTHING


def enumeration(parts: list[str]) -> str:
    """Return parts as German lists them: ``2022``, ``2022 und 2023``, ``2021, 2022 und 2023``."""
    return " und ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def printable(text: str) -> str:
    """Return `text` with break points in words too long for a narrow column, so that no text runs out of it.

    Line breaks and tabulators become spaces. Soft hyphens of the text itself go: see ``letter.typ`` on hyphenation.
    """
    return re.sub(
        rf"\S{{{_LONGEST_WORD},}}",
        lambda word: _ZERO_WIDTH_SPACE.join(re.findall(rf".{{1,{_PART}}}", word.group())),
        _LINE_BREAKS.sub(" ", text.replace(_SOFT_HYPHEN, "")),
    )


def cover_view(
    cover: Cover, *, title: str, lead: list[str], description: str, keywords: list[str]
) -> dict[str, Any]:
    """Return what the sheet of a report needs (``letter.typ``): sender, recipient, information block, page lines."""
    sender = cover.letterhead
    information = [
        ("Aktenzeichen", cover.file_number or NOTHING),
        ("Aufgestellt durch", cover.prepared_by),
        ("Telefon", sender.phone),
        ("E-Mail", sender.email),
        ("Stand der Daten", moment(cover.as_of)),
        ("Datum", day(cover.issued_on)),
    ]
    return {
        **_sheet_view(cover, title, information),
        "lead": [printable(line) for line in lead],
        "description": description,
        "keywords": keywords,
        "footer": " · ".join(part for part in (sender.office, f"Stand {day(cover.as_of)}") if part),
    }


def letter_view(cover: Cover, *, title: str) -> dict[str, Any]:
    """Return what the sheet of a letter needs: like a report's, but it says what it says on its own day alone."""
    sender = cover.letterhead
    information = [
        ("Aktenzeichen", cover.file_number),
        ("Auskunft erteilt", sender.office),
        ("Telefon", sender.phone),
        ("E-Mail", sender.email),
        ("Datum", day(cover.issued_on)),
    ]
    return {**_sheet_view(cover, title, information), "lead": [], "footer": sender.office}


def _sheet_view(cover: Cover, title: str, information: Sequence[tuple[str, str | None]]) -> dict[str, Any]:
    sender = cover.letterhead
    reference = f"Az. {cover.file_number}" if cover.file_number else ""
    return {
        "title": printable(title),
        "tenant": printable(sender.tenant_name),
        "kind": sender.tenant_kind,
        "office": printable(sender.office),
        "address": [printable(line) for line in sender.address_lines],
        "return-address": " · ".join((sender.tenant_name, *sender.address_lines)),
        "recipient": [printable(line) for line in cover.recipient_lines],
        "information": [{"label": label, "value": printable(value)} for label, value in information if value],
        "reference": reference,
    }

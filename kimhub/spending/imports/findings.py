"""What the check of a file finds: codes that do not change, sentences that say what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from kimhub.spending.models import Severity

MOST_LISTED = 20_000
"""Findings that are kept one by one; of a file with more errors, the rest is only counted."""
_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-ZÄÖÜ])")


class FindingCode(StrEnum):
    """What kind of finding it is."""

    UNREADABLE = "datei-unlesbar"
    EMPTY = "datei-leer"
    ROW_UNREADABLE = "zeile-unlesbar"
    TOO_MANY_ROWS = "zu-viele-zeilen"
    COLUMN_MISSING = "spalte-fehlt"
    COLUMN_TWICE = "spalte-doppelt"
    COLUMN_IGNORED = "spalte-unbekannt"
    VALUE_MISSING = "wert-fehlt"
    VALUE_UNREADABLE = "wert-unlesbar"
    VALUE_REFUSED = "wert-unzulaessig"
    FORMULA = "formel-ohne-ergebnis"
    CELL_ERROR = "fehlerwert"
    CONTROL_CHARACTER = "zeichen-unzulaessig"
    TOO_LONG = "text-zu-lang"
    UNKNOWN_CODE = "angabe-unbekannt"
    OTHER_BAUSTEIN = "zweck-nicht-im-baustein"
    FAR_YEAR = "jahr-weicht-ab"
    TWICE_IN_FILE = "beleg-doppelt-in-datei"
    ALREADY_BOOKED = "beleg-schon-gebucht"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: where, what, and how to cure it. Without a row it is about the file as a whole."""

    code: FindingCode
    message: str
    cure: str
    row: int | None = None
    column: str = ""
    column_index: int | None = None
    severity: Severity = Severity.ERROR


def sentences(text: str) -> tuple[str, str]:
    """Divide what a rule says into what is wrong and what to do."""
    message, *cure = _SENTENCE_END.split(text, maxsplit=1)
    return message, cure[0] if cure else "Berichtigen Sie den Wert in Ihrer Datei."


class Findings:
    """The findings of one check, in the order of the file; beyond `MOST_LISTED` they are counted only."""

    def __init__(self) -> None:
        self.listed: list[Finding] = []
        self.errors = 0
        self.hints = 0

    def add(self, *found: Finding) -> None:
        """Take note of findings."""
        for finding in found:
            if finding.severity is Severity.ERROR:
                self.errors += 1
            else:
                self.hints += 1
            if len(self.listed) < MOST_LISTED:
                self.listed.append(finding)

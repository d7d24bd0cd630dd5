"""Calendar days, typed as people write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from marshmallow import ValidationError

from kimhub.core import formats
from kimhub.core.fields.base import CommandField, shown

MONTHS = (
    "januar", "februar", "märz", "april", "mai", "juni",
    "juli", "august", "september", "oktober", "november", "dezember",
)  # fmt: skip
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBERS = re.compile(r"([0-9]{1,2})\. ?([0-9]{1,2})\. ?([0-9]{4}|[0-9]{2})")
_WORDS = re.compile(r"([0-9]{1,2})\. ?([a-zäöü]+)\.? ([0-9]{4})", re.IGNORECASE)


class Day(CommandField[date]):
    """A calendar day. JSON: ISO 8601; typed: see `parse_day`."""

    json: ClassVar[Mapping[str, object]] = {"type": "string", "format": "date"}
    texts: ClassVar[Mapping[str, str]] = {
        "required": "Geben Sie ein Datum ein, zum Beispiel 01.05.2021.",
        "form": "Geben Sie das Datum in der Form 2021-05-01 an.",
    }

    def __init__(
        self, label: str, *, earliest: date | None = None, latest: date | None = None, **options: Any
    ) -> None:
        self.earliest = earliest
        self.latest = latest
        super().__init__(label, **options)

    @property
    def kind(self) -> str:
        """Drawn as one line of text: a date is typed faster than picked."""
        return "date"

    def read_typed(self, typed: str) -> object:
        """Read German notation."""
        return parse_day(typed).isoformat()

    def read_written(self, value: Any) -> object:
        """Accept a TOML file's dates, too."""
        return value.isoformat() if type(value) is date else super().read_written(value)

    def write_typed(self, value: date) -> str:
        """Write as ``01.05.2021``."""
        return formats.day(value)

    def read_json(self, value: Any) -> date:
        """Accept ``2021-05-01``, within the bounds."""
        if not isinstance(value, str) or not _ISO.fullmatch(value):
            raise self.make_error("form")
        try:
            day = date.fromisoformat(value)
        except ValueError as problem:
            raise ValidationError("Dieses Datum gibt es im Kalender nicht.") from problem
        if self.earliest and day < self.earliest:
            raise ValidationError(f"Das Datum darf nicht vor dem {formats.day(self.earliest)} liegen.")
        if self.latest and day > self.latest:
            raise ValidationError(f"Das Datum darf nicht nach dem {formats.day(self.latest)} liegen.")
        return day

    def write_json(self, value: date) -> str:
        """Write as ISO 8601."""
        return value.isoformat()


def parse_day(typed: str) -> date:
    """Return the day of ``1.5.2021``, ``01.05.21``, ``1. Mai 2021`` or ``2021-05-01``.

    Two digits of a year mean 20xx. Raises ValidationError with the cure.
    """
    text = " ".join(typed.split())
    if _ISO.fullmatch(text):
        year, month, number = (int(part) for part in text.split("-"))
    elif match := _NUMBERS.fullmatch(text):
        number, month, year = (int(part) for part in match.groups())
        if len(match[3]) == 2:
            year += 2000
    elif match := _WORDS.fullmatch(text):
        number, month, year = int(match[1]), _month(match[2].lower()), int(match[3])
    else:
        raise ValidationError(f"„{shown(typed)}“ ist kein Datum. Schreiben Sie es so: 01.05.2021.")
    try:
        return date(year, month, number)
    except ValueError as problem:
        raise ValidationError(f"Den Tag „{shown(typed)}“ gibt es im Kalender nicht.") from problem


def _month(word: str) -> int:
    """Return 1 to 12 for a month's name or an abbreviation of at least three letters, 0 for anything else."""
    found = [place for place, name in enumerate(MONTHS, 1) if len(word) >= 3 and name.startswith(word)]
    return found[0] if len(found) == 1 else 0

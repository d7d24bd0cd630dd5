"""How figures and dates are written for people: German official notation (DIN 5008).

Used alike by pages, PDF, XLSX labels and the terminal, so that one amount looks the same everywhere. A list writes
hundreds of figures: Python's own grouping with its signs exchanged takes a tenth of the time of CLDR patterns; a test
compares both (`tests/core/test_formats.py`). Halves are rounded to the even digit, as Babel and Python do.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

LOCAL_TIME = ZoneInfo("Europe/Berlin")
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
"""The minus of official figures (DIN 5008): as wide as a digit, and never broken off at the end of a line."""
_GERMAN_SIGNS = str.maketrans({",": ".", ".": ",", "-": MINUS})


def euro(amount: Decimal) -> str:
    """Return an amount in euro with cents, e.g. ``1.686.708,05 €`` (no-break space before the sign)."""
    return f"{plain_euro(amount)}{NO_BREAK_SPACE}€"


def plain_euro(amount: Decimal) -> str:
    """Return an amount in euro without its unit, e.g. ``1.686.708,05``."""
    return _german(f"{amount:,.2f}")


def number(value: Decimal | int, *, places: int = 0) -> str:
    """Return a plain number with `places` decimals and grouped thousands, e.g. ``17.947.221``."""
    if isinstance(value, int) and not places:
        return f"{value:,}".translate(_GERMAN_SIGNS)
    return _german(f"{value if isinstance(value, Decimal) else Decimal(value):,.{places}f}")


def share(value: Decimal) -> str:
    """Return a staff share without its unit, one to two decimals, e.g. ``2,5``."""
    return _german(f"{value:,.2f}".removesuffix("0"))


def full_time_equivalents(value: Decimal) -> str:
    """Return a staff share in full-time equivalents, e.g. ``2,5 VZÄ``."""
    return f"{share(value)}{NO_BREAK_SPACE}VZÄ"


def percent(value: Decimal) -> str:
    """Return a percentage given in per cent (not as a ratio), one decimal: ``22,5 %``."""
    return f"{number(value, places=1)}{NO_BREAK_SPACE}%"


def day(value: date) -> str:
    """Return a date as ``01.05.2021``; a point in time is taken in German local time."""
    if isinstance(value, datetime):
        value = value.astimezone(LOCAL_TIME)
    return f"{value.day:02}.{value.month:02}.{value.year:04}"


def moment(value: datetime) -> str:
    """Return a point in time in German local time: ``01.05.2021, 14:32 Uhr``."""
    local = value.astimezone(LOCAL_TIME)
    return f"{local.day:02}.{local.month:02}.{local.year:04}, {local.hour:02}:{local.minute:02} Uhr"


def period(start: date, end: date) -> str:
    """Return a period as ``01.05.2021 bis 31.12.2022``."""
    return f"{day(start)} bis {day(end)}"


def _german(figure: str) -> str:
    """Exchange the signs of Python's notation; what is rounded to zero has no minus."""
    if figure.startswith("-") and not figure.strip("-0.,"):
        figure = figure[1:]
    return figure.translate(_GERMAN_SIGNS)

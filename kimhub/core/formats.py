"""How figures and dates are written for people: German official notation (DIN 5008), through Babel/CLDR.

Used alike by pages, PDF, XLSX labels and the terminal, so that one amount looks the same everywhere.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal

LOCAL_TIME = ZoneInfo("Europe/Berlin")
_LOCALE = "de_DE"
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def euro(amount: Decimal) -> str:
    """Return an amount in euro with cents, e.g. ``1.686.708,05 €`` (no-break space before the sign)."""
    return f"{format_decimal(amount, format='#,##0.00', locale=_LOCALE)}{_NO_BREAK_SPACE}€"


def number(value: Decimal | int, *, places: int = 0) -> str:
    """Return a plain number with `places` decimals and grouped thousands, e.g. ``17.947.221``."""
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(value, format=pattern, locale=_LOCALE)


def share(value: Decimal) -> str:
    """Return a staff share without its unit, one to two decimals, e.g. ``2,5``."""
    return format_decimal(value, format="#,##0.0#", locale=_LOCALE)


def full_time_equivalents(value: Decimal) -> str:
    """Return a staff share in full-time equivalents, e.g. ``2,5 VZÄ``."""
    return f"{share(value)}{_NO_BREAK_SPACE}VZÄ"


def percent(value: Decimal) -> str:
    """Return a percentage given in per cent (not as a ratio), one decimal: ``22,5 %``."""
    return f"{format_decimal(value, format='#,##0.0', locale=_LOCALE)}{_NO_BREAK_SPACE}%"


def day(value: date) -> str:
    """Return a date as ``01.05.2021``; a point in time is taken in German local time."""
    if isinstance(value, datetime):
        value = value.astimezone(LOCAL_TIME)
    return value.strftime("%d.%m.%Y")


def moment(value: datetime) -> str:
    """Return a point in time in German local time: ``01.05.2021, 14:32 Uhr``."""
    return value.astimezone(LOCAL_TIME).strftime("%d.%m.%Y, %H:%M Uhr")


def period(start: date, end: date) -> str:
    """Return a period as ``01.05.2021 bis 31.12.2022``."""
    return f"{day(start)} bis {day(end)}"

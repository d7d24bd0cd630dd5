"""Euro amounts: commercial rounding, columns that add up, and amounts as people type them.

Amounts are `Decimal` euro with two decimals. What is computed on the way (a third of a year, a compound
pay rise) stays exact as a `Fraction` and is rounded once, at the end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from kimhub.core.echo import echo

CENT = Decimal("0.01")
LIMIT = Decimal(10) ** 12
"""Amounts are smaller than this: what ``numeric(14,2)`` can hold."""

Exact = Fraction | Decimal | int
"""A value that arithmetic has not rounded yet."""


class AmountError(ValueError):
    """A typed amount cannot be read; the message is German and says how to write it."""


def round_half_up(value: Exact, unit: Decimal = CENT) -> Decimal:
    """Return `value` rounded commercially (kaufmännisch) to a multiple of `unit`.

    Half a unit is rounded away from zero, so a reversal is always the exact negative.
    """
    return _whole_units(Fraction(value) / Fraction(unit)) * unit


def distribute(
    parts: Sequence[Exact], *, total: Decimal | None = None, unit: Decimal = CENT
) -> list[Decimal]:
    """Round `parts` to multiples of `unit` so that they add up to their rounded sum.

    The sum is rounded once, commercially. Every part is floored; the missing units go to the parts with the
    largest remainders, ties to the earlier part (largest remainder method). A part is never more than one
    unit away from its exact value, and a part that needs no rounding never changes. A column with a negative
    sum is treated as its mirror image: negating all parts negates all results.

    `total` prescribes the sum where a table rounds it at a higher level; it must be the exact sum rounded up
    or down to `unit`, else `ValueError`.
    """
    exact = [Fraction(part) / Fraction(unit) for part in parts]
    exact_sum = sum(exact, Fraction(0))
    if total is None:
        target = _whole_units(exact_sum)
    else:
        wanted = Fraction(total) / Fraction(unit)
        if wanted not in (floor(exact_sum), ceil(exact_sum)):
            raise ValueError(f"{total} is not the sum of the parts rounded to {unit}")
        target = int(wanted)
    sign = -1 if exact_sum < 0 or (exact_sum == 0 and next((part for part in exact if part), 0) < 0) else 1
    mirrored = [sign * part for part in exact]
    units = [floor(part) for part in mirrored]
    missing = sign * target - sum(units)
    by_remainder = sorted(range(len(units)), key=lambda index: (units[index] - mirrored[index], index))
    for index in by_remainder[:missing]:
        units[index] += 1
    return [sign * count * unit for count in units]


def parse_euro(text: str, *, negative: bool = False) -> Decimal:
    """Return the amount that a person typed in German notation, e.g. ``1.234,56``.

    Accepted: ``1234`` · ``1.234`` · ``1 234`` · ``1.234,5`` · ``1234,56`` · and ``1234.56``, the form that
    programs export: a point followed by exactly two digits cannot separate thousands. A trailing ``€`` or
    ``EUR`` is ignored; a leading minus is allowed with `negative`. Everything that has two readings
    (``1,234`` · ``1,234.56`` · ``1.5``) raises `AmountError`, as does any amount with more than two
    decimals or of a billion (10^12) euro or more.
    """
    shown = echo(text)
    if not shown:
        raise AmountError("Geben Sie einen Betrag ein, zum Beispiel 1.234,56.")
    match = _TYPED.fullmatch(_CURRENCY.sub("", shown))
    if match is None:
        raise AmountError(_why_unreadable(shown))
    if match["minus"] and not negative:
        raise AmountError("Der Betrag darf nicht negativ sein.")
    whole = re.sub(r"[. ]", "", match["grouped"] or match["plain"] or match["point_whole"])
    cents = (match["cents"] or match["point_cents"] or "").ljust(2, "0")
    amount = Decimal(f"{whole}.{cents}")
    if amount >= LIMIT:
        raise AmountError("Der Betrag muss kleiner als eine Billion Euro sein.")
    return -amount if match["minus"] and amount else amount


def to_json(amount: Decimal) -> str:
    """Return the JSON form of an amount: a string with two decimals, e.g. ``"843100.00"``.

    Nothing is rounded here: an amount with more than two decimals raises `ValueError`.
    """
    cents = amount / CENT
    if cents != cents.to_integral_value():
        raise ValueError(f"{amount} has fractions of a cent")
    return f"{amount or Decimal(0):.2f}"


def from_json(text: str) -> Decimal:
    """Return the amount of a JSON string as `to_json` writes it; `ValueError` for any other form."""
    if _JSON.fullmatch(text) is None:
        raise ValueError(f"not an amount with two decimals: {text[:40]!r}")
    return Decimal(text)


_JSON = re.compile(r"-?(0|[1-9][0-9]{0,11})\.[0-9]{2}")
_CURRENCY = re.compile(r"\s?(€|EUR|Euro)$", re.IGNORECASE)
_TYPED = re.compile(
    r"""(?P<minus>[-−–]\s?)?
        (?:
          (?:(?P<grouped>[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,2}(?:[ ][0-9]{3})+)|(?P<plain>[0-9]+))
          (?:,(?P<cents>[0-9]{1,2}))?
        |
          (?P<point_whole>[0-9]+)\.(?P<point_cents>[0-9]{2})
        )""",
    re.VERBOSE,
)


def _why_unreadable(shown: str) -> str:
    """Return the German reason why `shown` is no amount, with the way out."""
    if re.fullmatch(r"[-−–]?\s?[0-9. ]+,[0-9]{3,}", shown) and not re.search(
        r"^\D*[0-9]{1,3},[0-9]{3}$", shown
    ):
        return f"Der Betrag „{shown}“ hat mehr als zwei Nachkommastellen."
    if re.fullmatch(r"[-−–]?\s?[0-9., ]+", shown):
        return (
            f"Der Betrag „{shown}“ ist nicht eindeutig. Schreiben Sie Cent nach einem Komma und Tausender "
            "mit Punkt: 1.234,56."
        )
    return f"„{shown}“ ist kein Betrag. Schreiben Sie ihn so: 1.234,56."


def _whole_units(units: Fraction) -> int:
    rounded = floor(abs(units) + Fraction(1, 2))
    return -rounded if units < 0 else rounded

"""What a notice means for one Gemeinde, in two sentences about what the Kreis passes on to it. Pure.

Where there is nothing, that is said of what is recorded, not of the world.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kimhub.core.formats import euro, full_time_equivalents
from tenants.naming import accusative, by, dative, nominative, to_begin


@dataclass(frozen=True, slots=True)
class PassedOn:
    """What is passed on for a Haushaltsjahr in a Baustein, in euro; with shares of positions where it is for staff."""

    year: int
    baustein: int
    amount: Decimal
    fte: Decimal


def worded(giver: str, recipient: str, parts: Sequence[PassedOn], year: int) -> str:
    """Return the sentences: how much for which year, how many shares of positions in which Baustein."""
    if not parts:
        return f"Ab {year} ist keine Weiterleitung {by(giver)} an {accusative(recipient)} erfasst."
    amounts: defaultdict[int, Decimal] = defaultdict(Decimal)
    shares: defaultdict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for part in parts:
        amounts[part.year] += part.amount
        shares[part.year, part.baustein] += part.fte
    sums = _listed([f"für {one} {euro(amount)}" for one, amount in sorted(amounts.items())])
    first = f"{to_begin(nominative(giver))} leitet {dative(recipient)} {sums} weiter."
    positions = [
        f"{full_time_equivalents(fte)} in Baustein {baustein} ({one})"
        for (one, baustein), fte in sorted(shares.items())
        if fte
    ]
    return f"{first} Darin enthalten: {_listed(positions)}." if positions else first


def _listed(parts: Sequence[str]) -> str:
    return " und ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)

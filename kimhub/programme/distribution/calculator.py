"""From inputs to shares and money. Exact until the end; every column is rounded so that it adds up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil

from kimhub.core import money
from kimhub.programme.distribution.amounts import money_behind
from kimhub.programme.distribution.apportionment import apportion
from kimhub.programme.distribution.inputs import Distribution
from kimhub.programme.distribution.possible import by_key, fixed, require_possible, weight
from kimhub.programme.distribution.rates import Rates
from kimhub.programme.distribution.result import DistributionResult, PartyShare
from kimhub.programme.distribution.terms import ShareNote, Waiver
from kimhub.programme.foerderrichtlinien import Foerderrichtlinien
from kimhub.programme.result import Finding, FindingLevel

_ZERO = Decimal("0.00")


def distribute(distribution: Distribution, guidelines: Foerderrichtlinien) -> DistributionResult:
    """Return the shares of all parties and the money behind them.

    Raises `DistributionInvalidError` with every field that stands in the way, and what cures it.
    """
    rates = Rates(distribution, guidelines)
    minimum = rates.minimum()
    step = distribution.step
    least = max(1, ceil(Fraction(minimum) / Fraction(step)))
    smallest = least * step
    require_possible(distribution, minimum, smallest)
    shares = _by_key(distribution, least)
    exact = _exact(distribution)
    takers = sorted(exact)
    shown = dict(zip(takers, money.distribute([exact[index] for index in takers]), strict=True))
    would_get = [
        shares.get(index, _ZERO) if party.share is None else party.share
        for index, party in enumerate(distribution.parties)
    ]
    columns = money_behind(distribution, would_get, rates)
    return DistributionResult(
        distribution=distribution,
        minimum=minimum,
        smallest_share=smallest,
        shares=tuple(
            PartyShare(
                party=party,
                exact=exact.get(index),
                computed=shown.get(index),
                share=_ZERO if party.waiver is Waiver.KEPT else would_get[index],
                kept=would_get[index] if party.waiver is Waiver.KEPT else _ZERO,
                notes=tuple(_notes(distribution, index, exact.get(index), would_get[index], minimum)),
                amounts={column.money.cell: column.paid[index] for column in columns},
            )
            for index, party in enumerate(distribution.parties)
        ),
        cells=tuple(column.money for column in columns),
        unverified=rates.unverified,
        findings=tuple(_findings(distribution, minimum, smallest)),
    )


def _by_key(distribution: Distribution, least: int) -> dict[int, Decimal]:
    """Return the fundable shares of the parties that share by the key."""
    takers = by_key(distribution)
    steps = (Fraction(distribution.total) - Fraction(fixed(distribution))) / Fraction(distribution.step)
    counts = apportion(
        [weight(distribution, distribution.parties[index]) for index in takers],
        int(steps),
        least=least,
        everyone=distribution.minimum_for_all and bool(takers),
    )
    return {index: count * distribution.step for index, count in zip(takers, counts, strict=True)}


def _exact(distribution: Distribution) -> dict[int, Fraction]:
    """Return the shares exactly as the key gives them, before any minimum."""
    weights = {index: weight(distribution, distribution.parties[index]) for index in by_key(distribution)}
    rest = Fraction(distribution.total) - Fraction(fixed(distribution))
    total = sum(weights.values(), Fraction(0))
    return {index: rest * part / total if total else Fraction(0) for index, part in weights.items()}


def _notes(
    distribution: Distribution, index: int, exact: Fraction | None, share: Decimal, minimum: Decimal
) -> list[ShareNote]:
    party = distribution.parties[index]
    notes = []
    if party.waiver is Waiver.REDISTRIBUTED:
        return [ShareNote.WAIVED_REDISTRIBUTED]
    if party.share is not None:
        notes.append(ShareNote.BY_HAND)
    elif exact is not None and minimum and exact < Fraction(minimum):
        if share:
            notes.append(ShareNote.RAISED_TO_MINIMUM)
        elif exact:
            notes.append(ShareNote.BELOW_MINIMUM)
    if party.waiver is Waiver.KEPT:
        notes.append(ShareNote.WAIVED_KEPT)
    return notes


def _findings(distribution: Distribution, minimum: Decimal, smallest: Decimal) -> list[Finding]:
    if not minimum or smallest == minimum:
        return []
    measure = distribution.measure
    message = (
        f"Der Mindestanteil von {measure.amount(minimum)} ist kein Vielfaches der Schrittweite. Der kleinste "
        f"Anteil ist deshalb {measure.amount(smallest)}."
    )
    return [Finding("minimum_between_steps", FindingLevel.HINT, "minimum", message)]

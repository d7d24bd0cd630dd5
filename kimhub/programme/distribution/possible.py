"""What stands in the way of a distribution: every reason why the sum cannot be kept, with its field and its cure."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor

from kimhub.core import formats
from kimhub.programme.distribution.inputs import Distribution, Party
from kimhub.programme.distribution.terms import DistributionMethod, Measure, Waiver
from kimhub.programme.errors import DistributionInvalidError


def by_key(distribution: Distribution) -> list[int]:
    """Return the indexes of the parties whose share follows from the key: neither fixed nor given up to the others."""
    if distribution.method is DistributionMethod.BY_HAND:
        return []
    return [
        index
        for index, party in enumerate(distribution.parties)
        if party.share is None and party.waiver is not Waiver.REDISTRIBUTED
    ]


def weight(distribution: Distribution, party: Party) -> Fraction:
    """Return what the party weighs: its key figure, or one where all get the same."""
    if distribution.method is DistributionMethod.EQUAL:
        return Fraction(1)
    return Fraction(party.key or 0)


def fixed(distribution: Distribution) -> Decimal:
    """Return what is fixed by hand, all parties together."""
    return sum((party.share for party in distribution.parties if party.share is not None), Decimal(0))


def require_possible(distribution: Distribution, minimum: Decimal, smallest: Decimal) -> None:
    """Raise `DistributionInvalidError` with all reasons why the shares could not add up to the total.

    `smallest` is the smallest fundable share: the minimum on the grid of steps.
    """
    problems = {
        **_of_the_total(distribution),
        **_of_fixed_shares(distribution, minimum),
        **_of_keys(distribution),
    }
    if not problems:
        problems = _of_the_rest(distribution, smallest)
    if problems:
        raise DistributionInvalidError(problems)


def _of_the_total(distribution: Distribution) -> dict[str, list[str]]:
    measure, total, step = distribution.measure, distribution.total, distribution.step
    steps = Fraction(total) / Fraction(step)
    if steps.denominator == 1:
        return {}
    below, above = (measure.amount(count * step) for count in (floor(steps), floor(steps) + 1))
    return {
        "total": [
            (
                f"{measure.amount(total)} sind kein Vielfaches der Schrittweite {_plain(measure, step)}. Verteilen Sie "
                f"{below} oder {above}, oder wählen Sie eine kleinere Schrittweite."
            )
        ]
    }


def _of_fixed_shares(distribution: Distribution, minimum: Decimal) -> dict[str, list[str]]:
    measure, step = distribution.measure, distribution.step
    problems: dict[str, list[str]] = {}
    for index, party in enumerate(distribution.parties):
        path = f"parties[{index}].share"
        if party.share is None:
            if distribution.method is DistributionMethod.BY_HAND and party.waiver is not Waiver.REDISTRIBUTED:
                cure = f"Geben Sie den Anteil von „{party.name}“ an; 0 bedeutet: kein Anteil."
                problems[path] = [f"Bei einer Verteilung von Hand braucht jeder einen Anteil. {cure}"]
        elif (Fraction(party.share) / Fraction(step)).denominator != 1:
            problems[path] = [
                (
                    f"„{party.name}“: {measure.amount(party.share)} sind kein Vielfaches der Schrittweite "
                    f"{_plain(measure, step)}. Ändern Sie den Anteil oder die Schrittweite."
                )
            ]
        elif 0 < party.share < minimum:
            problems[path] = [
                (
                    f"„{party.name}“: {measure.amount(party.share)} liegen unter dem Mindestanteil von "
                    f"{measure.amount(minimum)}. Geben Sie mindestens diesen an, oder 0 für keinen Anteil."
                )
            ]
    return problems


def _of_keys(distribution: Distribution) -> dict[str, list[str]]:
    if not distribution.method.needs_key:
        return {}
    what = distribution.key_figure.name if distribution.key_figure else "Kennzahl"
    return {
        f"parties[{index}].key": [
            (
                f"Für „{distribution.parties[index].name}“ fehlt die Angabe „{what}“. Ergänzen Sie sie, "
                "oder legen Sie den Anteil von Hand fest."
            )
        ]
        for index in by_key(distribution)
        if distribution.parties[index].key is None
    }


def _of_the_rest(distribution: Distribution, smallest: Decimal) -> dict[str, list[str]]:
    """Return what is wrong with what the fixed shares leave: too much, too little, or nobody to take it."""
    measure = distribution.measure
    rest = distribution.total - fixed(distribution)
    takers = by_key(distribution)
    if rest < 0:
        return _total(
            f"Von Hand sind {measure.amount(-rest)} mehr festgelegt, als zu verteilen sind. "
            "Verringern Sie die festen Anteile oder erhöhen Sie die Menge."
        )
    if rest and not takers:
        return _total(
            f"{measure.amount(rest)} sind noch niemandem zugeteilt. Erhöhen Sie die festen Anteile, nehmen Sie einen "
            "Verzicht zurück oder verringern Sie die Menge."
        )
    needed = len(takers) * smallest
    if distribution.minimum_for_all and needed > rest:
        return {
            "minimum_for_all": [
                (
                    f"Der Mindestanteil für {len(takers)} Beteiligte ergibt {measure.amount(needed)}, zu verteilen "
                    f"sind {measure.amount(rest)}. Verzichten Sie auf den Mindestanteil für alle, senken Sie "
                    "ihn oder verringern Sie die Zahl der Beteiligten."
                )
            ]
        }
    if rest and not any(weight(distribution, distribution.parties[index]) for index in takers):
        return {
            "parties": [
                "Alle Kennzahlen sind 0. Geben Sie mindestens eine größere Zahl an oder wählen Sie gleiche Teile."
            ]
        }
    if 0 < rest < smallest:
        return _total(
            f"Zu verteilen bleiben {measure.amount(rest)}, weniger als der Mindestanteil von "
            f"{measure.amount(smallest)}. Ändern Sie die Menge, die festen Anteile oder den Mindestanteil."
        )
    return {}


def _total(message: str) -> dict[str, list[str]]:
    return {"total": [message]}


def _plain(measure: Measure, value: Decimal) -> str:
    return formats.share(value) if measure is Measure.FTE else measure.amount(value)

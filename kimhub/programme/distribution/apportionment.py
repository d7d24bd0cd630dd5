"""The rule by which whole steps are distributed so that their sum is kept and nobody gets less than is fundable.

Counted in steps (half positions, cents), so everything is a whole number. What can be handed out to one party is
``0`` or `least` steps or more. The rule:

1. Quota: the share by the key, exact. If everyone must get `least`, parties whose quota is smaller get `least`, and
   what then is left is shared by the key among the others; again, until nobody is below.
2. Everyone first gets the fundable share just below the quota (below `least` that is nothing).
3. What is missing goes to the parties in the order of their remainders, the largest first, ties to the earlier
   party, each to the fundable share just above the quota. The remainder is the way already covered from the share
   below to the share above; whose next share no longer fits into what is missing is passed over.
4. If something is left because it is too little for another `least`, all is distributed again by the same rule among
   those who got something, and all of them keep at least `least`.

With `least` of one step this is the largest remainder method (Hare/Niemeyer), the same that makes the cents of a
column add up (``kimhub.core.money.distribute``). Kreis Unna's shares follow from it: 0.85, 1.19, 0.38 and the rest of
8 positions become 1.0, 1.0, 0.5 and 5.5. The municipal papers name the results and the minimum (Stadt Kamen, Vorlage
141/2021), not the rule; steps 1 and 4 are this program's.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor


def apportion(
    weights: Sequence[Fraction], units: int, *, least: int = 1, everyone: bool = False
) -> list[int]:
    """Return how many of `units` every party gets by its weight; the results always add up to `units`.

    With `everyone` each party gets `least` or more. Raises `ValueError` where that is impossible: `units` between
    0 and `least`, not enough for everyone, nobody with a weight, or negative figures.
    """
    _require_possible(weights, units, least, everyone=everyone)
    if not units:
        return [0] * len(weights)
    shares = _round(_quotas(weights, units, least if everyone else 0), units, least)
    if sum(shares) < units:
        chosen = [index for index, share in enumerate(shares) if share]
        among = [weights[index] for index in chosen]
        for index, share in zip(chosen, apportion(among, units, least=least, everyone=True), strict=True):
            shares[index] = share
    return shares


def _require_possible(weights: Sequence[Fraction], units: int, least: int, *, everyone: bool) -> None:
    if units < 0 or least < 1 or any(weight < 0 for weight in weights):
        raise ValueError("units and weights are not negative, least is at least one step")
    if everyone and len(weights) * least > units:
        raise ValueError(f"{units} steps are not enough for {len(weights)} times {least}")
    if units and not any(weights):
        raise ValueError("nobody has a weight")
    if 0 < units < least:
        raise ValueError(f"{units} steps are less than the least share of {least}")


def _quotas(weights: Sequence[Fraction], units: int, least: int) -> list[Fraction]:
    """Return the exact shares by weight, lifted to `least` at the cost of the others; they add up to `units`.

    What is left is never less than `least` for each open party, so at least one of them stays above it.
    """
    quotas = [Fraction(least)] * len(weights)
    open_parties = list(range(len(weights)))
    left = units
    while True:
        total = sum((weights[index] for index in open_parties), Fraction(0))
        above = [index for index in open_parties if weights[index] * left >= least * total]
        if len(above) == len(open_parties):
            break
        left -= least * (len(open_parties) - len(above))
        open_parties = above
    for index in open_parties:
        quotas[index] = weights[index] * left / total
    return quotas


def _round(quotas: Sequence[Fraction], units: int, least: int) -> list[int]:
    """Return fundable shares just below or above the quotas; together `units`, or less by what nobody can take."""
    shares = [floor(quota) if quota >= least else 0 for quota in quotas]
    rises = [1 if quota >= least else least for quota in quotas]
    remainders = [(quota - share) / rise for quota, share, rise in zip(quotas, shares, rises, strict=True)]
    missing = units - sum(shares)
    for index in sorted(range(len(quotas)), key=lambda index: (-remainders[index], index)):
        if remainders[index] and rises[index] <= missing:
            shares[index] += rises[index]
            missing -= rises[index]
    return shares

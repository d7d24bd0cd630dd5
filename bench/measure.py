"""Measuring in pairs: A and B in turn, so that a machine whose speed drifts does not decide the ratio.

Who goes first changes with every pair: whoever comes second finds the processor's caches warm.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

WARM_UP = 100


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def paired(
    first: Callable[[], object], second: Callable[[], object], *, rounds: int = 1000, warm_up: int = WARM_UP
) -> tuple[float, float, float]:
    """Return the medians of both in milliseconds and the median of the ratios first/second, pair by pair."""
    for _ in range(warm_up):
        first()
        second()
    pairs = []
    for number in range(rounds):
        if number % 2:
            b, a = milliseconds(second), milliseconds(first)
        else:
            a, b = milliseconds(first), milliseconds(second)
        pairs.append((a, b))
    return (
        median(a for a, _ in pairs),
        median(b for _, b in pairs),
        median(a / b for a, b in pairs),
    )


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` of `values` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

"""Saying what a committee heard, and how a standing duty stands. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from kimhub.core.formats import day
from kimhub.coverage.standing import Standing
from kimhub.coverage.terms import Told

_ORDER = (Told.MISSING, Told.REVOCATION, Told.PLANNED, Told.AFTER, Told.BEFORE, Told.WAIVED, Told.LAPSED)


def worst(committees: Iterable[Mapping[str, Any]]) -> Told | None:
    """Return the state of an event as a whole: what is missing first; None where no committee is concerned."""
    found = {Told(one["state"]) for one in committees}
    return next((state for state in _ORDER if state in found), None)


def heard(state: Told, first: date | None, planned: date | None) -> str:
    """Return it in words with its day."""
    if state is Told.PLANNED:
        return f"{state.label}, Sitzung am {day(planned)}" if planned else f"{state.label} (Entwurf)"
    if state in {Told.BEFORE, Told.AFTER} and first:
        return f"{state.label}, am {day(first)}"
    return state.label


def each(committees: Iterable[Mapping[str, Any]]) -> str:
    """Return what each committee heard, as one line beside the `worst`, which need not be said again."""
    found = [*committees]
    whole = worst(found)
    said = [
        (one["name"], heard(Told(one["state"]), _read(one["first"]), _read(one["planned"]))) for one in found
    ]
    return "; ".join(name if whole and words == whole.label else f"{name}: {words}" for name, words in said)


def duty_in_words(found: Standing) -> str:
    """Return how a standing duty stands."""
    last = (
        f"Zuletzt unterrichtet am {day(found.last_heard)}." if found.last_heard else "Noch nie unterrichtet."
    )
    missed = ", ".join(
        day(one.first) if one.first == one.last else f"{day(one.first)} bis {day(one.last)}"
        for one in found.missed
    )
    still = (
        f" Noch nicht im laufenden Zeitraum, er endet am {day(found.open_until)}." if found.open_until else ""
    )
    return f"{last}{f' Versäumt: {missed}.' if missed else ''}{still}"


def _read(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None

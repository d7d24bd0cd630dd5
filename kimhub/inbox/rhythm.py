"""How often a person gets mail: each event by itself, or gathered once a day or once a week."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from kimhub.core import clock
from kimhub.core.formats import LOCAL_TIME
from tenants import TenantKind

_MARGIN = timedelta(minutes=15)
"""What comes in so shortly before waits for the next time: its transaction might end after the mail is written."""
_MONDAY, _SATURDAY = 0, 5


class Rhythm(StrEnum):
    """How often somebody gets mail of a tenant's events."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def label(self) -> str:
        """Return what the choice says."""
        return _LABELS[self]

    @property
    def gathered(self) -> str:
        """Return how often a gathered mail comes; empty where none does."""
        return _GATHERED[self]


_LABELS = {
    Rhythm.AT_ONCE: "sofort, zu jeder Nachricht eine E-Mail",
    Rhythm.DAILY: "werktags morgens gesammelt",
    Rhythm.WEEKLY: "montags morgens gesammelt",
}
_GATHERED = {Rhythm.AT_ONCE: "", Rhythm.DAILY: "werktags", Rhythm.WEEKLY: "einmal in der Woche"}


def usual_rhythm(kind: TenantKind) -> Rhythm:
    """Return the rhythm of who has chosen none: in a Gemeinde KIM is one task of many, so once a week."""
    return Rhythm.WEEKLY if kind is TenantKind.GEMEINDE else Rhythm.AT_ONCE


def next_gathering(rhythm: Rhythm, now: datetime) -> datetime | None:
    """Return when the mail is written that gathers what comes in `now`; None where nothing is gathered.

    Daily means Monday to Friday, weekly Monday, at six in the morning German time. Holidays count as any day: the mail
    lies there on the day after.
    """
    if rhythm is Rhythm.AT_ONCE:
        return None
    earliest = (now + _MARGIN).astimezone(LOCAL_TIME)
    day = earliest.date()
    while True:
        moment = clock.morning(day)
        fits = day.weekday() == _MONDAY if rhythm is Rhythm.WEEKLY else day.weekday() < _SATURDAY
        if fits and moment >= earliest:
            return moment
        day += timedelta(days=1)

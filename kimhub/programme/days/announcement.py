"""When a Bescheid is announced (bekanntgegeben), and when it becomes final (bestandskräftig).

Bekanntgabe [§ 41 VwVfG NRW]: a letter within Germany counts as announced on the fourth day after it was posted, an
electronic one on the fourth day after it was sent; until 31.12.2024 it was the third. What is retrieved in a portal
counts from the day after (Abs. 2a). The day found so stays, also on a weekend or holiday (OVG NRW). Who proves that it
came later has the later day; that it came earlier changes nothing. Without Bekanntgabe no period runs.

Bestandskraft: a month after Bekanntgabe (§ 74 Abs. 1 VwGO), a year where the Rechtsbehelfsbelehrung is missing or wrong
(§ 58 Abs. 2 VwGO); its end moves off a free day (§ 57 Abs. 2 VwGO, § 222 Abs. 2 ZPO, § 193 BGB). A
Rechtsbehelfsverzicht ends it on the day on which it comes in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from kimhub.core import formats
from kimhub.programme.days.holidays import DAY
from kimhub.programme.days.periods import Other, Period, Reckoned, TimeUnit, reckon, weighed
from kimhub.programme.days.readings import PLAIN, Question, Reading, Readings

_FOUR_DAYS_SINCE = date(2025, 1, 1)
SOURCE_OF_FINALITY = (
    "§ 74 Abs. 1, § 57 Abs. 2, § 58 Abs. 2 VwGO; § 222 Abs. 2 ZPO; § 193 BGB; § 2 Feiertagsgesetz NW"
)


class AnnouncedBy(StrEnum):
    """How a Bescheid came."""

    LETTER = "letter"
    ELECTRONIC = "electronic"
    PORTAL = "portal"
    FORMAL = "formal"
    """Förmliche Zustellung, or handed over: the day itself."""


@dataclass(frozen=True, slots=True)
class Finality:
    """When a Bescheid can no longer be contested. `period` is the one for objecting."""

    period: Reckoned
    final_from: date
    """The first day of Bestandskraft."""
    text: str


def announced(
    announced_by: AnnouncedBy, sent_on: date, *, received_on: date | None = None, readings: Readings = PLAIN
) -> Reckoned:
    """Return the day of Bekanntgabe. What was never sent, or never retrieved from a portal, has none.

    `sent_on`: the day of posting, sending, retrieval or service. `received_on`: the day on which it provably came.
    """
    disputed = (
        {Question.CHANGE_OF_2025} if announced_by in {AnnouncedBy.LETTER, AnnouncedBy.ELECTRONIC} else set()
    )
    return weighed(lambda chosen: _announced(announced_by, sent_on, received_on, chosen), disputed, readings)


def after_announcement(period: Period, announcement: Reckoned, readings: Readings = PLAIN) -> Reckoned:
    """Return the end of a period that runs from Bekanntgabe on, with the readings of both."""
    plain = reckon(period, announcement.last, readings)
    others, followed = list(plain.others), list(plain.readings)
    for other in announcement.others:
        found = reckon(period, other.last, readings)
        if found.last != plain.last:
            others.append(Other(other.reading, found.last, f"{other.text}; {found.text}"))
            followed += [reading for reading in announcement.readings if reading not in followed]
    text = (
        plain.text
        if announcement.text == formats.day(announcement.last)
        else f"{announcement.text}; {plain.text}"
    )
    return replace(plain, text=text, readings=tuple(followed), others=tuple(others))


def finality(
    announcement: Reckoned,
    *,
    instructed: bool = True,
    waived_on: date | None = None,
    readings: Readings = PLAIN,
) -> Finality:
    """Return when a Bescheid is final if nobody objects.

    `instructed`: it has a right Rechtsbehelfsbelehrung. `waived_on`: the day on which a Rechtsbehelfsverzicht came in.
    """
    period = after_announcement(
        Period(1, TimeUnit.MONTH if instructed else TimeUnit.YEAR), announcement, readings
    )
    if waived_on is not None and waived_on <= period.last:
        return Finality(
            Reckoned(waived_on, waived_on, f"Verzicht am {formats.day(waived_on)}"),
            waived_on,
            f"Verzicht am {formats.day(waived_on)}: bestandskräftig seit diesem Tag",
        )
    final_from = period.last + DAY
    return Finality(period, final_from, f"{period.text}; bestandskräftig ab {formats.day(final_from)}")


def _announced(
    announced_by: AnnouncedBy, sent_on: date, received_on: date | None, readings: Readings
) -> tuple[date, date, str]:
    days = _DAYS[announced_by](sent_on, readings)
    fiction = sent_on + timedelta(days=days)
    if received_on is not None and received_on > fiction:
        return received_on, received_on, f"Zugang nachweislich erst am {formats.day(received_on)}"
    if not days:
        return fiction, fiction, formats.day(fiction)
    counted = TimeUnit.DAY.named(days)
    return fiction, fiction, f"{formats.day(sent_on)} + {counted} = {formats.day(fiction)} (Bekanntgabe)"


def _days_of_fiction(sent_on: date, readings: Readings) -> int:
    decisive = sent_on
    if readings[Question.CHANGE_OF_2025] is Reading.RULE_OF_ARRIVAL:
        decisive += timedelta(days=3)
    return 4 if decisive >= _FOUR_DAYS_SINCE else 3


_DAYS: dict[AnnouncedBy, Callable[[date, Readings], int]] = {
    AnnouncedBy.LETTER: _days_of_fiction,
    AnnouncedBy.ELECTRONIC: _days_of_fiction,
    AnnouncedBy.PORTAL: lambda *_: 1,
    AnnouncedBy.FORMAL: lambda *_: 0,
}

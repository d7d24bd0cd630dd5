"""Questions about days that authorities and councils answer differently, and the readings there are.

A rule that is read in one way only is no question. The first reading of each is the plain one, the text as it stands;
it is not always the cautious one: whoever reminds people does so before the earliest day of all readings
(`Reckoned.earliest`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from kimhub.programme.days.holidays import WorkDays


class Reading(StrEnum):
    """One way to read a rule."""

    RULE_OF_POSTING = "rule_of_posting"
    RULE_OF_ARRIVAL = "rule_of_arrival"
    AFTER_EVENT = "after_event"
    FROM_NEXT_DAY = "from_next_day"
    AFTER_IN_FORCE = "after_in_force"
    FROM_IN_FORCE = "from_in_force"
    END_MOVES = "end_moves"
    END_STAYS = "end_stays"
    END_BEFORE = "end_before"
    DAYS_COUNTED = "days_counted"
    DAYS_FULL = "days_full"
    BACK_STAYS = "back_stays"
    BACK_ON_WORKDAY = "back_on_workday"
    MONTH_BACK_SAME_DAY = "month_back_same_day"
    MONTH_BACK_FULL = "month_back_full"
    SATURDAY_COUNTS = "saturday_counts"
    SATURDAY_IS_FREE = "saturday_is_free"
    CHRISTMAS_EVE_COUNTS = "christmas_eve_counts"
    CHRISTMAS_EVE_IS_FREE = "christmas_eve_is_free"
    HOURS_ELAPSED = "hours_elapsed"
    HOURS_ON_CLOCK = "hours_on_clock"

    @property
    def text(self) -> str:
        """What the reading says, as a sentence for people."""
        return _TEXTS[self]


class Question(StrEnum):
    """What is read differently."""

    CHANGE_OF_2025 = "change_of_2025"
    """Which rule a letter has that was posted in 2024 and counts as arrived in 2025."""
    AFTER_PERIOD = "after_period"
    """Whether a Frist after a period begins with its last day as event, or with the next day."""
    IN_FORCE = "in_force"
    """Whether the day on which a rule comes into force counts."""
    END_ON_FREE_DAY = "end_on_free_day"
    """What becomes of an end on a free day."""
    DAYS_BACK = "days_back"
    """Whether „n Tage vor der Sitzung“ are full days."""
    BACK_ON_FREE_DAY = "back_on_free_day"
    """Whether what must have arrived before a meeting can arrive on a free day."""
    MONTH_BACK = "month_back"
    """Whether a month before a day is a full one."""
    SATURDAY = "saturday"
    """Whether a Saturday is a Werktag."""
    CHRISTMAS_EVE = "christmas_eve"
    """Whether 24 and 31 December are days of work."""
    HOURS = "hours"
    """How hours are counted when the clocks change."""

    @property
    def answers(self) -> tuple[Reading, ...]:
        """All readings, the plain one first."""
        return _ANSWERS[self]


_ANSWERS = {
    Question.CHANGE_OF_2025: (Reading.RULE_OF_POSTING, Reading.RULE_OF_ARRIVAL),
    Question.AFTER_PERIOD: (Reading.AFTER_EVENT, Reading.FROM_NEXT_DAY),
    Question.IN_FORCE: (Reading.AFTER_IN_FORCE, Reading.FROM_IN_FORCE),
    Question.END_ON_FREE_DAY: (Reading.END_MOVES, Reading.END_STAYS, Reading.END_BEFORE),
    Question.DAYS_BACK: (Reading.DAYS_COUNTED, Reading.DAYS_FULL),
    Question.BACK_ON_FREE_DAY: (Reading.BACK_STAYS, Reading.BACK_ON_WORKDAY),
    Question.MONTH_BACK: (Reading.MONTH_BACK_SAME_DAY, Reading.MONTH_BACK_FULL),
    Question.SATURDAY: (Reading.SATURDAY_COUNTS, Reading.SATURDAY_IS_FREE),
    Question.CHRISTMAS_EVE: (Reading.CHRISTMAS_EVE_COUNTS, Reading.CHRISTMAS_EVE_IS_FREE),
    Question.HOURS: (Reading.HOURS_ELAPSED, Reading.HOURS_ON_CLOCK),
}
_TEXTS = {
    Reading.RULE_OF_POSTING: "Es gilt die Regel des Tages, an dem der Brief zur Post ging.",
    Reading.RULE_OF_ARRIVAL: "Es gilt die Regel des Tages der Bekanntgabe.",
    Reading.AFTER_EVENT: "Der letzte Tag des Zeitraums ist das Ereignis, das die Frist auslöst (§ 187 Abs. 1 BGB).",
    Reading.FROM_NEXT_DAY: "Die Frist beginnt mit dem Tag nach dem Zeitraum (§ 187 Abs. 2 BGB).",
    Reading.AFTER_IN_FORCE: "Der Tag des Inkrafttretens zählt nicht mit (§ 187 Abs. 1 BGB).",
    Reading.FROM_IN_FORCE: "Der Tag des Inkrafttretens zählt mit (§ 187 Abs. 2 BGB).",
    Reading.END_MOVES: (
        "Ein Ende am Samstag, Sonntag oder Feiertag rückt auf den nächsten Werktag "
        "(§ 31 Abs. 3 VwVfG NRW, § 193 BGB)."
    ),
    Reading.END_STAYS: "Der Tag ist fest und rückt nicht.",
    Reading.END_BEFORE: "Der Tag ist fest; sicher ist der letzte Werktag davor.",
    Reading.DAYS_COUNTED: "Der Tag des Eingangs zählt mit, der Sitzungstag nicht.",
    Reading.DAYS_FULL: "Es sind volle Tage: Weder der Tag des Eingangs noch der Sitzungstag zählt (§§ 187, 188 BGB).",
    Reading.BACK_STAYS: "Eine Frist vor einem Tag rückt nicht (§ 193 BGB gilt für sie nicht).",
    Reading.BACK_ON_WORKDAY: "Eingehen kann nur an Arbeitstagen etwas.",
    Reading.MONTH_BACK_SAME_DAY: "Der Monat reicht bis zum Tag mit derselben Zahl (§ 188 Abs. 2, 3 BGB entsprechend).",
    Reading.MONTH_BACK_FULL: "Zwischen Eingang und Tag liegt ein voller Monat.",
    Reading.SATURDAY_COUNTS: "Der Samstag ist ein Werktag.",
    Reading.SATURDAY_IS_FREE: "Der Samstag zählt nicht als Werktag.",
    Reading.CHRISTMAS_EVE_COUNTS: "Der 24. und der 31. Dezember sind Arbeitstage.",
    Reading.CHRISTMAS_EVE_IS_FREE: "Der 24. und der 31. Dezember sind dienstfrei.",
    Reading.HOURS_ELAPSED: "Es zählt die verstrichene Zeit, auch wenn die Uhr umgestellt wird.",
    Reading.HOURS_ON_CLOCK: "Es zählt die Uhrzeit am Kalendertag, auch wenn die Uhr umgestellt wird.",
}
_EVES = frozenset({(12, 24), (12, 31)})


@dataclass(frozen=True, slots=True)
class Readings:
    """What a body or authority has said; its default is the plain reading of each question."""

    said: Mapping[Question, Reading] = field(default_factory=lambda: MappingProxyType({}))

    def __getitem__(self, question: Question) -> Reading:
        return self.said.get(question, question.answers[0])

    def but(self, question: Question, reading: Reading) -> Readings:
        """Return the same with another reading of one question."""
        return Readings(MappingProxyType({**self.said, question: reading}))

    @property
    def work_days(self) -> WorkDays:
        """How days of work are counted."""
        return WorkDays(
            saturday_is_werktag=self[Question.SATURDAY] is Reading.SATURDAY_COUNTS,
            days_off=_EVES if self[Question.CHRISTMAS_EVE] is Reading.CHRISTMAS_EVE_IS_FREE else frozenset(),
        )


PLAIN = Readings()

"""When a Bescheid becomes final (bestandskräftig) if nobody objects."""

from __future__ import annotations

from datetime import date, timedelta

from kimhub.programme.public import months_after

SOURCE = "§ 74 Abs. 1 VwGO: ein Monat nach Bekanntgabe; Feiertage sind nicht berücksichtigt"


def suggested_finality(received_on: date) -> date:
    """Return the first day of Bestandskraft: the day after the month for a Klage has passed.

    The month runs from the day of Bekanntgabe (§ 74 Abs. 1 VwGO). If its last day is a Saturday or Sunday, it ends with
    the next Monday (§ 57 Abs. 2 VwGO, § 222 Abs. 2 ZPO). Public holidays and a missing Rechtsbehelfsbelehrung are not
    known here: the day is a suggestion that somebody has to check.
    """
    last = months_after(received_on, 1)
    if last.weekday() >= 5:
        last += timedelta(days=7 - last.weekday())
    return last + timedelta(days=1)

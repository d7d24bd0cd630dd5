"""The time, read in one place so that tests can set it; always aware, always UTC inside."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from kimhub.core.formats import LOCAL_TIME

_MORNING = time(6)


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return today's date in Germany, on which deadlines and Haushaltsjahre depend."""
    return now().astimezone(LOCAL_TIME).date()


def morning(day: date) -> datetime:
    """Return six o'clock in Germany: what is due on a day lies there when work begins."""
    return datetime.combine(day, _MORNING, LOCAL_TIME)

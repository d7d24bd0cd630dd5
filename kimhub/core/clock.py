"""The time, read in one place so that tests can set it; always aware, always UTC inside."""

from __future__ import annotations

from datetime import UTC, date, datetime

from kimhub.core.formats import LOCAL_TIME


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return today's date in Germany, on which deadlines and Haushaltsjahre depend."""
    return now().astimezone(LOCAL_TIME).date()

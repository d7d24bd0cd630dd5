"""When a Bescheid becomes final if nobody objects."""

from __future__ import annotations

from datetime import date

import pytest

from kimhub.funding.finality import suggested_finality


@pytest.mark.parametrize(
    ("received_on", "final_on"),
    [
        (date(2026, 2, 4), date(2026, 3, 5)),  # the month ends on Wednesday 04.03.
        (date(2026, 1, 31), date(2026, 3, 3)),  # February has no 31st: Saturday 28.02., so Monday 02.03.
        (date(2024, 1, 31), date(2024, 3, 1)),  # Thursday 29.02. of a leap year
        (date(2026, 4, 2), date(2026, 5, 5)),  # Saturday 02.05.
        (date(2026, 4, 3), date(2026, 5, 5)),  # Sunday 03.05.
        (date(2025, 12, 15), date(2026, 1, 16)),  # across the year
    ],
)
def test_the_month_ends_on_the_same_number_and_never_on_a_weekend(received_on, final_on):
    assert suggested_finality(received_on) == final_on

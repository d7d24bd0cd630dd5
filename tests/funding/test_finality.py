"""When a Bescheid becomes final if nobody objects."""

from __future__ import annotations

from datetime import date

import pytest

from kimhub.funding.finality import suggested_finality


@pytest.mark.parametrize(
    ("issued_on", "received_on", "final_on"),
    [
        (date(2026, 2, 2), date(2026, 2, 4), date(2026, 3, 7)),  # fourth day 06.02., until Friday 06.03.
        (date(2026, 2, 2), date(2026, 2, 10), date(2026, 3, 11)),  # it came later than the law supposes
        (date(2026, 1, 27), date(2026, 1, 28), date(2026, 3, 3)),  # 31.01.; Saturday 28.02., so Monday 02.03.
        (date(2023, 2, 15), date(2023, 2, 16), date(2023, 3, 21)),  # until 2024 the third day
        (date(2025, 3, 14), date(2025, 3, 17), date(2025, 4, 23)),  # 18.04. is Karfreitag, so Tuesday 22.04.
        (date(2025, 12, 11), date(2025, 12, 12), date(2026, 1, 16)),  # across the year
    ],
)
def test_a_month_from_bekanntgabe_that_never_ends_on_a_free_day(issued_on, received_on, final_on):
    assert suggested_finality(issued_on, received_on).final_from == final_on

"""Heute of each role: what is overdue stands first and is called so, and nobody finds an empty page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Album, Visit
from tests.e2e.doing import main

pytestmark = pytest.mark.e2e

FIRST = {
    "stadt": ("ki@koeln.example", "Überfällig"),
    "kreis": ("ki@kreis-unna.example", "Zu erledigen"),
    "gemeinde": ("integration@kamen.example", "Zu erledigen"),
    "gremium": ("ausschuss@bornheim.example", "Zu erledigen"),
    "behoerde": ("kfi@bezirksregierung-arnsberg.example", "Nichts zu erledigen"),
    "administration": ("verwaltung@rhein-sieg-kreis.example", "Nichts zu erledigen"),
}
"""Whose page it is, and the heading under the money of the year."""


@pytest.mark.parametrize("role", FIRST)
def test_the_first_heading_says_how_urgent_it_is(visit: Visit, album: Album, role: str) -> None:
    email, heading = FIRST[role]
    page = visit(email)
    expect(main(page).locator("h2:not(#geld)").first).to_contain_text(heading)
    if role != "stadt":  # its picture is the first one of the main job
        album.take(page, f"heute-{role}")

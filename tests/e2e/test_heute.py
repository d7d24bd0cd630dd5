"""Heute of each role: what is overdue stands first and is called so, and nobody finds an empty page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from kimhub.core import clock
from tests.e2e.conftest import Album, Visit
from tests.e2e.doing import follow, main, press

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


def test_a_promise_is_written_moved_and_done_and_a_draft_is_put_off(visit: Visit) -> None:
    page = visit("integration@troisdorf.example")
    heute = page.url
    follow(page, "Zusage oder Wiedervorlage eintragen")
    page.get_by_label("Zusage an uns: jemand hat uns etwas zugesagt").check()
    page.get_by_label("Was", exact=True).fill("Beschluss nachreichen")
    page.get_by_label("Wer oder worum").fill("Stadt Bornheim, telefonisch zugesagt")
    page.get_by_label("Bis wann").fill(f"{clock.today() + timedelta(days=7):%d.%m.%Y}")
    press(page, "Eintragen")
    waiting = main(page).locator("section", has=page.get_by_role("heading", name="Andere sind am Zug"))
    expect(waiting).to_contain_text("Stadt Bornheim, telefonisch zugesagt")
    page.get_by_role("link", name="Zurückstellen").first.click()
    page.get_by_label("Wiedervorlage am").fill(f"{clock.today() + timedelta(days=30):%d.%m.%Y}")
    page.get_by_label("Grund").fill("Der Rat tagt erst dann")
    press(page, "Zurückstellen")
    later = main(page).locator("section", has=page.get_by_role("heading", name="Zurückgestellt"))
    expect(later).to_contain_text("Zurückgestellt von Sachbearbeitung")
    expect(later).to_contain_text("Der Rat tagt erst dann")
    later.get_by_role("link", name="Ändern oder wieder vorlegen").click()
    follow(page, "Wieder vorlegen")
    press(page, "Wieder vorlegen")
    expect(page.get_by_role("link", name="Zurückstellen").first).to_be_visible()
    main(page).get_by_role("link", name="Beschluss nachreichen", exact=True).click()
    press(page, "Erledigt")
    assert page.url == heute
    expect(main(page)).not_to_contain_text("Andere sind am Zug")
    press(page, "Rückgängig")
    expect(main(page)).to_contain_text("offen")
    press(page, "Erledigt")

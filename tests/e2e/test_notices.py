"""A Kreis tells the committees of its Gemeinden, and a member takes note on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import SECONDS, Album, Portal, Visit
from tests.e2e.doing import follow, main, press
from tests.embedded.support import eventually
from tests.support.chromium import overflow, violations

pytestmark = pytest.mark.e2e

PHONE = {"width": 390, "height": 780}
MEMBER, KREIS = "ausschuss@bornheim.example", "ki@rhein-sieg-kreis.example"
DEMO = "Verteilung der Stellen im Case Management"


def test_a_member_takes_note_on_a_phone_in_two_taps(visit: Visit, portal: Portal, album: Album) -> None:
    page = visit(MEMBER, viewport=PHONE, is_mobile=True, has_touch=True)
    page.goto(f"{portal.address}/t/bornheim/posteingang")  # where the link of a mail leads
    line = main(page).get_by_role("link", name="Der Rhein-Sieg-Kreis unterrichtet Sie").first
    assert eventually(lambda: page.reload() is not None and line.is_visible(), SECONDS)
    line.tap()
    expect(page.locator("h1")).to_have_text(DEMO)
    assert (overflow(page), violations(page)) == (0, [])
    album.take(page, "unterrichtung-telefon")
    main(page).get_by_role("button", name="Zur Kenntnis genommen").tap()
    expect(main(page)).to_contain_text("Sie haben das am")
    assert (overflow(page), violations(page)) == (0, [])


def test_a_kreis_sends_and_sees_how_many_have_taken_note(visit: Visit, album: Album) -> None:
    page = visit(KREIS)
    follow(page, "Gremien")
    follow(page, "Eigene Unterrichtungen")
    follow(page, DEMO)
    expect(main(page)).to_contain_text("Stadt Bornheim")
    expect(main(page)).to_contain_text("19 Kommunen")
    album.take(page, "unterrichtung")
    follow(page, "Eigene Unterrichtungen")
    follow(page, "Gremien unterrichten")
    page.get_by_label("Betreff").fill("Neuer Bescheid")
    page.get_by_label("Text").fill("Der Bescheid für das nächste Jahr ist da.")
    press(page, "Speichern")
    follow(page, "Versenden")
    expect(main(page)).to_contain_text("19 Kommunen")
    press(page, "Jetzt versenden")
    expect(main(page)).to_contain_text("noch niemand")
    assert (overflow(page), violations(page)) == (0, [])

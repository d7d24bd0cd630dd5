"""A Kreis releases what Bornheim is asked for; Bornheim reads it on a phone and has the words to quote it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import SECONDS, Portal, Visit
from tests.e2e.doing import follow, main, press
from tests.embedded.support import eventually
from tests.support.chromium import overflow, violations

pytestmark = pytest.mark.e2e

PHONE = {"width": 390, "height": 780}
OFFICER, KREIS = "integration@bornheim.example", "ki@rhein-sieg-kreis.example"
PLAN = "Kommunales Integrationsmanagement im Rhein-Sieg-Kreis 2027 (Musterdaten)"


def test_a_gemeinde_reads_its_own_part_and_selects_the_quotation(visit: Visit, portal: Portal) -> None:
    page = visit(OFFICER, viewport=PHONE, is_mobile=True, has_touch=True)
    page.goto(f"{portal.address}/t/bornheim/posteingang")
    line = main(page).get_by_role(
        "link", name="Der Rhein-Sieg-Kreis hat Angaben für Ihre Gemeinde freigegeben"
    )
    assert eventually(lambda: page.reload() is not None and line.count() >= 2, SECONDS)
    page.goto(f"{portal.address}/t/bornheim/gremien/vom-kreis")
    assert (overflow(page), violations(page)) == (0, [])
    main(page).get_by_role("link", name="Einbindung der Gemeinde").tap()
    expect(main(page)).to_contain_text("Ihre Gemeinde ist nach der Förderskizze eingebunden.")
    quotation = main(page).locator("blockquote")
    expect(quotation).to_contain_text("Auskunft des Rhein-Sieg-Kreises vom")
    expect(quotation).to_contain_text("Eigene Ausländerbehörde ist Mitglied der Projektgruppe")
    expect(main(page)).not_to_contain_text("zusätzliche Koordinierungsstelle")
    assert (overflow(page), violations(page)) == (0, [])
    quotation.click()
    selected = page.evaluate("getSelection().toString().trim()")
    assert selected == quotation.inner_text().strip()


def test_a_kreis_releases_figures_and_the_gemeinde_reads_them(visit: Visit, portal: Portal) -> None:
    page = visit(KREIS)
    follow(page, "Gremien")
    follow(page, "Freigaben an Gemeinden")
    follow(page, "Angaben freigeben")
    follow(page, PLAN)
    press(page, "Weiter zur Prüfung")
    expect(main(page)).to_contain_text("19 Gemeinden")
    expect(main(page)).to_contain_text("130.500,00")
    assert (overflow(page), violations(page)) == (0, [])
    press(page, "Jetzt freigeben")
    expect(main(page)).to_contain_text("liest diesen Stand")
    assert (overflow(page), violations(page)) == (0, [])
    page = visit(OFFICER)
    page.goto(f"{portal.address}/t/bornheim/gremien/vom-kreis")
    follow(page, "Zahlen des Finanzierungsplans")
    expect(main(page)).to_contain_text("130.500,00")
    expect(main(page).locator("blockquote")).to_contain_text("Quelle: Finanzierungsplan")
    assert (overflow(page), violations(page)) == (0, [])

"""While a change is not saved no button acts on the saved state, and nobody leaves unasked."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.doing import follow, main, press

pytestmark = pytest.mark.e2e

REPORT = "Finanzierungsübersicht erstellen"
PLAN = "Kommunales Integrationsmanagement in Köln, Förderbausteine 1 und 2"


def open_plan(page: Page) -> None:
    follow(page, "Mittel")
    follow(page, "Finanzierungspläne")
    follow(page, PLAN)


def test_a_changed_plan_waits_with_its_steps_until_it_is_saved_or_put_back(visit: Visit) -> None:
    page = visit("ki@koeln.example")
    open_plan(page)
    report = main(page).get_by_role("link", name=REPORT)
    expect(report).not_to_have_attribute("aria-disabled", "true")
    cell = page.locator("input[name='positions.leitung.annual_cost']")
    before = cell.input_value()
    cell.fill("90.000,00")
    expect(report).to_have_attribute("aria-disabled", "true")
    here = page.url
    report.click(force=True)
    expect(page.locator("#ungespeichert")).to_be_focused()
    expect(page.locator("#ungespeichert")).to_contain_text("noch nicht gespeichert")
    assert page.url == here
    cell.fill(before)
    expect(report).not_to_have_attribute("aria-disabled", "true")
    expect(page.locator("#ungespeichert")).to_have_count(0)
    report.click()
    expect(page).not_to_have_url(here)


def test_who_leaves_with_something_unsaved_is_asked(visit: Visit) -> None:
    page = visit("ki@koeln.example")
    open_plan(page)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    here = page.url
    page.locator("input[name='positions.leitung.annual_cost']").fill("90.000,00")
    page.get_by_role("link", name="Heute").locator("visible=true").first.click()
    expect(page.locator("input[name='positions.leitung.annual_cost']")).to_have_value("90.000,00")
    assert (asked, page.url) == (["beforeunload"], here)
    press(page, "Neu berechnen")
    expect(page).to_have_url(re.compile("rechnen$"))
    assert asked == ["beforeunload"], "sending the form is no leaving"


def test_without_scripts_a_calculated_change_offers_only_what_saves_it(visit: Visit) -> None:
    page = visit("ki@koeln.example", java_script_enabled=False)
    open_plan(page)
    page.locator("input[name='positions.leitung.annual_cost']").fill("90.000,00")
    press(page, "Neu berechnen")
    head = page.locator(".kh-file-head")
    expect(head.get_by_role("button")).to_have_text(["Als Variante speichern", "Diesen Plan ändern"])
    expect(main(page).get_by_role("link", name=REPORT)).to_have_count(0)
    expect(main(page).get_by_role("button", name="Plan ablegen")).to_have_count(0)
    head.get_by_role("button", name="Als Variante speichern").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{PLAN} (Variante)")
    expect(main(page).get_by_role("link", name=REPORT)).to_have_count(1)
    press(page, "Plan ablegen")  # others find Köln as it was

"""What a plan and its rows are called and cover can be corrected; earlier versions are opened and fetched back."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from kimhub.planning.rows import details_of, with_details
from kimhub.programme.public import PlanInvalidError
from tenants import transaction
from tests.core.web.html import parse
from tests.support.acting import acting
from tests.support.browser import hidden_fields, save


@pytest.fixture
def browser(ctx, coordinator, stored):
    with transaction(coordinator) as session:
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # the audit is else written at the commit only
    with acting(ctx) as stand_in:
        stand_in.as_(coordinator)
        yield stand_in


@pytest.fixture
def here(district, stored):
    return f"/t/{district.stadt.slug}/mittel/plaene/{stored}"


DETAILS = {
    "title": "KIM in Köln", "start": "1.5.2021", "end": "31.03.2023", "funding_start": "1.5.2021",
    "funding_end": "31.12.2022", "base_year": "2021", "pay_rise_percent": "2",
}  # fmt: skip


def plain(words):
    return re.sub(r"\s+", " ", words.replace("\N{NO-BREAK SPACE}", " "))


def undo(browser, page):
    """Press „Rückgängig“ in the message of a page."""
    form = next(
        form
        for form in parse(page).all("form", method="post")
        if any(button.text.strip() == "Rückgängig" for button in form.all("button"))
    )
    return browser.client.post(
        form["action"], data={each["name"]: each.get("value") for each in form.all("input")}
    )


def test_title_and_rise_are_corrected_and_the_figures_follow(browser, here):
    before = plain(browser.client.get(here).text)
    assert save(browser.client, f"{here}/angaben", {**DETAILS, "pay_rise_percent": "0"}).status_code == 303
    page = plain(browser.client.get(here).text)
    assert "KIM in Köln" in page
    assert "1.686.708,05 €" in before
    assert "1.686.708,05 €" not in page


def test_a_longer_period_gets_its_years_and_loses_none(koeln):
    longer = with_details(koeln, {**details_of(koeln), "end": koeln.period.end.replace(year=2024)})
    assert list(longer.years) == [2021, 2022, 2023, 2024]
    assert longer.positions == koeln.positions
    assert longer.grants == koeln.grants, "no year of funding has joined"
    funded = with_details(longer, {**details_of(longer), "funding_end": longer.period.end})
    assert [grant.year for grant in funded.grants] == [2021, 2022, 2023, 2024]


def test_a_year_with_figures_is_never_dropped(koeln):
    short = {
        **details_of(koeln), "end": koeln.funding.end.replace(year=2021), "funding_end": None, "funding_start": None,
    }  # fmt: skip
    with pytest.raises(PlanInvalidError) as refused:
        with_details(koeln, short)
    assert set(refused.value.fields) == {"end"}
    said = refused.value.fields["end"]
    assert any(
        message.startswith("Externe Begleitung und Beratung: 2022 liegt außerhalb") for message in said
    )
    assert not any("period" in message for message in said)


def test_a_shorter_period_is_refused_at_its_field(browser, here):
    answer = save(
        browser.client,
        f"{here}/angaben",
        {**DETAILS, "end": "31.12.2021", "funding_start": "", "funding_end": ""},
    )
    assert answer.status_code == 422
    assert 'href="#feld-end"' in answer.text


def test_a_row_is_called_something_else_and_keeps_its_figures(browser, here):
    typed = {
        "label": "Leitung", "function": "koordination", "employer": "eigene", "pay_grade": "E14 TVöD", "gemeinde": "",
    }  # fmt: skip
    total = re.search(r"1\.686\.708,05", plain(browser.client.get(here).text))
    assert save(browser.client, f"{here}/zeilen/leitung", typed).status_code == 303
    page = plain(browser.client.get(here).text)
    assert "Leitung und strategischer Overhead" not in page
    assert total
    assert total[0] in page
    assert 'value="E14 TVöD"' in browser.client.get(f"{here}/zeilen/leitung").text
    assert browser.client.get(f"{here}/zeilen/gibtesnicht").status_code == 404


def test_earlier_versions_are_opened_and_fetched_back_and_that_is_undone(browser, here):
    assert save(browser.client, f"{here}/angaben", DETAILS).status_code == 303
    listed = parse(browser.client.get(f"{here}/fassungen").text).one("tbody")
    assert [row.one("a").text for row in listed.all("tr")] == ["Fassung 2", "Fassung 1"]
    first = browser.client.get(f"{here}/fassungen/1")
    assert "Förderbausteine 1 und 2" in first.text
    assert "1.686.708,05" in plain(first.text)
    back = f"{here}/fassungen/1/wiederherstellen"
    hidden = hidden_fields(first.text, back)
    assert browser.client.post(back, data={**hidden, "version": "1"}).status_code == 409, (
        "somebody was faster"
    )
    assert browser.client.post(back, data=hidden).status_code == 303
    page = browser.client.get(here).text
    assert "Fassung 1 gilt wieder, als Fassung 3." in page
    assert undo(browser, page).status_code == 303
    assert "KIM in Köln" in browser.client.get(f"{here}/fassungen/4").text
    assert browser.client.get(f"{here}/fassungen/9").status_code == 404


def test_what_the_grid_saved_is_undone_from_its_message(browser, here):
    grid = parse(browser.client.get(here).text).one("form", id="eingaben")
    typed = {each["name"]: each.get("value") for each in grid.all("input")}
    changed = {**typed, "positions.leitung.annual_cost": "90.000,00", "ziel": "aendern"}
    assert browser.client.post(f"{here}/rechnen", data=changed).status_code == 303
    page = browser.client.get(here).text
    assert "1.686.708,05 €" not in plain(page)
    assert undo(browser, page).status_code == 303
    assert "1.686.708,05 €" in plain(browser.client.get(here).text)


def test_putting_a_plan_away_makes_no_version_of_it(browser, here):
    assert browser.client.post(f"{here}/ablegen").status_code == 303
    assert undo(browser, browser.client.get(f"{here.rpartition('/')[0]}").text).status_code == 303
    listed = parse(browser.client.get(f"{here}/fassungen").text).one("tbody")
    assert [row.one("a").text for row in listed.all("tr")] == ["Fassung 1"]

"""The planner in the browser: what a KI coordinator does with Köln's plan."""

from __future__ import annotations

import re
from io import BytesIO
from uuid import uuid4

import pytest

from tenants import Role
from tests.planning.conftest import KOELN
from tests.support.acting import acting
from tests.support.browser import save


@pytest.fixture
def browser(ctx, coordinator):
    with acting(ctx) as stand_in:
        stand_in.as_(coordinator)
        yield stand_in


@pytest.fixture
def base(district):
    return f"/t/{district.stadt.slug}/mittel/plaene"


def plain(text):
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))


def inputs(page):
    """Return name and value of every input of the grid, as a browser would send them."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page, flags=re.DOTALL):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and value and name[1].startswith(("positions.", "lines.", "grants.", "version")):
            found[name[1]] = value[1]
    return found


def test_the_plan_shows_the_table_of_the_council_paper(browser, base, stored):
    page = plain(browser.client.get(f"{base}/{stored}").text)
    for figure in ("1.686.708,05 €", "1.306.600,00 €", "380.108,05 €", "22,5 %", "52.066,66", "843.100,00 €"):
        assert figure in page


def test_changing_case_managers_in_2022_shows_both_eigenanteile(browser, base, stored):
    typed = inputs(browser.client.get(f"{base}/{stored}").text)
    page = browser.client.post(
        f"{base}/{stored}/rechnen", data={**typed, "positions.traeger.fte.2022": "6,0", "ziel": "rechnen"}
    )
    assert page.status_code == 200
    assert "Eigenanteil bisher 380.108,05 €, mit Ihren Änderungen 328.108,05 €" in plain(page.text)
    assert "1.686.708,05" in plain(browser.client.get(f"{base}/{stored}").text), "nothing is stored"


def test_what_cannot_be_read_is_said_at_its_field_and_stays_typed(browser, base, stored):
    typed = inputs(browser.client.get(f"{base}/{stored}").text)
    page = browser.client.post(
        f"{base}/{stored}/rechnen", data={**typed, "positions.traeger.fte.2022": "sechs"}
    )
    assert page.status_code == 422
    assert 'value="sechs"' in page.text
    assert 'id="fehler-positions.traeger.fte.2022"' in page.text


def test_saving_a_variant_keeps_the_plan_it_came_from(browser, base, stored):
    typed = inputs(browser.client.get(f"{base}/{stored}").text)
    answer = browser.client.post(
        f"{base}/{stored}/rechnen", data={**typed, "positions.traeger.fte.2022": "6,0", "ziel": "kopie"}
    )
    assert answer.status_code == 303
    assert "328.108,05" in plain(browser.client.get(answer.location).text)
    assert "380.108,05" in plain(browser.client.get(f"{base}/{stored}").text)


def test_a_colleagues_change_is_not_overwritten(browser, base, stored):
    typed = {**inputs(browser.client.get(f"{base}/{stored}").text), "ziel": "aendern"}
    changed = {**typed, "positions.traeger.fte.2022": "6,0"}
    assert browser.client.post(f"{base}/{stored}/rechnen", data=changed).status_code == 303
    late = browser.client.post(
        f"{base}/{stored}/rechnen", data={**typed, "positions.traeger.fte.2022": "7,0"}
    )
    assert late.status_code == 409
    assert "328.108,05" in plain(browser.client.get(f"{base}/{stored}").text)


def test_a_plan_file_is_read_and_a_broken_one_names_its_fields(browser, base):
    good = {"file": (BytesIO(KOELN.read_bytes()), "koeln.toml")}
    answer = browser.client.post(f"{base}/einlesen", data=good, content_type="multipart/form-data")
    assert answer.status_code == 303
    broken = KOELN.read_text().replace("fte = 1.5", 'fte = "viele"')
    bad = {"file": (BytesIO(broken.encode()), "koeln.toml")}
    answer = browser.client.post(f"{base}/einlesen", data=bad, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "positions[1].fte" in answer.text


def test_a_plan_can_be_made_from_nothing(browser, base):
    first = {
        "title": "Plan 2027", "start": "1.1.2027", "end": "31.12.2027", "base_year": "2027", "pay_rise_percent": "2,5",
    }  # fmt: skip
    here = browser.client.post(f"{base}/neu", data=first).location
    position = {
        "label": "Leitung", "function": "koordination", "employer": "eigene", "fte": "1,0", "annual_cost": "90.000",
    }  # fmt: skip
    assert browser.client.post(f"{here}/stellen/neu", data=position).status_code == 303
    line = {"label": "Mieten", "teilplanzeile": "16", "amount": "1.200,50"}
    assert browser.client.post(f"{here}/kosten/neu", data=line).status_code == 303
    page = plain(browser.client.get(here).text)
    assert "91.200,50 €" in page
    assert save(browser.client, f"{here}/zeilen/mieten/entfernen", {}).status_code == 303
    assert "90.000,00 €" in plain(browser.client.get(here).text)


def test_a_period_that_begins_in_the_middle_of_a_month_is_refused_with_its_cure(browser, base):
    typed = {
        "title": "Plan", "start": "15.1.2027", "end": "31.12.2027", "base_year": "2027", "pay_rise_percent": "2",
    }  # fmt: skip
    answer = browser.client.post(f"{base}/neu", data=typed)
    assert answer.status_code == 422
    assert "erste Tag eines Monats" in answer.text
    assert 'value="15.1.2027"' in answer.text


@pytest.mark.parametrize("ending", ["", "/stellen/neu", "/kosten/neu"])
def test_another_tenants_plan_is_not_found(browser, district, stored, ending):
    browser.as_(district.kreis.actor(Role.KI_COORDINATOR))
    own_base = f"/t/{district.kreis.slug}/mittel/plaene"
    foreign, random = (browser.client.get(f"{own_base}/{one}{ending}") for one in (stored, uuid4()))
    assert foreign.status_code == random.status_code == 404


def test_a_report_can_be_begun_from_the_plan(browser, base, stored):
    page = browser.client.get(f"{base}/{stored}").text
    assert f"/berichte/neu?plan={stored}" in page


def test_who_only_reads_sees_no_button_that_writes(browser, base, stored, district):
    browser.as_(district.stadt.actor(Role.AUDITOR))
    page = browser.client.get(f"{base}/{stored}").text
    assert "Diesen Plan ändern" not in page
    assert "Stelle hinzufügen" not in page

"""The overview as page, file, API, terminal and desk: the same figures everywhere."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from kimhub.core import clock
from kimhub.overview.api import OverviewSchema
from tests.factories.ledger import plain
from tests.overview.conftest import NOW
from tests.support.acting import acting
from tests.support.reader import reading

API = "/api/v1/overview"


@pytest.fixture(autouse=True)
def july(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def address(actor, more=""):
    return f"/t/{actor.tenant_slug}/mittel/uebersicht{more}"


@pytest.fixture
def read(ctx):
    def read(actor, more=""):
        with reading(ctx, actor) as reader:
            return reader.open(address(actor, more))

    return read


def rows(seen):
    table = seen.page.one("table", class_="kh-figures")
    return {
        row.one("th").text: [plain(cell.text) for cell in row.all("td")]
        for row in table.one("tbody").all("tr")
    }


def test_the_page_shows_the_year_with_sums_and_ways_to_the_bookings(kreis, money, read):
    seen = read(kreis)
    assert seen.status == 200
    shown = rows(seen)
    assert shown["Baustein 2"] == [
        "570.000,00", "171.000,00", "157.000,01", "412.999,99", "371.000,02", "0,00",
    ]  # fmt: skip
    assert shown["Haushaltsjahr 2026"][3] == "526.999,99"
    assert shown["11 Personalaufwendungen"][0] == "570.000,00"
    base = f"/t/{kreis.tenant_slug}/mittel/ausgaben"
    links = [link["href"] for link in seen.page.one("table", class_="kh-figures").all("a")]
    assert f"{base}?jahr=2026&baustein=2&teilplanzeile=11" in links
    assert f"{base}?jahr=2026" in links
    assert "Stand: 15.07.2026, 12:00 Uhr" in seen.main
    assert "Wohlfahrtsverband" in seen.main


def test_every_link_of_the_page_leads_somewhere(ctx, kreis, money, read):
    seen = read(kreis)
    with acting(ctx) as stand_in:
        client = stand_in.as_(kreis)
        inside = {url for url in seen.links.values() if url.startswith("/t/")}
        assert inside
        for url in sorted(inside):
            assert client.get(url).status_code == 200, url


def test_the_gemeinde_sees_its_own_side(gemeinde, money, read):
    shown = rows(read(gemeinde))
    assert shown["Baustein 2"][:2] == ["57.000,00", "0,00"]


def test_without_money_the_page_says_how_to_begin(sibling, read):
    seen = read(sibling, "?jahr=2030")
    assert "Noch keine Mittel" in seen.main
    assert "Mittelübersicht 2030" in seen.main


@pytest.mark.parametrize("word", ["1", "99999", "zwei", "²²²²", "2026x"])
def test_a_year_that_cannot_be_meant_shows_the_present_one(kreis, money, read, word):
    assert "Mittelübersicht 2026" in read(kreis, f"?jahr={word}&plan=x").main


def test_without_money_in_the_present_year_the_latest_with_money_is_shown(kreis, money, read, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW.replace(year=2028))
    assert "Mittelübersicht 2026" in read(kreis).main
    assert "Noch keine Mittel" in read(kreis, "?jahr=2028").main


def test_all_years_are_one_choice(kreis, money, read):
    assert "Mittelübersicht aller Jahre" in read(kreis, "?jahr=").main


def test_the_files_have_the_figures_as_numbers(ctx, kreis, money):
    with acting(ctx) as stand_in:
        client = stand_in.as_(kreis)
        sheet = openpyxl.load_workbook(
            BytesIO(client.get(address(kreis, "/zahlen.xlsx?jahr=2026")).data)
        ).active
        table = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert table[0][4] == "Bewilligt"
        assert table[-1][:4] == [2026, "", "", "Summe 2026"]
        assert table[-1][10] == pytest.approx(526999.99)
        written = client.get(address(kreis, "/zahlen.csv?jahr=2026")).data.decode("utf-8-sig")
        assert "526999,99" in written.splitlines()[-1]
        assert client.get(address(kreis, "/zahlen.pdf")).status_code == 404


def test_the_api_says_what_its_schema_describes(ctx, kreis, money):
    with acting(ctx) as stand_in:
        answer = stand_in.as_(kreis).get(API, query_string={"year": 2026})
        assert answer.status_code == 200
        schema = OverviewSchema()
        assert schema.dump(schema.load(answer.json)) == answer.json
        (year,) = answer.json["years"]
        assert year["remaining"] == "526999.99"
        assert [part["baustein"] for part in year["bausteine"]] == [1, 2]
        assert stand_in.client.get(API, query_string={"year": "1"}).status_code == 422
        assert stand_in.client.get(API).json["year"] is None


def test_the_desk_shows_the_year_to_who_has_money(ctx, kreis, sibling, money):
    with reading(ctx, kreis) as reader:
        desk = reader.open(f"/t/{kreis.tenant_slug}/")
        line = desk.page.one("section", "kh-money")
        assert [plain(item.one("dd").text) for item in line.all("div", "kh-money__figure")] == [
            "684.000,00 €", "171.000,00 €", "100.000,01 €", "412.999,99 €",
        ]  # fmt: skip
    with reading(ctx, sibling) as reader:
        assert "Mittel 2026" not in reader.open(f"/t/{sibling.tenant_slug}/").main

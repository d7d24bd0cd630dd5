"""The list pattern: what it shows, how it is narrowed, sorted, turned over and downloaded, all without scripts."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from kimhub.core.errors import InvalidInputError, NotFoundError
from kimhub.core.keyset import Totals
from kimhub.core.web.paging import encode_cursor
from kimhub.core.web.tables import Address, ListColumn, draw_table
from tenants import Role, permissions_of
from tests.core.web.html import Element, parse
from tests.core.web.sample.app import GEMEINDEN, KREIS, REQUESTS, ROWS, TOKEN, RowsInMemory

LIST = "/stellen/antraege"
SUM = sum(row["amount"] for row in ROWS)


def read(client: FlaskClient, path: str = LIST) -> Element:
    answer = client.get(path)
    assert answer.status_code == 200
    return parse(answer.text)


def names(page: Element) -> list[str]:
    return [row.one("th").text for row in page.one("tbody").all("tr")]


def column(page: Element, label: str) -> list[str]:
    return [cell.text for cell in page.one("tbody").all("td", data_label=label)]


def links(page: Element) -> list[str]:
    """Every link that leads back to the list or to its files."""
    return [
        link["href"]
        for link in page.one("main").all("a")
        if link["href"].startswith((f"{LIST}?", f"{LIST}."))
    ]


def test_it_says_how_many_rows_there_are_what_they_add_up_to_and_how_they_are_sorted(
    client: FlaskClient,
) -> None:
    page = read(client)
    assert page.one("p", "kh-list-head__count").text == "19 Anträge, Summe 798.000,00 €"
    heads = page.one("thead").all("th")
    assert [(head.text, head["aria-sort"]) for head in heads if head.get("aria-sort")] == [
        ("Gemeinde", "ascending")
    ]
    foot = page.one("tfoot")
    assert foot.one("th").text == "Summe"
    assert [cell.text for cell in foot.all("td", data_label="Festbetrag im Jahr")] == ["798.000,00 €"]
    assert Decimal(798000) == SUM


def test_the_first_column_names_the_row_and_leads_to_its_file(client: FlaskClient) -> None:
    rows = read(client).one("tbody").all("tr")
    assert [row.children[0].tag for row in rows] == ["th"] * len(rows)
    found = [row.one("th", scope="row").one("a") for row in rows]
    assert [link.text for link in found] == list(GEMEINDEN[:8])
    assert [link["href"] for link in found] == [f"{LIST}/{row['id']}" for row in ROWS[:8]]


def test_every_cell_carries_its_label_for_where_a_row_is_a_card(client: FlaskClient) -> None:
    page = read(client)
    labels = [head.text for head in page.one("thead").all("th")][1:-1]
    for row in page.one("tbody").all("tr"):
        assert [cell.get("data-label") for cell in row.all("td")][:-1] == labels
    orders = page.one("div", "kh-filter__sort").all("option")
    assert [(option.get("value"), option.text) for option in orders] == [
        ("", "Gemeinde, aufsteigend"), ("-gemeinde", "Gemeinde, absteigend"),
        ("-festbetrag-im-jahr", "Festbetrag im Jahr, absteigend"),
        ("festbetrag-im-jahr", "Festbetrag im Jahr, aufsteigend"),
        ("-eingang", "Eingang, absteigend"), ("eingang", "Eingang, aufsteigend"),
    ]  # fmt: skip


def test_what_people_typed_is_never_markup(sample: Flask) -> None:
    evil = """<b>&"'</b>"""
    columns = (
        ListColumn(evil, "name", url=Address("running"), note="name"),
        ListColumn("Text", "name"),
    )
    with sample.test_request_context():
        drawn = draw_table(columns, [{"name": evil}], caption=evil, table_id="t")
    tree = parse(drawn)
    assert not tree.all("b")
    assert tree.one("td").text == evil
    assert tree.one("caption").text == evil
    assert tree.one("th", scope="row").text == evil + evil


def test_it_goes_on_and_back_without_losing_order_and_filters(client: FlaskClient) -> None:
    first = read(client, f"{LIST}?sortierung=-eingang&q=e")
    expected = [name for name in reversed(GEMEINDEN) if "e" in name.casefold()]
    assert names(first) == expected[:8]
    second = read(client, first.one("a", rel="next")["href"])
    assert names(second) == expected[8:16]
    assert second.one("th", aria_sort="descending").text == "Eingang"
    back = read(client, second.one("a", rel="prev")["href"])
    assert names(back) == expected[:8]
    assert not back.all("a", rel="prev")


def test_number_and_sum_are_read_with_the_first_page_only(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def totals(_self: object, *_arguments: object, **_options: object) -> Totals:
        asked.append(1)
        return Totals(len(ROWS), sums={"amount": SUM})

    monkeypatch.setattr(RowsInMemory, "totals", totals)
    first = read(client)
    assert len(asked) == 1
    second = read(client, first.one("a", rel="next")["href"])
    assert len(asked) == 1
    head = second.one("p", "kh-list-head__count")
    assert head.text == "Fortsetzung der Liste Zum Anfang"
    assert head.one("a")["href"] == LIST
    assert not second.all("tfoot")


def test_a_list_that_stands_on_one_page_is_counted_where_it_stands(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(RowsInMemory, "totals")
    monkeypatch.setattr("kimhub.core.keyset.KeysetList.totals", None)
    page = read(client, f"{LIST}?stand=endorsed")
    found = [row for row in ROWS if row["state"] == "endorsed"]
    assert page.one("p", "kh-list-head__count").text == f"{len(found)} Anträge, Summe 142.500,00 €"
    assert "142.500,00 €" in page.one("tfoot").text


@pytest.mark.parametrize(
    "mark",
    ["nach=veraltet", "vor=WzFd", f"nach={encode_cursor((1, 2, 3))}", f"vor={encode_cursor(('Zz', ROWS[0]['id']))}"],
)  # fmt: skip
def test_a_page_mark_of_old_begins_at_the_beginning(client: FlaskClient, mark: str, monkeypatch: Any) -> None:
    real = RowsInMemory.fetch

    def fetch(self: RowsInMemory, session: Any, me: int, asked: Any, *rest: Any, **order: Any) -> Any:
        if asked.before == ("Zz", ROWS[0]["id"]):
            return []  # the rows beside the mark are gone
        return real(self, session, me, asked, *rest, **order)

    monkeypatch.setattr(RowsInMemory, "fetch", fetch)
    page = read(client, f"{LIST}?{mark}")
    assert names(page) == list(GEMEINDEN[:8])
    assert page.one("p", "kh-list-head__count").text == "19 Anträge, Summe 798.000,00 €"


@pytest.mark.parametrize("word", ["-", "--gemeinde", "stelle", "drop table", "password"])
def test_an_order_that_no_column_offers_means_the_usual_one(client: FlaskClient, word: str) -> None:
    assert names(read(client, f"{LIST}?sortierung={word}")) == list(GEMEINDEN[:8])


def test_the_heads_sort_as_declared_and_then_the_other_way(client: FlaskClient) -> None:
    def offered(path: str, label: str) -> str:
        head = next(head for head in read(client, path).one("thead").all("th") if head.text == label)
        return parse_qs(urlsplit(head.one("a")["href"]).query)["sortierung"][0]

    assert offered(LIST, "Gemeinde") == "-gemeinde"
    assert offered(LIST, "Eingang") == "-eingang"
    assert offered(f"{LIST}?sortierung=-eingang", "Eingang") == "eingang"
    assert offered(f"{LIST}?sortierung=eingang", "Eingang") == "-eingang"
    amounts = column(read(client, f"{LIST}?sortierung=festbetrag-im-jahr"), "Festbetrag im Jahr")
    assert amounts == ["28.500,00 €"] * 8


def test_filters_work_without_scripts_and_stay_in_every_link(client: FlaskClient) -> None:
    page = read(client, f"{LIST}?q=e&stand=question&sortierung=-gemeinde&fremd=1")
    found = [
        row["gemeinde"] for row in ROWS if row["state"] == "question" and "e" in row["gemeinde"].casefold()
    ]
    assert names(page) == found[::-1]
    form = page.one("main").one("form", role="search")
    assert (form["method"], form["action"]) == ("get", LIST)
    assert form.one("input", name="q")["value"] == "e"
    chosen = [
        option for option in form.one("select", name="stand").all("option") if "selected" in option.attributes
    ]
    assert [option["value"] for option in chosen] == ["question"]
    for href in links(page):
        asked = parse_qs(urlsplit(href).query)
        assert asked.keys() <= {"q", "stand", "sortierung"}
        assert len(asked) >= 2, "only a chip takes a filter away, one at a time"
    chips = page.one("ul", aria_label="Gesetzte Filter").all("a")
    assert [chip.text for chip in chips] == [
        "Gemeinde: e Filter entfernen", "Stand: Rückfrage Filter entfernen",
    ]  # fmt: skip
    assert parse_qs(urlsplit(chips[1]["href"]).query) == {"q": ["e"], "sortierung": ["-gemeinde"]}
    assert [link["href"] for link in form.all("a")] == [LIST]


@pytest.mark.parametrize("query", ["stand=gestohlen", "q=%00", "q=%20", "stand="])
def test_what_cannot_be_meant_narrows_nothing(client: FlaskClient, query: str) -> None:
    page = read(client, f"{LIST}?{query}")
    assert page.one("p", "kh-list-head__count").text == "19 Anträge, Summe 798.000,00 €"
    assert not page.all("ul", aria_label="Gesetzte Filter")


def test_an_empty_list_says_what_belongs_here_and_how_to_begin(client: FlaskClient) -> None:
    empty = read(client, "/stellen/leer")
    assert "Hier stehen die Anträge Ihrer Gemeinden" in empty.one("div", "kh-empty").text
    assert empty.one("div", "kh-empty").one("a")["href"] == "/stellen/antraege/neu"
    assert not empty.one("main").all("form", role="search"), "there is nothing to narrow"


def test_a_selection_without_rows_leads_back_to_all_of_them(client: FlaskClient) -> None:
    page = read(client, f"{LIST}?q=gibtesnicht")
    assert page.one("div", "kh-empty").one("a")["href"] == LIST
    assert page.one("main").one("input", name="q")["value"] == "gibtesnicht"


def test_several_rows_are_chosen_for_one_step_and_only_those_that_can(client: FlaskClient) -> None:
    page = read(client)
    boxes = page.all("input", type="checkbox", name="id")
    assert [(box["value"], box["aria-label"]) for box in boxes] == [
        (str(row["id"]), f"{row['gemeinde']} auswählen") for row in ROWS[:8] if row["state"] == "submitted"
    ]
    assert boxes[0].inside("form")
    assert not read(client, f"{LIST}?stand=rejected").all("input", type="checkbox")


def test_a_step_stands_in_the_rows_that_can_take_it_with_a_name_and_a_token(client: FlaskClient) -> None:
    forms = [form for form in read(client).one("tbody").all("form") if form["method"] == "post"]
    waiting = [row for row in ROWS[:8] if row["state"] == "submitted"]
    assert [form["action"] for form in forms] == [f"{LIST}/{row['id']}" for row in waiting]
    assert [form.one("button").text for form in forms] == [
        f"Zurückziehen: {row['gemeinde']}" for row in waiting
    ]
    assert {form.one("input", name="csrf_token")["value"] for form in forms} == {TOKEN}
    cut_off = read(client, LIST).all("td", class_="kh-list__text")
    assert cut_off
    assert not any(cell.all("button") for cell in cut_off)


def test_a_column_that_needs_a_permission_is_for_those_who_have_it(sample: Flask) -> None:
    reader = replace(KREIS, permissions=permissions_of([Role.AUDITOR]))
    with sample.test_request_context(LIST):
        g.actor = reader
        shown = parse(REQUESTS.page("Anträge"))
        assert "Zurückziehen" not in [head.text for head in shown.one("thead").all("th")]
        assert len(shown.one("thead").all("th")) == len(REQUESTS.columns) - 1


def rows_of(client: FlaskClient, url: str) -> list[list[Any]]:
    answer = client.get(url)
    assert answer.status_code == 200
    if url.split("?", maxsplit=1)[0].endswith("csv"):
        return list(csv.reader(StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_files_hold_what_is_shown_narrowed_sorted_and_whole(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = read(client, f"{LIST}?q=e&sortierung=-gemeinde")
    urls = {link.text: link["href"] for link in page.one("ul", "kh-list-head__downloads").all("a")}
    assert list(urls) == ["Excel", "CSV"]
    monkeypatch.setattr("kimhub.core.keyset.ROWS_AT_ONCE", 3)
    head, *found = rows_of(client, urls["CSV"])
    assert head == [
        "Gemeinde", "Stelle", "Anteil", "Festbetrag im Jahr", "Eingang", "Zeitraum von", "Zeitraum bis", "Stand",
    ]  # fmt: skip
    assert [row[0] for row in found] == [name for name in reversed(GEMEINDEN) if "e" in name.casefold()]
    assert found[-1][2:] == ["0,50", "28500,00", "01.10.2026", "01.01.2027", "31.12.2028", "Eingereicht"]
    assert len(rows_of(client, urls["Excel"])) == len(found) + 1


def test_a_file_has_one_of_two_formats(sample: Flask) -> None:
    with sample.test_request_context(LIST):
        g.actor = KREIS
        with pytest.raises(NotFoundError):
            REQUESTS.download("pdf")


def test_a_file_that_would_hold_too_much_is_refused_with_the_cure(
    sample: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kimhub.core.keyset.MOST_EXPORTED", 5)

    with sample.test_request_context(LIST):
        g.actor = KREIS
        with pytest.raises(InvalidInputError, match="Grenzen Sie die Liste ein"):
            REQUESTS.download("csv")

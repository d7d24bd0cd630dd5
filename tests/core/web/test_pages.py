"""Every pattern as a page: what must hold for all of them, and what each of them must show."""

from __future__ import annotations

import gzip
import json
import re
from itertools import pairwise

import pytest
from flask.testing import FlaskClient

from tests.core.web.html import Element, parse
from tests.core.web.sample.app import TOKEN

PAGES = (
    "/heute",
    "/stellen/antraege",
    "/stellen/leer",
    "/stellen/antraege/17",
    "/stellen/antraege/neu",
    "/stellen/antraege/17/pruefen",
    "/mittel",
    "/berichte/lauf",
    "/berichte/lauf/fertig",
    "/schnittstelle",
    "/schnittstelle/planung",
    "/fehler/404",
    "/fehler/500",
    "/anmelden",
)
ERRORS = (400, 403, 404, 409, 412, 413, 422, 429, 500, 503)
CONTROLS = ("input", "select", "textarea")


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, client: FlaskClient) -> Element:
    return parse(client.get(request.param).text)


def read(client: FlaskClient, path: str) -> Element:
    return parse(client.get(path).text)


def visible_label(page: Element, control: Element) -> str:
    labels = page.all("label", for_=control.get("id"))
    return labels[0].text if labels else control.get("aria-label")


def test_a_page_is_german_and_has_one_heading_of_the_first_level(page: Element) -> None:
    assert page.one("html")["lang"] == "de"
    assert page.one("h1").text
    assert page.one("h1").inside("main")


def test_the_title_says_page_and_portal(page: Element) -> None:
    title = page.one("title").text
    assert page.one("h1").text in title
    assert title.endswith("– KIMHub")


def test_the_title_names_the_tenant(client: FlaskClient) -> None:
    assert read(client, "/heute").one("title").text == "Heute – Rhein-Sieg-Kreis – KIMHub"
    assert read(client, "/anmelden").one("title").text == "Anmelden – KIMHub"


def test_headings_do_not_skip_a_level(page: Element) -> None:
    levels = [int(element.tag[1]) for element in page.walk() if re.fullmatch("h[1-6]", element.tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels)), levels


def test_no_inline_script_style_or_handler(page: Element) -> None:
    for element in page.walk():
        assert element.tag != "style"
        assert not [
            name for name in element.attributes if name == "style" or name.startswith(("on", "hx-on"))
        ]
        if element.tag == "script":
            assert element.get("src").startswith("/assets/")
            assert not element.text


def test_nothing_is_loaded_from_elsewhere(page: Element) -> None:
    for element in page.walk():
        for name in ("src", "srcset", "data", "poster"):
            assert not re.match(r"(https?:)?//", element.get(name))
        if element.tag == "link":
            assert element["href"].startswith("/assets/")


def test_every_id_is_unique_and_every_reference_leads_somewhere(page: Element) -> None:
    ids = [element["id"] for element in page.walk() if element.get("id")]
    assert len(ids) == len(set(ids))
    for element in page.walk():
        for name in ("aria-describedby", "aria-labelledby", "aria-controls", "for"):
            for target in element.get(name).split():
                assert target in ids, f"{name}={target}"
        if element.tag == "a" and element["href"].startswith("#"):
            assert element["href"][1:] in ids


def test_the_first_link_skips_to_the_content(page: Element) -> None:
    first = page.all("a")[0]
    assert first["href"] == "#inhalt"
    assert page.one("main")["id"] == "inhalt"


def test_every_control_has_a_label_and_no_control_is_disabled(page: Element) -> None:
    for control in (element for element in page.walk() if element.tag in CONTROLS):
        assert "disabled" not in control.attributes
        if control.get("type") != "hidden":
            assert visible_label(page, control), control.attributes
    for button in page.all("button"):
        assert button.text
        assert "disabled" not in button.attributes


def test_every_form_that_changes_something_carries_the_token(page: Element) -> None:
    forms = page.all("form", method="post")
    for form in forms:
        assert form.one("input", name="csrf_token")["value"] == TOKEN
    assert {form.get("method") for form in page.all("form")} <= {"get", "post"}


def test_every_link_has_words(page: Element) -> None:
    for link in page.all("a"):
        assert link.text
        assert link["href"]


def test_icons_say_nothing_and_pictures_say_something(page: Element) -> None:
    for icon in page.all("span", "kern-icon"):
        assert icon["aria-hidden"] == "true"
    for svg in page.all("svg"):
        hidden = svg.get("aria-hidden") == "true" or any(
            ancestor.get("aria-hidden") == "true" or ancestor.get("role") == "img"
            for ancestor in ancestors(svg)
        )
        assert hidden


def ancestors(element: Element) -> list[Element]:
    found = []
    place = element.parent
    while place is not None:
        found.append(place)
        place = place.parent
    return found


def test_every_table_has_a_caption_and_headers_with_scope(page: Element) -> None:
    for table in page.all("table"):
        assert table.one("caption").text
        assert all(header.get("scope") in {"col", "row"} for header in table.all("th"))
        columns = len(table.one("thead").all("th"))
        for row in table.all("tr"):
            assert len(row.children) == columns


def test_the_footer_leads_to_accessibility_feedback_and_imprint(page: Element) -> None:
    words = [link.text for link in page.one("footer").all("a")]
    assert words == ["Barrierefreiheit", "Feedback", "Datenschutz", "Impressum"]


def test_htmx_may_not_evaluate_nor_store(client: FlaskClient) -> None:
    config = json.loads(read(client, "/heute").one("meta", name="htmx-config")["content"])
    assert config["allowEval"] is False
    assert config["allowScriptTags"] is False
    assert config["includeIndicatorStyles"] is False
    assert config["historyCacheSize"] == 0
    assert config["selfRequestsOnly"] is True
    assert "inlineScriptNonce" not in config


def test_htmx_requests_carry_the_token_as_a_header(client: FlaskClient) -> None:
    assert json.loads(read(client, "/heute").one("body")["hx-headers"]) == {"X-CSRF-Token": TOKEN}
    assert "hx-headers" not in read(client, "/anmelden").one("body").attributes


def test_the_navigation_marks_where_one_is_on_screen_and_phone(client: FlaskClient) -> None:
    page = read(client, "/mittel")
    for nav in page.all("nav", aria_label="Hauptnavigation"):
        assert [link.text for link in nav.all("a")][:2] == ["Heute", "Mittel"]
        assert nav.one("a", aria_current="page").text == "Mittel"
    assert len(page.all("nav", aria_label="Hauptnavigation")) == 2
    assert page.one("details", "kh-menu").one("summary").text == "Menü"


def test_the_breadcrumb_ends_with_the_page_itself(client: FlaskClient) -> None:
    items = read(client, "/stellen/antraege/17").one("nav", aria_label="Sie sind hier").all("li")
    assert [item.text for item in items] == ["Stellen", "Anträge", "Troisdorf"]
    assert items[-1].one("span", aria_current="page")
    assert not items[-1].all("a")


def test_the_desk_shows_numbers_then_things_to_do_with_their_date(client: FlaskClient) -> None:
    page = read(client, "/heute")
    tiles = page.all("li", "kh-tile")
    assert tiles[0].text == "Bewilligt 2026 1.306.600,00 € Baustein 1 bis 3"
    assert "ungeprüft" in tiles[3].text
    late, due, without_a_day = page.all("li", "kh-todo")
    assert late.text.startswith(
        "seit 2 Tagen überfällig bis 04.11.2026 Rückfrage beantworten Bezirksregierung Köln"
    )
    assert [link["href"] for link in due.all("a")] == ["/stellen/antraege/17"] * 2
    assert due.text.startswith("in 3 Tagen bis 09.11.2026")
    assert without_a_day.text.startswith("seit 01.11.2026 ungeprüft Mittelabruf")
    assert [button.text for button in page.all("a", "kern-btn--primary")] == [
        "Beantworten: Rückfrage beantworten, Bezirksregierung Köln"
    ]


def test_the_file_shows_state_next_step_and_who_can_see_it(client: FlaskClient) -> None:
    page = read(client, "/stellen/antraege/17")
    head = page.one("header", "kh-file-head")
    assert "Rückfrage" in head.one("span", "kern-badge").text
    assert [link.text for link in head.all("a", "kern-btn--primary")] == ["Antrag befürworten"]
    assert page.one("p", "kh-visible").text.startswith("Wer sieht das? Rhein-Sieg-Kreis und Stadt Troisdorf.")
    assert [term.text for term in page.all("dt")][:2] == ["Antragstellerin", "Stellenanteil"]


def test_the_timeline_tells_both_sides_apart_and_marks_internal_notes_in_words(client: FlaskClient) -> None:
    entries = read(client, "/stellen/antraege/17").one("ol", "kh-timeline").children
    assert len(entries) == 3
    assert "kh-timeline__entry--own" in entries[0].classes
    assert "kh-timeline__entry--internal" in entries[1].classes
    assert "kh-timeline__entry--other" in entries[2].classes
    assert "Intern – nur für den Rhein-Sieg-Kreis sichtbar" in entries[1].text
    assert "Intern" not in entries[0].text + entries[2].text
    assert entries[0].one("time")["datetime"] == "2026-10-29T09:12:00+00:00"
    assert entries[0].one("time").text == "29.10.2026, 10:12 Uhr"


def test_a_document_tells_kind_size_and_date(client: FlaskClient) -> None:
    first = read(client, "/stellen/antraege/17").all("ul", "kh-documents")[0].children[0]
    assert first.text == "Stellungnahme des Jugendamts.pdf PDF, 412 KB, 02.11.2026"


def test_the_check_page_says_what_happens_and_sends_what_was_checked(client: FlaskClient) -> None:
    page = read(client, "/stellen/antraege/17/pruefen")
    assert [heading.text for heading in page.all("h2")] == ["1Stelle", "2Geld"]
    assert "Der Rhein-Sieg-Kreis sieht Ihren Antrag sofort." in page.one("main").text
    form = page.one("main").one("form")
    assert form.one("input", name="version")["value"] == "3"
    assert [button.text for button in form.all("button")] == ["Antrag einreichen"]


def test_the_chart_says_its_figures_in_words_and_the_table_repeats_them(client: FlaskClient) -> None:
    page = read(client, "/mittel")
    words = page.one("div", "kh-chart__picture")["aria-label"].replace("\N{NO-BREAK SPACE}", " ")
    assert words.startswith("2021: Zuwendung des Landes 463.500,00 €, Eigenanteil 54.900,00 €; 2022: ")
    assert "1.306.600,00 €" in page.one("tfoot").text
    assert page.one("p", "kh-as-of").text == (
        "Stand: 02.11.2026, 14:32 Uhr · Grundlage: Förderrichtlinie vom 25.11.2020"
    )


def test_series_differ_by_pattern(client: FlaskClient) -> None:
    fills = {bar.get("fill") for bar in read(client, "/mittel").all("rect", "kh-bar")}
    assert fills == {"", "url(#diagramm-muster-2)"}


def test_progress_asks_again_until_it_ends_and_has_a_link_for_browsers_without_scripts(
    client: FlaskClient,
) -> None:
    running = read(client, "/berichte/lauf").one("div", "kh-progress")
    assert (running["hx-get"], running["hx-trigger"]) == ("/berichte/lauf/stand", "every 2s")
    assert (running.one("progress")["value"], running.one("progress")["max"]) == ("3", "8")
    assert "Abschnitte: 3 von 8" in running.text
    assert running.all("a")[-1]["href"] == "/berichte/lauf"
    done = parse(client.get("/berichte/lauf/stand").text).one("div", "kh-progress")
    assert "hx-get" not in done.attributes
    assert done.one("a")["href"] == "/berichte/4.pdf"
    failed = read(client, "/berichte/lauf/fertig").one("div", "kh-progress")
    assert "hx-get" not in failed.attributes
    assert "Erfassen Sie zuerst den Bescheid." in failed.text


@pytest.mark.parametrize("status", ERRORS)
def test_an_error_is_a_page_for_a_browser(client: FlaskClient, status: int) -> None:
    answer = client.get(f"/fehler/{status}")
    assert answer.status_code == status
    page = parse(answer.text)
    assert page.one("main").one("a").text == "Zur Startseite"
    offered = bool(page.all("nav", aria_label="Hauptnavigation"))
    assert offered is (status < 500), "when the application fails, the page asks it for nothing"


@pytest.mark.parametrize("status", ERRORS)
def test_an_error_is_a_fragment_for_htmx(client: FlaskClient, status: int) -> None:
    answer = client.get(f"/fehler/{status}", headers={"HX-Request": "true"})
    assert answer.status_code == status
    fragment = parse(answer.text)
    assert not fragment.all("html")
    assert fragment.one("div", "kern-alert--danger")["role"] == "alert"


def test_a_page_is_small(client: FlaskClient) -> None:
    page = client.get("/stellen/antraege", headers={"Accept-Encoding": "gzip"})
    total = len(page.data)
    for element in parse(gzip.decompress(page.data).decode()).walk():
        address = element.get("href") if element.tag == "link" else element.get("src")
        if element.tag in ("link", "script") and element.get("as") != "font":
            answer = client.get(address, headers={"Accept-Encoding": "gzip"})
            assert answer.status_code == 200
            total += len(answer.data)
    assert total < 100_000

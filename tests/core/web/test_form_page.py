"""The form pattern in a page: errors at the fields and on top, nothing typed is lost, uploads and choices."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask.testing import FlaskClient

from tests.core.web.html import Element, parse

URL = "/stellen/antraege/neu"
AMBIGUOUS = (
    "Der Betrag „1,234“ ist nicht eindeutig. "
    "Schreiben Sie Cent nach einem Komma und Tausender mit Punkt: 1.234,56."
)
GOOD = {
    "title": "Koordination Ankommen",
    "reason": "Viele Zuzüge.\r\nDer Bedarf steigt.",
    "start": "1.1.2027",
    "share": "0,5",
    "amount": "42.050,00",
    "year": "2027",
    "baustein": "1",
    "employer": "gemeinde",
    "confirmed": "1",
}


def send(client: FlaskClient, **changes: object) -> Element:
    answer = client.post(URL, data={**GOOD, **changes})
    assert answer.status_code == 422
    return parse(answer.text)


@pytest.fixture
def empty(client: FlaskClient) -> Element:
    return parse(client.get(URL).text)


def test_an_untouched_form_has_no_errors_and_shows_what_is_known(empty: Element) -> None:
    assert not empty.all(class_="kern-error")
    assert not empty.all(aria_invalid="true")
    assert empty.one("input", name="share")["value"] == "1,0"
    assert not empty.one("title").text.startswith("Fehler")


def test_required_is_told_by_aria_and_optional_in_words(empty: Element) -> None:
    assert empty.one("input", name="title")["aria-required"] == "true"
    assert "aria-required" not in empty.one("input", name="rise").attributes
    assert empty.one("label", for_="feld-rise").text == "Tarifsteigerung im Jahr (optional)"
    assert empty.one("label", for_="feld-title").text == "Bezeichnung der Stelle"
    assert not [element for element in empty.walk() if "required" in element.attributes]


def test_hints_are_tied_to_their_fields(empty: Element) -> None:
    field = empty.one("input", name="title")
    assert field["aria-describedby"] == "feld-title-hinweis"
    assert empty.one(id="feld-title-hinweis").text == "Zum Beispiel: Koordination Ankommen."


def test_fields_fit_what_they_take(empty: Element) -> None:
    assert empty.one("input", name="amount")["inputmode"] == "decimal"
    assert empty.one("input", name="year")["inputmode"] == "numeric"
    assert empty.one("input", name="contact")["type"] == "email"
    assert empty.one("input", name="contact")["autocomplete"] == "email"
    assert empty.one("input", name="title")["maxlength"] == "120"
    assert empty.one("textarea", name="reason")["rows"] == "5"
    assert empty.one("input", name="evidence")["accept"] == ".pdf"
    assert empty.one("main").one("form")["enctype"] == "multipart/form-data"


def test_groups_of_choices_have_a_legend(empty: Element) -> None:
    radios = empty.one("fieldset", id="feld-employer")
    assert radios.one("legend").text == "Anstellungsträger"
    assert [radio["value"] for radio in radios.all("input", type="radio")] == ["gemeinde", "kreis", "traeger"]
    boxes = empty.one("fieldset", id="feld-criteria")
    assert boxes.one("legend").text == "Welche Voraussetzungen sind erfüllt? (optional)"


def test_the_summary_stands_on_top_takes_the_focus_and_leads_to_every_field(client: FlaskClient) -> None:
    page = send(client, title="", amount="1,234", start="31.2.2027", employer="", confirmed="")
    summary = page.one("div", "kh-error-summary")
    assert "autofocus" in summary.attributes
    assert summary["role"] == "alert"
    assert [(link["href"], link.text) for link in summary.all("a")] == [
        ("#feld-title", "Bezeichnung der Stelle: Bitte füllen Sie dieses Feld aus."),
        ("#feld-start", "Beginn: Den Tag „31.2.2027“ gibt es im Kalender nicht."),
        ("#feld-employer-1", "Anstellungsträger: Wählen Sie eine Möglichkeit aus."),
        (
            "#feld-amount",
            f"Jährliche Personalkosten: {AMBIGUOUS}",
        ),
        ("#feld-confirmed", "Bestätigen Sie, dass die Angaben mit der Kämmerei abgestimmt sind."),
    ]
    assert page.one("title").text.startswith("Fehler: ")
    ids = {element.get("id") for element in page.walk()}
    assert {link["href"][1:] for link in summary.all("a")} <= ids


def test_each_error_is_tied_to_its_field(client: FlaskClient) -> None:
    page = send(client, start="31.2.2027")
    field = page.one("input", name="start")
    assert field["aria-invalid"] == "true"
    assert field["aria-describedby"] == "feld-start-hinweis feld-start-fehler"
    assert page.one(id="feld-start-fehler").text == "Fehler: Den Tag „31.2.2027“ gibt es im Kalender nicht."
    assert len(page.all(aria_invalid="true")) == 1


def test_nothing_typed_is_lost(client: FlaskClient) -> None:
    page = send(client, amount="zwölf", title="<b>&„Über“", criteria=["jugendamt", "integrationsrat"])
    assert page.one("input", name="amount")["value"] == "zwölf"
    assert page.one("input", name="title")["value"] == "<b>&„Über“"
    assert page.one("textarea", name="reason").text == "Viele Zuzüge. Der Bedarf steigt."
    assert page.one("option", selected="").get("value") == "1"
    chosen = [box["value"] for box in page.all("input", name="criteria") if "checked" in box.attributes]
    assert chosen == ["jugendamt", "integrationsrat"]
    assert "checked" in page.one("input", name="employer", value="gemeinde").attributes
    assert "checked" in page.one("input", name="confirmed").attributes


def test_what_the_use_case_refuses_stands_at_its_field(client: FlaskClient) -> None:
    page = send(client, amount="112.500,00")
    link = page.one("div", "kh-error-summary").one("a")
    assert link["href"] == "#feld-amount"
    assert link.text.endswith("Der Betrag übersteigt die Bewilligung um 12.500,00 €.")
    assert page.one("input", name="amount")["value"] == "112.500,00"


def test_a_file_of_another_kind_is_refused_at_its_field(client: FlaskClient) -> None:
    page = send(client, evidence=(BytesIO(b"MZ"), "bescheid.exe"))
    assert "Erlaubt: PDF." in page.one(id="feld-evidence-fehler").text


def test_a_good_form_goes_on_and_says_so(client: FlaskClient) -> None:
    answer = client.post(URL, data={**GOOD, "evidence": (BytesIO(b"%PDF-1.7"), "Nachweis.PDF")})
    assert (answer.status_code, answer.location) == (303, "/stellen/antraege/17")
    alert = parse(client.get(answer.location).text).one("div", "kern-alert--success")
    assert (alert["role"], alert.text) == ("status", "Der Antrag ist gespeichert.")

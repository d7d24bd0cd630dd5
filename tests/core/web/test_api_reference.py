"""The reference page says what the OpenAPI document says, in words."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from flask_smorest import Api, Blueprint

from kimhub.core.fields import Amount, CommandSchema, Text
from kimhub.core.web.api_reference import Member, prose, read_reference
from tests.core.web.html import parse
from tests.core.web.sample.app import SPEC


def test_operations_stand_under_their_tag_with_what_they_need() -> None:
    (group,) = read_reference(SPEC)
    assert (group.name, group.text) == (
        "Planung",
        '<p class="kern-body">Rechnen nach den Förderrichtlinien.</p>',
    )
    assert [(one.method, one.path, one.scopes) for one in group.operations] == [
        ("GET", "/api/v1/plans/{plan}", ["plans:read"]),
        ("POST", "/api/v1/plans/calculate", ["plans:calculate"]),
    ]


def test_parameters_of_the_path_are_found_through_references() -> None:
    operation = read_reference(SPEC)[0].operations[0]
    assert operation.parameters == [Member("plan", "Pfad", "UUID", required=True, text="")]


def test_members_are_named_with_their_path_and_said_in_words() -> None:
    operation = read_reference(SPEC)[0].operations[1]
    assert operation.body == [
        Member("title", "", "Text", required=True, text="Titel. Höchstens 120 Zeichen."),
        Member("valid_until", "", "Datum wie 2021-05-01 oder null", required=False, text=""),
        Member("years", "", "Liste: Objekt", required=True, text=""),
        Member("years[].amount", "", "Text", required=True, text="Betrag. Beispiel: 843100.00"),
        Member("years[].kind", "", "eines von: plan, bescheid", required=False, text=""),
        Member("years[].next", "", "Objekt", required=False, text=""),
    ]


def test_every_operation_can_be_linked_to(client: FlaskClient) -> None:
    page = parse(client.get("/schnittstelle").text)
    contents = [link["href"] for link in page.one("nav", aria_label="Aufrufe").all("a")]
    assert contents == ["#get-api-v1-plans-plan", "#post-api-v1-plans-calculate"]
    article = page.one("article", id="post-api-v1-plans-calculate")
    assert article.one("h3").text == "Plan berechnen"
    assert article.one("code").text == "/api/v1/plans/calculate"
    assert "Berechtigung: plans:calculate" in article.text
    assert "Antwort 422: Die Angaben sind fehlerhaft" in article.text


def test_a_document_of_flask_smorest_can_be_read() -> None:
    class BookingSchema(CommandSchema):
        purpose = Text("Zweck", max_length=80)
        amount = Amount("Betrag", optional=True, hint="In Euro.")

    app = Flask(__name__)
    app.config.update(API_TITLE="KIMHub", API_VERSION="1", OPENAPI_VERSION="3.1.0")
    api = Api(app)
    bookings = Blueprint("Buchungen", __name__, description="Ausgaben")

    @bookings.post("/api/v1/bookings")
    @bookings.arguments(BookingSchema)
    @bookings.response(201, BookingSchema)
    def book(command: dict[str, object]) -> dict[str, object]:
        """Ausgabe buchen."""
        return command

    api.register_blueprint(bookings)
    with app.app_context():
        (group,) = read_reference(api.spec.to_dict())
    operation = group.operations[0]
    assert (group.name, operation.title) == ("Buchungen", "Ausgabe buchen")
    assert operation.body == [
        Member("purpose", "", "Text", required=True, text="Zweck. Höchstens 80 Zeichen."),
        Member("amount", "", "Text oder null", required=False, text="Betrag. In Euro. Beispiel: 843100.00"),
    ]


def test_a_description_keeps_its_lists_and_code_and_nothing_else() -> None:
    text = "Erste Zeile,\nzweite.\n\n- `ETag` und <b>\n- zwei\n"
    assert prose(text) == (
        '<p class="kern-body">Erste Zeile, zweite.</p>'
        '<ul class="kern-list kern-list--bullet"><li><code>ETag</code> und &lt;b&gt;</li><li>zwei</li></ul>'
    )
    assert prose("") == ""


def test_the_applications_own_reference_shows_every_call(app: Flask) -> None:
    client = app.test_client()
    page = parse(client.get("/schnittstelle").text)
    shown = {
        (article.one(class_="kh-operation__method").text, article.one("code", "kh-code").text)
        for article in page.all("article")
    }
    document = client.get("/api/v1/openapi.json").get_json()
    assert shown == {
        (method.upper(), path)
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    }
    assert shown

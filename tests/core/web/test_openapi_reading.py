"""What the reference pages say of an OpenAPI document, before anything is drawn."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_smorest import Api, Blueprint

from kimhub.core.fields import Amount, CommandSchema, Text
from kimhub.core.web.openapi import Answer, Content, Member, Operation, Reference, prose, read_reference
from tests.core.web.sample.app import SPEC


def read(spec: dict = SPEC) -> Reference:
    return read_reference(spec, "/schnittstelle")


def link(name: str, page: str = "/schnittstelle/planung") -> str:
    return f'<a class="kern-link kern-link--small kern-link--no-visited-state" href="{page}#objekt-{name}">{name}</a>'


def document(*, tags: dict[str, str], answers: dict[str, dict], schemas: dict[str, dict]) -> dict:
    """A document in which each tag has one call, answering with its schema."""
    return {
        "tags": [{"name": tag, "description": text} for tag, text in tags.items()],
        "paths": {
            f"/{tag}": {
                "get": {
                    "tags": [tag],
                    "responses": {"200": {"content": {"application/json": {"schema": answers[tag]}}}},
                }
            }
            for tag in tags
        },
        "components": {"schemas": schemas},
    }


def one_operation(**operation: object) -> Operation:
    spec = {"paths": {"/x": {"post": operation}}, "components": {"schemas": {"X": {}}}}
    return read(spec).groups[0].operations[0]


def test_operations_stand_under_their_group_with_what_they_need() -> None:
    (group,) = read().groups
    assert (group.slug, group.title) == ("planung", "Planung")
    assert group.text == '<p class="kern-body">Rechnen nach den Förderrichtlinien.</p>'
    assert [(one.method, one.path, one.scopes) for one in group.operations] == [
        ("GET", "/api/v1/plans/{plan}", ["plans:read"]),
        ("POST", "/api/v1/plans/calculate", ["plans:calculate"]),
    ]


def test_parameters_of_the_path_are_found_through_references() -> None:
    operation = read().groups[0].operations[0]
    assert operation.parameters == [Member("plan", "Pfad", "UUID", required=True, text="")]


def test_requests_and_answers_name_their_schema_and_each_schema_is_told_once() -> None:
    group = read().groups[0]
    assert group.operations[1].body == Content(link("Plan"))
    assert group.operations[0].answers[0].content == Content(link("Plan"))
    assert [schema.name for schema in group.schemas] == ["Plan", "Year"]


def test_members_are_said_in_words_and_lead_to_other_schemas() -> None:
    plan, year = read().groups[0].schemas
    assert plan.members == [
        Member("title", "", "Text", required=True, text="Titel. Höchstens 120 Zeichen."),
        Member("valid_until", "", "Datum wie 2021-05-01 oder null", required=False, text=""),
        Member("years", "", f"Liste: {link('Year')}", required=True, text=""),
    ]
    assert year.members == [
        Member("amount", "", "Text", required=True, text="Betrag. Beispiel: <code>843100.00</code>."),
        Member("kind", "", "eines von: <code>plan</code>, <code>bescheid</code>", required=False, text=""),
        Member("next", "", link("Year"), required=False, text=""),
    ]


def test_a_schema_of_several_groups_stands_among_the_shared_ones() -> None:
    used = {"$ref": "#/components/schemas/Money"}
    reference = read(
        document(
            tags={"a": "Anträge: stellen", "b": "Berichte"},
            answers={"a": {"$ref": "#/components/schemas/Asked"}, "b": used},
            schemas={"Asked": {"properties": {"sum": used}}, "Money": {"type": "string"}, "Unused": {}},
        )
    )
    assert [schema.name for schema in reference.shared] == ["Money"]
    assert [[schema.name for schema in group.schemas] for group in reference.groups] == [["Asked"], []]
    assert reference.groups[0].schemas[0].members[0].kind == link("Money", "/schnittstelle")


def test_two_groups_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="share a page"):
        read(document(tags={"a": "Anträge", "b": "Anträge: alte"}, answers={"a": {}, "b": {}}, schemas={}))


def test_members_of_an_object_without_a_name_stand_where_it_is_used() -> None:
    inner = {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]}
    schema = {"type": "object", "properties": {"rows": {"type": "array", "items": inner}}}
    body = one_operation(requestBody={"content": {"application/json": {"schema": schema}}}).body
    assert body == Content(
        "Objekt",
        (
            Member("rows", "", "Liste: Objekt", required=False, text=""),
            Member("rows[].id", "", "ganze Zahl", required=True, text=""),
        ),
    )


def test_other_content_than_json_is_named() -> None:
    file = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}
    answers = one_operation(
        responses={"200": {"description": "Der Bericht", "content": file, "headers": {"ETag": {}}}}
    ).answers
    assert answers == [Answer("200", "Der Bericht", Content("Datei (application/pdf)"), ["ETag"])]


def test_refusals_are_told_from_answers_and_said_in_german() -> None:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/X"}}}
    operation = one_operation(
        responses={
            "404": {"description": "Not Found", "content": problem},
            "204": {"description": "No Content"},
            "409": {"description": "Der Plan ist eingereicht", "content": problem},
        }
    )
    assert [(answer.status, answer.text) for answer in operation.answers] == [("204", "Erledigt")]
    assert [(answer.status, answer.text) for answer in operation.refusals] == [
        ("404", "nicht gefunden"),
        ("409", "Der Plan ist eingereicht"),
    ]


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        (
            {"type": "object", "additionalProperties": {"type": "string"}},
            "Objekt mit freien Namen, Werte: Text",
        ),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "ganze Zahl oder null"),
        ({"enum": ["a<b", None]}, "eines von: <code>a&lt;b</code>, <code>null</code>"),
        ({}, "beliebig"),
    ],
)
def test_a_value_is_said_in_words(schema: dict, kind: str) -> None:
    operation = one_operation(parameters=[{"name": "x", "in": "query", "schema": schema}])
    assert operation.parameters[0].kind == kind


def test_bounds_are_sentences_unless_they_say_nothing() -> None:
    schema = {"type": "string", "minLength": 1, "maxLength": 9, "default": False, "example": "abc"}
    operation = one_operation(
        parameters=[{"name": "x", "in": "query", "schema": schema, "description": "Der `Name`"}]
    )
    assert operation.parameters[0].text == (
        "Der <code>Name</code>. Höchstens 9 Zeichen. Ohne Angabe: false. Beispiel: <code>abc</code>."
    )


def test_a_document_of_flask_smorest_can_be_read() -> None:
    class BookingSchema(CommandSchema):
        purpose = Text("Zweck", max_length=80)
        amount = Amount("Betrag", optional=True, hint="In Euro.")

    app = Flask(__name__)
    app.config.update(API_TITLE="KIMHub", API_VERSION="1", OPENAPI_VERSION="3.1.0")
    api = Api(app)
    bookings = Blueprint("bookings", __name__, description="Buchungen: Ausgaben")

    @bookings.post("/api/v1/bookings")
    @bookings.arguments(BookingSchema)
    @bookings.response(201, BookingSchema)
    def book(command: dict[str, object]) -> dict[str, object]:
        """Ausgabe buchen."""
        return command

    api.register_blueprint(bookings)
    with app.app_context():
        (group,) = read(api.spec.to_dict()).groups
    operation = group.operations[0]
    assert (group.slug, group.title, operation.title) == ("buchungen", "Buchungen", "Ausgabe buchen")
    assert operation.body == Content(link("Booking", "/schnittstelle/buchungen"))
    schemas = {schema.name: schema for schema in group.schemas}
    assert schemas["Booking"].members == [
        Member("purpose", "", "Text", required=True, text="Zweck. Höchstens 80 Zeichen."),
        Member(
            "amount", "", "Text oder null", required=False,
            text="Betrag. In Euro. Beispiel: <code>843100.00</code>.",
        ),
    ]  # fmt: skip


def test_a_description_keeps_its_lists_and_code_and_nothing_else() -> None:
    text = "Erste Zeile,\nzweite.\n\n- `ETag` und <b>\n- zwei\n"
    assert prose(text) == (
        '<p class="kern-body">Erste Zeile, zweite.</p>'
        '<ul class="kern-list kern-list--bullet"><li><code>ETag</code> und &lt;b&gt;</li><li>zwei</li></ul>'
    )
    assert prose("") == ""

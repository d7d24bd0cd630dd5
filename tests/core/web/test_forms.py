"""Binding: nested rows, options of the page, refusals of a use case."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from marshmallow import ValidationError, fields, validates_schema
from werkzeug.datastructures import MultiDict

from kimhub.core.fields import Choice, CommandSchema, Password, Share, Text
from kimhub.core.fields.options import Option
from kimhub.core.web.forms import MAX_ROWS, bind, blank


class RowSchema(CommandSchema):
    name = Text("Bezeichnung")
    share = Share("Anteil", minimum=Decimal("0.5"))


class PlanSchema(CommandSchema):
    title = Text("Titel")
    committee = Choice("Gremium", optional=True)
    rows = fields.List(fields.Nested(RowSchema))

    @validates_schema
    def not_too_much(self, data: dict[str, object], **_: object) -> None:
        rows = data.get("rows")
        if isinstance(rows, list) and sum(row["share"] for row in rows) > 3:
            raise ValidationError("Zusammen sind höchstens 3,0 VZÄ möglich.")


COMMITTEES = {"committee": [Option("7", "Integrationsrat")]}


@dataclass
class RefusedError(Exception):
    detail: str
    fields: dict[str, list[str]] = field(default_factory=dict)


def typed(**values: str) -> MultiDict[str, str]:
    return MultiDict({name.replace("__", "."): value for name, value in values.items()})


def test_rows_are_collected_in_their_order_whatever_their_numbers() -> None:
    form = bind(
        PlanSchema(),
        typed(title="Plan", rows__9__name="B", rows__9__share="0,5", rows__2__name="A", rows__2__share="1"),
    )
    assert form.valid
    assert form.data["rows"] == [
        {"name": "A", "share": Decimal(1)},
        {"name": "B", "share": Decimal("0.5")},
    ]
    assert form.rows("rows") == [2, 9]


def test_an_error_in_a_row_stands_at_the_row_as_the_page_names_it() -> None:
    form = bind(
        PlanSchema(),
        typed(title="Plan", rows__2__name="A", rows__2__share="1", rows__9__name="", rows__9__share="0,4"),
    )
    assert form["rows.9.name"].errors == ["Bitte füllen Sie dieses Feld aus."]
    assert form["rows.9.share"].errors == [
        "Der Stellenanteil muss mindestens 0,5\N{NO-BREAK SPACE}VZÄ betragen."
    ]
    assert form["rows.9.share"].typed == "0,4"
    assert not form["rows.2.name"].errors
    assert form["rows.9.share"].id == "feld-rows-9-share"
    assert form.data == {}


def test_what_cannot_be_read_is_not_also_called_missing() -> None:
    form = bind(PlanSchema(), typed(title="Plan", rows__0__name="A", rows__0__share="viel"))
    assert len(form["rows.0.share"].errors) == 1
    assert "kein Stellenanteil" in form["rows.0.share"].errors[0]


def test_a_rule_over_several_fields_stands_on_top() -> None:
    form = bind(PlanSchema(), typed(title="Plan", rows__0__name="A", rows__0__share="4"))
    assert form.summary == [(None, "Zusammen sind höchstens 3,0 VZÄ möglich.")]


def test_a_choice_the_page_did_not_offer_is_refused() -> None:
    good = bind(PlanSchema(), typed(title="Plan", committee="7"), options=COMMITTEES)
    assert good.data["committee"] == "7"
    assert good["committee"].options[0].label == "Integrationsrat"
    bad = bind(PlanSchema(), typed(title="Plan", committee="8"), options=COMMITTEES)
    assert bad["committee"].errors == ["Wählen Sie eine der angebotenen Möglichkeiten aus."]


def test_what_the_schema_does_not_know_is_ignored_in_a_form() -> None:
    form = bind(PlanSchema(), typed(title="Plan", csrf_token="x", aktion="speichern", tenant_id="7"))
    assert form.valid
    assert set(form.data) == {"title", "committee", "rows"}


def test_a_refusal_goes_to_its_field_and_the_rest_on_top() -> None:
    form = bind(PlanSchema(), typed(title="Plan", rows__4__name="A", rows__4__share="1"))
    form.refuse(
        RefusedError(
            "Die Bewilligung reicht nicht.", {"rows[4].share": ["Zu viel."], "grant": ["Nicht gefunden."]}
        )
    )
    assert not form.valid
    assert form.summary == [
        (None, "Die Bewilligung reicht nicht."),
        (None, "Nicht gefunden."),
        ("feld-rows-4-share", "Anteil: Zu viel."),
    ]


def test_a_refusal_without_fields_is_said_on_top() -> None:
    form = bind(PlanSchema(), typed(title="Plan"))
    form.refuse(RefusedError("Der Vorgang hat sich geändert."))
    assert form.summary == [(None, "Der Vorgang hat sich geändert.")]


def test_a_form_opens_with_stored_values_in_german_notation() -> None:
    form = blank(PlanSchema(), {"title": "Plan", "rows": [{"name": "A", "share": Decimal("0.50")}]})
    assert form["rows.0.share"].typed == "0,5"
    assert form.rows("rows") == [0]
    assert not form.valid
    assert not form.summary


def test_more_rows_than_a_person_types_are_not_read() -> None:
    many = MultiDict({f"rows.{number}.name": "A" for number in range(MAX_ROWS + 50)})
    assert len(bind(PlanSchema(), many).rows("rows")) == MAX_ROWS


class SignInSchema(CommandSchema):
    email = Text("E-Mail-Adresse")
    password = Password("Passwort")


def test_a_password_is_read_but_never_shown_again() -> None:
    form = bind(SignInSchema(), typed(email="", password=" geheim "))
    assert form["password"].typed == ""
    assert bind(SignInSchema(), typed(email="a", password=" geheim ")).data["password"] == " geheim "

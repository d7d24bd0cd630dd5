"""Fields: German input as people type it, one strict JSON form, bounded and printable text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from kimhub.core.fields import (
    Amount,
    Choice,
    Choices,
    CommandField,
    CommandSchema,
    Day,
    Email,
    Flag,
    Link,
    Number,
    Password,
    Percentage,
    Share,
    Text,
    parse_day,
)
from kimhub.core.fields.options import Option


def load(field: CommandField[Any], value: object) -> Any:
    return field.deserialize(value)


def typed(field: CommandField[Any], text: str) -> Any:
    return field.deserialize(field.read_typed(text))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1.5.2021", date(2021, 5, 1)),
        ("01.05.2021", date(2021, 5, 1)),
        ("1. 5. 2021", date(2021, 5, 1)),
        ("1.5.21", date(2021, 5, 1)),
        ("  01.05.2021 ", date(2021, 5, 1)),
        ("1. Mai 2021", date(2021, 5, 1)),
        ("3. märz 2024", date(2024, 3, 3)),
        ("3. Dez. 2024", date(2024, 12, 3)),
        ("29.02.2024", date(2024, 2, 29)),
        ("2021-05-01", date(2021, 5, 1)),
    ],
)
def test_a_day_is_read_as_people_write_it(text: str, day: date) -> None:
    assert parse_day(text) == day


@pytest.mark.parametrize(
    "text", ["29.2.2023", "31.4.2021", "0.5.2021", "1.13.2021", "1. Ma 2021", "1.5.0000"]
)
def test_a_day_that_does_not_exist_is_named(text: str) -> None:
    with pytest.raises(ValidationError, match="gibt es im Kalender nicht"):
        parse_day(text)


@pytest.mark.parametrize(
    "text", ["gestern", "5/1/2021", "1.5", "1.5.202", "20210501", "１.5.2021", "1.5.2021 9:00"]
)
def test_what_is_no_day_is_answered_with_an_example(text: str) -> None:
    with pytest.raises(ValidationError, match=r"Schreiben Sie es so: 01\.05\.2021"):
        parse_day(text)


@given(st.dates(min_value=date(1900, 1, 1)))
def test_every_day_survives_form_and_json(day: date) -> None:
    field = Day("Tag")
    assert typed(field, field.write_typed(day)) == day
    assert load(field, field.write_json(day)) == day


def test_a_day_keeps_its_bounds() -> None:
    field = Day("Tag", earliest=date(2021, 1, 1), latest=date(2021, 12, 31))
    with pytest.raises(ValidationError, match=r"nicht vor dem 01\.01\.2021"):
        load(field, "2020-12-31")
    with pytest.raises(ValidationError, match=r"nicht nach dem 31\.12\.2021"):
        load(field, "2022-01-01")


@pytest.mark.parametrize("value", ["1.5.2021", "2021-5-1", 20210501, None, "2021-05-01T00:00:00"])
def test_json_takes_only_iso_days(value: object) -> None:
    with pytest.raises(ValidationError):
        load(Day("Tag"), value)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.234,56", "1234.56"),
        ("1234,5", "1234.50"),
        ("1.234", "1234.00"),
        ("1234.56", "1234.56"),
        ("0", "0.00"),
    ],
)
def test_an_amount_is_read_as_people_type_it(text: str, amount: str) -> None:
    assert typed(Amount("Betrag"), text) == Decimal(amount)


def test_the_same_characters_mean_another_thing_in_json() -> None:
    assert typed(Amount("Betrag"), "1.234") == Decimal(1234)
    with pytest.raises(ValidationError):
        load(Amount("Betrag"), "1.234")


@pytest.mark.parametrize(
    "value", [12, 12.5, "12", "12,50", "1e3", "NaN", "Infinity", "-0.001", True, None, ["1.00"]]
)
def test_json_takes_amounts_only_as_strings_with_two_decimals(value: object) -> None:
    with pytest.raises(ValidationError):
        load(Amount("Betrag", minimum=None), value)


@given(st.decimals(min_value=0, max_value=10**11, places=2))
def test_every_amount_survives_form_and_json(amount: Decimal) -> None:
    field = Amount("Betrag")
    assert typed(field, field.write_typed(amount)) == amount
    assert load(field, field.write_json(amount)) == amount


def test_an_amount_keeps_its_bounds() -> None:
    field = Amount("Betrag", minimum=Decimal("0.01"), maximum=Decimal(1000))
    with pytest.raises(ValidationError, match="mindestens 0,01"):
        load(field, "0.00")
    with pytest.raises(ValidationError, match=r"höchstens 1\.000,00"):
        load(field, "1000.01")
    with pytest.raises(ValidationError, match="nicht negativ"):
        typed(field, "-5")
    assert typed(Amount("Saldo", minimum=None), "-5,00") == Decimal(-5)


@pytest.mark.parametrize(("text", "share"), [("0,5", "0.5"), ("1", "1"), ("2.25", "2.25"), ("0,85", "0.85")])
def test_a_share_is_read_with_comma_or_point(text: str, share: str) -> None:
    assert typed(Share("Anteil"), text) == Decimal(share)


@pytest.mark.parametrize("text", ["0,555", "1.000,5", "-1", "halb", "1 / 2", "٣"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="kein Stellenanteil"):
        typed(Share("Anteil"), text)


def test_a_share_keeps_its_bounds() -> None:
    field = Share("Anteil", minimum=Decimal("0.5"), maximum=Decimal(1))
    with pytest.raises(ValidationError, match="mindestens 0,5"):
        load(field, "0.49")
    with pytest.raises(ValidationError, match="höchstens 1,0"):
        load(field, "1.01")


@pytest.mark.parametrize(("text", "rate"), [("2,5", "2.5"), ("2 %", "2"), ("2.25", "2.25"), ("0", "0")])
def test_a_percentage_is_read_with_or_without_its_sign(text: str, rate: str) -> None:
    assert typed(Percentage("Satz"), text) == Decimal(rate)


@pytest.mark.parametrize("text", ["viel", "2,555", "101", "-1"])
def test_a_percentage_beyond_its_bounds_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        typed(Percentage("Satz"), text)


@pytest.mark.parametrize(
    ("text", "number"), [("1200", 1200), ("1.200", 1200), ("1 200", 1200), ("17.947.221", 17947221)]
)
def test_a_number_is_read_grouped_or_not(text: str, number: int) -> None:
    assert typed(Number("Zahl"), text) == number


@pytest.mark.parametrize("text", ["1,5", "12.00", "1.20", "zehn", "9" * 30])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        typed(Number("Zahl"), text)


@pytest.mark.parametrize("value", ["5", 5.0, True, None])
def test_json_takes_only_whole_numbers(value: object) -> None:
    with pytest.raises(ValidationError):
        load(Number("Zahl"), value)


@pytest.mark.parametrize(
    "text", ["a\0b", "a\x07b", "\x1b[31m", "a\ud800b", "a\x85b", "\u202efdp.csv", "a\u2066b", "Kre\ufeffis"]
)
def test_text_with_control_characters_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="nicht druckbare Zeichen"):
        load(Text("Text"), text)


def test_text_is_trimmed_composed_and_bounded() -> None:
    assert load(Text("Text"), "  Ko\u0308ln ") == "Köln"
    assert load(Text("Text", max_length=4), "Köln") == "Köln"
    with pytest.raises(ValidationError, match=r"Der Text hat 5 Zeichen\. Erlaubt sind höchstens 4"):
        load(Text("Text", max_length=4), "Kölns")
    with pytest.raises(ValidationError, match="nur eine Zeile"):
        load(Text("Text"), "a\nb")
    assert load(Text("Text", lines=3), "a\r\nb\rc") == "a\nb\nc"


def test_text_of_spaces_is_empty() -> None:
    with pytest.raises(ValidationError, match="füllen Sie dieses Feld aus"):
        load(Text("Text"), "   ")
    assert load(Text("Text", optional=True), "  ") == ""
    with pytest.raises(ValidationError, match="Nennen Sie den Grund"):
        load(Text("Text", missing="Nennen Sie den Grund."), "")


@given(st.text(max_size=300))
def test_text_that_is_accepted_can_be_stored(value: str) -> None:
    try:
        text = load(Text("Text", lines=9, optional=True, max_length=200), value)
    except ValidationError:
        return
    assert "\0" not in text
    assert len(text) <= 200
    text.encode("utf-8")


@pytest.mark.parametrize("address", ["a@b.de", "integration@stadt-troisdorf.example"])
def test_an_address_has_an_at_and_a_domain(address: str) -> None:
    assert load(Email("E-Mail"), address) == address


@pytest.mark.parametrize("address", ["a", "a@b", "a b@c.de", "@b.de", "a@b.de\n", "a@b@c.de"])
def test_what_is_no_address_is_refused(address: str) -> None:
    if address.strip() != address:
        assert load(Email("E-Mail"), address) == address.strip()
        return
    with pytest.raises(ValidationError, match="E-Mail-Adresse"):
        load(Email("E-Mail"), address)


@pytest.mark.parametrize(
    "address", ["https://rat.example", "https://rat.example/a?b=1#c", "https://rat.example:8443/ü"]
)
def test_a_link_leads_to_a_host_by_https(address: str) -> None:
    assert load(Link("Link"), f" {address} ") == address


@pytest.mark.parametrize(
    "address",
    [
        "http://rat.example", "rat.example", "javascript:alert(1)", "https://", "https:///x", "https://a b.example",
        "https://rat.example@boese.example", "https://boese.example\\@rat.example", "HTTPS://rat.example",
    ],
)  # fmt: skip
def test_what_is_no_link_is_refused(address: str) -> None:
    with pytest.raises(ValidationError, match="https://"):
        load(Link("Link"), address)
    assert load(Link("Link", optional=True), "") == ""


def test_a_password_stays_as_it_is_and_is_never_written() -> None:
    assert load(Password("Passwort"), "  zwei Worte ") == "  zwei Worte "
    assert Password("Passwort").write_typed("geheim") == ""
    with pytest.raises(ValidationError):
        load(Password("Passwort"), "a\0b")


class Colour(StrEnum):
    RED = "rot"
    BLUE = "blau"


def test_a_choice_takes_only_what_is_offered() -> None:
    field = Choice("Farbe", options=[Option("rot", "Rot"), Option("blau", "Blau")], enum=Colour)
    assert load(field, "rot") is Colour.RED
    for wrong in ("grün", 1, None, "rot\0", ["rot"]):
        with pytest.raises(ValidationError):
            load(field, wrong)


def test_choices_take_each_option_once() -> None:
    field = Choices("Farben", options=[Option("rot", "Rot"), Option("blau", "Blau")])
    assert load(field, ["blau", "rot"]) == ["blau", "rot"]
    for wrong in (["rot", "rot"], ["grün"], [], "rot", [1], None):
        with pytest.raises(ValidationError):
            load(field, wrong)


@pytest.mark.parametrize("value", ["yes", "true", 1, 0, "on", None])
def test_a_flag_is_a_json_boolean_and_nothing_else(value: object) -> None:
    with pytest.raises(ValidationError):
        load(Flag("Haken"), value)


class SampleSchema(CommandSchema):
    title = Text("Titel")
    note = Text("Notiz", optional=True)
    confirmed = Flag("Bestätigt", must="Bestätigen Sie das.")


def test_unknown_members_are_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        SampleSchema().load({"title": "a", "confirmed": True, "tenant_id": 7})
    assert refused.value.messages == {
        "tenant_id": ["Dieses Feld gibt es hier nicht. Prüfen Sie die Schreibweise oder entfernen Sie es."]
    }


def test_an_optional_text_is_empty_whether_left_out_null_or_blank() -> None:
    for said in ({}, {"note": None}, {"note": " "}):
        assert SampleSchema().load({"title": "a", "confirmed": True, **said})["note"] == ""


def test_required_fields_are_asked_for() -> None:
    with pytest.raises(ValidationError) as refused:
        SampleSchema().load({"title": None})
    assert refused.value.messages == {
        "title": ["Bitte füllen Sie dieses Feld aus."],
        "confirmed": ["Bestätigen Sie das."],
    }


def test_a_command_must_be_an_object() -> None:
    with pytest.raises(ValidationError, match="benannten Feldern"):
        SampleSchema().load([])  # type: ignore[arg-type]

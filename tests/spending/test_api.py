"""The books over the API."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from kimhub.programme.public import GrantPurpose
from tenants import Role
from tests.spending.conftest import RENT
from tests.support.acting import acting
from tests.support.states import seen

ADDRESS = "/api/v1/expenditures"
GIVEN = {
    "receipt_number": "RE-2021-0017",
    "booked_on": "2021-06-15",
    "amount": "1234.56",
    "purpose": "sachausgaben_koordination",
    "teilplanzeile": "16",
}


@pytest.fixture
def machine(ctx, coordinator):
    with acting(ctx) as stand_in:
        stand_in.as_(coordinator)
        yield stand_in


def test_a_booking_is_entered_and_read(machine):
    answer = machine.client.post(ADDRESS, json={**GIVEN, "position_reference": "E13-01"})
    assert answer.status_code == 201
    found = machine.client.get(answer.location).json
    assert found == answer.json
    assert (found["amount"], found["year"], found["baustein"]) == ("1234.56", 2021, 1)
    assert (found["is_reversed"], found["reverses_id"], found["recorded_by"]) == (
        False,
        None,
        "KI-Koordination",
    )


def test_the_same_request_with_its_key_books_once(machine):
    key = {"Idempotency-Key": str(uuid4())}
    first, second = (machine.client.post(ADDRESS, json=GIVEN, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    assert len(machine.client.get(ADDRESS).json["items"]) == 1


def test_the_same_receipt_is_a_conflict_that_names_the_booking(machine):
    first = machine.client.post(ADDRESS, json=GIVEN).json["id"]
    answer = machine.client.post(ADDRESS, json=GIVEN)
    assert (answer.status_code, answer.json["code"]) == (409, "receipt-already-booked")
    assert answer.json["booked_as"] == first
    assert answer.json["errors"][0]["field"] == "receipt_number"


def test_a_reversal_is_the_negative_and_frees_the_receipt(machine):
    booked = machine.client.post(ADDRESS, json=GIVEN)
    reverse, why = f"{booked.location}/reverse", {"reason": "Falsch"}
    assert machine.client.post(reverse, json=why).status_code == 428
    present = seen(machine.client, booked.location)
    reversal = machine.client.post(reverse, json=why, headers=present)
    assert reversal.status_code == 201
    assert (reversal.json["amount"], reversal.json["reverses_id"]) == ("-1234.56", booked.json["id"])
    assert machine.client.get(booked.location).json["is_reversed"] is True
    stale = machine.client.post(reverse, json=why, headers=present)
    assert (stale.status_code, stale.json["is_reversed"]) == (412, True)
    again = machine.client.post(reverse, json=why, headers=seen(machine.client, booked.location))
    assert (again.status_code, again.json["code"]) == (409, "already-reversed")
    assert machine.client.post(ADDRESS, json=GIVEN).status_code == 201


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"amount": "-1.00"}, "amount"),
        ({"amount": "1.001"}, "amount"),
        ({"amount": 1.0}, "amount"),
        ({"booked_on": "2016-01-01"}, "booked_on"),
        ({"purpose": "urlaub"}, "purpose"),
        ({"teilplanzeile": "02"}, "teilplanzeile"),
        ({"year": 2500}, "year"),
        ({"text": "a\0b"}, "text"),
        ({"text": "x" * 501}, "text"),
        ({"period_from": "2021-06-02", "period_to": "2021-06-01"}, "period_to"),
        ({"foo": 1}, "foo"),
    ],
)
def test_bad_input_is_named_with_its_field(machine, bad, field):
    answer = machine.client.post(ADDRESS, json=GIVEN | bad)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert machine.client.get(ADDRESS).json["items"] == []


def test_the_list_is_narrowed_and_paged(machine, book):
    for number in range(5):
        book(replace(RENT, receipt_number=f"B{number}", booked_on=date(2021, 1, 1 + number)))
    book(replace(RENT, receipt_number="CM", purpose=GrantPurpose.CASE_MANAGEMENT, year=2022))
    seen, cursor = [], ""
    while cursor is not None:
        page = machine.client.get(f"{ADDRESS}?year=2021&baustein=1&limit=2&cursor={cursor}" if cursor else
                                  f"{ADDRESS}?year=2021&baustein=1&limit=2").json  # fmt: skip
        seen += [row["receipt_number"] for row in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ["B4", "B3", "B2", "B1", "B0"]
    for query in ("baustein=2", "words=cm", "year=2022"):
        assert len(machine.client.get(f"{ADDRESS}?{query}").json["items"]) == 1
    for query in ("baustein=4", "year=1", "teilplanzeile=02", "cursor=x", "limit=0"):
        assert machine.client.get(f"{ADDRESS}?{query}").status_code == 422


def test_another_tenants_booking_is_not_found(machine, book, district):
    booking = book()
    machine.as_(district.kreis.actor(Role.KI_COORDINATOR))
    assert machine.client.get(f"{ADDRESS}/{booking}").status_code == 404
    assert machine.client.post(f"{ADDRESS}/{booking}/reverse", json={"reason": "x"}).status_code == 404
    assert machine.client.get(ADDRESS).json["items"] == []

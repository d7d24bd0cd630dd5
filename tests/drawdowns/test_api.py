"""The Mittelabruf over the API."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
import time_machine

from tests.factories.drawdowns import booked, called, granted, received
from tests.support.acting import acting
from tests.support.states import seen

ROOT = "/api/v1/drawdowns"
GIVEN = {
    "year": 2021, "baustein": 1, "amount": "50000.00", "requested_on": "2021-07-01", "due_until": "2021-08-31",
}  # fmt: skip


@pytest.fixture
def machine(ctx, stadt):
    with acting(ctx) as stand_in:
        stand_in.as_(stadt)
        yield stand_in


@pytest.fixture
def grant(stadt):
    return granted(stadt)


def problem(answer, status, code):
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.json
    return answer.json


def test_a_call_is_entered_comes_in_and_is_read(machine, grant):
    answer = machine.client.post(ROOT, json={**GIVEN, "grant_id": str(grant), "reference": "Abruf 1"})
    assert answer.status_code == 201
    assert (answer.json["state"], answer.json["still_open"]) == ("entered", "50000.00")
    came = machine.client.post(
        f"{answer.location}/receipts",
        json={"amount": "20000.00", "received_on": "2021-07-12"},
        headers={"If-Match": answer.headers["ETag"]},
    )
    assert came.status_code == 201
    found = machine.client.get(answer.location).json
    assert found == came.json
    assert (found["state"], found["received"], found["still_open"]) == ("partly", "20000.00", "30000.00")
    assert [receipt["amount"] for receipt in found["receipts"]] == ["20000.00"]
    cancel, why = f"{answer.location}/cancel", {"reason": "weniger nötig"}
    stale = machine.client.post(cancel, json=why, headers={"If-Match": answer.headers["ETag"]})
    assert problem(stale, 412, "stale")["state"] == "partly"
    cancelled = machine.client.post(cancel, json=why, headers={"If-Match": came.headers["ETag"]})
    counter = cancelled.json
    assert cancelled.location.endswith(counter["id"])
    assert (counter["kind"], counter["amount"], counter["reverses_id"]) == (
        "cancellation",
        "-30000.00",
        found["id"],
    )
    assert [row["kind"] for row in machine.client.get(ROOT).json["items"]] == ["cancellation", "call"]


def test_the_same_request_with_its_key_calls_once(machine, grant):
    key = {"Idempotency-Key": str(uuid4())}
    body = {**GIVEN, "grant_id": str(grant)}
    first, second = (machine.client.post(ROOT, json=body, headers=key) for _ in range(2))
    assert first.json == second.json
    assert len(machine.client.get(ROOT).json["items"]) == 1


def test_a_call_beyond_the_grant_says_how_much_is_left(machine, grant):
    answer = machine.client.post(ROOT, json={**GIVEN, "grant_id": str(grant), "amount": "463500.01"})
    assert problem(answer, 409, "drawdown-exceeded")["left"] == "463500.00"


def test_what_may_be_drawn_comes_with_its_calculation(machine, stadt, grant):
    booked(stadt, "30000", date(2021, 6, 30))
    received(stadt, called(stadt, grant, "10000"), "10000")
    with time_machine.travel("2021-07-20T10:00:00Z", tick=False):
        (one,) = machine.client.get(f"{ROOT}/available").json["items"]
    assert (one["amount"], one["limit"], one["due_until"]) == ("20000.00", "need", "2021-09-20")
    assert one["steps"][-1] == {"label": "Jetzt abrufbar", "amount": "20000.00", "result": True}
    assert one["receipts"][0]["unused"] == "0.00"


def test_a_repayment_and_a_payment_by_hand(machine, stadt, grant):
    received(stadt, called(stadt, grant, "10000"), "10000")
    where = {"grant_id": str(grant), "year": 2021, "baustein": 1}
    back = machine.client.post(
        f"{ROOT}/repayments",
        json={**where, "amount": "400.00", "repaid_on": "2021-10-01", "reason": "zu viel"},
    )
    assert (back.status_code, back.json["amount"], back.json["state"]) == (201, "-400.00", "repaid")
    paid = machine.client.post(
        f"{ROOT}/payments", json={**where, "amount": "99.00", "due_on": "2098-01-31", "text": "Miete"}
    )
    assert machine.client.get(paid.location).json == paid.json
    problem(machine.client.delete(paid.location), 428, "precondition-required")
    assert (
        machine.client.delete(paid.location, headers=seen(machine.client, paid.location)).status_code == 204
    )
    problem(machine.client.get(paid.location), 404, "not-found")


def test_a_wrong_receipt_is_reversed(machine, stadt, grant):
    call, other = called(stadt, grant, "100"), called(stadt, grant, "50")
    receipt = received(stadt, call, "100")
    here, why = f"{ROOT}/{call}", {"reason": "Zahlendreher"}
    elsewhere = machine.client.post(
        f"{ROOT}/{other}/receipts/{receipt}/reverse",
        json=why,
        headers=seen(machine.client, f"{ROOT}/{other}"),
    )
    problem(elsewhere, 404, "not-found")
    reverse = f"{here}/receipts/{receipt}/reverse"
    answer = machine.client.post(reverse, json=why, headers=seen(machine.client, here))
    assert (answer.status_code, answer.json["received"]) == (201, "0.00")
    assert [entry["amount"] for entry in answer.json["receipts"]] == ["100.00", "-100.00"]
    problem(
        machine.client.post(reverse, json={"reason": "x"}, headers=seen(machine.client, here)),
        409,
        "drawdown-not-cancellable",
    )


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"amount": "0.00"}, "amount"),
        ({"amount": "-1.00"}, "amount"),
        ({"amount": "1.001"}, "amount"),
        ({"amount": 1.5}, "amount"),
        ({"due_until": "2021-09-02"}, "due_until"),
        ({"due_until": "2021-06-01"}, "due_until"),
        ({"requested_on": "01.07.2021"}, "requested_on"),
        ({"baustein": 4}, "baustein"),
        ({"year": 1999}, "year"),
        ({"reference": "x" * 101}, "reference"),
        ({"reference": "a\x00b"}, "reference"),
        ({"unbekannt": 1}, "unbekannt"),
        ({"grant_id": "kein"}, "grant_id"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(machine, grant, bad, field):
    answer = machine.client.post(ROOT, json={**GIVEN, "grant_id": str(grant), **bad})
    assert {entry["field"] for entry in problem(answer, 422, "invalid-input")["errors"]} == {field}
    assert machine.client.get(ROOT).json["items"] == []


def test_the_list_is_read_page_by_page(machine, stadt, grant):
    for day in range(1, 6):
        called(stadt, grant, "1", requested_on=date(2021, 7, day))
    seen, cursor = [], None
    while True:
        page = machine.client.get(
            ROOT, query_string={"limit": 2, **({"cursor": cursor} if cursor else {})}
        ).json
        seen += [row["requested_on"] for row in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"2021-07-0{day}" for day in range(5, 0, -1)]
    assert machine.client.get(ROOT, query_string={"cursor": "!"}).status_code == 422


def test_another_tenant_finds_nothing(machine, stadt, kreis, grant):
    call = called(stadt, grant, "100")
    machine.as_(kreis)
    assert machine.client.get(ROOT).json["items"] == []
    assert machine.client.get(f"{ROOT}/available").json["items"] == []
    problem(machine.client.get(f"{ROOT}/{call}"), 404, "not-found")
    problem(machine.client.post(f"{ROOT}/{call}/cancel", json={"reason": "x"}), 404, "not-found")
    problem(machine.client.post(ROOT, json={**GIVEN, "grant_id": str(grant)}), 404, "not-found")


def test_who_only_reads_calls_nothing(machine, auditor, grant):
    machine.as_(auditor)
    assert machine.client.get(f"{ROOT}/available").status_code == 200
    problem(machine.client.post(ROOT, json={**GIVEN, "grant_id": str(grant)}), 403, "forbidden")

"""Grants, funds and the address book over the API."""

from __future__ import annotations

from uuid import uuid4

import pytest

from kimhub.core.api import page_of
from kimhub.funding.api.grants import GrantOutSchema, GrantSummarySchema
from kimhub.funding.api.organizations import OrganizationOutSchema
from kimhub.funding.models import OrganizationKind
from tests.factories.ledger import euro, granted, issued, traeger
from tests.support.acting import acting

BESCHEID = {
    "aktenzeichen": "36.01.02-K/21",
    "issued_on": "2026-02-01",
    "received_on": "2026-02-04",
    "period_from": "2026-01-01",
    "period_to": "2026-12-31",
    "items": [
        {"year": 2026, "purpose": "koordination", "amount": "137500.00", "fte": "2.5"},
        {"year": 2026, "purpose": "case_management", "amount": "605000.00"},
    ],
}
GRANT = {
    "title": "KIM 2026",
    "kind": "bescheid",
    "granted_by": "Bezirksregierung Arnsberg",
    "bescheid": BESCHEID,
}
URL = "/api/v1/grants"


@pytest.fixture
def machine(ctx, kreis):
    with acting(ctx) as stand_in:
        yield stand_in.as_(kreis)


def item(**changes):
    return {"year": 2026, "purpose": "koordination", "amount": "1.00", **changes}


def with_items(*items):
    return {**GRANT, "bescheid": {**BESCHEID, "items": list(items)}}


def entered(machine, command=GRANT):
    answer = machine.post(URL, json=command)
    assert answer.status_code == 201, answer.json
    return answer


def match(answer):
    return {"If-Match": answer.headers["ETag"]}


def test_from_the_draft_to_what_is_left(machine):
    draft = entered(machine)
    assert GrantOutSchema().validate(draft.json) == {}
    assert draft.json["current_version"] == 0
    recorded = machine.post(f"{draft.headers['Location']}/versions/1/record", headers=match(draft))
    assert recorded.status_code == 200, recorded.json
    assert recorded.json["funded"] == "742500.00"
    assert recorded.json["cells"][0] == {
        "year": 2026, "baustein": 1, "purpose": "koordination", "funded": "137500.00", "passed_on": "0.00",
        "left": "137500.00",
    }  # fmt: skip
    assert machine.get(draft.headers["Location"]).headers["ETag"] == recorded.headers["ETag"]
    funds = machine.get("/api/v1/funds?year=2026").json["items"]
    assert [(fund["title"], fund["source"], len(fund["cells"])) for fund in funds] == [
        ("KIM 2026", "grant", 2)
    ]
    assert machine.get("/api/v1/funds?year=2027").json["items"][0]["cells"] == []


def test_the_list_answers_as_described_and_leads_on(machine, kreis):
    granted(kreis, euro(100))
    entered(machine)
    first = machine.get(f"{URL}?limit=1").json
    assert page_of(GrantSummarySchema)().validate(first) == {}
    second = machine.get(f"{URL}?limit=1&cursor={first['next_cursor']}").json
    assert {row["funded"] for row in (*first["items"], *second["items"])} == {"100.00", "0.00"}
    assert second["next_cursor"] is None
    assert machine.get(f"{URL}?cursor=nonsense").status_code == 422


def test_a_repeated_post_enters_one_grant(machine):
    key = {"Idempotency-Key": str(uuid4())}
    first, again = (machine.post(URL, json=GRANT, headers=key) for _ in range(2))
    assert first.json == again.json
    assert len(machine.get(URL).json["items"]) == 1


@pytest.mark.parametrize(
    ("command", "field", "message"),
    [
        (with_items(item(amount="-1.00")), "bescheid.items[0].amount", "mindestens"),
        (with_items(item(amount="1.001")), "bescheid.items[0].amount", "zwei Nachkommastellen"),
        (with_items(item(amount=1)), "bescheid.items[0].amount", "als Text"),
        (with_items(item(year=2016)), "bescheid.items[0].year", "mindestens 2017"),
        (with_items(item(year=2027)), "bescheid.items[0]", "außerhalb des Zeitraums"),
        (with_items(item(purpose="reisen")), "bescheid.items[0].purpose", "angebotenen"),
        (with_items(item(purpose="begleitausgaben", fte="1")), "bescheid.items[0]", "keine Stellenanteile"),
        (with_items(item(), item()), "bescheid.items[1]", "mehrmals"),
        (with_items(), "bescheid.items", "mindestens einen Betrag"),
        ({**with_items(item()), "kind": "pauschale"}, "bescheid.items[0]", "nicht als Pauschale"),
        ({**GRANT, "bescheid": {**BESCHEID, "period_to": "2025-12-31"}}, "bescheid.period_to", "nicht vor dem Beginn"),
        (
            {**GRANT, "bescheid": {**BESCHEID, "received_on": "2026-01-31"}},
            "bescheid.received_on",
            "nicht vor dem Datum",
        ),
        ({**GRANT, "surprise": 1}, "surprise", "gibt es hier nicht"),
    ],
)  # fmt: skip
def test_each_slip_has_its_own_answer_and_keeps_nothing(machine, command, field, message):
    answer = machine.post(URL, json=command)
    assert answer.status_code == 422
    assert message in {e["field"]: e["message"] for e in answer.json["errors"]}.get(field, answer.json)
    assert machine.get(URL).json["items"] == []


def test_a_plan_or_application_of_somebody_else_is_not_found(machine):
    for field in ("plan_id", "application_id"):
        assert machine.post(URL, json={**GRANT, field: str(uuid4())}).status_code == 404


def test_an_amendment_below_what_is_passed_on_names_the_cell(machine, kreis):
    grant_id = granted(kreis, euro(100))
    issued(kreis, grant_id, traeger(kreis), euro(60))
    url = f"{URL}/{grant_id}"
    lower = {
        **BESCHEID,
        "reason": "Weniger",
        "items": [{"year": 2026, "purpose": "case_management", "amount": "59.99"}],
    }
    draft = machine.post(f"{url}/versions", json=lower, headers=match(machine.get(url)))
    assert draft.status_code == 201, draft.json
    refused = machine.post(f"{url}/versions/2/record", headers=match(draft))
    assert refused.status_code == 409
    assert refused.json["code"] == "grant-below-allocated"
    assert refused.json["cells"] == [
        {"year": 2026, "baustein": 2, "purpose": "case_management", "passed_on": "60.00", "granted": "59.99"}
    ]
    replaced = machine.put(
        f"{url}/versions/2",
        json={**lower, "items": [{"year": 2026, "purpose": "case_management", "amount": "60.00"}]},
        headers=match(draft),
    )
    recorded = machine.post(f"{url}/versions/2/record", headers=match(replaced))
    assert recorded.json["cells"][0]["left"] == "0.00"
    assert [version["number"] for version in recorded.json["versions"]] == [2, 1]


def test_a_step_needs_the_present_state(machine):
    draft = entered(machine)
    url = draft.headers["Location"]
    assert machine.post(f"{url}/versions/1/record").status_code == 428
    stale = machine.post(f"{url}/versions/1/record", headers={"If-Match": '"old"'})
    assert stale.status_code == 412
    assert machine.get(url).json["current_version"] == 0


def test_finality_is_noted_and_a_draft_has_none(machine):
    draft = entered(machine)
    url = draft.headers["Location"]
    early = machine.put(f"{url}/versions/1/finality", json={"final_on": "2026-03-05"}, headers=match(draft))
    assert early.status_code == 409
    recorded = machine.post(f"{url}/versions/1/record", headers=match(draft))
    noted = machine.put(
        f"{url}/versions/1/finality", json={"final_on": "2026-03-05"}, headers=match(recorded)
    )
    assert noted.json["versions"][0]["final_on"] == "2026-03-05"
    assert machine.put(f"{url}/versions/1/finality", json={}, headers=match(noted)).status_code == 422


def test_a_draft_is_discarded_and_a_recorded_bescheid_is_not(machine, kreis):
    draft = entered(machine)
    url = f"{draft.headers['Location']}/versions/1"
    assert machine.delete(url).status_code == 428
    assert machine.delete(url, headers=match(draft)).status_code == 204
    assert machine.get(draft.headers["Location"]).status_code == 404
    grant_id = granted(kreis, euro(100))
    seen = match(machine.get(f"{URL}/{grant_id}"))
    assert machine.delete(f"{URL}/{grant_id}/versions/1", headers=seen).status_code == 409
    assert machine.delete(f"{URL}/{grant_id}/versions/7", headers=seen).status_code == 404


def test_the_address_book_is_kept(machine):
    added = machine.post("/api/v1/organizations", json={"name": "Verband", "kind": "traeger"})
    assert added.status_code == 201
    url = added.headers["Location"]
    assert (
        machine.post("/api/v1/organizations", json={"name": "Verband", "kind": "traeger"}).status_code == 409
    )
    changed = machine.put(url, json={"name": "Verein", "kind": "traeger"}, headers=match(added))
    assert changed.json["name"] == "Verein"
    stale = machine.put(url, json={"name": "Alt", "kind": "traeger"}, headers=match(added))
    assert (stale.status_code, stale.json["name"]) == (412, "Verein")
    assert machine.post(f"{url}/archive", headers=match(changed)).json["archived_at"]
    assert machine.get("/api/v1/organizations").json == {"items": [], "next_cursor": None}
    listed = machine.get("/api/v1/organizations?archived=true&words=ver").json
    assert page_of(OrganizationOutSchema)().validate(listed) == {}
    assert [row["name"] for row in listed["items"]] == ["Verein"]


def test_the_address_book_is_narrowed_by_kind(machine):
    for name, kind in (("Verband", "traeger"), ("Jugendamt", "amt")):
        assert machine.post("/api/v1/organizations", json={"name": name, "kind": kind}).status_code == 201
    listed = machine.get("/api/v1/organizations?kind=amt").json
    assert [row["name"] for row in listed["items"]] == ["Jugendamt"]
    refused = machine.get("/api/v1/organizations?kind=x&art=amt")
    assert refused.status_code == 422
    assert {error["field"]: error["message"] for error in refused.json["errors"]} == {
        "kind": f"Zulässig sind: {', '.join(OrganizationKind)}.", "art": "Diesen Parameter gibt es nicht.",
    }  # fmt: skip

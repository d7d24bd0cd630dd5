"""The planner as API."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest

from kimhub.core.api import page_of
from kimhub.planning.api import PlanSummarySchema
from kimhub.programme.public import plan_to_json
from tenants import Role
from tests.support.acting import acting

PLANS = "/api/v1/plans"


@pytest.fixture
def client(ctx, coordinator):
    with acting(ctx) as stand_in:
        yield stand_in.as_(coordinator)


def test_a_plan_is_calculated_to_the_cent_without_being_stored(client, koeln):
    answer = client.post(f"{PLANS}/calculate", json={"plan": plan_to_json(koeln)})
    assert answer.status_code == 200
    assert answer.json["result"]["total"] == {
        "cost": "1686708.05", "grant": "1306600.00", "eigenanteil": "380108.05", "eigenanteil_percent": "22.5",
    }  # fmt: skip
    assert client.get(PLANS).json == {"items": [], "next_cursor": None}


def test_what_if_gives_both_plans_and_the_difference(client, koeln):
    what_if = [{"path": "positions.traeger.fte.2022", "value": "6"}]
    answer = client.post(f"{PLANS}/calculate", json={"plan": plan_to_json(koeln), "what_if": what_if})
    assert answer.json["comparison"]["difference"]["total"]["eigenanteil"] == "-52000.00"


def test_every_wrong_field_is_named_with_its_path(client, koeln):
    plan = plan_to_json(koeln)
    plan["positions"][1]["fte"] = "viele"
    plan["pay_rise_percent"] = "99"
    answer = client.post(f"{PLANS}/calculate", json={"plan": plan})
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert {"plan.positions[1].fte", "plan.pay_rise_percent"} <= {e["field"] for e in answer.json["errors"]}


def test_a_plan_is_stored_read_and_replaced_with_its_version(client, koeln):
    made = client.post(PLANS, json=plan_to_json(koeln))
    assert made.status_code == 201
    read = client.get(made.headers["Location"])
    seen = {"If-Match": read.headers["ETag"]}
    changed = plan_to_json(koeln) | {"title": "Neu"}
    assert client.put(made.headers["Location"], json=changed).status_code == 428
    put = client.put(made.headers["Location"], json=changed, headers=seen)
    assert (put.status_code, put.json["version"]) == (200, 2)
    stale = client.put(made.headers["Location"], json=changed, headers=seen)
    assert (stale.status_code, stale.json["version"]) == (412, 2)


def test_a_list_says_what_its_schema_describes(client, koeln):
    client.post(PLANS, json=plan_to_json(koeln))
    page = client.get(PLANS).json
    assert len(page["items"]) == 1
    described = page_of(PlanSummarySchema)()
    assert described.dump(described.load(page)) == page


def test_a_repeated_post_stores_once(client, koeln):
    headers = {"Idempotency-Key": "abc-1"}
    first, again = (client.post(PLANS, json=plan_to_json(koeln), headers=headers) for _ in range(2))
    assert first.json == again.json
    assert datetime.fromisoformat(first.json["changed_at"]).tzinfo is not None
    assert len(client.get(PLANS).json["items"]) == 1


def test_an_unknown_plan_and_a_foreign_one_answer_alike(client, ctx, stored, district):
    with acting(ctx) as other:
        kreis = other.as_(district.kreis.actor(Role.KI_COORDINATOR))
        foreign, random = (kreis.get(f"{PLANS}/{one}").json for one in (stored, uuid4()))
    for answer in (foreign, random):
        answer.pop("request_id", None)
    assert foreign == random


def test_a_cursor_that_this_list_did_not_make_is_refused(client):
    answer = client.get(f"{PLANS}?cursor=unsinn")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "cursor"

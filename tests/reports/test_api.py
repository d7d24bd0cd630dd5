"""The API: order once, follow the progress, fetch the files; refusals as problem+json."""

from __future__ import annotations

import hashlib
import json
from uuid import uuid4

import pytest
from sqlalchemy import update

from kimhub.core.jobs.models import Job, JobState
from kimhub.reports.documents import from_json
from kimhub.reports.public import FinanzierungsuebersichtDocument
from tenants import Role, transaction
from tests.factories.reports import build, built, ordered, stored_plan
from tests.support.acting import acting

BASE = "/api/v1/reports"


@pytest.fixture
def coordinator(ctx, district):
    return district.stadt.actor(Role.KI_COORDINATOR)


@pytest.fixture
def plan_id(coordinator):
    return stored_plan(coordinator)


@pytest.fixture
def service(app, coordinator):
    with acting(app) as somebody:
        somebody.as_(coordinator)
        yield somebody


def order(service, plan_id, status=202, key=None, **fields):
    headers = {"Idempotency-Key": key} if key else {}
    answer = service.client.post(BASE, json={"plan_id": str(plan_id), **fields}, headers=headers)
    assert answer.status_code == status, answer.text
    return answer


def test_an_order_is_accepted_and_says_where_to_look(service, plan_id):
    answer = order(service, plan_id, file_number="KI-50", scenario="Weniger Stellen")
    body = answer.json
    assert answer.headers["Location"] == f"{BASE}/{body['id']}"
    assert answer.headers["Retry-After"] == "2"
    assert body["state"] == "ordered"
    assert body["progress"] == {"stage": "Wartet auf Bearbeitung", "done": None, "total": None}
    assert (body["file_number"], body["scenario"], body["files"], body["sha256"]) == (
        "KI-50", "Weniger Stellen", [], None,
    )  # fmt: skip
    assert (body["office"], body["prepared_by"]) == ("Kommunales Integrationszentrum", "KI-Koordination")


def test_a_repeated_order_with_its_key_gets_the_same_answer_even_after_the_report_is_built(
    service, coordinator, plan_id
):
    first = order(service, plan_id, key="order-1")
    build(coordinator, first.json["id"])
    again = order(service, plan_id, key="order-1")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json == first.json
    assert order(service, plan_id, key="order-2").json["id"] != first.json["id"]


def test_progress_then_files_with_true_hashes(service, coordinator, plan_id):
    report_id = ordered(coordinator, plan_id)
    with transaction(coordinator) as session:
        running = {"state": JobState.RUNNING, "stage": "PDF setzen", "done": 3, "total": 6}
        session.execute(update(Job).where(Job.tenant_id == coordinator.tenant_id).values(**running))
    body = service.client.get(f"{BASE}/{report_id}").json
    assert (body["state"], body["progress"]) == (
        "building", {"stage": "PDF setzen", "done": 3, "total": 6},
    )  # fmt: skip
    with transaction(coordinator) as session:
        session.execute(
            update(Job).where(Job.tenant_id == coordinator.tenant_id).values(state=JobState.WAITING, stage="")
        )
    build(coordinator, report_id)
    answer = service.client.get(f"{BASE}/{report_id}")
    body = answer.json
    assert "Retry-After" not in answer.headers
    assert (body["state"], body["progress"]) == ("built", None)
    for file in body["files"]:
        fetched = service.client.get(file["url"])
        assert fetched.status_code == 200
        assert hashlib.sha256(fetched.data).hexdigest() == file["sha256"]
        assert len(fetched.data) == file["size"]
        assert fetched.mimetype == file["media_type"]
        again = service.client.get(file["url"], headers={"If-None-Match": fetched.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_the_json_can_be_read_back_as_the_document(service, coordinator, plan_id):
    report_id = built(coordinator, plan_id)
    content = service.client.get(f"{BASE}/{report_id}/files/json").data
    assert json.loads(content)["total_cost"]["total"] == "1686708.05"
    assert from_json(FinanzierungsuebersichtDocument, content).plan_name


def test_a_refused_report_lists_its_findings(service, coordinator, plan_id):
    report_id = built(coordinator, plan_id, file_number="\N{GRINNING FACE}")
    body = service.client.get(f"{BASE}/{report_id}").json
    assert body["state"] == "failed"
    assert [(each["severity"], each["code"], each["field"]) for each in body["findings"]] == [
        ("error", "zeichen-nicht-druckbar", "cover.file_number")
    ]
    assert service.client.get(f"{BASE}/{report_id}/files/pdf").status_code == 404


def test_the_list_goes_on_by_its_cursor_and_filters(service, coordinator, plan_id):
    for number in range(5):
        ordered(coordinator, plan_id, file_number=f"KI-{number}")
    first = service.client.get(f"{BASE}?limit=3").json
    second = service.client.get(f"{BASE}?limit=3&cursor={first['next_cursor']}").json
    seen = [item["file_number"] for item in (*first["items"], *second["items"])]
    assert sorted(seen) == [f"KI-{number}" for number in range(5)]
    assert second["next_cursor"] is None
    assert len(service.client.get(f"{BASE}?state=ordered").json["items"]) == 5
    assert service.client.get(f"{BASE}?state=built").json["items"] == []


@pytest.mark.parametrize("query", ["state=fertig", "limit=0", "limit=201", "cursor=x"])
def test_a_wrong_query_is_named(service, query):
    answer = service.client.get(f"{BASE}?{query}")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == query.split("=")[0]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"plan_id": "koeln"}, "plan_id"),
        ({"plan_id": None}, "plan_id"),
        ({"plan_id": 7}, "plan_id"),
        ({"type": "verwendungsnachweis"}, "type"),
        ({"prepared_by": "auditor"}, "prepared_by"),
        ({"file_number": "x" * 61}, "file_number"),
        ({"file_number": "KI\x00"}, "file_number"),
        ({"titel": "x"}, "titel"),
    ],
)
def test_a_wrong_order_is_refused_at_its_field(service, plan_id, fields, named):
    answer = service.client.post(BASE, json={"plan_id": str(plan_id), **fields})
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert [error["field"] for error in answer.json["errors"]] == [named]


def test_an_unknown_or_foreign_plan_is_not_found(service, district, plan_id):
    order(service, uuid4(), 404)
    service.as_(district.kreis.actor(Role.KI_COORDINATOR))
    order(service, plan_id, 404)


def test_foreign_reports_and_files_are_not_found(service, coordinator, district, plan_id):
    report_id = built(coordinator, plan_id)
    service.as_(district.kreis.actor(Role.KI_COORDINATOR))
    for path in (f"/{report_id}", f"/{report_id}/files/pdf"):
        foreign, nothing = (
            service.client.get(BASE + path),
            service.client.get(BASE + path.replace(str(report_id), str(uuid4()))),
        )
        assert foreign.status_code == nothing.status_code == 404
        assert {**foreign.json, "request_id": ""} == {**nothing.json, "request_id": ""}
    assert service.client.get(BASE).json["items"] == []


def test_the_permissions_are_asked(service, coordinator, district, plan_id):
    report_id = built(coordinator, plan_id)
    service.as_(district.stadt.actor(Role.AUDITOR))
    assert service.client.get(f"{BASE}/{report_id}").status_code == 200
    order(service, plan_id, 403)
    service.as_(district.stadt.actor(Role.COMMITTEE_MEMBER))
    for path in ("", f"/{report_id}", f"/{report_id}/files/pdf"):
        assert service.client.get(BASE + path).status_code == 403
    service.as_(None)
    assert service.client.get(BASE).status_code == 401


def test_the_description_names_what_the_order_takes(app):
    document = app.test_client().get("/api/v1/openapi.json").json
    order_schema = document["components"]["schemas"]["Order"]
    assert order_schema["required"] == ["plan_id"]
    assert order_schema["properties"]["plan_id"]["format"] == "uuid"
    assert set(document["paths"]["/api/v1/reports"]["post"]["responses"]) >= {
        "202",
        "401",
        "403",
        "404",
        "422",
    }

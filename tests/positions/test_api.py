"""The request over the API."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tenants import Role
from tests.factories.files import PDF
from tests.factories.requests import DETAILS, draft, step, submitted
from tests.support.acting import acting
from tests.support.committed import committed_district
from tests.support.states import seen

ROOT = "/api/v1/position-requests"
NEW = {
    "function": DETAILS.function,
    "fte": "0.50",
    "starts_on": "2027-01-01",
    "justification": "Weil viele Menschen neu zu uns kommen.",
}


@pytest.fixture
def as_(app, ctx):
    with acting(app) as stand_in:
        yield stand_in.as_


def etag(client, request_id):
    return seen(client, f"{ROOT}/{request_id}")["If-Match"]


def delete(client, request_id):
    return client.delete(f"{ROOT}/{request_id}", headers=seen(client, f"{ROOT}/{request_id}"))


def take(client, request_id, action, note=None, *, on=None, **headers):
    """Take a step on the state `on`, else on the present one."""
    return client.post(
        f"{ROOT}/{request_id}/{action}",
        json={} if note is None else {"note": note},
        headers={"If-Match": on or etag(client, request_id), **headers},
    )


def problem(response, status, code):
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.content_type == "application/problem+json"
    assert response.json["code"] == code
    return response.json


def fields(body):
    return {entry["field"] for entry in body["errors"]}


def test_a_request_is_begun_and_read_again(as_, officer):
    client = as_(officer)
    created = client.post(ROOT, json=NEW)
    assert created.status_code == 201
    assert created.json["state"] == "draft"
    assert created.json["fte"] == "0.50"
    assert [c["met"] for c in created.json["criteria"]] == [True, True, True]
    read = client.get(created.headers["Location"])
    assert read.json == created.json
    assert read.headers["ETag"] == created.headers["ETag"]
    assert read.json["actions"] == ["submit"]


def test_criteria_given_with_the_request_replace_the_master_data(as_, district, ctx):
    client = as_(district.sibling.actor(Role.OFFICER))
    given = {"auslaenderbehoerde": {"met": True, "evidence": "Amt 32"}}
    created = client.post(ROOT, json={**NEW, "criteria": given})
    assert [(c["criterion"], c["met"]) for c in created.json["criteria"]] == [
        ("auslaenderbehoerde", True), ("jugendamt", True), ("integration_committee", False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, {"function", "fte", "starts_on"}),
        ({**NEW, "fte": "1.01"}, {"fte"}),
        ({**NEW, "fte": 0.5}, {"fte"}),
        ({**NEW, "starts_on": "01.01.2027"}, {"starts_on"}),
        ({**NEW, "function": "x" * 201}, {"function"}),
        ({**NEW, "function": "a\x00b"}, {"function"}),
        ({**NEW, "unbekannt": 1}, {"unbekannt"}),
        ({**NEW, "criteria": {"jugendamt": {"met": "ja"}}}, {"criteria.jugendamt.met"}),
        ({**NEW, "criteria": {"rat": {"met": True}}}, {"criteria.rat"}),
        ([], {""}),
    ],
)
def test_bad_input_is_refused_field_by_field(as_, officer, body, named):
    assert fields(problem(as_(officer).post(ROOT, json=body), 422, "invalid-input")) == named


def test_a_criterion_met_without_evidence_is_refused(as_, officer):
    given = {"jugendamt": {"met": True}}
    body = problem(as_(officer).post(ROOT, json={**NEW, "criteria": given}), 422, "invalid-input")
    assert fields(body) == {"criteria.jugendamt.evidence"}


def test_what_is_no_json_is_refused_as_that(as_, officer):
    client = as_(officer)
    problem(client.post(ROOT, data="{", content_type="application/json"), 400, "malformed-json")
    problem(
        client.post(ROOT, data="a=1", content_type="application/x-www-form-urlencoded"),
        415,
        "unsupported-media-type",
    )


def test_the_whole_way_over_the_api(as_, officer, coordinator):
    request_id = as_(officer).post(ROOT, json=NEW).json["id"]
    assert take(as_(officer), request_id, "submit").json["state"] == "submitted"
    assert take(as_(coordinator), request_id, "ask", "Wofür?").json["seq"] == 2
    assert take(as_(officer), request_id, "answer", "Dafür.").json["state"] == "answered"
    done = take(as_(coordinator), request_id, "endorse").json
    assert (done["state"], done["actions"]) == ("endorsed", [])
    assert [(e["action"], e["note"], e["tenant"]) for e in done["timeline"]] == [
        ("submit", "", "Musterstadt"), ("ask", "Wofür?", "Musterkreis"),
        ("answer", "Dafür.", "Musterstadt"), ("endorse", "", "Musterkreis"),
    ]  # fmt: skip


def test_missing_criteria_are_named_one_by_one(as_, district, ctx):
    actor = district.sibling.actor(Role.OFFICER)
    request_id = draft(actor)
    body = problem(take(as_(actor), request_id, "submit"), 422, "request-incomplete")
    assert fields(body) == {"criteria.auslaenderbehoerde", "criteria.integration_committee"}


def test_a_step_needs_the_state_it_is_taken_on(as_, officer, coordinator):
    request_id = draft(officer)
    before = etag(as_(officer), request_id)
    step(officer, request_id, "submit")
    client = as_(coordinator)
    for nothing in ({}, {"If-Match": "*"}):
        refused = client.post(f"{ROOT}/{request_id}/endorse", json={}, headers=nothing)
        problem(refused, 428, "precondition-required")
    body = problem(take(client, request_id, "endorse", on=before), 412, "stale")
    assert (body["state"], body["seq"]) == ("submitted", 1)
    assert client.get(f"{ROOT}/{request_id}").json["state"] == "submitted"


def test_a_tag_that_a_proxy_has_made_weak_names_the_same_state(as_, officer):
    request_id, client = draft(officer), as_(officer)
    assert take(client, request_id, "submit", on=f"W/{etag(client, request_id)}").status_code == 200


def test_a_step_that_does_not_fit_the_state_conflicts(as_, officer, coordinator):
    request_id = submitted(officer)
    step(officer, request_id, "withdraw")
    body = problem(take(as_(coordinator), request_id, "endorse"), 409, "proceeding-moved")
    assert (body["state"], body["seq"]) == ("withdrawn", 2)


def test_a_question_needs_its_words(as_, officer, coordinator):
    body = problem(take(as_(coordinator), submitted(officer), "ask"), 422, "invalid-input")
    assert fields(body) == {"note"}


def test_the_side_and_the_role_decide_about_a_step(as_, officer, district):
    request_id = submitted(officer)
    problem(take(as_(district.gemeinde.actor(*Role)), request_id, "endorse"), 409, "other-side")
    problem(take(as_(district.kreis.actor(Role.AUDITOR)), request_id, "endorse"), 403, "forbidden")


def test_others_find_nothing_and_nobody_is_asked_to_sign_in(as_, officer, district):
    request_id = submitted(officer)
    for body in (district.sibling, district.other_kreis, district.stadt, district.unrelated):
        client = as_(body.actor(*Role))
        problem(client.get(f"{ROOT}/{request_id}"), 404, "not-found")
        problem(take(client, request_id, "endorse"), 404, "not-found")
        assert client.get(ROOT).json == {"items": [], "next_cursor": None}
    problem(as_(None).get(ROOT), 401, "not-signed-in")


def test_a_list_is_read_page_by_page(as_, officer, coordinator):
    ids = [str(submitted(officer)) for _ in range(5)]
    client, listed, cursor = as_(coordinator), [], None
    while True:
        answer = client.get(ROOT, query_string={"limit": 2, **({"cursor": cursor} if cursor else {})}).json
        listed += [item["id"] for item in answer["items"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    assert sorted(listed) == sorted(ids)
    assert client.get(ROOT, query_string={"state": "draft"}).json["items"] == []
    assert client.get(ROOT, query_string={"scope": "own"}).json["items"] == []


@pytest.mark.parametrize(
    "query", [{"cursor": "unsinn"}, {"limit": 0}, {"limit": 201}, {"state": "x"}, {"scope": "all"}]
)
def test_a_wrong_list_query_is_refused_by_name(as_, officer, query):
    assert fields(problem(as_(officer).get(ROOT, query_string=query), 422, "invalid-input")) == set(query)


def test_the_description_names_permission_and_precondition(as_):
    document = as_(None).get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    path = document["paths"][ROOT + "/{request_id}/endorse"]
    endorse = path["post"]
    assert endorse["security"] == [{"oauth2": ["request:decide"]}]
    assert [p["name"] for p in path["parameters"]] == ["request_id"]
    assert {p["name"] for p in endorse["parameters"]} == {"If-Match", "Idempotency-Key"}
    assert {"200", "401", "403", "404", "409", "412", "422", "428"} <= set(endorse["responses"])
    schemes = document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    assert set(schemes["scopes"]) >= {"request:read", "request:write", "request:decide"}


def test_the_description_is_kept_until_it_changes(as_):
    first = as_(None).get("/api/v1/openapi.json")
    again = as_(None).get("/api/v1/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


# Idempotency-Key


def test_the_same_request_with_the_same_key_works_once_and_answers_twice(as_, officer):
    client = as_(officer)
    answers = [client.post(ROOT, json=NEW, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].data == answers[1].data
    for name in ("ETag", "Location", "Content-Type"):
        assert answers[0].headers[name] == answers[1].headers[name]
    assert [a.headers.get("Idempotent-Replayed") for a in answers] == [None, "true"]
    assert len(client.get(ROOT).json["items"]) == 1


def test_a_step_is_repeated_safely_although_its_state_is_over(as_, officer):
    request_id, client = draft(officer), as_(officer)
    before = etag(client, request_id)
    answers = [take(client, request_id, "submit", on=before, **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert [a.status_code for a in answers] == [200, 200]
    assert answers[1].json["seq"] == 1


def test_the_same_key_for_something_else_is_refused(as_, officer):
    client = as_(officer)
    client.post(ROOT, json=NEW, headers={"Idempotency-Key": "k"})
    other = client.post(ROOT, json={**NEW, "fte": "0.75"}, headers={"Idempotency-Key": "k"})
    problem(other, 422, "idempotency-key-reused")
    assert len(client.get(ROOT).json["items"]) == 1


def test_a_refused_request_leaves_its_key_free(as_, officer):
    client = as_(officer)
    problem(client.post(ROOT, json={}, headers={"Idempotency-Key": "k"}), 422, "invalid-input")
    assert client.post(ROOT, json=NEW, headers={"Idempotency-Key": "k"}).status_code == 201


def test_two_tenants_and_two_callers_do_not_share_keys(as_, officer, district):
    from dataclasses import replace
    from uuid import uuid4

    callers = [officer, replace(officer, subject=uuid4()), district.sibling.actor(Role.OFFICER)]
    created = [as_(c).post(ROOT, json=NEW, headers={"Idempotency-Key": "k"}) for c in callers]
    assert [c.status_code for c in created] == [201, 201, 201]
    assert len({c.json["id"] for c in created}) == 3


@pytest.mark.parametrize("key", ["", "mit leer zeichen", "x" * 256])
def test_a_malformed_key_is_refused(as_, officer, key):
    problem(as_(officer).post(ROOT, json=NEW, headers={"Idempotency-Key": key}), 422, "invalid-input")


def test_the_same_request_sent_twice_at_once_works_once(committing):
    officer = committed_district(committing).gemeinde.actor(Role.OFFICER)
    with acting(committing.app) as stand_in:
        stand_in.actor = officer

        def send(_):
            client = type(stand_in.client)(committing.app, committing.app.response_class)
            return client.post(ROOT, json=NEW, headers={"Idempotency-Key": "k"})

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(send, range(4)))
        assert [a.status_code for a in answers] == [201] * 4
        assert len({a.data for a in answers}) == 1
        assert len(stand_in.client.get(ROOT).json["items"]) == 1


# documents


def test_a_document_is_named_with_its_hash_and_downloaded(as_, officer, coordinator):
    from kimhub.core.documents import UploadedFile
    from kimhub.positions.criteria import Criterion
    from kimhub.positions.usecases.set_criterion import SetCriterion, set_criterion
    from tenants import transaction

    request_id = draft(officer)
    with transaction(officer):
        set_criterion(
            officer,
            SetCriterion(
                request_id=request_id, criterion=Criterion.JUGENDAMT, met=True, evidence="x",
                file=UploadedFile("Satzung.pdf", PDF),
            ),
        )  # fmt: skip
    step(officer, request_id, "submit")
    client = as_(coordinator)
    named = client.get(f"{ROOT}/{request_id}").json["criteria"][1]["document"]
    assert (named["name"], named["size"]) == ("Satzung.pdf", len(PDF))
    assert client.get(named["url"]).data == PDF


def test_a_draft_is_deleted_and_gone(as_, officer):
    request_id = draft(officer)
    client = as_(officer)
    problem(client.delete(f"{ROOT}/{request_id}"), 428, "precondition-required")
    assert delete(client, request_id).status_code == 204
    problem(client.get(f"{ROOT}/{request_id}"), 404, "not-found")
    problem(client.delete(f"{ROOT}/{request_id}"), 404, "not-found")


def test_what_was_submitted_is_not_deleted(as_, officer, coordinator):
    request_id = submitted(officer)
    assert "zurückziehen" in problem(delete(as_(officer), request_id), 409, "request-fixed")["detail"]
    problem(delete(as_(coordinator), request_id), 403, "forbidden")
    assert as_(officer).get(f"{ROOT}/{request_id}").json["state"] == "submitted"


def test_a_draft_of_another_gemeinde_is_not_found(as_, officer, district):
    request_id = draft(officer)
    problem(delete(as_(district.sibling.actor(Role.OFFICER)), request_id), 404, "not-found")

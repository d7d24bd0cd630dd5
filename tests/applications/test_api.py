"""Applications and decisions over the API."""

from __future__ import annotations

import pytest

from tests.applications.conftest import make_draft, make_submitted
from tests.support.states import seen as state_of

APPLICATIONS, DECISIONS = "/api/v1/applications", "/api/v1/baustein-decisions"


@pytest.fixture
def client(browser):
    return browser.client


def details(plan=None, **others):
    return {
        "title": "KIM 2021 und 2022", "starts_on": "2021-05-01", "ends_on": "2022-12-31",
        "plan_id": str(plan) if plan else None, **others,
    }  # fmt: skip


def errors(answer):
    return {error["field"] for error in answer.json["errors"]}


def test_an_application_is_begun_written_and_submitted(client, plan):
    made = client.post(APPLICATIONS, json=details(plan))
    assert made.status_code == 201
    here, etag = made.headers["Location"], made.headers["ETag"]
    sections = [{**{k: s[k] for k in ("id", "heading")}, "text": "So."} for s in made.json["sections"]]
    body = details(
        plan, sections=[*sections[:2], {"heading": "Anlagen"}], participants=[{"name": "Jobcenter"}]
    )
    put = client.put(here, json=body, headers={"If-Match": etag})
    assert put.status_code == 200
    assert [s["heading"] for s in put.json["sections"]] == ["Ausgangslage", "Ziele", "Anlagen"]
    assert put.json["participants"] == [{"name": "Jobcenter", "inside": False, "contribution": ""}]
    sent = client.post(
        f"{here}/submit", json={"submitted_on": "2021-03-01"}, headers={"If-Match": put.headers["ETag"]}
    )
    assert (sent.status_code, sent.json["state"]) == (200, "submitted")
    assert sent.json["total_grant"] == "1306600.00"
    assert {"year": 2022, "baustein": 1, "purpose": "koordination", "amount": "137500.00"} in sent.json[
        "requested"
    ]
    late = client.put(here, json=body, headers={"If-Match": sent.headers["ETag"]})
    assert (late.status_code, late.json["code"]) == (409, "application-fixed")


def test_what_stands_against_a_submission_is_named(client):
    made = client.post(APPLICATIONS, json=details())
    assert {finding["code"] for finding in made.json["findings"]} >= {"no_figures", "foerderskizze_empty"}
    sent = client.post(
        f"{made.headers['Location']}/submit", json={"submitted_on": "2021-03-01"},
        headers={"If-Match": made.headers["ETag"]},
    )  # fmt: skip
    assert (sent.status_code, sent.json["code"]) == (422, "application-incomplete")
    assert errors(sent) == {"plan", "sections"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_on": "2021-04-30"}, "ends_on"),
        ({"plan_id": "kein-plan"}, "plan_id"),
        ({"plan_id": "00000000-0000-4000-8000-000000000000"}, "plan_id"),
        ({"starts_on": "1.5.2021"}, "starts_on"),
        ({"title": ""}, "title"),
        ({"betrag": "1"}, "betrag"),
    ],
)
def test_bad_input_is_refused_at_its_field_and_changes_nothing(client, change, field):
    answer = client.post(APPLICATIONS, json={**details(), **change})
    assert answer.status_code == 422
    assert errors(answer) == {field}
    assert client.get(APPLICATIONS).json["items"] == []


def test_a_section_of_another_application_is_refused(client, stadt):
    mine, other = make_draft(stadt), make_draft(stadt, title="Anderer")
    foreign = client.get(f"{APPLICATIONS}/{other}").json["sections"][0]
    seen = client.get(f"{APPLICATIONS}/{mine}")
    body = details(sections=[{"id": foreign["id"], "heading": "x"}])
    answer = client.put(f"{APPLICATIONS}/{mine}", json=body, headers={"If-Match": seen.headers["ETag"]})
    assert answer.status_code == 422
    assert errors(answer) == {"sections[0].id"}
    assert client.get(f"{APPLICATIONS}/{mine}").json["sections"] == seen.json["sections"]


def test_a_change_needs_the_state_it_is_made_on(client, stadt):
    here = f"{APPLICATIONS}/{make_draft(stadt)}"
    assert client.put(here, json=details()).status_code == 428
    assert client.put(here, json=details(), headers={"If-Match": '"99"'}).status_code == 412


def test_a_repeated_begin_begins_once(client):
    headers = {"Idempotency-Key": "antrag-1"}
    first, again = (client.post(APPLICATIONS, json=details(), headers=headers) for _ in range(2))
    assert first.json["id"] == again.json["id"]
    assert len(client.get(APPLICATIONS).json["items"]) == 1


def test_what_follows_a_submission(client, stadt):
    here = f"{APPLICATIONS}/{make_submitted(stadt)}"

    def follow(action, **said):
        return client.post(f"{here}/{action}", json=said, headers=state_of(client, here))

    assert client.post(f"{here}/receipt", json={"happened_on": "2021-03-03"}).status_code == 428
    received = follow("receipt", happened_on="2021-03-03", reference="36.01")
    assert received.json["events"][0]["reference"] == "36.01"
    assert follow("receipt", happened_on="2021-03-03").status_code == 409
    decided = follow("decide", happened_on="2021-04-20")
    assert decided.json["state"] == "decided"
    assert follow("withdraw", happened_on="2021-04-21", note="x").status_code == 409
    before = state_of(client, here)
    correction = client.post(f"{here}/correction", headers=before)
    assert correction.status_code == 201
    assert here.endswith(correction.json["supersedes_id"])
    assert correction.location.endswith(correction.json["id"])
    assert client.post(f"{here}/correction", headers=before).status_code == 412


def test_the_list_pages_without_gap_or_repetition(client, stadt):
    made = {str(make_draft(stadt, title=f"Antrag {number}")) for number in range(5)}
    seen, cursor = [], None
    while True:
        page = client.get(
            APPLICATIONS, query_string={"limit": 2, **({"cursor": cursor} if cursor else {})}
        ).json
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == 5
    assert set(seen) == made


def test_decisions_say_which_bausteine_are_not_used_in_a_year(client):
    body = {
        "baustein": "3", "use": "not_used", "from_year": 2021, "decided_on": "2021-05-06", "reason": "Weil.",
    }  # fmt: skip
    made = client.post(DECISIONS, json=body)
    assert (made.status_code, made.json["use"]) == (201, "not_used")
    assert client.get(f"{DECISIONS}?year=2020").json["not_used"] == []
    found = client.get(f"{DECISIONS}?year=2022").json
    assert found["not_used"] == [3]
    assert [item["id"] for item in found["items"]] == [made.json["id"]]
    assert client.post(DECISIONS, json={**body, "baustein": "4"}).status_code == 422

"""Weiterleitungen over the API."""

from __future__ import annotations

import pytest

from tests.factories.ledger import confirmed, drafted, euro, granted, issued, left, state
from tests.support.acting import acting

ROOT = "/api/v1/allocations"


@pytest.fixture
def client(ctx, kreis):
    with acting(ctx) as stand_in:
        stand_in.as_(kreis)
        yield stand_in


@pytest.fixture
def fund(kreis):
    return granted(kreis, euro("57000.00", fte="1"))


def said(**more):
    return {
        "title": "Case Management 2026", "issued_on": "2026-03-01", "period_from": "2026-01-01",
        "period_to": "2026-12-31",
        "items": [{"year": 2026, "purpose": "case_management", "amount": "28500.00", "fte": "0.5"}], **more,
    }  # fmt: skip


def etag(client, allocation_id):
    return {"If-Match": client.client.get(f"{ROOT}/{allocation_id}").headers["ETag"]}


def seen(client, allocation_id):
    return {"id": str(allocation_id), "etag": etag(client, allocation_id)["If-Match"]}


def test_a_draft_is_prepared_once_per_key_and_then_issued(client, kreis, district, fund):
    body = said(fund_id=str(fund), recipient=district.gemeinde.slug)
    answers = [client.client.post(ROOT, json=body, headers={"Idempotency-Key": "one"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    allocation = answers[0].json["id"]
    assert answers[1].json["id"] == allocation
    assert left(kreis, fund) == 57000
    answer = client.client.post(f"{ROOT}/{allocation}/issue", json={}, headers=etag(client, allocation))
    assert answer.json["state"] == "issued"
    assert answer.json["versions"][0]["items"] == [
        {"year": 2026, "baustein": 2, "purpose": "case_management", "amount": "28500.00", "fte": "0.50"}
    ]
    assert left(kreis, fund) == 28500


def test_what_is_not_enough_is_named_cell_by_cell(client, kreis, district, fund):
    drafts = [
        drafted(kreis, fund, body.id, euro("40000.00")) for body in (district.gemeinde, district.sibling)
    ]
    answer = client.client.post(f"{ROOT}/issue", json={"drafts": [seen(client, draft) for draft in drafts]})
    assert answer.status_code == 409
    assert answer.json["code"] == "fund-overdrawn"
    assert answer.json["cells"] == [
        {"year": 2026, "baustein": 2, "purpose": "case_management", "left": "17000.00", "asked": "40000.00"}
    ]
    assert {state(kreis, draft) for draft in drafts} == {"draft"}


def test_a_batch_is_issued_on_the_states_that_were_seen_or_not_at_all(client, kreis, district, fund):
    drafts = [drafted(kreis, fund, body.id, euro("10.00")) for body in (district.gemeinde, district.sibling)]
    batch = {"drafts": [seen(client, draft) for draft in drafts]}
    client.client.put(f"{ROOT}/{drafts[1]}", json=said(), headers=etag(client, drafts[1]))
    stale = client.client.post(f"{ROOT}/issue", json=batch)
    assert (stale.status_code, stale.json["id"], stale.json["state"]) == (412, str(drafts[1]), "draft")
    assert {state(kreis, draft) for draft in drafts} == {"draft"}
    batch["drafts"][1] = seen(client, drafts[1])
    assert sorted(client.client.post(f"{ROOT}/issue", json=batch).json["issued"]) == sorted(map(str, drafts))


def test_a_step_needs_the_state_that_was_seen(client, kreis, gemeinde, fund):
    allocation = issued(kreis, fund, gemeinde.tenant_id, euro("28500.00"))
    client.as_(gemeinde)
    path = f"{ROOT}/{allocation}/confirm"
    assert client.client.post(path, json={}).status_code == 428
    assert client.client.post(path, json={}, headers={"If-Match": '"old"'}).status_code == 412
    present = etag(client, allocation)
    assert client.client.post(path, json={}, headers=present).json["state"] == "confirmed"
    stale = client.client.post(path, json={}, headers=present)
    assert stale.status_code == 412
    assert stale.json["state"] == "confirmed"


@pytest.mark.parametrize(("step", "becomes"), [("object", "objected"), ("waive", "waived")])
def test_an_answer_without_words_is_refused(client, kreis, gemeinde, fund, step, becomes):  # noqa: PLR0917 - fixtures
    allocation = issued(kreis, fund, gemeinde.tenant_id, euro("28500.00"))
    client.as_(gemeinde)
    path = f"{ROOT}/{allocation}/{step}"
    assert client.client.post(path, json={}, headers=etag(client, allocation)).status_code == 422
    answer = client.client.post(path, json={"note": "Weil."}, headers=etag(client, allocation))
    assert answer.json["state"] == becomes


def test_an_amendment_beyond_the_fund_names_what_is_left(client, kreis, gemeinde, fund):
    allocation = confirmed(kreis, gemeinde, fund, euro("28500.00"))
    body = said(reason="Mehr Bedarf.")
    del body["title"]
    body["items"][0]["amount"] = "60000.00"
    answer = client.client.post(f"{ROOT}/{allocation}/amend", json=body, headers=etag(client, allocation))
    assert answer.status_code == 409
    assert answer.json["cells"][0]["purpose"] == "case_management"


def test_money_is_taken_back(client, kreis, gemeinde, fund):
    allocation = confirmed(kreis, gemeinde, fund, euro("28500.00"))
    body = {"issued_on": "2026-04-01", "reason": "Stelle entfällt."}
    answer = client.client.post(f"{ROOT}/{allocation}/end", json=body, headers=etag(client, allocation))
    assert answer.json["state"] == "ended"
    assert left(kreis, fund) == 57000


def test_a_wrong_amount_is_named_by_its_place(client, kreis, district, fund):
    body = said(
        fund_id=str(fund),
        recipient=district.gemeinde.slug,
        period_from="2027-01-01",
        period_to="2027-12-31",
    )
    answer = client.client.post(ROOT, json=body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == ["items[0]"]


def test_a_gemeinde_of_another_kreis_receives_nothing(client, unrelated, district, fund):
    body = said(fund_id=str(fund), recipient=district.unrelated.slug)
    answer = client.client.post(ROOT, json=body)
    assert answer.status_code == 422
    assert answer.json["code"] == "recipient-not-below"
    assert unrelated.tenant_id == district.unrelated.id


def test_a_draft_is_replaced_and_dropped(client, kreis, gemeinde, fund):
    draft = drafted(kreis, fund, gemeinde.tenant_id, euro("10.00"))
    answer = client.client.put(f"{ROOT}/{draft}", json=said(title="Anders"), headers=etag(client, draft))
    assert answer.json["title"] == "Anders"
    assert client.client.delete(f"{ROOT}/{draft}").status_code == 428
    assert client.client.delete(f"{ROOT}/{draft}", headers=etag(client, draft)).status_code == 204
    assert client.client.get(f"{ROOT}/{draft}").status_code == 404


def test_lists_by_scope_and_state(client, kreis, gemeinde, fund):
    drafted(kreis, fund, gemeinde.tenant_id, euro("10.00"), title="Entwurf")
    issued(kreis, fund, gemeinde.tenant_id, euro("28500.00"), title="Erteilt")
    titles = [row["title"] for row in client.client.get(f"{ROOT}?state=issued").json["items"]]
    assert titles == ["Erteilt"]
    first = client.client.get(f"{ROOT}?limit=1").json
    second = client.client.get(f"{ROOT}?limit=1&cursor={first['next_cursor']}").json
    assert {first["items"][0]["title"], second["items"][0]["title"]} == {"Entwurf", "Erteilt"}
    client.as_(gemeinde)
    received = client.client.get(f"{ROOT}?scope=received").json["items"]
    assert [row["amount"] for row in received] == ["28500.00"]

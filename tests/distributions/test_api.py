"""Distributions as API: calculating stores nothing, drafts are made on the state that was seen."""

from __future__ import annotations

import pytest

from tenants import Role
from tests.distributions.conftest import TWO
from tests.support.acting import acting
from tests.support.states import seen

ADDRESS = "/api/v1/distributions"


@pytest.fixture
def client(ctx, kreis):
    with acting(ctx) as stand_in:
        yield stand_in.as_(kreis)


def stored(client, fund):
    answer = client.post(ADDRESS, json={"fund_id": str(fund), "distribution": TWO})
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(answer.json["id"])
    return answer.json


def test_calculating_stores_nothing(client):
    answer = client.post(f"{ADDRESS}/calculate", json=TWO)
    result = answer.json["result"]
    assert [(party["name"], party["share"], party["amount"]) for party in result["parties"]] == [
        ("Musterstadt", "1.50", "85500.00"), ("Öhringhausen", "0.50", "28500.00"),
    ]  # fmt: skip
    assert result["cells"][0]["total"] == "114000.00"
    assert client.get(ADDRESS).json == {"items": [], "next_cursor": None}


def test_what_cannot_be_distributed_is_refused_with_its_field(client):
    answer = client.post(f"{ADDRESS}/calculate", json={**TWO, "total": "2.2"})
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == ["total"]


def test_from_storing_to_issued_allocations(client, fund):
    distribution = stored(client, fund)
    address = f"{ADDRESS}/{distribution['id']}"
    etag = client.get(address).headers["ETag"]
    made = client.post(f"{address}/drafts", json={"issued_on": "2026-03-01"}, headers={"If-Match": etag})
    assert made.status_code == 201
    assert {part["recipient"]: part["amount"] for part in made.json["allocations"]} == {
        "Musterstadt": "85500.00", "Öhringhausen": "28500.00",
    }  # fmt: skip
    assert {part["issued_at"] for part in made.json["allocations"]} == {None}
    issued = client.post(f"{address}/issue", headers=seen(client, address))
    assert issued.status_code == 200
    assert None not in {part["issued_at"] for part in issued.json["allocations"]}
    (row,) = client.get(ADDRESS).json["items"]
    assert (row["title"], row["made"], row["issued"]) == ("Case Management 2026", 2, 2)


def test_drafts_need_the_state_that_was_seen(client, fund):
    address = f"{ADDRESS}/{stored(client, fund)['id']}"
    assert client.post(f"{address}/drafts", json={"issued_on": "2026-03-01"}).status_code == 428
    stale = client.post(f"{address}/drafts", json={"issued_on": "2026-03-01"}, headers={"If-Match": '"7"'})
    assert stale.status_code == 412


def test_issuing_without_drafts_is_a_conflict(client, fund):
    address = f"{ADDRESS}/{stored(client, fund)['id']}"
    answer = client.post(f"{address}/issue", headers=seen(client, address))
    assert (answer.status_code, answer.json["code"]) == (409, "distribution-without-drafts")


def test_a_party_outside_the_kreis_is_refused(client, fund):
    document = {**TWO, "parties": [{"name": "Fernstadt", "key": "1"}]}
    answer = client.post(ADDRESS, json={"fund_id": str(fund), "distribution": document})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "parties[0].name"


def test_another_tenant_finds_nothing(ctx, client, district, fund):
    address = f"{ADDRESS}/{stored(client, fund)['id']}"
    with acting(ctx) as other:
        other.as_(district.gemeinde.actor(Role.KI_COORDINATOR))
        assert other.client.get(address).status_code == 404
        assert other.client.post(f"{address}/issue").status_code == 404

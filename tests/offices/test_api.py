"""Contact data over the API: a service directory keeps them, and every body keeps its own only."""

from __future__ import annotations

import pytest

from tenants import Permission, Role
from tests.support.acting import acting

OFFICES = "/api/v1/offices"
KI = {
    "role": "ki_coordinator", "name": "Kommunales Integrationszentrum", "email": "ki@kreis.example",
    "phone": "02241 13-0",
}  # fmt: skip


@pytest.fixture
def machine(ctx):
    """A machine of a body with these scopes."""
    with acting(ctx) as stand_in:

        def machine(body, *scopes):
            return stand_in.as_(body.machine(*scopes))

        yield machine


@pytest.fixture
def keeper(machine, district):
    return machine(district.kreis, Permission.MEMBER_READ, Permission.CONTACT_MANAGE)


def test_a_machine_names_changes_and_removes_an_office(keeper):
    made = keeper.post(OFFICES, json=KI)
    assert made.status_code == 201
    assert made.json == {"id": made.json["id"], **KI}
    here = made.headers["Location"]
    assert keeper.get(OFFICES).json["items"] == [made.json]
    new = {"name": "KI", "email": "", "phone": "02241 13-1"}
    seen = {"If-Match": made.headers["ETag"]}
    changed = keeper.put(here, json=new, headers=seen)
    assert (changed.status_code, changed.json) == (200, {**made.json, **new})
    assert keeper.put(here, json=new, headers=seen).status_code == 412
    assert keeper.put(here, json=new).status_code == 428
    assert keeper.delete(here, headers={"If-Match": changed.headers["ETag"]}).status_code == 204
    assert keeper.get(here).status_code == 404
    assert keeper.get(OFFICES).json["items"] == []


def test_a_repeated_request_names_one_office_and_a_second_for_a_role_is_a_conflict(keeper):
    key = {"Idempotency-Key": "1"}
    answers = [keeper.post(OFFICES, json=KI, headers=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    refused = keeper.post(OFFICES, json=KI)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (409, "role")


@pytest.mark.parametrize(
    ("field", "value"), [("role", "officer2"), ("role", "authority"), ("email", "kein"), ("phone", "abc")]
)
def test_what_is_wrong_is_named_at_its_field(keeper, field, value):
    refused = keeper.post(OFFICES, json={**KI, field: value})
    assert (refused.status_code, [error["field"] for error in refused.json["errors"]]) == (422, [field])


def test_an_office_that_nobody_can_reach_is_none(keeper):
    assert keeper.post(OFFICES, json={**KI, "email": "", "phone": ""}).status_code == 422
    assert keeper.get(OFFICES).json["items"] == []


def test_reading_needs_one_right_and_changing_another(machine, district):
    reader = machine(district.kreis, Permission.MEMBER_READ)
    assert reader.get(OFFICES).status_code == 200
    assert reader.post(OFFICES, json=KI).status_code == 403
    other = machine(district.kreis, *(each for each in Permission if each is not Permission.CONTACT_MANAGE))
    assert other.post(OFFICES, json=KI).status_code == 403
    assert machine(district.kreis, Permission.CONTACT_MANAGE).get(OFFICES).status_code == 403


def test_another_bodys_office_is_none_although_everybody_may_read_it(keeper, machine, district):
    made = keeper.post(OFFICES, json=KI)
    stranger = machine(district.gemeinde, *Permission)
    here, seen = made.headers["Location"], {"If-Match": made.headers["ETag"]}
    assert stranger.get(OFFICES).json["items"] == []
    assert stranger.get(here).status_code == 404
    assert stranger.put(here, json={"name": "x", "phone": "1234"}, headers=seen).status_code == 404
    assert stranger.delete(here, headers=seen).status_code == 404


def test_the_same_stands_on_the_page(keeper, machine, district):
    keeper.post(OFFICES, json=KI)
    with acting(keeper.application) as somebody:
        page = somebody.as_(district.kreis.actor(Role.ADMINISTRATOR)).get(
            "/t/musterkreis/verwaltung/kontaktdaten"
        )
    assert "Kommunales Integrationszentrum" in page.text

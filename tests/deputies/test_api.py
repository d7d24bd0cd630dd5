"""Deputies over the API: who keeps absences elsewhere enters here who is told meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kimhub.core import clock
from tenants import Permission, Role
from tests.support.acting import acting

DEPUTATIONS = "/api/v1/deputations"
EVERYTHING = tuple(Permission)


@pytest.fixture
def machine(town, people):
    """A machine of the Gemeinde with these scopes, or of another body."""
    with acting(town.works.app) as stand_in:

        def machine(*scopes, body=None):
            return stand_in.as_((body or town.district.gemeinde).machine(*scopes))

        yield machine


@pytest.fixture
def keeper(machine):
    return machine(Permission.MEMBER_READ, Permission.CONTACT_MANAGE)


def wanted(account="olga", deputy="paula", begin=0, end=7):
    today = clock.today()
    return {
        "account_email": f"{account}@kim.example",
        "deputy_email": f"{deputy}@kim.example",
        "starts_on": f"{today + timedelta(days=begin)}",
        "ends_on": f"{today + timedelta(days=end)}",
    }


def test_a_machine_names_a_deputy_and_ends_it_and_it_stays_readable(keeper):
    made = keeper.post(DEPUTATIONS, json={**wanted(), "deputy_email": " PAULA@kim.example "})
    assert made.status_code == 201
    names = {"account_name": "Sachbearbeitung Musterstadt", "deputy_name": "Prüfung Musterstadt"}
    assert made.json == {"id": made.json["id"], **wanted(), **names, "ended_at": None}
    assert keeper.get(DEPUTATIONS).json["items"] == [made.json]
    here = made.headers["Location"]
    assert keeper.post(f"{here}/end").status_code == 428
    ended = keeper.post(f"{here}/end", headers={"If-Match": made.headers["ETag"]})
    assert ended.status_code == 200
    assert ended.json["ended_at"] is not None
    assert keeper.get(here).json == ended.json
    assert keeper.get(DEPUTATIONS).json["items"] == []
    assert keeper.get(f"{DEPUTATIONS}?over=true").json["items"] == [ended.json]


def test_a_repeated_request_names_one(keeper):
    answers = [keeper.post(DEPUTATIONS, json=wanted(), headers={"Idempotency-Key": "1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert len(keeper.get(DEPUTATIONS).json["items"]) == 1


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("account_email", wanted(account="kim")),
        ("account_email", {**wanted(), "account_email": "olga"}),
        ("deputy_email", wanted(deputy="niemand")),
        ("deputy_email", wanted(deputy="olga")),
        ("ends_on", wanted(begin=3, end=2)),
        ("ends_on", wanted(begin=-3, end=-1)),
        ("starts_on", {**wanted(), "starts_on": "morgen"}),
    ],
)
def test_what_is_wrong_is_named_at_its_field(keeper, field, said):
    refused = keeper.post(DEPUTATIONS, json=said)
    assert (refused.status_code, [error["field"] for error in refused.json["errors"]]) == (422, [field])
    assert keeper.get(DEPUTATIONS).json["items"] == []


def test_reading_needs_one_right_and_naming_another(machine):
    assert machine(Permission.MEMBER_READ).get(DEPUTATIONS).status_code == 200
    assert machine(Permission.MEMBER_READ).post(DEPUTATIONS, json=wanted()).status_code == 403
    lacking = [each for each in EVERYTHING if each is not Permission.CONTACT_MANAGE]
    assert machine(*lacking).post(DEPUTATIONS, json=wanted()).status_code == 403
    assert machine(Permission.CONTACT_MANAGE).post(DEPUTATIONS, json=wanted()).status_code == 201
    assert machine(Permission.CONTACT_MANAGE).get(DEPUTATIONS).status_code == 403


def test_another_body_has_none_of_it(keeper, machine, town):
    made = keeper.post(DEPUTATIONS, json=wanted())
    stranger = machine(*EVERYTHING, body=town.district.kreis)
    here = made.headers["Location"]
    assert stranger.get(DEPUTATIONS).json["items"] == []
    assert stranger.get(here).status_code == 404
    assert stranger.post(f"{here}/end", headers={"If-Match": made.headers["ETag"]}).status_code == 404
    refused = stranger.post(DEPUTATIONS, json=wanted())
    assert refused.status_code == 422, "its own people only"


def test_the_same_stands_on_the_page_and_both_read_of_it(keeper, town, people):
    keeper.post(DEPUTATIONS, json=wanted(deputy="carla"))
    with acting(town.works.app) as somebody:
        member = town.actor("carla", town.district.gemeinde, Role.COMMITTEE_MEMBER)
        assert "Sie vertreten" in somebody.as_(member).get("/t/musterstadt/posteingang").text

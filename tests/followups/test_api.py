"""Follow-ups over the API: a programme that keeps them elsewhere writes to Heute, never for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kimhub.core import clock
from tenants import Permission, Role
from tests.followups.test_follow_ups import WHAT, days, stands, written
from tests.support.acting import acting

FOLLOW_UPS = "/api/v1/follow-ups"


@pytest.fixture
def machine(ctx):
    """A machine of a body with these scopes."""
    with acting(ctx) as stand_in:

        def machine(body, *scopes):
            return stand_in.as_(body.machine(*scopes))

        yield machine


@pytest.fixture
def keeper(machine, district):
    return machine(district.gemeinde, Permission.FOLLOW_UP_WRITE)


def said(**more):
    return {"kind": "promise", "title": WHAT, "due_on": str(days(2)), "role": "officer", **more}


def test_a_machine_writes_moves_ends_and_takes_up(keeper, district):
    made = keeper.post(FOLLOW_UPS, json=said(about="Kreis"))
    assert made.status_code == 201, made.text
    here = made.headers["Location"]
    assert (made.json["role"], made.json["about"], made.json["former_days"]) == ("officer", "Kreis", [])
    put = {key: value for key, value in said().items() if key != "role"} | {"due_on": str(days(9))}
    moved = keeper.put(here, json=put, headers={"If-Match": made.headers["ETag"]})
    assert [day["due_on"] for day in moved.json["former_days"]] == [str(days(2))]
    assert keeper.put(here, json=put, headers={"If-Match": made.headers["ETag"]}).status_code == 412
    ended = keeper.post(f"{here}/end", headers={"If-Match": moved.headers["ETag"]})
    assert ended.json["ended_at"]
    assert keeper.get(FOLLOW_UPS).json["items"] == []
    assert [row["id"] for row in keeper.get(f"{FOLLOW_UPS}?ended=true").json["items"]] == [made.json["id"]]
    again = keeper.post(f"{here}/end", headers={"If-Match": ended.headers["ETag"]})
    assert (again.status_code, again.json["type"].rsplit(":", 1)[-1]) == (409, "follow-up-ended")
    back = keeper.post(f"{here}/take-up", headers={"If-Match": ended.headers["ETag"]})
    assert back.json["ended_at"] is None


def test_what_a_machine_writes_stands_on_heute_of_the_role(ctx, keeper, person, district):
    assert keeper.post(FOLLOW_UPS, json=said()).status_code == 201
    assert stands(ctx, person(district.gemeinde, Role.OFFICER)) is not None
    assert stands(ctx, person(district.gemeinde, Role.ADMINISTRATOR)) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("role", "auditor"), ("role", None), ("kind", "task"), ("title", ""), ("due_on", "2020-01-01"),
        ("due_on", str(clock.today() + timedelta(days=400))),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_at_its_field(keeper, field, value):
    refused = keeper.post(FOLLOW_UPS, json=said(**{field: value}))
    assert (refused.status_code, [error["field"] for error in refused.json["errors"]]) == (422, [field])


def test_a_machine_reads_nobodys_own_and_no_other_bodys(machine, officer, district):
    own, shared = written(officer, days(1), role=None), written(officer, days(1))
    keeper = machine(district.gemeinde, Permission.FOLLOW_UP_WRITE)
    assert [row["id"] for row in keeper.get(FOLLOW_UPS).json["items"]] == [str(shared)]
    assert keeper.get(f"{FOLLOW_UPS}/{own}").status_code == 404
    other = machine(district.kreis, Permission.FOLLOW_UP_WRITE)
    assert other.get(FOLLOW_UPS).json["items"] == []
    assert other.get(f"{FOLLOW_UPS}/{shared}").status_code == 404
    assert machine(district.gemeinde, Permission.DESK_READ).get(FOLLOW_UPS).status_code == 403

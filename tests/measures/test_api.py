"""Measures over the API: what a programme of the office reads and enters, with the same rights."""

from __future__ import annotations

import pytest

from tenants import Permission
from tests.measures.acts import DECIDED_ON, WHAT, days, decided, proposed, stepped

MEASURES = "/api/v1/measures"
KEEPING = (Permission.COMMITTEE_READ, Permission.COMMITTEE_WRITE)


@pytest.fixture
def keeper(machine, district):
    return machine(district.kreis, *KEEPING)


def said(group, **more):
    return {
        "committee_id": str(group),
        "title": WHAT,
        "responsible": "Jobcenter",
        "origin": "gemeinde",
        **more,
    }


def test_a_machine_proposes_changes_and_steps(keeper, group):
    made = keeper.post(MEASURES, json=said(group, baustein="2", due=str(days(9))))
    assert made.status_code == 201, made.text
    here = made.headers["Location"]
    assert (made.json["state"], made.json["baustein"], made.json["steps"]) == ("proposed", 2, [])
    step = {"happened_on": str(DECIDED_ON)}
    done = keeper.post(f"{here}/decide", json=step, headers={"If-Match": made.headers["ETag"]})
    assert (done.json["state"], done.json["decided_on"]) == ("decided", str(DECIDED_ON))
    assert (
        keeper.post(f"{here}/begin", json=step, headers={"If-Match": made.headers["ETag"]}).status_code == 412
    )
    words = {key: value for key, value in said(group).items() if key != "committee_id"}
    moved = keeper.put(here, json={**words, "due": str(days(20))}, headers={"If-Match": done.headers["ETag"]})
    assert [one["due"] for one in moved.json["steps"]] == [str(days(9)), str(days(20))]
    gone = keeper.delete(here, headers={"If-Match": moved.headers["ETag"]})
    assert (gone.status_code, gone.json["type"].rsplit(":", 1)[-1]) == (409, "measure-state")


def test_the_list_is_narrowed(keeper, kreis, group):
    over, open_one = decided(kreis, group), proposed(kreis, group)
    stepped(kreis, over, "finish", days(0))

    def ids(query=""):
        return [row["id"] for row in keeper.get(f"{MEASURES}{query}").json["items"]]

    assert ids() == [str(open_one), str(over)]
    assert ids("?open=true") == [str(open_one)]
    assert ids("?state=done") == [str(over)]
    assert ids("?state=done&open=true") == []
    assert ids(f"?committee_id={group}") == ids()
    assert ids(f"?committee_id={over}") == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""), ("responsible", ""), ("origin", "case"), ("baustein", "4"), ("due", "bald"),
        ("committee_id", "x"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_at_its_field(keeper, group, field, value):
    refused = keeper.post(MEASURES, json=said(group, **{field: value}))
    assert (refused.status_code, [error["field"] for error in refused.json["errors"]]) == (422, [field])


def test_reading_is_not_writing_and_others_read_nothing(machine, district, kreis, group):
    measure_id = decided(kreis, group)
    reader = machine(district.kreis, Permission.COMMITTEE_READ)
    assert reader.get(f"{MEASURES}/{measure_id}").json["title"] == WHAT
    assert reader.post(MEASURES, json=said(group)).status_code == 403
    other = machine(district.gemeinde, *KEEPING)
    assert other.get(f"{MEASURES}/{measure_id}").status_code == 404
    assert other.get(MEASURES).json["items"] == []
    assert other.post(MEASURES, json=said(group)).status_code == 404

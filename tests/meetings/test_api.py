"""Meetings and papers over the API: the same rules and words as in the portal, and the same silence."""

from __future__ import annotations

from uuid import uuid4

import pytest

from kimhub.meetings.api import MeetingSummarySchema, PaperSummarySchema
from tenants import Permission
from tests.committees.acts import entered
from tests.meetings.acts import CLOSED, details, in_days, meeting, met, placed, written
from tests.support.acting import acting

MEETINGS, PAPERS = "/api/v1/meetings", "/api/v1/papers"
KEEPING = (Permission.MEETING_READ, Permission.MEETING_WRITE)


@pytest.fixture
def machine(hall):
    """A machine of the Gemeinde with these scopes; it may keep meetings unless others are said."""
    with acting(hall.app) as stand_in:

        def machine(*scopes, body=hall.district.gemeinde):
            return stand_in.as_(body.machine(*(scopes or KEEPING)))

        yield machine


def seen(answer):
    return {"If-Match": answer.headers["ETag"]}


def test_a_machine_keeps_a_meeting_and_a_paper_from_beginning_to_end(hall, machine):
    keeper, committee_id = machine(), str(entered(hall.gemeinde))
    day = str(in_days(-1))
    made = keeper.post(MEETINGS, json={"committee_id": committee_id, "day": day})
    assert made.status_code == 201
    assert made.json == {
        "id": made.json["id"], "committee_id": committee_id, "committee": "Ausschuss für Integration", "day": day,
        "link": "", "cancelled_on": None, "cancelled_reason": "", "is_held": True, "agenda": [],
    }  # fmt: skip
    here = made.headers["Location"]
    wrote = keeper.post(PAPERS, json={"title": "Sachstand", "kind": "progress", "number": "2026/1"})
    assert wrote.json == {
        "id": wrote.json["id"], "number": "2026/1", "title": "Sachstand", "kind": "progress", "is_public": True,
        "link": "", "dated": None, "consultations": [],
    }  # fmt: skip
    paper = wrote.headers["Location"]
    put = keeper.post(
        f"{paper}/consultations", headers=seen(wrote), json={"meeting_id": made.json["id"], "item": "5.6"}
    )
    (consultation,) = put.json["consultations"]
    assert consultation == {
        "id": consultation["id"], "meeting_id": made.json["id"], "committee_id": committee_id,
        "committee": "Ausschuss für Integration", "day": day, "item": "5.6", "cancelled_on": None,
    }  # fmt: skip
    assert keeper.get(here).json["agenda"] == [
        {
            "id": consultation["id"], "item": "5.6", "is_public": True, "paper_id": wrote.json["id"],
            "kind": "progress", "number": "2026/1", "title": "Sachstand", "link": "",
        }
    ]  # fmt: skip
    point = f"{paper}/consultations/{consultation['id']}"
    moved = keeper.put(point, headers=seen(put), json={"item": "7"})
    assert moved.json["consultations"][0]["item"] == "7"
    assert keeper.put(point, headers=seen(put), json={"item": "8"}).status_code == 412
    for address, thing in ((here, here), (paper, paper)):
        refused = keeper.delete(address, headers=seen(keeper.get(thing)))
        assert refused.status_code == 409
        assert refused.json["code"] in {"meeting-in-use", "paper-in-use"}
    off = keeper.post(f"{here}/cancel", headers=seen(keeper.get(here)), json={"reason": "Ausfall"})
    assert (off.json["is_held"], off.json["cancelled_reason"]) == (False, "Ausfall")
    on = keeper.post(f"{here}/restore", headers=seen(off))
    assert (on.json["is_held"], on.json["cancelled_on"]) == (True, None)
    later = keeper.put(here, headers=seen(on), json={"day": str(in_days(3)), "link": "https://rat.example/1"})
    assert (later.json["is_held"], later.json["link"]) == (False, "https://rat.example/1")
    assert keeper.delete(point, headers=seen(keeper.get(paper))).status_code == 204
    for address in (here, paper):
        assert keeper.delete(address, headers=seen(keeper.get(address))).status_code == 204
        assert keeper.get(address).status_code == 404


def test_lists_are_narrowed_and_show_what_they_describe(hall, machine):
    committee_id, client = entered(hall.gemeinde), machine(Permission.MEETING_READ)
    first = met(hall.gemeinde, committee_id, in_days(-1))
    met(hall.gemeinde, committee_id, in_days(1))
    placed(hall.gemeinde, first, details(number="2026_1"))
    found = client.get(MEETINGS).json["items"]
    assert [(row["day"], row["papers"]) for row in found] == [(str(in_days(1)), 0), (str(in_days(-1)), 1)]
    assert MeetingSummarySchema().validate(found[0]) == {}
    assert len(client.get(f"{MEETINGS}?coming=true").json["items"]) == 1
    assert client.get(f"{MEETINGS}?committee_id={uuid4()}").json["items"] == []
    assert len(client.get(f"{MEETINGS}?committee_id={committee_id}").json["items"]) == 2
    (paper,) = client.get(f"{PAPERS}?words=6_1&kind=information").json["items"]
    assert PaperSummarySchema().validate(paper) == {}
    assert (paper["meetings"], paper["last_day"]) == (1, str(in_days(-1)))
    assert client.get(f"{PAPERS}?words=6/1").json["items"] == []
    assert client.get(f"{PAPERS}?kind=kaffee").status_code == 422


def test_a_machine_that_only_reads_learns_of_a_closed_paper_that_there_is_one(hall, machine):
    meeting_id = met(hall.gemeinde, entered(hall.gemeinde), in_days(1))
    placed(hall.gemeinde, meeting_id, details(title=CLOSED, number="17/geheim", is_public=False))
    closed_id = meeting(hall.gemeinde, meeting_id).agenda[0]["paper_id"]
    reader = machine(Permission.MEETING_READ)
    addresses = (
        f"{MEETINGS}/{meeting_id}",
        MEETINGS,
        PAPERS,
        f"{PAPERS}?words=geheim",
        f"{PAPERS}/{closed_id}",
    )
    answers = [reader.get(address) for address in addresses]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 404]
    for answer in answers:
        assert [words for words in (CLOSED, "17/geheim", str(closed_id)) if words in answer.text] == []
    (item,) = answers[0].json["agenda"]
    assert (item["is_public"], item["paper_id"], item["kind"]) == (False, None, None)
    keeper = machine()
    assert keeper.get(f"{PAPERS}/{closed_id}").json["title"] == CLOSED
    assert keeper.get(addresses[0]).headers["ETag"] == answers[0].headers["ETag"]
    assert len(keeper.get(PAPERS).json["items"]) == 1


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"committee_id": "x"}, "committee_id", "ID eines Gremiums"),
        ({"committee_id": str(uuid4())}, "committee_id", "Wählen Sie ein Gremium"),
        ({"committee_id": None}, "committee_id", ""),
        ({"day": "31.12.2026"}, "day", ""),
        ({"link": "http://rat.example"}, "link", "https://"),
    ],
)
def test_what_is_wrong_with_a_meeting_is_named_at_its_field(hall, machine, said, field, words):
    new = {"committee_id": str(entered(hall.gemeinde)), "day": "2026-01-01", **said}
    refused = machine().post(MEETINGS, json=new)
    assert refused.status_code == 422
    assert [(error["field"], words in error["message"]) for error in refused.json["errors"]] == [
        (field, True)
    ]


def test_the_same_day_and_the_same_paper_again_are_a_conflict(hall, machine):
    keeper, committee_id = machine(), entered(hall.gemeinde)
    meeting_id, paper_id = met(hall.gemeinde, committee_id, in_days(1)), written(hall.gemeinde)
    placed(hall.gemeinde, meeting_id, paper_id)
    again = keeper.post(MEETINGS, json={"committee_id": str(committee_id), "day": str(in_days(1))})
    assert (again.status_code, "an diesem Tag schon" in again.text) == (409, True)
    here = f"{PAPERS}/{paper_id}"
    twice = keeper.post(
        f"{here}/consultations",
        headers=seen(keeper.get(here)),
        json={"meeting_id": str(meeting_id), "item": "2"},
    )
    assert (twice.status_code, "steht schon auf der Tagesordnung" in twice.text) == (409, True)
    unknown = keeper.post(
        f"{here}/consultations",
        headers=seen(keeper.get(here)),
        json={"meeting_id": str(uuid4()), "item": "2"},
    )
    assert (unknown.status_code, unknown.json["errors"][0]["field"]) == (422, "meeting_id")
    other = keeper.get(f"{PAPERS}/{written(hall.gemeinde)}")
    (consultation,) = keeper.get(here).json["consultations"]
    wrong = keeper.delete(
        f"{PAPERS}/{other.json['id']}/consultations/{consultation['id']}", headers=seen(other)
    )
    assert wrong.status_code == 404, "it is a consultation of another paper"

"""Committees over the API: the same rights, rules and words as in the portal, and no address of anybody."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from kimhub.committees.api import CommitteeSummarySchema, SeatOfOthersSchema, SeatSummarySchema
from kimhub.committees.terms import CommitteeKind
from tenants import Permission, Role
from tests.committees.acts import BEGIN, TERM, entered, joined, seated
from tests.support.acting import acting

COMMITTEES, SEATS = "/api/v1/committees", "/api/v1/seats"
NEW = {
    "kind": "integrationsausschuss", "name": "Integrationsausschuss", "since": "2025-11-01",
    "term_until": "2030-10-31",
}  # fmt: skip
KEEPING = (Permission.COMMITTEE_READ, Permission.COMMITTEE_WRITE)


@pytest.fixture
def machine(hall):
    """A machine of a body with these scopes; it may keep committees unless others are said."""
    with acting(hall.app) as stand_in:

        def machine(body, *scopes):
            return stand_in.as_(body.machine(*(scopes or KEEPING)))

        yield machine


@pytest.fixture
def keeper(machine, hall):
    return machine(hall.district.gemeinde)


def seen(answer):
    return {"If-Match": answer.headers["ETag"]}


def test_a_machine_keeps_a_committee_from_its_beginning_to_its_end(keeper):
    made = keeper.post(COMMITTEES, json=NEW)
    assert made.status_code == 201
    here = made.headers["Location"]
    assert made.json == {
        "id": made.json["id"], "kind": "integrationsausschuss", "name": "Integrationsausschuss",
        "basis": "§ 27 GO NRW", "task": "", "term_until": "2030-10-31", "dissolved_on": None, "duty": None,
        "duty_source": "", "rules": [], "participants": [{"slug": "musterstadt", "name": "Musterstadt"}],
        "names": [{"since": "2025-11-01", "kind": "integrationsausschuss", "name": "Integrationsausschuss"}],
    }  # fmt: skip
    renamed = keeper.put(
        f"{here}/names/2026-01-01", headers=seen(made),
        json={"kind": "integrationsausschuss", "name": "Ausschuss für Chancengerechtigkeit und Integration"},
    )  # fmt: skip
    assert [name["since"] for name in renamed.json["names"]] == ["2026-01-01", "2025-11-01"]
    assert renamed.json["name"].startswith("Ausschuss für Chancen")
    ruled = keeper.put(
        f"{here}/rules/papers", headers=seen(renamed), json={"amount": 12, "unit": "day", "source": "§ 2"}
    )
    assert ruled.json["rules"] == [{"kind": "papers", "amount": 12, "unit": "day", "source": "§ 2"}]
    shared = keeper.put(f"{here}/participants/freistadt", headers=seen(ruled))
    assert [one["slug"] for one in shared.json["participants"]] == ["musterstadt", "freistadt"]
    changed = keeper.put(
        here, headers=seen(shared),
        json={"task": "Berät", "duty": "yearly", "duty_source": "Beschluss", "term_until": "2030-10-31"},
    )  # fmt: skip
    assert (changed.json["task"], changed.json["duty"], changed.json["basis"]) == ("Berät", "yearly", "")
    assert keeper.put(here, headers=seen(shared), json={}).status_code == 412
    assert keeper.put(here, json={}).status_code == 428
    for part in ("participants/freistadt", "rules/papers", "names/2026-01-01"):
        present = seen(keeper.get(here))
        assert keeper.delete(f"{here}/{part}", headers=present).status_code == 204, part
        assert keeper.delete(f"{here}/{part}", headers=seen(keeper.get(here))).status_code == 404, part
    left = keeper.get(here)
    assert (len(left.json["names"]), left.json["rules"], len(left.json["participants"])) == (1, [], 1)
    assert keeper.delete(f"{here}/names/2025-11-01", headers=seen(left)).status_code == 409
    assert keeper.delete(here, headers=seen(left)).status_code == 204
    assert keeper.get(here).status_code == 404


def test_a_repeated_request_enters_one_committee(keeper):
    answers = [keeper.post(COMMITTEES, json=NEW, headers={"Idempotency-Key": "1"}) for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert len(keeper.get(COMMITTEES).json["items"]) == 1


@pytest.mark.parametrize(
    "part", ["names/2025-13-01", "names/20251101", "names/gestern", "rules/kaffee", "participants/niemand"]
)
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_part_that_cannot_be_is_refused(keeper, part, method):
    made = keeper.post(COMMITTEES, json=NEW)
    words = {"names": {"kind": "rat", "name": "x"}, "rules": {"amount": 1, "unit": "day", "source": "x"}}
    answer = keeper.open(
        f"{made.headers['Location']}/{part}", method=method, headers=seen(made),
        json=words.get(part.partition("/")[0]) if method == "PUT" else None,
    )  # fmt: skip
    wanted = 422 if (method, part) == ("PUT", "participants/niemand") else 404
    assert answer.status_code == wanted, answer.text


def test_the_list_is_narrowed_and_shows_what_it_describes(keeper, hall):
    entered(hall.gemeinde)
    entered(hall.gemeinde, CommitteeKind.RAT, "Rat der Stadt")
    entered(hall.gemeinde, CommitteeKind.AUSSCHUSS, "Früher", dissolved_on=date(2026, 1, 31))
    found = keeper.get(COMMITTEES).json["items"]
    assert [row["name"] for row in found] == ["Ausschuss für Integration", "Rat der Stadt"]
    assert [row["name"] for row in keeper.get(f"{COMMITTEES}?kind=rat").json["items"]] == ["Rat der Stadt"]
    assert len(keeper.get(f"{COMMITTEES}?words=INTEGR").json["items"]) == 1
    assert len(keeper.get(f"{COMMITTEES}?dissolved=true").json["items"]) == 3
    assert keeper.get(f"{COMMITTEES}?kind=kaffee").status_code == 422
    first = keeper.get(f"{COMMITTEES}?limit=1").json
    second = keeper.get(COMMITTEES, query_string={"limit": 1, "cursor": first["next_cursor"]}).json
    assert [*first["items"], *second["items"]] == found
    assert CommitteeSummarySchema().validate(found[0]) == {}


def test_a_machine_fills_changes_ends_and_removes_a_seat(keeper, hall):
    committee_id, anna = entered(hall.gemeinde), str(hall.people["anna"])
    new = {"committee_id": str(committee_id), "role": "chair", "since": "2025-11-01", "holder": anna}
    made = keeper.post(SEATS, json=new)
    assert made.status_code == 201
    assert made.json == {
        "id": made.json["id"], "committee_id": str(committee_id), "role": "chair", "faction": "",
        "organization": "", "function": "", "sector": None, "since": "2025-11-01", "until": "2030-10-31",
        "account_id": anna,
    }  # fmt: skip
    here = made.headers["Location"]
    rest = {"role": "chair", "since": "2025-11-01"}
    ended = keeper.put(here, json={**rest, "until": "2026-01-31"}, headers=seen(made))
    assert (ended.status_code, ended.json["until"]) == (200, "2026-01-31")
    assert keeper.put(here, json=rest, headers=seen(made)).status_code == 412
    query = {"committee_id": str(committee_id)}
    assert keeper.get(SEATS, query_string=query).json["items"] == []
    (past,) = keeper.get(SEATS, query_string={**query, "past": "true"}).json["items"]
    assert SeatSummarySchema().validate(past) == {}
    assert (past["account_id"], past["is_told"]) == (anna, True)
    assert keeper.delete(here, headers=seen(ended)).status_code == 204
    assert keeper.get(here).status_code == 404


def test_a_committee_with_seats_is_not_deleted_and_a_body_with_seats_does_not_leave(machine, hall):
    committee_id = joined(hall.kreis, hall.gemeinde)
    seated(hall.gemeinde, committee_id)
    lead, here = machine(hall.district.kreis), f"{COMMITTEES}/{committee_id}"
    for address in (here, f"{here}/participants/musterstadt"):
        refused = lead.delete(address, headers=seen(lead.get(here)))
        assert (refused.status_code, refused.json["code"]) == (409, "committee-in-use")
        assert "Entfernen Sie sie zuerst" in refused.json["detail"]


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"until": "2030-11-01"}, "until", "Kein Sitz reicht über ihr Ende hinaus."),
        ({"until": "2025-10-31"}, "until", "nicht vor dem Beginn"),
        ({}, "holder", "schon einen Sitz"),
        ({"holder": str(uuid4())}, "holder", "eine Rolle hat"),
        ({"holder": "anna@kim.example"}, "holder", "das Konto"),
        ({"holder": None}, "holder", "Wählen Sie eine Person"),
        ({"organization": "Jobcenter"}, "organization", "Lassen Sie das Feld leer"),
        ({"role": "kaiser"}, "role", "Wählen Sie"),
        ({"committee_id": "x"}, "committee_id", "ID eines Gremiums"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_seat_is_named_at_its_field(keeper, hall, said, field, words):
    committee_id, anna = entered(hall.gemeinde), hall.people["anna"]
    seated(hall.gemeinde, committee_id, anna)
    new = {"committee_id": str(committee_id), "role": "member", "since": "2025-11-01", "holder": str(anna)}
    refused = keeper.post(SEATS, json={**new, **said})
    assert refused.status_code == 422, refused.text
    assert [(error["field"], words in error["message"]) for error in refused.json["errors"]] == [
        (field, True)
    ]


def test_two_factions_are_refused_at_the_field(keeper, hall):
    for faction, status in (("Grün", 201), ("Blau", 422)):
        new = {
            "committee_id": str(entered(hall.gemeinde)), "role": "member", "since": "2025-11-01",
            "holder": str(hall.people["bert"]), "faction": faction,
        }  # fmt: skip
        answer = keeper.post(SEATS, json=new)
        assert answer.status_code == status
    assert [error["field"] for error in answer.json["errors"]] == ["faction"]


def test_a_committee_in_which_a_body_has_no_part_looks_like_none(machine, hall):
    committee_id = joined(hall.kreis, hall.gemeinde)
    seat_id = seated(hall.gemeinde, committee_id, hall.people["anna"])
    etag = seen(machine(hall.district.kreis).get(f"{COMMITTEES}/{committee_id}"))
    stranger = machine(hall.district.sibling, *Permission)
    assert stranger.get(COMMITTEES).json["items"] == []
    new = {"role": "member", "since": "2025-11-01", "organization": "x", "committee_id": str(committee_id)}
    for answer in (
        stranger.get(f"{COMMITTEES}/{committee_id}"),
        stranger.put(f"{COMMITTEES}/{committee_id}", json={}, headers=etag),
        stranger.delete(f"{COMMITTEES}/{committee_id}", headers=etag),
        stranger.get(f"{SEATS}?committee_id={committee_id}"),
        stranger.get(f"{SEATS}/of-others?committee_id={committee_id}"),
        stranger.get(f"{SEATS}/{seat_id}"),
        stranger.post(SEATS, json=new),
    ):
        assert answer.status_code == 404, answer.request.path


def test_who_carries_a_committee_reads_it_and_changes_its_own_seats_alone(machine, hall):
    committee_id = joined(hall.kreis, hall.gemeinde)
    here = f"{COMMITTEES}/{committee_id}"
    partner = machine(hall.district.gemeinde)
    assert partner.get(COMMITTEES).json["items"][0]["is_own"] is False
    read = partner.get(here)
    assert read.status_code == 200
    assert partner.put(here, json={}, headers=seen(read)).status_code == 404
    new = {"role": "member", "since": "2025-11-01", "organization": "x", "committee_id": str(committee_id)}
    assert partner.post(SEATS, json=new).status_code == 201


def test_the_lead_learns_of_others_seats_what_they_are_and_not_who(machine, hall):
    committee_id = joined(hall.kreis, hall.gemeinde)
    anna = hall.people["anna"]
    seat_id = seated(hall.gemeinde, committee_id, anna)
    lead, query = machine(hall.district.kreis), {"committee_id": str(committee_id)}
    assert lead.get(SEATS, query_string=query).json["items"] == []
    answer = lead.get(f"{SEATS}/of-others", query_string=query)
    (row,) = answer.json["items"]
    assert SeatOfOthersSchema().validate(row) == {}
    assert (row["body"], row["since"], row["until"]) == ("Musterstadt", f"{BEGIN}", f"{TERM}")
    one = lead.get(f"{SEATS}/{seat_id}")
    assert one.json["account_id"] is None
    assert str(anna) not in answer.text + one.text
    assert (
        lead.put(
            f"{SEATS}/{seat_id}", json={"role": "member", "since": "2025-11-01"}, headers=seen(one)
        ).status_code
        == 403
    )
    assert lead.delete(f"{SEATS}/{seat_id}", headers=seen(one)).status_code == 403


def test_no_answer_holds_an_address(machine, hall):
    committee_id = joined(hall.kreis, hall.gemeinde)
    seat_ids = [
        seated(actor, committee_id, hall.people[name])
        for actor, name in ((hall.kreis, "kim"), (hall.gemeinde, "anna"))
    ]
    for body in (hall.district.kreis, hall.district.gemeinde):
        client = machine(body, *Permission)
        query = f"committee_id={committee_id}"
        addresses = [
            COMMITTEES,
            f"{COMMITTEES}/{committee_id}",
            f"{SEATS}?{query}",
            f"{SEATS}/of-others?{query}",
        ]
        addresses += [f"{SEATS}/{seat_id}" for seat_id in seat_ids]
        answers = [client.get(address) for address in addresses]
        assert [answer.text for answer in answers if "@" in answer.text] == []
        assert all(answer.text.count("Ausschussmitglied") == 0 for answer in answers)


def test_reading_needs_one_right_and_keeping_another(machine, hall):
    reader = machine(hall.district.gemeinde, Permission.COMMITTEE_READ)
    assert reader.get(COMMITTEES).status_code == 200
    assert reader.post(COMMITTEES, json=NEW).status_code == 403
    assert reader.post(SEATS, json={}).status_code == 403
    writer = machine(hall.district.gemeinde, Permission.COMMITTEE_WRITE)
    assert writer.get(COMMITTEES).status_code == 403
    assert writer.get(f"{SEATS}?committee_id={uuid4()}").status_code == 403


def test_the_same_stands_on_the_page(keeper, hall):
    made = keeper.post(COMMITTEES, json=NEW)
    with acting(keeper.application) as somebody:
        browser = somebody.as_(hall.district.gemeinde.actor(Role.COMMITTEE_OFFICE))
        page = browser.get(f"/t/musterstadt/gremien/verzeichnis/{made.json['id']}")
    assert "Integrationsausschuss" in page.text

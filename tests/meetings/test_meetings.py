"""Which meetings count as held, what can be on an agenda, what stays, and who is told of papers that are not public."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from kimhub.committees.terms import CommitteeKind
from kimhub.committees.usecases.committees import delete_committee, part_with
from kimhub.core.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from kimhub.core.web.paging import PageRequest
from kimhub.meetings.models import CommitteeMetError, Meeting, MeetingInUseError, PaperInUseError
from kimhub.meetings.queries import HELD, MEETINGS, PAPERS, PLANNED, find_papers, in_order, seen_by
from kimhub.meetings.terms import PaperKind
from kimhub.meetings.usecases.agenda import AgendaEntry, change_item, put_on_agenda, take_off_agenda
from kimhub.meetings.usecases.meetings import (
    MeetingDetails,
    cancel_meeting,
    change_meeting,
    delete_meeting,
    restore_meeting,
)
from kimhub.meetings.usecases.papers import change_paper, delete_paper
from tenants import Role, transaction
from tests.committees.acts import detailed, entered, joined, named, refused_by
from tests.meetings.acts import CLOSED, details, in_days, meeting, met, paper, placed, written

TODAY = in_days(0)
ALL = PageRequest(limit=50)


def done(actor, use_case, *said):
    with transaction(actor):
        use_case(actor, *said)


def days(actor, condition):
    with transaction(actor, read_only=True) as session:
        return {*session.scalars(select(Meeting.day).where(Meeting.tenant_id == actor.tenant_id, condition))}


def listed(actor, listed=MEETINGS, **narrowed):
    with transaction(actor, read_only=True) as session:
        return listed.fetch(session, actor.tenant_id, ALL, narrowed)


def test_a_meeting_is_held_when_its_day_has_come_unless_it_was_called_off(hall):
    committee_id = entered(hall.gemeinde)
    ids = {number: met(hall.gemeinde, committee_id, in_days(number)) for number in (-2, -1, 0, 1, 2)}
    done(hall.gemeinde, cancel_meeting, ids[-1], "Keine Vorlagen")
    done(hall.gemeinde, cancel_meeting, ids[2], "")
    assert days(hall.gemeinde, HELD) == {in_days(-2), TODAY}
    assert days(hall.gemeinde, PLANNED) == {in_days(1)}
    assert {number for number, id_ in ids.items() if meeting(hall.gemeinde, id_).is_held} == {-2, 0}
    assert [row["day"] for row in listed(hall.gemeinde)] == [in_days(number) for number in (2, 1, 0, -1, -2)]
    assert [row["day"] for row in listed(hall.gemeinde, coming=True)] == [in_days(1), TODAY]
    done(hall.gemeinde, restore_meeting, ids[-1])
    assert days(hall.gemeinde, HELD) == {in_days(-2), in_days(-1), TODAY}
    assert meeting(hall.gemeinde, ids[-1]).meeting.cancelled_reason == ""


def test_a_meeting_is_called_off_and_taken_up_once(hall):
    meeting_id = met(hall.gemeinde, entered(hall.gemeinde), in_days(1))
    with pytest.raises(ConflictError):
        done(hall.gemeinde, restore_meeting, meeting_id)
    done(hall.gemeinde, cancel_meeting, meeting_id)
    with pytest.raises(ConflictError):
        done(hall.gemeinde, cancel_meeting, meeting_id)


def test_a_committee_meets_once_a_day(hall):
    committee_id = entered(hall.gemeinde)
    met(hall.gemeinde, committee_id, TODAY)
    other = met(hall.gemeinde, committee_id, in_days(1))
    met(hall.gemeinde, entered(hall.gemeinde, CommitteeKind.RAT, "Rat"), TODAY)
    with refused_by("uq_meeting_day"):
        met(hall.gemeinde, committee_id, TODAY)
    with refused_by("uq_meeting_day"):
        done(hall.gemeinde, change_meeting, other, MeetingDetails(day=TODAY))


def test_each_body_of_a_joint_committee_records_its_own_meetings(hall):
    committee_id = joined(hall.kreis, hall.gemeinde)
    ids = {actor.tenant_id: met(actor, committee_id, TODAY) for actor in (hall.kreis, hall.gemeinde)}
    for actor in (hall.kreis, hall.gemeinde, hall.sibling):
        own = [ids[actor.tenant_id]] if actor.tenant_id in ids else []
        assert [row["id"] for row in listed(actor)] == own
    with pytest.raises(NotFoundError):
        meeting(hall.kreis, ids[hall.gemeinde.tenant_id])


@pytest.mark.parametrize("committee", ["of others", "unknown", "Fallkonferenz"])
def test_meetings_are_recorded_of_committees_with_seats_of_the_own_body(hall, committee):
    committee_id = {
        "of others": lambda: joined(hall.kreis, hall.sibling),
        "unknown": uuid4,
        "Fallkonferenz": lambda: entered(hall.gemeinde, CommitteeKind.FALLKONFERENZ, "Fälle", term_until=None),
    }[committee]()  # fmt: skip
    with pytest.raises(InvalidInputError) as refusal:
        met(hall.gemeinde, committee_id, TODAY)
    assert [*refusal.value.fields] == ["committee_id"]


def test_the_database_refuses_a_meeting_of_a_committee_without_part(hall):
    committee_id = entered(hall.kreis)
    insert = text(
        "INSERT INTO meeting (tenant_id, id, owner_id, committee_id, day, link, cancelled_reason)"
        " VALUES (:me, gen_random_uuid(), :owner, :committee, '2026-01-01', '', '')"
    )
    values = {"owner": hall.kreis.tenant_id, "committee": committee_id}
    with refused_by("fk_meeting_participant"), transaction(hall.gemeinde) as session:
        session.execute(insert, {**values, "me": hall.gemeinde.tenant_id})
    with pytest.raises(DBAPIError, match="row-level security"), transaction(hall.gemeinde) as session:
        session.execute(insert, {**values, "me": hall.kreis.tenant_id})


def test_nothing_meets_after_it_was_dissolved(hall):
    committee_id = entered(hall.gemeinde)
    meeting_id = met(hall.gemeinde, committee_id, date(2026, 1, 31))
    detailed(hall.gemeinde, committee_id, dissolved_on=date(2026, 1, 31))
    for act in (
        lambda: met(hall.gemeinde, committee_id, date(2026, 2, 1)),
        lambda: done(hall.gemeinde, change_meeting, meeting_id, MeetingDetails(day=date(2026, 2, 1))),
    ):
        with pytest.raises(InvalidInputError, match=r"31\.01\.2026 aufgelöst") as refusal:
            act()
        assert [*refusal.value.fields] == ["day"]


def test_a_committee_is_called_as_it_was_on_the_day(hall):
    committee_id = entered(hall.gemeinde, name="Integrationsrat", since=date(2020, 11, 1))
    named(hall.gemeinde, committee_id, "Ausschuss für Integration", date(2025, 11, 1))
    old, new = (met(hall.gemeinde, committee_id, date(year, 11, 1)) for year in (2019, 2025))
    assert [row["name"] for row in listed(hall.gemeinde)] == ["Ausschuss für Integration", "Integrationsrat"]
    assert (meeting(hall.gemeinde, old).name, meeting(hall.gemeinde, new).name) == (
        "Integrationsrat", "Ausschuss für Integration",
    )  # fmt: skip
    paper_id = written(hall.gemeinde)
    for meeting_id in (new, old):
        placed(hall.gemeinde, meeting_id, paper_id)
    found = paper(hall.gemeinde, paper_id).consultations
    assert [(row["day"].year, row["name"]) for row in found] == [
        (2019, "Integrationsrat"), (2025, "Ausschuss für Integration"),
    ]  # fmt: skip


def test_a_meeting_with_an_agenda_is_not_deleted_nor_a_paper_on_one(hall):
    meeting_id, paper_id = met(hall.gemeinde, entered(hall.gemeinde), TODAY), written(hall.gemeinde)
    consultation_id = placed(hall.gemeinde, meeting_id, paper_id)
    for constraint, use_case, id_ in (
        ("fk_consultation_meeting", delete_meeting, meeting_id),
        ("fk_consultation_paper", delete_paper, paper_id),
    ):
        with refused_by(constraint):
            done(hall.gemeinde, use_case, id_)
    done(hall.gemeinde, take_off_agenda, consultation_id)
    done(hall.gemeinde, delete_meeting, meeting_id)
    done(hall.gemeinde, delete_paper, paper_id)
    assert listed(hall.gemeinde) == listed(hall.gemeinde, PAPERS) == []
    assert MeetingInUseError.status == PaperInUseError.status == CommitteeMetError.status == 409


def test_a_committee_that_met_is_not_deleted_and_no_body_with_meetings_leaves_it(hall):
    committee_id = joined(hall.kreis, hall.gemeinde)
    meeting_id = met(hall.gemeinde, committee_id, TODAY)
    for use_case, *said in ((delete_committee,), (part_with, hall.gemeinde.tenant_slug)):
        with refused_by("fk_meeting_participant"):
            done(hall.kreis, use_case, committee_id, *said)
    done(hall.gemeinde, delete_meeting, meeting_id)
    done(hall.kreis, part_with, committee_id, hall.gemeinde.tenant_slug)


def test_an_agenda_takes_papers_that_are_there_and_new_ones_in_the_order_of_its_items(hall):
    first = met(hall.gemeinde, entered(hall.gemeinde), TODAY)
    second = met(hall.gemeinde, entered(hall.gemeinde, CommitteeKind.RAT, "Rat"), in_days(1))
    paper_id = written(hall.gemeinde, number="2")
    placed(hall.gemeinde, first, paper_id, "5.10")
    placed(hall.gemeinde, first, details(title="Anlage", number="1"), "5.10")
    moved = placed(hall.gemeinde, first, details(title="Zuerst", kind=PaperKind.DECISION), "5.6")
    placed(hall.gemeinde, second, paper_id, "3")
    agenda = [(row["item"], row["title"]) for row in meeting(hall.gemeinde, first).agenda]
    assert agenda == [("5.6", "Zuerst"), ("5.10", "Anlage"), ("5.10", "Sachstand KIM")]
    assert [row["item"] for row in paper(hall.gemeinde, paper_id).consultations] == ["5.10", "3"]
    done(hall.gemeinde, change_item, moved, "N 1")
    assert [row["item"] for row in meeting(hall.gemeinde, first).agenda] == ["5.10", "5.10", "N 1"]
    assert [row["papers"] for row in listed(hall.gemeinde)] == [1, 3]
    with refused_by("uq_consultation_paper"):
        placed(hall.gemeinde, first, paper_id, "6")


def test_items_are_in_the_order_of_their_numbers():
    assert sorted(["10", "N1", "2.10", "2", "2.9", "A"], key=in_order) == [
        "2",
        "2.9",
        "2.10",
        "10",
        "A",
        "N1",
    ]


@pytest.mark.parametrize("both", [True, False])
def test_one_paper_is_named_not_two_and_not_none(hall, both):
    meeting_id, paper_id = met(hall.gemeinde, entered(hall.gemeinde), TODAY), written(hall.gemeinde)
    entry = AgendaEntry(item="1", **({"paper_id": paper_id, "new": details()} if both else {}))
    with pytest.raises(InvalidInputError) as refusal:
        done(hall.gemeinde, put_on_agenda, meeting_id, entry)
    assert [*refusal.value.fields] == ["paper_id"]
    assert len(listed(hall.gemeinde, PAPERS)) == 1


def test_nothing_of_another_body_is_put_on_an_agenda(hall):
    meeting_id = met(hall.gemeinde, entered(hall.gemeinde), TODAY)
    other, paper_id = written(hall.kreis), written(hall.gemeinde)
    consultation_id = placed(hall.gemeinde, meeting_id, paper_id)
    with pytest.raises(NotFoundError):
        placed(hall.gemeinde, meeting_id, other)
    with pytest.raises(NotFoundError):
        placed(hall.kreis, meeting_id, other)
    for use_case, *said in ((change_item, "2"), (take_off_agenda,)):
        with pytest.raises(NotFoundError):
            done(hall.kreis, use_case, consultation_id, *said)


def test_who_keeps_no_meetings_is_told_of_a_closed_paper_only_that_there_is_one(hall):
    meeting_id = met(hall.gemeinde, entered(hall.gemeinde), TODAY)
    closed = details(title=CLOSED, number="17/geheim", link="https://rat.example/17", is_public=False)
    placed(hall.gemeinde, meeting_id, closed, "N 1")
    placed(hall.gemeinde, meeting_id, details(), "1")
    reader = hall.district.gemeinde.actor(Role.COMMITTEE_MEMBER)
    (shown, hidden) = meeting(reader, meeting_id, keeper=False).agenda
    assert (shown["title"], shown["paper_id"] is None) == ("Sachstand KIM", False)
    assert {**hidden} == {
        "id": hidden["id"], "item": "N 1", "is_public": False, "paper_id": None, "kind": None, "number": "",
        "title": "", "link": "",
    }  # fmt: skip
    (_, seen) = meeting(hall.gemeinde, meeting_id).agenda
    assert (seen["title"], seen["number"]) == (CLOSED, "17/geheim")
    with pytest.raises(NotFoundError):
        paper(reader, seen["paper_id"], keeper=False)
    assert paper(hall.gemeinde, seen["paper_id"]).paper.title == CLOSED
    for actor, found in ((reader, 0), (hall.gemeinde, 1)):
        narrowed = {**seen_by(actor), "words": "geheim"}
        with transaction(actor, read_only=True) as session:
            assert len(PAPERS.fetch(session, actor.tenant_id, ALL, narrowed)) == found
            assert PAPERS.totals(session, actor.tenant_id, narrowed).count == found
            assert len(find_papers(session, actor, "Vergabe")) == found


def test_papers_are_found_by_words_as_they_stand(hall):
    for number in ("2021/1", "2021_1"):
        written(hall.gemeinde, number=number)
    with transaction(hall.gemeinde, read_only=True) as session:
        assert [row["number"] for row in find_papers(session, hall.gemeinde, "1_1")] == ["2021_1"]
        assert [row["number"] for row in find_papers(session, hall.gemeinde)] == ["2021_1", "2021/1"]
        assert len(find_papers(session, hall.gemeinde, most=1)) == 1


def test_only_who_may_keeps_meetings_and_papers(hall):
    meeting_id, paper_id = met(hall.gemeinde, entered(hall.gemeinde), TODAY), written(hall.gemeinde)
    consultation_id = placed(hall.gemeinde, meeting_id, paper_id)
    reader = hall.district.gemeinde.actor(Role.COMMITTEE_MEMBER, Role.AUDITOR)
    for act in (
        lambda: met(reader, entered(hall.gemeinde, CommitteeKind.RAT, "Rat"), TODAY),
        lambda: done(reader, change_meeting, meeting_id, MeetingDetails(day=TODAY)),
        lambda: done(reader, cancel_meeting, meeting_id),
        lambda: done(reader, restore_meeting, meeting_id),
        lambda: done(reader, delete_meeting, meeting_id),
        lambda: written(reader),
        lambda: done(reader, change_paper, paper_id, details()),
        lambda: done(reader, delete_paper, paper_id),
        lambda: placed(reader, meeting_id, details()),
        lambda: done(reader, change_item, consultation_id, "2"),
        lambda: done(reader, take_off_agenda, consultation_id),
    ):
        with pytest.raises(ForbiddenError):
            act()


def test_the_database_takes_no_link_but_https(hall):
    for link in ("http://rat.example", "javascript:alert(1)", f"https://rat.example/{'x' * 500}"):
        with pytest.raises(IntegrityError, match="ck_paper_link"):
            written(hall.gemeinde, link=link)

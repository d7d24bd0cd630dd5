"""Who can sit in a committee when: the rules, also where the database stands alone, also with two writers at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kimhub.committees.queries import SEATS, SEATS_OF_OTHERS
from kimhub.committees.terms import CommitteeKind, SeatRole, Sector
from kimhub.committees.usecases.committees import CommitteeDetails, change_committee
from kimhub.committees.usecases.seats import NewSeat, fill_seat
from kimhub.core.errors import ForbiddenError, InvalidInputError, NotFoundError
from tenants import Role, transaction
from tests.committees.acts import (
    BEGIN,
    TERM,
    changed,
    detailed,
    entered,
    joined,
    named,
    refused_by,
    removed,
    seated,
)
from tests.support.patience import PATIENCE

DAY = timedelta(days=1)
MIDDLE = date(2027, 12, 31)


def rows(actor, committee_id, listed=SEATS):
    with transaction(actor, read_only=True) as session:
        return list(listed.all(session, actor.tenant_id, {"committee": committee_id}))


def written(hall, actor, committee_id, **said):
    """Insert a seat as the application's role may, past every use case."""
    words = {
        "me": actor.tenant_id, "id": uuid4(), "owner": actor.tenant_id, "committee": committee_id,
        "faction": "", "account": None, "organization": "Jobcenter", "since": BEGIN, "until": TERM, **said,
    }  # fmt: skip
    with transaction(actor) as session:
        session.execute(
            text(
                "INSERT INTO seat (tenant_id, id, owner_id, committee_id, role, faction, account_id, organization,"
                " function, since, until) VALUES (:me, :id, :owner, :committee, 'member', :faction, :account,"
                " :organization, '', :since, :until)"
            ),
            words,
        )
    return words["id"]


def test_a_seat_without_a_last_day_goes_to_the_end_of_the_wahlperiode(hall):
    committee_id = entered(hall.gemeinde)
    seated(hall.gemeinde, committee_id, hall.people["anna"])
    (seat,) = rows(hall.gemeinde, committee_id)
    assert (seat["since"], seat["until"], seat["is_told"]) == (BEGIN, TERM, True)


def test_a_dissolved_committee_ends_the_seats_that_are_entered_later(hall):
    committee_id = entered(hall.gemeinde)
    detailed(hall.gemeinde, committee_id, term_until=TERM, dissolved_on=MIDDLE)
    seated(hall.gemeinde, committee_id, hall.people["anna"])
    assert rows(hall.gemeinde, committee_id)[0]["until"] == MIDDLE


def test_no_seat_goes_beyond_the_wahlperiode(hall):
    committee_id = entered(hall.gemeinde)
    with refused_by("seat_term"):
        seated(hall.gemeinde, committee_id, hall.people["anna"], until=TERM + DAY)
    seat_id = seated(hall.gemeinde, committee_id, hall.people["anna"], until=TERM)
    with refused_by("seat_term"):
        changed(hall.gemeinde, seat_id, until=TERM + DAY)


@pytest.mark.parametrize("until", [TERM + DAY, None])
def test_the_database_alone_refuses_a_seat_beyond_the_wahlperiode(hall, until):
    committee_id = entered(hall.gemeinde)
    with refused_by("seat_term"):
        written(hall, hall.gemeinde, committee_id, until=until)


def test_where_there_is_no_wahlperiode_a_seat_stays_open(hall):
    committee_id = entered(hall.gemeinde, CommitteeKind.LENKUNGSGRUPPE, term_until=None)
    seated(hall.gemeinde, committee_id, sector=Sector.JOBCENTER)
    assert rows(hall.gemeinde, committee_id)[0]["until"] is None
    with refused_by("committee_term"):
        detailed(hall.gemeinde, committee_id, term_until=TERM)


def test_a_wahlperiode_is_not_shortened_below_a_seat(hall):
    committee_id = joined(hall.kreis, hall.gemeinde)
    seated(hall.kreis, committee_id, hall.people["kim"], until=MIDDLE)
    partners = seated(hall.gemeinde, committee_id, hall.people["anna"], until=MIDDLE + DAY)
    with refused_by("committee_term"):
        detailed(hall.kreis, committee_id, term_until=MIDDLE)
    detailed(hall.kreis, committee_id, term_until=MIDDLE + DAY)
    removed(hall.gemeinde, partners)
    detailed(hall.kreis, committee_id, term_until=MIDDLE)


def test_a_seat_does_not_end_before_it_begins(hall):
    committee_id = entered(hall.gemeinde)
    with pytest.raises(InvalidInputError) as refusal:
        seated(hall.gemeinde, committee_id, hall.people["anna"], until=BEGIN - DAY)
    assert [*refusal.value.fields] == ["until"]
    with refused_by("ck_seat_period"):
        written(hall, hall.gemeinde, committee_id, until=BEGIN - DAY)


def test_nobody_sits_twice_at_a_time_in_one_committee(hall):
    committee_id, anna = entered(hall.gemeinde), hall.people["anna"]
    first = seated(hall.gemeinde, committee_id, anna, until=MIDDLE)
    with refused_by("seat_once"):
        seated(hall.gemeinde, committee_id, anna, since=MIDDLE, role=SeatRole.CHAIR)
    second = seated(hall.gemeinde, committee_id, anna, since=MIDDLE + DAY, role=SeatRole.CHAIR)
    with refused_by("seat_once"):
        changed(hall.gemeinde, first, until=MIDDLE + DAY)
    with refused_by("seat_once"):
        written(hall, hall.gemeinde, committee_id, account=anna, organization="", since=MIDDLE, until=MIDDLE)
    removed(hall.gemeinde, second)
    changed(hall.gemeinde, first, until=TERM)
    seated(hall.gemeinde, committee_id, hall.people["bert"])
    seated(hall.gemeinde, entered(hall.gemeinde, CommitteeKind.RAT, "Rat"), anna)


def test_organisations_may_have_several_seats(hall):
    committee_id = entered(hall.gemeinde, CommitteeKind.LENKUNGSGRUPPE, term_until=None)
    for _ in range(2):
        seated(hall.gemeinde, committee_id, sector=Sector.JOBCENTER)
    assert len(rows(hall.gemeinde, committee_id)) == 2


def test_nobody_is_in_two_factions_at_a_time(hall):
    council = entered(hall.gemeinde, CommitteeKind.RAT, "Rat")
    committee_id, anna = entered(hall.gemeinde), hall.people["anna"]
    first = seated(hall.gemeinde, council, anna, faction="Grün", until=MIDDLE)
    with refused_by("seat_faction"):
        seated(hall.gemeinde, committee_id, anna, faction="Blau")
    with refused_by("seat_faction"):
        written(hall, hall.gemeinde, committee_id, account=anna, organization="", faction="Blau")
    second = seated(hall.gemeinde, committee_id, anna, faction="Grün", until=MIDDLE)
    with refused_by("seat_faction"):
        changed(hall.gemeinde, second, faction="Blau", until=MIDDLE)
    changed(hall.gemeinde, second, until=MIDDLE)  # in no faction there
    seated(hall.gemeinde, committee_id, anna, faction="Blau", since=MIDDLE + DAY)
    with refused_by("seat_faction"):
        changed(hall.gemeinde, first, faction="Grün", until=MIDDLE + DAY)


def at_once(hall, *acts):
    """Do all at the same moment, each in a transaction of its own; return the rules by which some were refused."""
    together = Barrier(len(acts))

    def run(act):
        with hall.app.app_context():
            together.wait(timeout=PATIENCE)
            try:
                act()
            except DBAPIError as refusal:
                return refusal.orig.diag.constraint_name or type(refusal.orig).__name__
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return [outcome for outcome in pool.map(run, acts) if outcome]


def slowly(actor, act):
    """Do something in a transaction that stays open for a moment."""
    with transaction(actor) as session:
        act()
        session.execute(text("SELECT pg_sleep(0.2)"))


def test_of_two_who_seat_a_person_at_once_one_is_refused(hall):
    committee_id, anna = entered(hall.gemeinde), hall.people["anna"]
    new = NewSeat(role=SeatRole.MEMBER, since=BEGIN, holder=anna)

    def act():
        slowly(hall.gemeinde, lambda: fill_seat(hall.gemeinde, committee_id, new))

    assert at_once(hall, act, act) == ["seat_once"]
    assert len(rows(hall.gemeinde, committee_id)) == 1


def test_of_two_who_enter_factions_at_once_one_is_refused(hall):
    anna = hall.people["anna"]
    acts = []
    for name, faction in (("Rat", "Grün"), ("Ausschuss", "Blau")):
        committee_id = entered(hall.gemeinde, CommitteeKind.RAT, name)
        new = NewSeat(role=SeatRole.MEMBER, since=BEGIN, holder=anna, faction=faction)

        def act(committee_id=committee_id, new=new):
            slowly(hall.gemeinde, lambda: fill_seat(hall.gemeinde, committee_id, new))

        acts.append(act)
    assert at_once(hall, *acts) == ["seat_faction"]


def test_a_wahlperiode_that_is_shortened_while_a_partner_fills_a_seat(hall):
    """Whichever comes first, no seat lies beyond it."""
    committee_id = joined(hall.kreis, hall.gemeinde)
    new = NewSeat(role=SeatRole.MEMBER, since=BEGIN, holder=hall.people["anna"], until=TERM)
    shorter = CommitteeDetails(term_until=MIDDLE)
    found = at_once(
        hall,
        lambda: slowly(hall.gemeinde, lambda: fill_seat(hall.gemeinde, committee_id, new)),
        lambda: slowly(hall.kreis, lambda: change_committee(hall.kreis, committee_id, shorter)),
    )
    assert found in (["seat_term"], ["committee_term"])


def test_a_fallkonferenz_has_no_members(hall):
    committee_id = entered(hall.gemeinde, CommitteeKind.FALLKONFERENZ, "Fallkonferenz", term_until=None)
    with pytest.raises(InvalidInputError, match="Stellen, keine Mitglieder"):
        seated(hall.gemeinde, committee_id)
    with refused_by("seat_of_fallkonferenz"):
        written(hall, hall.gemeinde, committee_id)


def test_what_has_seats_never_becomes_a_fallkonferenz(hall):
    committee_id = joined(hall.kreis, hall.gemeinde)
    seat_id = seated(hall.gemeinde, committee_id)
    with refused_by("committee_has_seats"):
        named(hall.kreis, committee_id, "Fallkonferenz", BEGIN, CommitteeKind.FALLKONFERENZ)
    removed(hall.gemeinde, seat_id)
    named(hall.kreis, committee_id, "Fallkonferenz", BEGIN, CommitteeKind.FALLKONFERENZ)


@pytest.mark.parametrize("who", ["cem", "kim"])
def test_a_seat_is_for_somebody_who_has_a_role_in_the_body(hall, who):
    committee_id = joined(hall.gemeinde, hall.sibling)
    with pytest.raises(InvalidInputError) as refusal:
        seated(hall.gemeinde, committee_id, hall.people[who])
    assert [*refusal.value.fields] == ["holder"]
    with pytest.raises(InvalidInputError):
        seated(hall.gemeinde, committee_id, uuid4())


def test_somebody_whose_role_has_ended_keeps_the_seat_and_is_told_nothing(hall):
    committee_id = entered(hall.gemeinde)
    seated(hall.gemeinde, committee_id, hall.people["olga"])
    with hall.superuser.begin() as connection:
        connection.execute(
            text("UPDATE membership SET ended_at = now() WHERE account_id = :olga"),
            {"olga": hall.people["olga"]},
        )
    (seat,) = rows(hall.gemeinde, committee_id)
    assert (seat["person"], seat["is_told"]) == (f"{Role.COMMITTEE_MEMBER.label} Musterstadt", False)


def test_a_seat_has_a_person_or_an_organisation(hall):
    committee_id, anna = entered(hall.gemeinde), hall.people["anna"]
    for said, field in (
        ({"holder": None, "organization": ""}, "holder"),
        ({"holder": anna, "organization": "Jobcenter"}, "organization"),
    ):
        with pytest.raises(InvalidInputError) as refusal:
            seated(hall.gemeinde, committee_id, **said)
        assert [*refusal.value.fields] == [field]
    for seat_id, organization in (
        (seated(hall.gemeinde, committee_id, anna), "Jobcenter"),
        (seated(hall.gemeinde, committee_id), ""),
    ):
        with pytest.raises(InvalidInputError) as refusal:
            changed(hall.gemeinde, seat_id, organization=organization)
        assert [*refusal.value.fields] == ["organization"]
    with refused_by("ck_seat_held"):
        written(hall, hall.gemeinde, committee_id, organization="")


def test_of_a_joint_committee_the_lead_sees_all_seats_and_each_other_its_own(hall):
    committee_id = joined(hall.kreis, hall.gemeinde, hall.sibling)
    seats = {
        hall.district.kreis.id: seated(hall.kreis, committee_id, hall.people["kim"]),
        hall.district.gemeinde.id: seated(hall.gemeinde, committee_id, hall.people["anna"]),
        hall.district.sibling.id: seated(hall.sibling, committee_id, hall.people["cem"]),
    }
    everything = text("SELECT id FROM seat")
    for body in hall.district.all():
        with transaction(body.actor(Role.COMMITTEE_OFFICE), read_only=True) as session:
            seen = set(session.scalars(everything))
        mine = {seats[body.id]} if body.id in seats else set()
        assert seen == (set(seats.values()) if body == hall.district.kreis else mine), body.name
    others = {row["id"]: row["body"] for row in rows(hall.kreis, committee_id, SEATS_OF_OTHERS)}
    assert set(others) == {*seats.values()} - {seats[hall.district.kreis.id]}
    assert rows(hall.gemeinde, committee_id, SEATS_OF_OTHERS) == []


def test_who_leads_changes_no_seat_of_others(hall):
    committee_id = joined(hall.kreis, hall.gemeinde)
    seat_id = seated(hall.gemeinde, committee_id, hall.people["anna"])
    with pytest.raises(ForbiddenError):
        changed(hall.kreis, seat_id)
    with pytest.raises(ForbiddenError):
        removed(hall.kreis, seat_id)
    with pytest.raises(NotFoundError):
        removed(hall.sibling, seat_id)


def test_nobody_fills_a_seat_where_it_has_no_part(hall):
    committee_id = joined(hall.kreis, hall.gemeinde)
    with pytest.raises(NotFoundError):
        seated(hall.sibling, committee_id, hall.people["cem"])
    with refused_by("fk_seat_participant"):
        written(hall, hall.sibling, committee_id, owner=hall.district.kreis.id)
    with pytest.raises(DBAPIError, match="row-level security"):
        written(hall, hall.sibling, committee_id, me=hall.district.gemeinde.id, owner=hall.district.kreis.id)


def test_only_who_keeps_committees_fills_seats(hall):
    committee_id = entered(hall.gemeinde)
    seat_id = seated(hall.gemeinde, committee_id)
    reader = hall.district.gemeinde.actor(Role.COMMITTEE_MEMBER)
    for act in (
        lambda: seated(reader, committee_id),
        lambda: changed(reader, seat_id, organization="x"),
        lambda: removed(reader, seat_id),
    ):
        with pytest.raises(ForbiddenError):
            act()

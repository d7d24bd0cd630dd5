"""Random things that bodies do with seats, against a plain model: the database takes exactly what the model takes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kimhub.committees.terms import CommitteeKind
from kimhub.committees.usecases.committees import CommitteeDetails, change_committee
from tenants import Role, transaction
from tests.committees.acts import changed, joined, removed, seated

FIRST = date(2026, 1, 1)
DAYS = 12
"""So few that seats meet."""
PEOPLE = {"anna": "gemeinde", "bert": "gemeinde", "kim": "kreis"}
RULES = {"seat_once", "seat_faction", "seat_term", "committee_term"}
FACTIONS = ("", "Grün", "Blau")


def day(number):
    return FIRST + timedelta(days=number)


@dataclass(frozen=True)
class Held:
    """A seat as the model has it; `until` beyond all days: open."""

    committee: int
    person: str
    faction: str
    since: int
    until: int

    def meets(self, other):
        return self.since <= other.until and other.since <= self.until


@dataclass
class Model:
    """What may be, said without a database."""

    terms: list[int]
    seats: dict[int, Held]

    def takes(self, seat, instead_of=None):
        others = [held for number, held in self.seats.items() if number != instead_of]
        of_person = [held for held in others if held.person == seat.person and held.meets(seat)]
        return (
            seat.until <= self.terms[seat.committee]
            and not any(held.committee == seat.committee for held in of_person)
            and not any(seat.faction and held.faction not in {"", seat.faction} for held in of_person)
        )

    def takes_term(self, committee, term):
        return all(held.until <= term for held in self.seats.values() if held.committee == committee)


seats = st.tuples(
    st.integers(0, 1), st.sampled_from(sorted(PEOPLE)), st.sampled_from(FACTIONS),
    st.integers(0, DAYS), st.integers(0, DAYS),
).map(lambda words: Held(*words[:3], min(words[3:]), max(words[3:])))  # fmt: skip
acts = st.one_of(
    st.tuples(st.just("fill"), seats),
    st.tuples(st.just("change"), st.integers(0, 30), seats),
    st.tuples(st.just("remove"), st.integers(0, 30)),
    st.tuples(st.just("term"), st.integers(0, 1), st.integers(0, DAYS)),
)


def is_done(act):
    try:
        act()
    except IntegrityError as refusal:
        if refusal.orig.diag.constraint_name not in RULES:
            raise
        return False
    return True


def words_of(seat):
    return {"faction": seat.faction, "since": day(seat.since), "until": day(seat.until)}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(acts, min_size=5, max_size=25))
def test_whatever_is_tried_with_seats_the_database_takes_what_the_model_takes(hall, tried):
    with hall.superuser.begin() as connection:
        connection.execute(text("TRUNCATE committee CASCADE"))
    actors = {"gemeinde": hall.gemeinde, "kreis": hall.kreis}
    committees = [
        joined(
            hall.kreis, hall.gemeinde, kind=CommitteeKind.AUSSCHUSS, name=f"{number}", term_until=day(DAYS)
        )
        for number in range(2)
    ]
    model, ids, numbers = Model([DAYS, DAYS], {}), {}, 0
    for what, *said in tried:
        if what == "fill":
            (seat,) = said
            numbers += 1
            made = []
            done = is_done(
                lambda made=made, seat=seat: made.append(
                    seated(
                        actors[PEOPLE[seat.person]], committees[seat.committee], hall.people[seat.person],
                        **words_of(seat),
                    )
                )
            )  # fmt: skip
            assert done == model.takes(seat), (seat, model)
            if done:
                model.seats[numbers], ids[numbers] = seat, made[0]
        elif what == "term":
            committee, term = said
            details = CommitteeDetails(term_until=day(term))
            done = is_done(
                lambda committee=committee, details=details: shorten(hall, committees[committee], details)
            )
            assert done == model.takes_term(committee, term), (said, model)
            if done:
                model.terms[committee] = term
        elif model.seats:
            number = sorted(model.seats)[said[0] % len(model.seats)]
            held = model.seats[number]
            actor = actors[PEOPLE[held.person]]
            if what == "remove":
                removed(actor, ids[number])
                del model.seats[number]
            else:
                new = replace(held, faction=said[1].faction, since=said[1].since, until=said[1].until)
                done = is_done(
                    lambda actor=actor, number=number, new=new: changed(actor, ids[number], **words_of(new))
                )
                assert done == model.takes(new, instead_of=number), (new, model)
                if done:
                    model.seats[number] = new
    stored = text("SELECT committee_id, faction, since, until FROM seat WHERE committee_id = ANY(:these)")
    with transaction(hall.district.kreis.actor(Role.COMMITTEE_OFFICE), read_only=True) as session:
        found = sorted(map(tuple, session.execute(stored, {"these": committees})))
    assert found == sorted(
        (committees[held.committee], held.faction, day(held.since), day(held.until))
        for held in model.seats.values()
    )


def shorten(hall, committee_id, details):
    with transaction(hall.kreis):
        change_committee(hall.kreis, committee_id, details)

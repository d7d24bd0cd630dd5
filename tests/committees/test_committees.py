"""What is laid down about a committee: names since when, periods, who carries it, and when it can go."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import text

from kimhub.committees.queries import COMMITTEES, committee_file, kinds_of
from kimhub.committees.terms import CommitteeKind, Duty, RuleKind, Sector
from kimhub.committees.usecases.committees import (
    Ruling,
    delete_committee,
    forget_name,
    join_participant,
    part_with,
    remove_rule,
    set_rule,
)
from kimhub.core import clock
from kimhub.core.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from kimhub.programme.days.periods import TimeUnit
from tenants import Role, transaction
from tests.committees.acts import (
    BEGIN,
    detailed,
    entered,
    joined,
    named,
    read,
    refused_by,
    removed,
    seated,
)

DAY = timedelta(days=1)
RENAMED = date(2026, 3, 1)


def called(actor, committee_id, day):
    """How a committee is called on a day."""
    with time_machine.travel(day.isoformat(), tick=False):
        return read(actor, committee_id).named.name


def listed(actor, narrowed=None):
    with transaction(actor, read_only=True) as session:
        return list(COMMITTEES.all(session, actor.tenant_id, narrowed or {}))


def test_a_name_holds_from_its_day_until_the_next(hall):
    committee_id = entered(hall.gemeinde, name="Integrationsausschuss", since=BEGIN)
    named(hall.gemeinde, committee_id, "Ausschuss für Chancengerechtigkeit und Integration", RENAMED)
    assert called(hall.gemeinde, committee_id, RENAMED - DAY) == "Integrationsausschuss"
    assert called(hall.gemeinde, committee_id, RENAMED).startswith("Ausschuss für Chancen")
    assert called(hall.gemeinde, committee_id, BEGIN) == "Integrationsausschuss"


def test_before_its_first_name_a_committee_has_that_one(hall):
    committee_id = entered(hall.gemeinde, name="Der erste", since=BEGIN)
    named(hall.gemeinde, committee_id, "Der zweite", RENAMED)
    assert called(hall.gemeinde, committee_id, BEGIN - DAY) == "Der erste"


def test_the_list_calls_a_committee_as_its_page_does(hall):
    """In the database's day: one that has begun, one renamed later, one that is yet to begin."""
    today = clock.today()
    later = [today + timedelta(days=days) for days in (10, 20)]
    expected = {}
    for number, days in enumerate(([BEGIN, today - DAY], [BEGIN, today], [BEGIN, later[0]], later)):
        committee_id = entered(hall.gemeinde, name=f"{number}a", since=days[0])
        named(hall.gemeinde, committee_id, f"{number}b", days[1])
        expected[committee_id] = f"{number}{'b' if days[1] <= today else 'a'}"
    assert {row["id"]: row["name"] for row in listed(hall.gemeinde)} == expected
    assert {key: read(hall.gemeinde, key).named.name for key in expected} == expected


def test_the_same_day_again_corrects_a_name(hall):
    committee_id = entered(hall.gemeinde, name="Ausschus", since=BEGIN)
    named(hall.gemeinde, committee_id, "Ausschuss", BEGIN, CommitteeKind.AUSSCHUSS)
    (only,) = read(hall.gemeinde, committee_id).names
    assert (only.name, only.kind, only.since) == ("Ausschuss", "ausschuss", BEGIN)


def test_kind_and_name_change_apart(hall):
    """An Integrationsrat that becomes an Integrationsausschuss stays one committee."""
    committee_id = entered(hall.gemeinde, CommitteeKind.INTEGRATIONSRAT, "Integrationsrat", date(2020, 11, 1))
    named(hall.gemeinde, committee_id, "Integrationsrat", BEGIN, CommitteeKind.INTEGRATIONSAUSSCHUSS)
    assert [row["kind"] for row in listed(hall.gemeinde)] == ["integrationsausschuss"]
    assert listed(hall.gemeinde, {"kind": "integrationsrat"}) == []
    with transaction(hall.gemeinde, read_only=True) as session:
        assert kinds_of(session, hall.gemeinde.tenant_id) == {CommitteeKind.INTEGRATIONSAUSSCHUSS}


def test_a_name_that_was_wrong_is_removed_and_the_last_one_stays(hall):
    committee_id = entered(hall.gemeinde, name="Ausschuss", since=BEGIN)
    named(hall.gemeinde, committee_id, "Irrtum", RENAMED)

    def forget(day):
        with transaction(hall.gemeinde):
            forget_name(hall.gemeinde, committee_id, day)

    with pytest.raises(NotFoundError):
        forget(RENAMED + DAY)
    forget(RENAMED)
    with pytest.raises(ConflictError):
        forget(BEGIN)
    assert [name.name for name in read(hall.gemeinde, committee_id).names] == ["Ausschuss"]


def test_the_basis_of_a_kind_is_filled_in_unless_another_one_is_said(hall):
    assert read(hall.gemeinde, entered(hall.gemeinde)).committee.basis == "§ 27 GO NRW"
    said = entered(hall.gemeinde, basis="§ 5 der Hauptsatzung")
    assert read(hall.gemeinde, said).committee.basis == "§ 5 der Hauptsatzung"


def test_a_duty_says_where_it_stands(hall):
    committee_id = entered(hall.gemeinde)
    with pytest.raises(InvalidInputError) as refusal:
        detailed(hall.gemeinde, committee_id, duty=Duty.YEARLY)
    assert [*refusal.value.fields] == ["duty_source"]
    detailed(hall.gemeinde, committee_id, duty=Duty.YEARLY, duty_source="Beschluss")
    assert read(hall.gemeinde, committee_id).committee.duty_source == "Beschluss"
    detailed(hall.gemeinde, committee_id, duty_source="Beschluss")
    assert read(hall.gemeinde, committee_id).committee.duty_source == ""


def ruled(actor, committee_id, kind=RuleKind.PAPERS, amount=12, unit=TimeUnit.DAY):
    with transaction(actor):
        set_rule(actor, committee_id, Ruling(kind=kind, amount=amount, unit=unit, source="§ 2 GeschO"))


def test_periods_are_entered_corrected_and_removed(hall):
    committee_id = entered(hall.gemeinde)
    ruled(hall.gemeinde, committee_id, RuleKind.INQUIRIES, 3, TimeUnit.WERKTAG)
    ruled(hall.gemeinde, committee_id, amount=14)
    ruled(hall.gemeinde, committee_id, amount=12)
    rules = [(rule.kind, rule.amount, rule.unit) for rule in read(hall.gemeinde, committee_id).rules]
    assert rules == [("papers", 12, "day"), ("inquiries", 3, "werktag")]
    with transaction(hall.gemeinde):
        remove_rule(hall.gemeinde, committee_id, RuleKind.PAPERS)
    with pytest.raises(NotFoundError), transaction(hall.gemeinde):
        remove_rule(hall.gemeinde, committee_id, RuleKind.PAPERS)


def test_full_days_count_only_before_a_meeting(hall):
    committee_id = entered(hall.gemeinde)
    ruled(hall.gemeinde, committee_id, RuleKind.INVITATION, 8, TimeUnit.FULL_DAY)
    with pytest.raises(InvalidInputError) as refusal:
        ruled(hall.gemeinde, committee_id, RuleKind.ANSWERS, 8, TimeUnit.FULL_DAY)
    assert [*refusal.value.fields] == ["unit"]


@pytest.mark.parametrize("kind", RuleKind)
@pytest.mark.parametrize("unit", TimeUnit)
def test_every_period_can_be_said(kind, unit):
    for amount in (1, 2):
        if kind.is_before_meeting or unit is not TimeUnit.FULL_DAY:
            said = kind.says(amount, unit)
            assert ("vor der Sitzung" in said) is kind.is_before_meeting


def test_who_carries_it_has_it_in_its_list_and_no_other(hall):
    committee_id = joined(hall.kreis, hall.gemeinde)
    for body in hall.district.all():
        rows = listed(body.actor(Role.COMMITTEE_OFFICE))
        has_part = body in {hall.district.kreis, hall.district.gemeinde}
        assert [row["id"] for row in rows] == ([committee_id] if has_part else []), body.name
        assert [row["is_own"] for row in rows] == ([body == hall.district.kreis] if has_part else [])


def test_a_body_counts_the_seats_that_it_holds_today(hall):
    committee_id = joined(hall.kreis, hall.gemeinde, since=date(2020, 1, 1), term_until=None)
    seated(hall.kreis, committee_id, hall.people["kim"], since=date(2020, 1, 1))
    seated(hall.kreis, committee_id, since=date(2020, 1, 1), until=date(2020, 12, 31))
    seated(hall.gemeinde, committee_id, hall.people["anna"], since=date(2999, 1, 1))
    assert [row["seats"] for row in listed(hall.kreis)] == [1]
    assert [row["seats"] for row in listed(hall.gemeinde)] == [0]
    detailed(hall.kreis, committee_id, dissolved_on=date(2021, 1, 1))
    assert [row["seats"] for row in listed(hall.kreis)] == [0]
    assert listed(hall.kreis, {"present": True}) == []


def test_a_body_that_has_seats_does_not_leave(hall):
    committee_id = joined(hall.kreis, hall.gemeinde)
    seat_id = seated(hall.gemeinde, committee_id, hall.people["anna"])

    def leave():
        with transaction(hall.kreis):
            part_with(hall.kreis, committee_id, hall.gemeinde.tenant_slug)

    with refused_by("fk_seat_participant"):
        leave()
    removed(hall.gemeinde, seat_id)
    leave()
    assert listed(hall.gemeinde) == []
    with pytest.raises(NotFoundError):
        leave()


def test_the_lead_body_never_leaves(hall):
    committee_id = joined(hall.kreis, hall.gemeinde)
    with pytest.raises(NotFoundError), transaction(hall.kreis):
        part_with(hall.kreis, committee_id, hall.kreis.tenant_slug)
    with transaction(hall.kreis) as session:
        session.execute(text("DELETE FROM committee_participant"))  # the policy spares the lead's own row
    assert [one.id for one in read(hall.kreis, committee_id).participants] == [hall.kreis.tenant_id]


def test_only_communes_carry_a_committee(hall):
    committee_id = entered(hall.kreis)
    for slug in (hall.district.authority.slug, hall.district.kreis.slug, "niemand"):
        with pytest.raises(InvalidInputError) as refusal, transaction(hall.kreis):
            join_participant(hall.kreis, committee_id, slug)
        assert [*refusal.value.fields] == ["participant"]


def test_a_committee_with_seats_is_not_deleted_whoever_holds_them(hall):
    committee_id = joined(hall.kreis, hall.gemeinde)
    seat_id = seated(hall.gemeinde, committee_id)

    def delete():
        with transaction(hall.kreis):
            delete_committee(hall.kreis, committee_id)

    with refused_by("fk_seat_participant"):
        delete()
    removed(hall.gemeinde, seat_id)
    delete()
    with pytest.raises(NotFoundError):
        read(hall.kreis, committee_id)


def test_everybody_may_know_what_a_committee_is_and_only_its_lead_changes_it(hall):
    committee_id = joined(hall.kreis, hall.gemeinde)
    for actor in (hall.gemeinde, hall.sibling):
        assert read(actor, committee_id).named.name == "Ausschuss für Integration"
        for act in (
            lambda actor=actor: detailed(actor, committee_id, task="x"),
            lambda actor=actor: named(actor, committee_id, "x", BEGIN),
            lambda actor=actor: ruled(actor, committee_id),
            lambda actor=actor: delete_in(actor, committee_id),
        ):
            with pytest.raises(NotFoundError):
                act()
    reader = hall.district.kreis.actor(Role.COMMITTEE_MEMBER)
    with pytest.raises(ForbiddenError):
        detailed(reader, committee_id, task="x")


def delete_in(actor, committee_id):
    with transaction(actor):
        delete_committee(actor, committee_id)


def test_a_committee_that_does_not_exist_is_not_found(hall):
    with pytest.raises(NotFoundError), transaction(hall.kreis, read_only=True) as session:
        committee_file(session, hall.people["kim"])


def test_whom_a_lenkungsgruppe_should_hear_has_its_words():
    assert {sector.label for sector in Sector} >= {
        "Jobcenter", "Freie Wohlfahrtspflege", "Bürgerschaftliches Engagement", "Vertretung der Zielgruppe",
    }  # fmt: skip

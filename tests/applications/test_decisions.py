"""Which Bausteine a tenant uses: the latest decision that reaches a year counts, and all stay readable."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kimhub.applications.public import bausteine_not_used
from kimhub.applications.usecases.decide_baustein import DecideBaustein, decide_baustein
from kimhub.core.clock import today
from kimhub.core.errors import ForbiddenError, InvalidInputError
from kimhub.programme.public import Baustein
from tenants import Role, transaction
from tenants.errors import WrongBodyError

B2, B3 = Baustein.CASE_MANAGEMENT, Baustein.AUSLAENDER_UND_EINBUERGERUNGSBEHOERDEN


def decide(actor, baustein, *, uses, year, on):
    command = DecideBaustein(baustein=baustein, uses=uses, from_year=year, decided_on=on, reason="Weil.")
    with transaction(actor):
        decide_baustein(actor, command)


def unused(actor, *years):
    with transaction(actor, read_only=True) as session:
        return [bausteine_not_used(session, actor.tenant_id, year) for year in years]


def test_without_a_decision_every_baustein_is_used(stadt):
    assert unused(stadt, 2021) == [frozenset()]


def test_a_decision_holds_from_its_year_on(stadt):
    decide(stadt, B3, uses=False, year=2021, on=date(2021, 5, 6))
    assert unused(stadt, 2020, 2021, 2030) == [frozenset(), {B3}, {B3}]


def test_a_later_decision_replaces_the_earlier_from_its_year_on_and_no_earlier(stadt):
    decide(stadt, B3, uses=False, year=2021, on=date(2021, 5, 6))
    decide(stadt, B3, uses=True, year=2024, on=date(2023, 11, 1))
    decide(stadt, B2, uses=False, year=2022, on=date(2021, 12, 1))
    assert unused(stadt, 2021, 2023, 2024) == [{B3}, {B2, B3}, {B2}]


def test_what_was_decided_last_counts_even_if_it_was_recorded_first(stadt):
    decide(stadt, B3, uses=True, year=2022, on=date(2022, 3, 1))
    decide(stadt, B3, uses=False, year=2021, on=date(2021, 5, 6))
    assert unused(stadt, 2021, 2022) == [{B3}, frozenset()]


def test_a_gemeinde_decides_too_and_for_itself_alone(ctx, district, stadt):
    officer = district.gemeinde.actor(Role.OFFICER)
    decide(officer, B3, uses=False, year=2021, on=date(2021, 5, 6))
    assert unused(officer, 2021) == [{B3}]
    assert unused(stadt, 2021) == [frozenset()]
    with transaction(stadt, read_only=True) as session:
        assert bausteine_not_used(session, officer.tenant_id, 2021) == frozenset(), "nobody else's is read"


def test_who_only_reads_does_not_decide(ctx, district):
    with pytest.raises(ForbiddenError):
        decide(district.stadt.actor(Role.AUDITOR), B3, uses=False, year=2021, on=date(2021, 5, 6))


def test_who_gets_nothing_from_the_land_has_no_bausteine(ctx, district):
    for body in (district.authority, district.sibling):
        with pytest.raises(WrongBodyError):
            decide(body.actor(*Role), B3, uses=False, year=2021, on=date(2021, 5, 6))


def test_nothing_is_decided_tomorrow(stadt):
    with pytest.raises(InvalidInputError) as refused:
        decide(stadt, B3, uses=False, year=2021, on=today() + timedelta(days=1))
    assert list(refused.value.fields) == ["decided_on"]

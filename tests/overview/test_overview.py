"""The overview of a tenant: every figure to the cent, from its own side, with a fixed number of statements."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kimhub.funding.public import share_statement, waive_allocation
from kimhub.overview.alerts import AlertKind
from kimhub.overview.collect import overview
from kimhub.planning.public import create_plan
from kimhub.programme.public import Baustein, Cell, GrantPurpose, Teilplanzeile, plan_from_json
from kimhub.spending.public import ReverseExpenditure, reverse_expenditure
from tenants import Permission, db, transaction
from tenants.errors import ForbiddenError
from tenants.proceedings import Step
from tests.factories.ledger import confirmed, euro, granted, issued
from tests.overview.conftest import KOORDINATION, NOW, book
from tests.support.statements import counted

CASE_MANAGEMENT = Baustein.CASE_MANAGEMENT


def lines(part):
    return {line.teilplanzeile.value: line for line in part.lines}


def test_what_is_left_is_counted_once_although_it_is_passed_on_and_paid(kreis, money, seen):
    (year,) = seen(kreis).years
    part = year.part(CASE_MANAGEMENT)
    assert (part.granted, part.passed_on, part.spent) == (
        Decimal("570000.00"), Decimal("171000.00"), Decimal("157000.01"),
    )  # fmt: skip
    assert part.remaining == Decimal("412999.99")
    own, transfers = lines(part)["11"], lines(part)["15"]
    assert (own.available, own.remaining) == (Decimal("399000.00"), Decimal("298999.99"))
    assert (transfers.available, transfers.remaining) == (Decimal("171000.00"), Decimal("114000.00"))
    assert year.part(Baustein.STRATEGISCHE_KOORDINATION).remaining == Decimal("114000.00")
    assert year.remaining == Decimal("526999.99")
    assert year.booked_until == date(2026, 6, 30)


def test_the_gemeinde_sees_what_it_received_and_nothing_of_the_kreis(gemeinde, sibling, money, seen):
    shown = seen(gemeinde)
    (year,) = shown.years
    assert (year.granted, year.received, year.spent) == (0, Decimal("57000.00"), 0)
    assert shown.recipients == ()
    assert seen(sibling).is_empty


def test_the_kreis_sees_what_became_of_the_money_it_passed_on(kreis, gemeinde, sibling, money, seen):
    onwards = issued(gemeinde, money["received"], sibling.tenant_id, euro("28500", fte="0.5"))
    by_name = {row.name: row for row in seen(kreis).recipients}
    own = by_name[gemeinde.tenant_name]
    assert (own.allocated, own.confirmed, own.passed_on) == (
        Decimal("57000.00"), Decimal("57000.00"), Decimal("28500.00"),
    )  # fmt: skip
    assert by_name["Wohlfahrtsverband"].allocated == Decimal("114000.00")
    with transaction(sibling):
        waive_allocation(sibling, Step(onwards, note="Wir haben keine Stelle."))
    (answered,) = seen(gemeinde).recipients
    assert (answered.waived, answered.confirmed, answered.unanswered) == (Decimal("28500.00"), 0, 0)


def test_the_kreis_sees_what_a_gemeinde_says_it_has_spent_and_nothing_before(kreis, gemeinde, money, seen):
    book(gemeinde, "1", "20000", GrantPurpose.CASE_MANAGEMENT, Teilplanzeile.PERSONALAUFWENDUNGEN)

    def said(**asked):
        return {row.name: row for row in seen(kreis, **asked).recipients}[gemeinde.tenant_name].spent

    assert said() is None
    with transaction(gemeinde):
        share_statement(gemeinde, money["received"])
    assert said() == said(year=None) == Decimal("20000.00")
    book(gemeinde, "2", "500", GrantPurpose.CASE_MANAGEMENT, Teilplanzeile.PERSONALAUFWENDUNGEN)
    assert said() == Decimal("20000.00")  # what is not shared stays with the Gemeinde


def test_a_reversed_booking_does_not_count(kreis, money, seen):
    booked = book(kreis, "9", "10.00", GrantPurpose.KOORDINATION, Teilplanzeile.PERSONALAUFWENDUNGEN)
    before = seen(kreis).years[0].spent
    with transaction(kreis):
        reverse_expenditure(kreis, ReverseExpenditure(expenditure_id=booked.id, reason="Doppelt"))
    assert seen(kreis).years[0].spent == before - 10


@pytest.fixture
def plan_id(kreis):
    plan = plan_from_json(
        {
            "title": "Plan 2026", "recipient": {"name": "Kreis", "kind": "kreis"}, "base_year": 2026,
            "period": {"start": "2026-01-01", "end": "2026-12-31"}, "pay_rise_percent": "0",
            "positions": [
                {
                    "id": "cm", "label": "Case Management", "function": "case_management", "fte": "1",
                    "annual_cost": "100000.01",
                },
                {
                    "id": "extra", "label": "Ohne Förderung", "function": "ohne_foerderung", "fte": "1",
                    "annual_cost": "60000.00",
                },
            ],
            "grants": [{"year": 2026, "basis": "guideline"}],
            "rates": {"case_management": "60000.00"},
        }
    )  # fmt: skip
    with transaction(kreis):
        return create_plan(kreis, plan).id


def test_the_chosen_plan_gives_the_planned_cost_and_the_forecast(kreis, money, plan_id, seen):
    shown = seen(kreis, plan_id=plan_id)
    part = shown.years[0].part(CASE_MANAGEMENT)
    assert lines(part)["11"].planned == Decimal("100000.01")
    assert lines(part)["11"].forecast == Decimal("150000.02")  # 100,000.01 booked and half a year to come
    assert lines(part)["15"].forecast == Decimal("171000.00")  # what was passed on; no plan for this line
    unfunded = shown.years[0].part(None)
    assert (unfunded.planned, unfunded.eigenanteil) == (Decimal("60000.00"), Decimal("30000.00"))
    assert [plan.linked for plan in shown.plans] == [False]
    assert shown.guidelines
    assert shown.unverified
    assert [choice.title for choice in shown.plan_choices] == ["Plan 2026"]


def test_a_year_to_come_without_a_grant_has_no_eigenanteil_yet(kreis, plan_id, seen):
    early = datetime(2025, 11, 1, tzinfo=UTC)
    (year,) = seen(kreis, plan_id=plan_id, now=early).years
    assert (year.forecast, year.eigenanteil) == (Decimal("160000.01"), None)
    granted(kreis, euro("50000"))
    assert seen(kreis, plan_id=plan_id, now=early).years[0].eigenanteil == Decimal("110000.01")


def test_the_forecasts_of_the_lines_add_up_to_that_of_the_baustein(kreis, seen):
    granted(kreis, euro("1000"))
    for number, line in enumerate((Teilplanzeile.PERSONALAUFWENDUNGEN, Teilplanzeile.SONSTIGE_AUFWENDUNGEN)):
        book(kreis, str(number), "0.01", GrantPurpose.CASE_MANAGEMENT, line, on=date(2026, 7, 1))
    part = seen(kreis).years[0].part(CASE_MANAGEMENT)
    assert part.forecast == Decimal("0.03")  # 0.02 × 12/7, rounded once
    assert sum(line.forecast for line in part.lines) == part.forecast


def test_one_source_for_two_is_no_alert_but_two_sources_for_one_purpose_are(kreis, gemeinde, money, seen):
    assert not [alert for alert in seen(gemeinde).alerts if alert.kind is AlertKind.TWO_SOURCES]
    confirmed(kreis, gemeinde, money["fund"], euro("10000"), title="Noch eine")
    (alert,) = [alert for alert in seen(gemeinde).alerts if alert.kind is AlertKind.TWO_SOURCES]
    assert "01.01.2026 bis 31.12.2026" in alert.detail
    assert "§ 9 Abs. 4 TIntG" in alert.detail


def test_a_position_paid_for_by_two_purposes_at_once_is_pointed_out(kreis, money, seen):
    staff = Teilplanzeile.PERSONALAUFWENDUNGEN
    book(kreis, "7", "10", GrantPurpose.CASE_MANAGEMENT, staff, reference="E13-01")
    book(kreis, "8", "10", GrantPurpose.KOORDINATION, staff, reference="E13-01", on=date(2026, 5, 1))
    book(
        kreis,
        "5",
        "10",
        GrantPurpose.SACHAUSGABEN_KOORDINATION,
        Teilplanzeile.SONSTIGE_AUFWENDUNGEN,
        reference="E13-01",
    )
    assert not [alert for alert in seen(kreis).alerts if alert.kind is AlertKind.PAID_TWICE]
    book(kreis, "6", "10", GrantPurpose.KOORDINATION, staff, reference="E13-01", on=date(2026, 7, 1))
    (alert,) = [alert for alert in seen(kreis).alerts if alert.kind is AlertKind.PAID_TWICE]
    assert "E13-01" in alert.title
    assert "30.06.2026" in alert.detail


def test_money_that_will_lapse_is_pointed_out_near_the_end_of_the_year(kreis, money, seen):
    def lapsing(now):
        return {a.baustein for a in seen(kreis, now=now).alerts if a.kind is AlertKind.LAPSING}

    assert lapsing(NOW) == set()
    assert lapsing(datetime(2026, 10, 15, tzinfo=UTC)) == {
        Baustein.STRATEGISCHE_KOORDINATION,
        CASE_MANAGEMENT,
    }
    (year,) = seen(kreis, now=datetime(2026, 10, 15, tzinfo=UTC)).years
    assert year.part(CASE_MANAGEMENT).lapsing == Decimal(
        "198999.98"
    )  # 570,000 less 171,000 less 100,000.01 × 12/6


def test_a_period_that_ends_within_the_year_is_pointed_out(kreis, seen):
    granted(kreis, euro("1000"), period_to=date(2026, 8, 31))
    (alert,) = [alert for alert in seen(kreis).alerts if alert.kind is AlertKind.PERIOD_ENDS]
    assert "31.08.2026" in alert.title


def test_more_spent_than_there_is_becomes_eigenanteil_and_is_said(kreis, seen):
    granted(kreis, euro("100", KOORDINATION))
    book(kreis, "1", "100.01", GrantPurpose.KOORDINATION, Teilplanzeile.PERSONALAUFWENDUNGEN)
    shown = seen(kreis)
    part = shown.years[0].part(Baustein.STRATEGISCHE_KOORDINATION)
    assert (part.remaining, part.eigenanteil) == (Decimal("-0.01"), Decimal("100.02"))
    assert [alert.kind for alert in shown.alerts] == [AlertKind.OVERSPENT]


def test_all_years_are_shown_together_each_with_its_own_sums(kreis, seen):
    granted(
        kreis, euro("1", Cell.of(2025, GrantPurpose.CASE_MANAGEMENT)), euro("2"), period_from=date(2025, 1, 1)
    )
    shown = seen(kreis, year=None)
    assert [(year.year, year.granted) for year in shown.years] == [(2025, 1), (2026, 2)]
    assert shown.known_years == (2026, 2025)


def test_the_number_of_statements_does_not_grow_with_the_money(kreis, gemeinde, sibling, money):
    def statements():
        with transaction(kreis, read_only=True) as session, counted(db.engine) as sent:
            overview(session, kreis, year=2026, now=NOW)
        return len(sent)

    before = statements()
    confirmed(kreis, sibling, money["fund"], euro("57000", fte="1"))
    for number in range(20):
        book(kreis, f"N{number}", "1", GrantPurpose.KOORDINATION, Teilplanzeile.PERSONALAUFWENDUNGEN)
    assert statements() == before <= 14


def test_without_the_right_to_read_expenditure_there_is_no_overview(kreis, money):
    blind = replace(kreis, permissions=kreis.permissions - {Permission.EXPENDITURE_READ})
    with transaction(blind, read_only=True) as session, pytest.raises(ForbiddenError):
        overview(session, blind, year=2026)

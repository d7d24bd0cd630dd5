"""Alerts: what may be paid twice, may lapse or does not fit; each at its time and not before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimhub.funding.public import Balance, FundView
from kimhub.overview.alerts import AlertKind, alerts
from kimhub.overview.figures import BausteinFigures, LineFigures, YearFigures
from kimhub.programme.public import Baustein, Cell, GrantPurpose, Teilplanzeile

CELL = Cell.of(2026, GrantPurpose.CASE_MANAGEMENT)
PART = Baustein.CASE_MANAGEMENT


def fund(begin, end, *, grant=True, amount="100"):
    return FundView(
        uuid4(), "Mittel", "Geberin", begin, end, grant, (Balance(CELL, Decimal(amount), Decimal(0)),)
    )


def year(*, funded="100.00", spent="0.00", forecast="0.00", received=False):
    line = LineFigures(
        Teilplanzeile.PERSONALAUFWENDUNGEN,
        **{"received" if received else "granted": Decimal(funded)},
        spent=Decimal(spent),
        forecast=Decimal(forecast),
    )
    return YearFigures(2026, (BausteinFigures(PART, (line,)),))


def kinds(figures, funds=(), *, as_of=date(2026, 6, 1), **more):
    return [alert.kind for alert in alerts([figures], funds, as_of=as_of, **more)]


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ((date(2026, 1, 1), date(2026, 6, 30)), (date(2026, 7, 1), date(2026, 12, 31)), []),
        (
            (date(2026, 1, 1), date(2026, 7, 1)),
            (date(2026, 7, 1), date(2026, 12, 31)),
            [AlertKind.TWO_SOURCES],
        ),
    ],
)
def test_two_sources_are_an_alert_only_while_both_pay(one, other, found):
    both = (fund(*one), fund(*other, grant=False))
    january = date(2026, 1, 2)
    assert kinds(year(forecast="100.00"), both, as_of=january) == found
    assert kinds(year(forecast="100.00"), (both[0], fund(*other, amount="0")), as_of=january) == []


def days(begin, end):
    return fund(date(2026, 1, 1) + timedelta(begin), date(2026, 1, 1) + timedelta(end))


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted), max_size=12))
def test_every_source_that_pays_beside_another_is_named_and_no_other(periods):
    funds = [replace(days(*each), title=f"Zuwendung {place}.") for place, each in enumerate(periods)]
    told = alerts([year(forecast="100.00")], funds, as_of=date(2026, 1, 2))
    found = [alert for alert in told if alert.kind is AlertKind.TWO_SOURCES]
    named = {each.title for each in funds for alert in found if f"„{each.title}“" in alert.detail}
    beside = {
        one.title
        for one in funds
        for other in funds
        if one is not other and one.period_from <= other.period_to and other.period_from <= one.period_to
    }
    assert named == beside
    assert len(found) < max(len(funds), 1), "many sources are no reason for the square of them"


@pytest.mark.parametrize(
    ("as_of", "found"),
    [
        (date(2026, 9, 29), []),
        (date(2026, 9, 30), [AlertKind.LAPSING]),
        (date(2027, 1, 1), [AlertKind.LAPSING]),
    ],
)
def test_what_will_be_left_is_said_three_months_before_the_end(as_of, found):
    assert kinds(year(forecast="99.99"), as_of=as_of) == found
    assert kinds(year(forecast="100.00"), as_of=as_of) == []


def test_after_the_year_nothing_is_presumed_any_more():
    (before,) = alerts([year()], [], as_of=date(2026, 12, 31))
    (after,) = alerts([year()], [], as_of=date(2027, 1, 1))
    assert "voraussichtlich" in before.title
    assert "voraussichtlich" not in after.title


def test_a_baustein_recorded_as_not_used_may_hold_no_money():
    assert kinds(year(forecast="100.00"), not_used={(2026, PART)}) == [AlertKind.NOT_USED]
    assert kinds(year(forecast="100.00"), not_used={(2025, PART)}) == []
    assert kinds(year(funded="0.00"), not_used={(2026, PART)}) == []


def test_spending_without_any_money_is_no_overspending():
    assert kinds(year(spent="100.01", forecast="100.01")) == [AlertKind.OVERSPENT]
    assert kinds(year(funded="0.00", spent="5.00", forecast="5.00")) == []


@pytest.mark.parametrize(
    ("end", "as_of", "found"),
    [
        (date(2026, 8, 31), date(2026, 5, 31), [AlertKind.PERIOD_ENDS]),
        (date(2026, 8, 31), date(2026, 5, 30), []),
        (date(2026, 8, 31), date(2026, 9, 1), []),
        (date(2026, 12, 31), date(2026, 9, 1), []),
    ],
)
def test_the_end_of_a_period_is_said_while_it_is_near(end, as_of, found):
    assert kinds(year(forecast="100.00"), (fund(date(2026, 1, 1), end),), as_of=as_of) == found


@pytest.mark.parametrize("as_of", [date(2026, 12, 1), date(2027, 1, 1)])
@pytest.mark.parametrize(("spent", "forecast"), [("0.00", "0.00"), ("150.00", "150.00")])
def test_whoever_received_the_money_is_not_told_of_a_bescheid_it_does_not_have(as_of, spent, forecast):
    (granted,) = alerts([year(spent=spent, forecast=forecast)], [], as_of=as_of)
    (received,) = alerts([year(spent=spent, forecast=forecast, received=True)], [], as_of=as_of)
    of_a_bescheid = ("Änderungsbescheid", "Verwendungsnachweis", "weiterleiten,")
    assert any(word in granted.detail for word in of_a_bescheid)
    assert not any(word in received.detail for word in of_a_bescheid)
    assert any(word in received.detail for word in ("von der die Mittel kommen", "weitergeleitet werden"))

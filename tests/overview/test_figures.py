"""Whatever is granted, passed on, booked and planned: every level adds up, to the cent."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

from hypothesis import given as given_by
from hypothesis import strategies as st

from kimhub.funding.public import Balance, FundView, OrganizationKind, State, StatedCell, Statement
from kimhub.overview.composition import Material
from kimhub.overview.planned import PlannedYear
from kimhub.overview.queries import Given
from kimhub.overview.recipients import recipients
from kimhub.programme.public import Baustein, Cell, GrantPurpose, Teilplanzeile
from kimhub.spending.public import Spent

YEAR = 2026
COSTS = (
    Teilplanzeile.PERSONALAUFWENDUNGEN,
    Teilplanzeile.TRANSFERAUFWENDUNGEN,
    Teilplanzeile.SONSTIGE_AUFWENDUNGEN,
)
euros = st.decimals(0, 10**9, places=2)
purposes = st.sampled_from(GrantPurpose)


@st.composite
def materials(draw):
    """Money in any mixture; recipients outside and inside the own administration."""
    funds = [
        FundView(
            uuid4(), "Mittel", "Geberin", date(YEAR, 1, 1), date(YEAR, 12, 31), draw(st.booleans()),
            tuple(Balance(Cell.of(YEAR, purpose), draw(euros), Decimal(0)) for purpose in draw(st.sets(purposes))),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]  # fmt: skip
    kinds = st.sampled_from([None, OrganizationKind.TRAEGER, OrganizationKind.KI])
    handed = [
        Given(
            None, uuid4(), "Stelle", "stelle", draw(kinds), State.CONFIRMED, YEAR, draw(purposes), draw(euros)
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    spent = [
        Spent(
            Cell.of(YEAR, draw(purposes)), draw(st.sampled_from(COSTS)), draw(euros),
            draw(st.dates(date(YEAR, 1, 1), date(YEAR, 12, 31))),
        )
        for _ in range(draw(st.integers(0, 5)))
    ]  # fmt: skip
    planned = {}
    if draw(st.booleans()):
        places = st.tuples(st.sampled_from([*Baustein, None]), st.sampled_from(COSTS))
        planned[YEAR] = PlannedYear(draw(st.dictionaries(places, euros)), draw(st.sets(st.integers(1, 12))))
    return Material(
        funds=funds,
        given=handed,
        spent=spent,
        planned=planned,
        as_of=draw(st.dates(date(2025, 6, 1), date(2027, 6, 1))),
    )


@given_by(materials())
def test_nothing_is_lost_or_counted_twice(material):
    year = material.year(YEAR)
    funded = sum((b.funded for fund in material.funds for b in fund.balances), Decimal(0))
    spent = sum((booking.amount for booking in material.spent), Decimal(0))
    assert (year.funded, year.spent, year.remaining) == (funded, spent, funded - spent)
    assert year.passed_on == sum((part.amount for part in material.given if not part.stays), Decimal(0))
    for part in year.bausteine:
        assert part.remaining == part.funded - part.spent
        assert sum((line.available for line in part.lines), Decimal(0)) == part.funded


@given_by(materials())
def test_the_forecast_is_either_paid_by_the_funds_or_eigenanteil(material):
    year = material.year(YEAR)
    for part in year.bausteine:
        if part.eigenanteil is None:
            assert (material.as_of.year, year.funded) == (YEAR - 1, 0)
            continue
        assert part.forecast == part.funded - part.lapsing + part.eigenanteil
        assert min(part.lapsing, part.eigenanteil) == 0
        assert part.forecast >= part.spent
    known = [part.eigenanteil for part in year.bausteine if part.eigenanteil is not None]
    assert year.eigenanteil == (sum(known, Decimal(0)) if known else None)


@given_by(materials())
def test_every_amount_has_whole_cents(material):
    year = material.year(YEAR)
    for of in (year, *year.bausteine, *(line for part in year.bausteine for line in part.lines)):
        for amount in (of.granted, of.received, of.passed_on, of.spent, of.remaining, of.forecast):
            assert amount == amount.quantize(Decimal("0.01"))


def test_of_two_statements_about_a_cell_the_later_one_stands():
    cell = Cell.of(2026, GrantPurpose.CASE_MANAGEMENT)
    given = [
        Given(
            7,
            None,
            "Musterstadt",
            "musterstadt",
            None,
            State.CONFIRMED,
            cell.year,
            cell.purpose,
            Decimal(100),
        )
    ]
    early, late = (
        Statement(
            uuid4(),
            7,
            datetime(2026, month, 1, tzinfo=UTC),
            "Sachbearbeitung",
            (StatedCell(cell, Decimal(100), spent),),
        )
        for month, spent in ((3, Decimal(10)), (6, Decimal(30)))
    )
    for order in ((early, late), (late, early)):
        (row,) = recipients(given, [], order)
        assert (row.spent, row.spent_as_of) == (Decimal(30), late.at)
    assert recipients(given, [], (early,), years=range(2027, 2028))[0].spent is None

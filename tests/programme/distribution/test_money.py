"""From shares to money: rate × share × months/12 per Haushaltsjahr, to the cent and adding up."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from kimhub.core.money import round_half_up
from kimhub.programme.public import Baustein, Cell, GrantPurpose
from tests.programme.distribution.samples import calculated, three

CASE_MANAGEMENT = {"purpose": "case_management", "start": "2022-09-01", "end": "2025-03-31"}


def test_every_haushaltsjahr_has_its_months_and_the_rate_of_its_guideline():
    result = calculated(three(money=CASE_MANAGEMENT))
    assert [(cell.cell, cell.months, cell.rate, cell.total) for cell in result.cells] == [
        (Cell.of(2022, GrantPurpose.CASE_MANAGEMENT), 4, Decimal(55_000), Decimal("73333.33")),
        (Cell.of(2023, GrantPurpose.CASE_MANAGEMENT), 12, Decimal(57_000), Decimal("228000.00")),
        (Cell.of(2024, GrantPurpose.CASE_MANAGEMENT), 12, Decimal(57_000), Decimal("228000.00")),
        (Cell.of(2025, GrantPurpose.CASE_MANAGEMENT), 3, Decimal(57_000), Decimal("57000.00")),
    ]
    assert {cell.cell.baustein for cell in result.cells} == {Baustein.CASE_MANAGEMENT}


def test_money_that_begins_within_a_year_follows_the_guideline_of_that_day():
    """The first guideline is of 25.11.2020; on the first of January there was none."""
    behind = {"purpose": "case_management", "start": "2020-12-01", "end": "2020-12-31"}
    (cell,) = calculated(three(money=behind)).cells
    assert (cell.months, cell.guideline, cell.total) == (1, "kim_2020", Decimal("18333.33"))


def test_a_rate_per_half_position_counts_twice_for_a_whole_one():
    document = three(
        money={"purpose": "verwaltungsassistenz", "start": "2022-01-01", "end": "2022-12-31"}, total="1"
    )
    assert [cell.total for cell in calculated(document).cells] == [Decimal(45_000)]


def test_an_assumed_rate_goes_before_the_guideline_and_is_unverified():
    behind = {"purpose": "baustein_3", "start": "2025-01-01", "end": "2025-12-31"}
    result = calculated(three(money=behind, rates={"baustein_3": "50000.00"}))
    (cell,) = result.cells
    assert (cell.total, cell.guideline, cell.verified) == (Decimal(200_000), None, False)
    assert [(value.key.value, value.source) for value in result.unverified] == [
        ("baustein_3", "Annahme in der Verteilung")
    ]


def test_what_is_kept_stays_in_the_cell_and_is_nobodys_amount():
    result = calculated(three({"waiver": "kept"}, money=CASE_MANAGEMENT))
    for cell in result.cells:
        assert sum(share.amounts[cell.cell] for share in result.shares) == cell.total - cell.kept
        assert cell.kept > 0
    assert result.shares[0].amount == 0


def test_euro_are_the_money_of_their_year():
    behind = {"purpose": "begleitausgaben", "start": "2025-01-01", "end": "2025-12-31"}
    document = three(measure="euro", total="1000", money=behind)
    del document["minimum"]
    result = calculated(document)
    assert [share.amount for share in result.shares] == [share.share for share in result.shares]
    assert [(cell.total, cell.rate) for cell in result.cells] == [(Decimal(1000), None)]


@given(
    st.lists(st.integers(1, 100_000), min_size=1, max_size=12),
    st.integers(1, 12),
    st.decimals(min_value=1, max_value=90_000, places=2),
)
def test_the_amounts_of_a_year_add_up_to_the_rounded_product(weights, months, rate):
    behind = {"purpose": "case_management", "start": f"2025-{13 - months:02}-01", "end": "2025-12-31"}
    parties = [{"name": f"Gemeinde {index}", "key": str(weight)} for index, weight in enumerate(weights)]
    result = calculated(three(parties=parties, money=behind, rates={"case_management": f"{rate:.2f}"}))
    assert sum(share.amount for share in result.shares) == round_half_up(rate * 4 * months / 12)

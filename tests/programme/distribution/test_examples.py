"""The two public cases, as their files give them."""

from __future__ import annotations

from decimal import Decimal

from kimhub.programme.public import distribute, distribution_from_toml, load_foerderrichtlinien
from tenants.register_file import SHIPPED, edition_beside, parse_register
from tests.programme.distribution.samples import RHEIN_SIEG, UNNA, shares


def example(path):
    return distribute(distribution_from_toml(path.read_bytes()), load_foerderrichtlinien())


def test_kreis_unna_8_positions_become_what_the_papers_say():
    result = example(UNNA)
    assert {share.party.name: str(share.computed) for share in result.shares if share.computed} == {
        "Kamen": "0.85", "Bergkamen": "1.19", "Bönen": "0.38", "übrige Gemeinden": "5.58",
    }  # fmt: skip
    assert shares(result) == {
        "Kamen": "1.00", "Bergkamen": "1.00", "Bönen": "0.50", "Lünen": "0.00", "übrige Gemeinden": "5.50",
    }  # fmt: skip
    assert result.distributed == 8
    assert sum(share.difference or 0 for share in result.shares) == 0


def test_rhein_sieg_kreis_17_positions_reach_all_19_gemeinden():
    result = example(RHEIN_SIEG)
    assert len(result.shares) == 19
    assert result.distributed == 17
    assert min(share.share for share in result.shares) == Decimal("0.5")
    assert shares(result)["Troisdorf"] == "2.00"
    assert shares(result)["Ruppichteroth"] == "0.50"
    (cell,) = result.cells
    assert (cell.total, cell.rate, cell.guideline) == (Decimal(969_000), Decimal(57_000), "kim_2023")
    assert sum(share.amount for share in result.shares) == 17 * 57_000


def test_rhein_sieg_kreis_is_listed_with_the_population_of_the_register():
    register = parse_register(SHIPPED.read_bytes())
    distribution = distribution_from_toml(RHEIN_SIEG.read_bytes())
    assert [(party.name, party.ags, party.key) for party in distribution.parties] == [
        (row.name, row.ags, row.population) for row in register.rows if row.parent_ags == "05382"
    ]
    assert distribution.key_figure is not None
    assert distribution.key_figure.day == edition_beside(SHIPPED).population_date


def test_the_unverified_minimum_is_named():
    (value,) = example(RHEIN_SIEG).unverified
    assert (value.key.value, value.guideline) == ("mindestanteil_case_management", "kim_2023")

"""The grant by guideline: months, caps, limits, and what a guideline does not know."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kimhub.programme.calculator import calculate
from kimhub.programme.documents import plan_from_json
from kimhub.programme.errors import PlanInvalidError
from kimhub.programme.guideline_files import load_foerderrichtlinien
from tests.programme.plans import position, small


def result_of(**changes):
    return calculate(plan_from_json(small(**changes)), load_foerderrichtlinien())


def granted(result, year=2022):
    return str(result.row("teilplanzeile.02").amounts[year])


def codes(result):
    return [(finding.code, finding.path) for finding in result.findings]


def sachausgaben(amount="9700.00", year="2022"):
    return {
        "id": "sach", "label": "Sachausgaben", "teilplanzeile": "16", "purpose": "sachausgaben_koordination",
        "amounts": {year: amount},
    }  # fmt: skip


def test_a_whole_position_earns_its_festbetrag_and_sachausgaben():
    result = result_of(lines=[sachausgaben()])
    assert granted(result) == "64700.00"
    assert codes(result) == []


@pytest.mark.parametrize(("start", "amount"), [("2022-02-01", "59308.33"), ("2022-12-01", "5391.67")])
def test_parts_of_a_year_count_by_months(start, amount):
    """(55,000 + 9,700) × 11/12 and × 1/12."""
    assert granted(result_of(positions=[position(start=start)], lines=[sachausgaben()])) == amount


def test_months_outside_the_foerderzeitraum_earn_nothing():
    """Seven of twelve months."""
    funding = {"start": "2022-06-01", "end": "2022-12-31"}
    assert granted(result_of(funding=funding, lines=[sachausgaben()])) == "37741.67"


def test_a_vacant_position_earns_nothing():
    result = result_of(positions=[position(fte="0")])
    assert granted(result) == "0.00"
    assert result.grants[0].steps == ()


def test_who_employs_the_person_does_not_matter_for_the_grant():
    grants = {
        granted(result_of(positions=[position(function="case_management", employer=employer)]))
        for employer in ("eigene", "gemeinde", "traeger")
    }
    assert grants == {"55000.00"}


def test_positions_elsewhere_are_transfers():
    result = result_of(positions=[position(employer="gemeinde")])
    assert str(result.row("teilplanzeile.15").total) == "80000.00"
    with pytest.raises(KeyError):
        result.row("teilplanzeile.11")


def test_the_cap_counts_month_by_month():
    """A Kreis: 4 from January, 2 more from October. 4 × 55,000; October to December 2 exceed the cap of 4."""
    positions = [position(fte="4"), position(id="mehr", fte="2", start="2022-10-01")]
    result = result_of(positions=positions)
    steps = [(str(step.fte), step.months, str(step.amount)) for step in result.grants[0].steps]
    assert steps == [
        ("4.00", 12, "220000.00"), ("2.00", 3, "27500.00"), ("-2.00", 3, "-27500.00"),
        ("4.00", 12, "38800.00"), ("2.00", 3, "4850.00"), ("-2.00", 3, "-4850.00"),
    ]  # fmt: skip
    assert granted(result) == "258800.00"
    assert codes(result)[0] == ("coordinators_above_cap", "positions[1].fte.2022")


@pytest.mark.parametrize(("kind", "amount"), [("kreis", "220000.00"), ("kreisfreie_stadt", "165000.00")])
def test_a_kreis_gets_four_coordinators_and_a_city_three(kind, amount):
    result = result_of(
        recipient={"name": "X", "kind": kind},
        positions=[position(fte="5")],
        rates={"sachausgaben_koordination": "0.00"},
    )
    assert granted(result) == amount
    assert "coordinators_above_cap" in dict(codes(result))


def test_a_recipient_without_a_known_cap_is_told_so():
    result = result_of(recipient={"name": "Aachen", "kind": "gemeinde"}, positions=[position(fte="5")])
    assert ("cap_unknown", "recipient.kind") in codes(result)
    assert result.grants[0].steps[0].amount == Decimal("275000.00")


def test_half_an_assistant_is_funded_and_more_is_not_because_of_an_unverified_cap():
    """22,500 + 4,850 for 0.5; the other 0.5 is a step of its own."""
    result = result_of(positions=[position(function="verwaltungsassistenz", fte="1")])
    assert granted(result) == "27350.00"
    steps = [(str(step.fte), str(step.quantity), str(step.amount)) for step in result.grants[0].steps]
    assert steps == [
        ("1.00", "2.00", "45000.00"), ("-0.50", "-1.00", "-22500.00"),
        ("1.00", "2.00", "9700.00"), ("-0.50", "-1.00", "-4850.00"),
    ]  # fmt: skip
    assert "assistants_above_cap" in dict(codes(result))
    assert [value.key.value for value in result.unverified] == ["hoechstzahl_verwaltungsassistenz"]


def test_a_cap_that_does_not_bite_is_not_listed_as_used():
    assert result_of(positions=[position(function="verwaltungsassistenz", fte="0.5")]).unverified == ()


def additional(gemeinde, **changes):
    return position(function="zusaetzliche_koordination", gemeinde=gemeinde, **changes)


def test_each_gemeinde_gets_one_additional_coordinator_beside_the_cap_of_the_kreis():
    positions = [position(fte="4"), additional("Lünen", id="luenen"), additional("Kamen", id="kamen")]
    result = result_of(positions=positions, rates={"sachausgaben_koordination": "0.00"})
    assert granted(result) == "330000.00"
    assert codes(result) == []


def test_a_second_additional_coordinator_for_the_same_gemeinde_is_not_funded():
    positions = [additional("Lünen", id="a"), additional("LÜNEN", id="b", fte="0.5")]
    result = result_of(positions=positions, rates={"sachausgaben_koordination": "0.00"})
    assert granted(result) == "55000.00"
    assert codes(result) == [("additional_coordination_above_cap", "positions[1].fte.2022")]


def test_a_city_has_no_gemeinden_to_ask_for_an_additional_coordinator():
    result = result_of(recipient={"name": "Köln", "kind": "kreisfreie_stadt"}, positions=[additional("Köln")])
    assert granted(result) == "0.00"
    assert ("additional_coordination_only_in_kreis", "positions[0].function") in codes(result)


def test_a_share_below_the_minimum_is_pointed_out_but_still_counted():
    result = result_of(positions=[position(function="case_management", fte="0.38")])
    assert granted(result) == "20900.00"
    assert codes(result) == [("share_below_minimum", "positions[0].fte.2022")]


def limit(amount):
    return {
        "id": "begleit", "label": "Veranstaltungen", "teilplanzeile": "16", "purpose": "begleitausgaben",
        "amounts": {"2022": amount},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("planned", "grant"), [("0.00", "0.00"), ("12345.67", "12345.67"), ("40000.01", "40000.00")]
)
def test_begleitausgaben_are_funded_as_planned_up_to_the_limit(planned, grant):
    result = result_of(positions=[], lines=[limit(planned)])
    assert granted(result) == grant
    assert ("cost_above_limit", "lines[0].amounts.2022") in codes(result) or planned != "40000.01"


def test_less_sachausgaben_than_the_festbetrag_is_pointed_out():
    result = result_of(lines=[sachausgaben("5000.00")])
    assert granted(result) == "64700.00"
    assert codes(result) == [("sachausgaben_below_grant", "lines[0].amounts.2022")]


def test_baustein_3_has_no_known_rate_and_needs_an_assumption():
    positions = [
        position(id="a", function="auslaenderbehoerde", fte="2"), position(id="b", function="einbuergerungsbehoerde"),
    ]  # fmt: skip
    unknown = result_of(positions=positions)
    assert granted(unknown) == "0.00"
    assert codes(unknown) == [("rate_missing", "rates.baustein_3")]
    assumed = result_of(positions=positions, rates={"baustein_3": "50000.00"})
    assert granted(assumed) == "150000.00"
    assert [(value.key.value, value.guideline) for value in assumed.unverified] == [("baustein_3", None)]


def test_positions_without_a_baustein_cost_but_earn_nothing():
    result = result_of(positions=[position(function="ohne_foerderung")])
    assert granted(result) == "0.00"
    assert str(result.total.eigenanteil) == "80000.00"
    assert str(result.total.eigenanteil_percent) == "100.0"


def test_more_grant_than_cost_is_pointed_out():
    result = result_of(grants=[{"year": 2022, "basis": "bescheid", "amount": "90000.00"}])
    assert codes(result) == [("grant_exceeds_cost", "grants")]
    assert "um 10.000,00" in result.findings[0].message
    assert str(result.total.eigenanteil) == "0.00"


def test_what_one_year_has_too_much_pays_for_no_other():
    grants = [
        {"year": 2022, "basis": "bescheid", "amount": "90000.00"},
        {"year": 2023, "basis": "bescheid", "amount": "70000.00"},
    ]
    result = result_of(grants=grants, period={"start": "2022-01-01", "end": "2023-12-31"})
    own = [result.by_year[year].eigenanteil for year in (2022, 2023)]
    assert own == [0, result.by_year[2023].cost - 70000]
    assert result.total.eigenanteil == sum(own) > result.total.cost - result.total.grant


def test_a_plan_without_costs_has_no_percentage():
    result = result_of(positions=[], grants=[])
    assert result.total.eigenanteil_percent is None
    assert str(result.total.cost) == "0.00"


def test_each_year_uses_the_guideline_of_its_time():
    result = result_of(
        period={"start": "2022-01-01", "end": "2023-12-31"},
        positions=[position(function="case_management")],
        grants=[{"year": 2022, "basis": "guideline"}, {"year": 2023, "basis": "guideline"}],
    )
    assert (granted(result, 2022), granted(result, 2023)) == ("55000.00", "57000.00")
    assert [(guideline.id, guideline.years) for guideline in result.guidelines] == [
        ("kim_2020", (2022,)), ("kim_2023", (2023,)),
    ]  # fmt: skip


def test_a_year_that_no_guideline_covers_is_refused_with_what_there_is():
    with pytest.raises(PlanInvalidError) as refused:
        result_of(
            base_year=2019,
            period={"start": "2019-01-01", "end": "2020-12-31"},
            grants=[{"year": 2020, "basis": "guideline"}, {"year": 2019, "basis": "guideline"}],
        )
    assert list(refused.value.fields) == ["grants[0].guideline", "grants[1].guideline"]
    message = refused.value.fields["grants[0].guideline"][0]
    assert "Am 01.01.2020 gilt keine hinterlegte Förderrichtlinie" in message
    assert "kim_2020 (25.11.2020 bis 31.12.2022)" in message


def test_a_guideline_that_does_not_exist_is_refused():
    with pytest.raises(PlanInvalidError) as refused:
        result_of(grants=[{"year": 2022, "basis": "guideline", "guideline": "kim_1999"}])
    assert "kim_1999 ist nicht hinterlegt" in refused.value.fields["grants[0].guideline"][0]


def test_funding_that_starts_within_a_year_uses_the_guideline_of_that_day():
    result = result_of(
        base_year=2020,
        period={"start": "2020-12-01", "end": "2020-12-31"},
        positions=[position(function="case_management")],
        grants=[{"year": 2020, "basis": "guideline"}],
    )
    assert str(result.total.grant) == "4583.33"


def test_a_share_for_a_year_in_which_the_position_does_not_exist_is_pointed_out():
    result = result_of(positions=[position(fte={"2022": "1", "2023": "2"})])
    assert ("fte_without_effect", "positions[0].fte.2023") in codes(result)


def test_costs_beyond_any_budget_are_refused_instead_of_breaking():
    dear = [position(id=f"p{number}", fte="1000", annual_cost="1000000.00") for number in range(300)]
    with pytest.raises(PlanInvalidError) as refused:
        result_of(base_year=2008, pay_rise_percent="30", positions=dear)
    assert "zu hoch" in refused.value.fields["positions"][0]

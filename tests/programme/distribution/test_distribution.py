"""A distribution from inputs to shares: methods, waivers, shares by hand, the minimum, every refusal and its cure."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimhub.programme.public import (
    DistributionInvalidError,
    ShareNote,
    distribution_from_json,
    distribution_to_json,
)
from tests.programme.distribution.samples import calculated, shares, three


def whole_months(purpose, year=2025):
    return {"purpose": purpose, "start": f"{year}-01-01", "end": f"{year}-12-31"}


def refused(document):
    with pytest.raises(DistributionInvalidError) as refusal:
        calculated(document)
    return refusal.value.fields


def test_the_computed_share_is_exact_and_shown_with_two_decimals():
    thirds = calculated(three(method="equal", total="1"))
    assert [share.exact for share in thirds.shares] == [Fraction(1, 3)] * 3
    assert [str(share.computed) for share in thirds.shares] == ["0.34", "0.33", "0.33"]
    assert shares(thirds) == {"Groß": "0.50", "Mittel": "0.50", "Klein": "0.00"}


def test_the_difference_is_what_rounding_gave_or_took():
    result = calculated(three())
    assert shares(result) == {"Groß": "2.50", "Mittel": "1.50", "Klein": "0.00"}
    assert [str(share.difference) for share in result.shares] == ["0.00", "0.25", "-0.25"]


def test_of_two_equal_remainders_the_earlier_party_gets_the_step():
    """Exactly 1.25 and 0.25: both half a step above what they have."""
    assert shares(calculated(three()))["Mittel"] == "1.50"


def test_by_population_needs_no_name_for_the_key_figure():
    document = three(method="population")
    del document["key_figure"]
    assert distribution_from_json(document).key_figure.name == "Einwohnerzahl"


def test_equal_shares_need_no_key():
    document = three({"key": None}, {"key": None}, {"key": None}, method="equal", total="6")
    assert shares(calculated(document)) == {"Groß": "2.00", "Mittel": "2.00", "Klein": "2.00"}


def test_by_hand_the_shares_are_what_was_typed():
    document = three({"share": "2"}, {"share": "2.0"}, {"share": "0"}, method="by_hand")
    result = calculated(document)
    assert shares(result) == {"Groß": "2.00", "Mittel": "2.00", "Klein": "0.00"}
    assert {share.notes for share in result.shares} == {(ShareNote.BY_HAND,)}
    assert [share.computed for share in result.shares] == [None] * 3


def test_a_share_fixed_by_hand_leaves_the_rest_to_the_key():
    result = calculated(three({"share": "1"}))
    assert shares(result) == {"Groß": "1.00", "Mittel": "2.50", "Klein": "0.50"}
    assert [share.exact for share in result.shares] == [None, Fraction(5, 2), Fraction(1, 2)]


def test_a_waived_share_goes_to_the_others_by_their_key():
    result = calculated(three({"waiver": "redistributed"}))
    assert [share.exact for share in result.shares] == [None, Fraction(10, 3), Fraction(2, 3)]
    assert shares(result) == {"Groß": "0.00", "Mittel": "3.50", "Klein": "0.50"}
    assert result.shares[0].notes == (ShareNote.WAIVED_REDISTRIBUTED,)


def test_a_waived_share_that_is_kept_changes_nothing_for_the_others():
    before, after = calculated(three()), calculated(three({"waiver": "kept"}))
    assert [share.share for share in after.shares][1:] == [share.share for share in before.shares][1:]
    assert (after.shares[0].share, after.shares[0].kept) == (0, before.shares[0].share)
    assert (after.distributed, after.kept) == (Decimal("1.50"), Decimal("2.50"))
    assert after.shares[0].notes == (ShareNote.WAIVED_KEPT,)


def test_the_minimum_for_all_lifts_the_smallest_and_says_so():
    result = calculated(three(minimum_for_all=True))
    assert shares(result) == {"Groß": "2.50", "Mittel": "1.00", "Klein": "0.50"}
    assert result.shares[2].notes == (ShareNote.RAISED_TO_MINIMUM,)


def test_the_minimum_for_all_may_be_all_there_is():
    assert set(shares(calculated(three(total="1.5", minimum_for_all=True))).values()) == {"0.50"}


def test_a_share_by_hand_may_be_the_minimum_itself():
    assert shares(calculated(three({"share": "0.5"})))["Groß"] == "0.50"


def test_who_stays_below_the_minimum_gets_nothing_and_is_told_why():
    assert calculated(three()).shares[2].notes == (ShareNote.BELOW_MINIMUM,)


def test_a_minimum_between_two_steps_counts_as_the_step_above():
    result = calculated(three(minimum="0.6", minimum_for_all=True))
    assert result.smallest_share == 1
    assert shares(result)["Klein"] == "1.00"
    assert [finding.code for finding in result.findings] == ["minimum_between_steps"]


def test_without_a_minimum_the_guideline_of_case_management_decides():
    document = three(money={"purpose": "case_management", "start": "2022-01-01", "end": "2022-12-31"})
    del document["minimum"]
    result = calculated(document)
    assert (result.minimum, result.unverified) == (Decimal("0.50"), ())
    later = calculated(
        document | {"money": {**document["money"], "start": "2025-01-01", "end": "2025-12-31"}}
    )
    assert [value.key.value for value in later.unverified] == ["mindestanteil_case_management"]


def test_without_a_guideline_any_step_is_a_share():
    document = three(step="0.25")
    del document["minimum"]
    assert shares(calculated(document)) == {"Groß": "2.50", "Mittel": "1.25", "Klein": "0.25"}


def test_an_amount_in_euro_is_distributed_to_the_cent():
    document = three(measure="euro", total="100000.00", method="equal")
    del document["minimum"]
    assert shares(calculated(document)) == {"Groß": "33333.34", "Mittel": "33333.33", "Klein": "33333.33"}


@pytest.mark.parametrize(
    ("document", "field", "cure"),
    [
        (three(total="4.2"), "total", "4,0\N{NO-BREAK SPACE}VZÄ oder 4,5"),
        (three({"share": "0.7"}), "parties[0].share", "Schrittweite 0,5"),
        (three({"share": "0.5"}, minimum="1"), "parties[0].share", "mindestens"),
        (three({"share": "3"}, {"share": "2"}), "total", "1,0\N{NO-BREAK SPACE}VZÄ mehr"),
        (three({"share": "1"}, {"share": "1"}, {"share": "1"}), "total", "noch niemandem"),
        (three({"share": "1"}, {"share": "1"}, method="by_hand"), "parties[2].share", "von Hand"),
        (three({"key": None}), "parties[0].key", "„Personen“"),
        (three({"key": "0"}, {"key": "0"}, {"key": "0"}), "parties", "gleiche Teile"),
        (three(minimum="2", minimum_for_all=True), "minimum_for_all", "6,0\N{NO-BREAK SPACE}VZÄ"),
        (three({"share": "3.5"}, minimum="1"), "total", "weniger als der Mindestanteil"),
        (three({"waiver": "redistributed", "share": "1"}), "parties[0].share", "Verzicht"),
        (three({"name": "Mittel"}), "parties[1].name", "mehrmals"),
        (three({"ags": "05978020"}), "parties[0].ags", "mehrmals"),
        (three({"ags": "Unna"}), "parties[0].ags", "8 Ziffern"),
        (three({"key": "1.5.2"}), "parties[0].key", "als Text mit Punkt"),
        (three({"key": "-3"}), "parties[0].key", "als Text mit Punkt"),
        (three(step="0"), "step", "0,01"),
        (three(total="20000"), "total", "10.000"),
        (three(parties=[]), "parties", "mindestens"),
        (three(key_figure={}), "key_figure.name", "füllen Sie"),
        (three(money=whole_months("begleitausgaben")), "money.purpose", "verteilen Sie Euro"),
        (
            three(measure="euro", money={"purpose": "begleitausgaben", "start": "2025-01-01", "end": "2026-12-31"}),
            "money.end",
            "2025",
        ),
        (three(money=whole_months("baustein_3")), "rates.baustein_3", "als Annahme"),
        (three(money=whole_months("case_management", 2018)), "money.guideline", "2018"),
        (three(money=whole_months("case_management") | {"start": "2025-01-02"}), "money.start", "Monats"),
    ],
)  # fmt: skip
def test_what_stands_in_the_way_is_named_with_its_field_and_its_cure(document, field, cure):
    fields = refused(document)
    assert field in fields
    assert cure in " ".join(fields[field])


def test_all_problems_are_reported_together():
    fields = refused(three({"share": "0.7"}, {"key": None}, total="4.2"))
    assert set(fields) == {"total", "parties[0].share", "parties[1].key"}


def test_a_key_figure_must_say_what_it_counts():
    document = three()
    del document["key_figure"]
    assert "key_figure" in refused(document)


keys = st.integers(0, 200_000)
waivers = st.sampled_from([None, None, None, "redistributed", "kept"])


@st.composite
def documents(draw):
    """Any distribution that can be made, with waivers and shares by hand."""
    count = draw(st.integers(1, 12))
    step = draw(st.sampled_from(["0.5", "0.25", "1", "0.1"]))
    minimum = draw(st.sampled_from(["0", "0.5", "0.75", "1"]))
    parties = []
    for index in range(count):
        party = {"name": f"Gemeinde {index}", "key": str(draw(keys)), "waiver": draw(waivers)}
        if party["waiver"] != "redistributed" and draw(st.integers(0, 5)) == 0:
            party["share"] = str(draw(st.integers(4, 8)) * 1)
        parties.append({name: value for name, value in party.items() if value is not None})
    parties.append({"name": "Bleibt", "key": str(draw(st.integers(1, 200_000)))})
    fixed = sum(Decimal(party.get("share", 0)) for party in parties)
    total = fixed + len(parties) + draw(st.integers(0, 40))
    return three(
        parties=parties, step=step, minimum=minimum, total=str(total), minimum_for_all=draw(st.booleans())
    )


@given(documents())
def test_distributed_and_kept_always_make_the_total(document):
    result = calculated(document)
    assert result.distributed + result.kept == result.total
    assert sum(share.difference or 0 for share in result.shares) == 0


@given(documents())
def test_nobody_gets_a_share_that_is_not_funded(document):
    result = calculated(document)
    for share in result.shares:
        for part in (share.share, share.kept):
            assert part == 0 or part >= result.minimum
            assert (Fraction(part) / Fraction(document["step"])).denominator == 1


@given(documents())
def test_who_waives_gets_nothing_and_only_what_is_kept_stays_with_the_giver(document):
    for share in calculated(document).shares:
        if share.party.waiver is not None:
            assert share.share == 0
        if share.party.waiver is None or share.party.waiver.value == "redistributed":
            assert share.kept == 0


@given(documents())
def test_keeping_a_waived_share_never_changes_what_others_get(document):
    kept = three(**{**document, "parties": [dict(party) for party in document["parties"]]})
    for party in kept["parties"]:
        if party.get("waiver") == "kept":
            del party["waiver"]
    with_waivers, without = calculated(document), calculated(kept)
    assert [share.share + share.kept for share in with_waivers.shares] == [
        share.share for share in without.shares
    ]


@given(documents())
def test_a_distribution_survives_its_json(document):
    distribution = distribution_from_json(document)
    assert distribution_from_json(distribution_to_json(distribution)) == distribution

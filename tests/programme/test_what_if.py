"""What-if changes: any field by its path, the same rules afterwards, and answers to wrong paths."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kimhub.programme.calculator import calculate
from kimhub.programme.comparison import compare
from kimhub.programme.documents import plan_from_json
from kimhub.programme.errors import PlanInvalidError
from kimhub.programme.guideline_files import load_foerderrichtlinien
from kimhub.programme.terms import GrantBasis, ValueKey
from kimhub.programme.what_if import apply_changes, describe, parse_changes
from tests.programme.plans import position, small

LINE = {"id": "sach", "label": "Sachkosten", "teilplanzeile": "16", "amounts": {"2022": "100.00"}}


def changed(*texts, **document):
    base = {"period": {"start": "2022-01-01", "end": "2023-12-31"}, "lines": [LINE], **document}
    return apply_changes(plan_from_json(small(**base)), parse_changes(texts))


def test_a_share_in_one_year_leaves_the_other_years_as_they_are():
    plan = changed("positions.koordination.fte.2023=2,5")
    assert plan.positions[0].fte == {2022: Decimal("1.00"), 2023: Decimal("2.50")}


def test_a_share_in_all_years():
    assert changed("positions.koordination.fte=0,5").positions[0].fte == Decimal("0.50")


def test_rate_pay_rise_start_and_end_of_a_position():
    plan = changed(
        "positions.koordination.rate=90.000,00",
        "positions.koordination.pay_rise=3",
        "positions.koordination.start=01.03.2022",
        "positions.koordination.end=2023-06-30",
    )
    position = plan.positions[0]
    assert position.annual_cost == Decimal("90000.00")
    assert position.pay_rise_percent == Decimal("3.00")
    assert (position.start, position.end) == (date(2022, 3, 1), date(2023, 6, 30))


def test_what_the_whole_plan_says():
    plan = changed(
        "pay_rise=2", "start=2022-02-01", "funding.end=31.12.2022", "recipient.kind=kreisfreie_stadt"
    )
    assert plan.pay_rise_percent == Decimal("2.00")
    assert plan.period.start == date(2022, 2, 1)
    assert plan.funding.end == date(2022, 12, 31)


def test_an_amount_of_a_line():
    assert changed("lines.sach.2023=250").lines[0].amounts[2023] == Decimal("250.00")
    assert changed("lines.sach.amounts.2022=0").lines[0].amounts[2022] == Decimal("0.00")


def test_a_rate_of_the_guideline_becomes_an_assumption():
    assert changed("rates.koordination=57000").rates == {ValueKey.KOORDINATION: Decimal("57000.00")}


def test_a_granted_amount_makes_the_year_a_bescheid_and_a_guideline_makes_it_computed():
    bescheid = changed("grants.2022.amount=50000").grants[0]
    assert (bescheid.basis, bescheid.amount) == (GrantBasis.BESCHEID, Decimal("50000.00"))
    computed = changed("grants.2022.amount=50000", "grants.2022.guideline=kim_2023").grants[0]
    assert (computed.basis, computed.amount, computed.guideline) == (GrantBasis.GUIDELINE, None, "kim_2023")


def test_a_year_without_a_grant_can_get_one():
    assert [grant.year for grant in changed("grants.2023.basis=guideline").grants] == [2022, 2023]


def test_later_changes_win():
    plan = changed("positions.koordination.fte=5", "positions.koordination.fte=2")
    assert plan.positions[0].fte == Decimal("2.00")


@pytest.mark.parametrize(
    ("text", "path", "answer"),
    [
        ("positions.niemand.fte=1", "positions.niemand.fte", "Vorhanden sind: koordination"),
        ("lines.x.2022=1", "lines.x.2022", "Vorhanden sind: sach"),
        ("positions.koordination=1", "positions.koordination", "ein Feld dieser Zeile"),
        (
            "positions.koordination.fte.2022.mai=1",
            "positions.koordination.fte.2022.mai",
            "ein Feld dieser Zeile",
        ),
        ("positions=1", "positions", "Vorhanden sind"),
        ("grants.2022=1", "grants.2022", "Nennen Sie Jahr und Feld"),
        ("wetter=gut", "wetter", "Möglich sind positions"),
        ("period.start.jetzt=1", "period.start.jetzt", "Möglich sind positions"),
        ("positions.koordination.fte", "positions.koordination.fte", "fehlt der Pfad oder der Wert"),
        ("=1", "=1", "fehlt der Pfad oder der Wert"),
        ("positions.koordination.gehalt=1", "positions[0].gehalt", "gibt es hier nicht"),
        ("positions.koordination.fte.2022=viel", "positions[0].fte.2022", "kein Stellenanteil"),
        ("positions.koordination.start=2022-01-15", "positions[0].start", "erste Tag eines Monats"),
        ("period.end=2022-06-30", "grants[1].year", "außerhalb"),
        ("rates.trinkgeld=1", "rates.trinkgeld", "gibt es hier nicht"),
        ("grants.2030.basis=guideline", "grants[2].year", "außerhalb des Plans"),
    ],
)
def test_a_change_that_cannot_be_made_is_answered_at_its_path(text, path, answer):
    grants = [{"year": 2022, "basis": "guideline"}, {"year": 2023, "basis": "guideline"}]
    with pytest.raises(PlanInvalidError) as refused:
        changed(text, grants=grants)
    assert answer in " ".join(refused.value.fields[path])


def test_all_wrong_changes_are_answered_together():
    with pytest.raises(PlanInvalidError) as refused:
        changed("a=1", "lines.x.2022=1")
    assert list(refused.value.fields) == ["a", "lines.x.2022"]


def test_changes_can_be_written_out_again():
    assert describe(parse_changes(["a.b = 1", "c=x=y"])) == "a.b=1, c=x=y"


def test_a_comparison_keeps_rows_that_only_one_plan_has_in_the_order_of_the_table():
    one = plan_from_json(small(positions=[position(id="alt")], lines=[LINE]))
    other = plan_from_json(small(positions=[position(id="neu", employer="traeger")], lines=[LINE]))
    before, after = (calculate(plan, load_foerderrichtlinien()) for plan in (one, other))
    rows = [(row.id, str(row.total)) for row in compare(before, after).rows]
    assert rows == [
        ("positions.alt", "-80000.00"),
        ("teilplanzeile.11", "-80000.00"),
        ("positions.neu", "80000.00"),
        ("teilplanzeile.15", "80000.00"),
        ("lines.sach", "0.00"),
        ("teilplanzeile.16", "0.00"),
        ("cost", "0.00"),
        ("teilplanzeile.02", "0.00"),
        ("eigenanteil", "0.00"),
    ]


def test_years_that_only_one_plan_has_count_as_zero_in_the_other():
    before = calculate(plan_from_json(small()), load_foerderrichtlinien())
    after = calculate(changed(lines=[]), load_foerderrichtlinien())
    comparison = compare(before, after)
    assert comparison.years == (2022, 2023)
    assert {year: str(amount) for year, amount in comparison.rows[0].amounts.items()} == {
        2022: "0.00", 2023: "80000.00",
    }  # fmt: skip

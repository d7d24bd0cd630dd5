"""What the check of a Finanzierungsübersicht finds, and that nothing is drawn with an error in it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kimhub.reports.findings import Severity
from kimhub.reports.frame import ReportRefusedError, render
from kimhub.reports.types.finanzierungsuebersicht.checks import check
from kimhub.reports.types.finanzierungsuebersicht.document import AT_MOST, Amounts
from kimhub.reports.types.finanzierungsuebersicht.report import FINANZIERUNGSUEBERSICHT
from kimhub.reports.types.finanzierungsuebersicht.view import summary

from .conftest import document_of, item, line


def errors(document):
    return {
        (finding.code, finding.field) for finding in check(document) if finding.severity is Severity.ERROR
    }


def warnings(document):
    return {
        finding.code: finding.message for finding in check(document) if finding.severity is Severity.WARNING
    }


def test_koelns_plan_has_no_error(koeln):
    assert errors(koeln) == set()


def test_an_empty_plan_is_refused_and_says_what_to_do():
    empty = document_of((2021,), (line("11", "Personalaufwendungen", item("Stelle", "0.00")),), ())
    empty = replace(empty, expenses=(), total_cost=Amounts((Decimal("0.00"),), Decimal("0.00")))
    with pytest.raises(ReportRefusedError, match="Erfassen Sie im Plan mindestens") as refusal:
        render(FINANZIERUNGSUEBERSICHT, empty)
    assert [finding.code for finding in refusal.value.findings] == ["plan-leer"]
    assert refusal.value.status == 422
    assert list(refusal.value.fields) == ["expenses"]


def test_a_plan_without_years_is_refused(koeln):
    assert ("plan-leer", "expenses") in errors(replace(koeln, years=()))


def test_a_cent_that_is_missing_in_a_sum_is_found(koeln):
    personnel = koeln.expenses[0]
    first = personnel.items[0]
    by_year = (first.amounts.by_year[0] - Decimal("0.01"), *first.amounts.by_year[1:])
    changed = replace(first, amounts=replace(first.amounts, by_year=by_year))
    broken = replace(
        koeln, expenses=(replace(personnel, items=(changed, *personnel.items[1:])), *koeln.expenses[1:])
    )
    assert errors(broken) == {
        ("summe-falsch", "expenses[0].items[0].amounts.total"),
        ("summe-falsch", "expenses[0].amounts.by_year[0]"),
    }


def test_an_amount_that_does_not_follow_from_its_formula_is_found(koeln):
    year = koeln.derivation[1]
    first, *others = year.components
    for change in ({"quantity": Decimal("2.6")}, {"rate": Decimal("57000.00")}, {"months": 11}):
        broken = replace(year, components=(replace(first, **change), *others))
        assert errors(replace(koeln, derivation=(koeln.derivation[0], broken))) == {
            ("herleitung-falsch", "derivation[1].components[0].amount")
        }


def test_an_amount_above_its_limit_is_found(koeln):
    year = koeln.derivation[1]
    index, limited = next((i, part) for i, part in enumerate(year.components) if part.unit == AT_MOST)
    lowered = replace(limited, rate=limited.amount - Decimal("0.01"))
    components = (*year.components[:index], lowered, *year.components[index + 1 :])
    broken = replace(koeln, derivation=(koeln.derivation[0], replace(year, components=components)))
    assert errors(broken) == {("herleitung-falsch", f"derivation[1].components[{index}].amount")}


@pytest.mark.parametrize(
    ("text", "names"), [("Verein 😀", "„😀“ (U+1F600)"), ("نادي", "U+0627"), ("a\x07", "U+0007")]
)
def test_characters_that_cannot_be_printed_are_refused_with_their_place(koeln, text, names):
    with pytest.raises(ReportRefusedError) as refusal:
        render(FINANZIERUNGSUEBERSICHT, replace(koeln, scenario=text))
    assert list(refusal.value.fields) == ["scenario"]
    assert names in refusal.value.fields["scenario"][0]


@pytest.mark.parametrize(
    "text", ["Şişli – „Œuvre“", "Проєкт Київ", "Ευρώ", "Zeile\nZeile\tTab", "lang\u00adsam"]
)
def test_other_scripts_and_line_breaks_can_be_printed(koeln, text):
    assert render(FINANZIERUNGSUEBERSICHT, replace(koeln, scenario=text)).pdf


def test_a_derivation_that_does_not_give_the_zuwendung_is_found(koeln):
    year = koeln.derivation[1]
    broken = replace(koeln, derivation=(koeln.derivation[0], replace(year, components=year.components[1:])))
    assert errors(broken) == {("summe-falsch", "derivation[1].amount")}
    missing = replace(koeln, derivation=koeln.derivation[:1])
    assert errors(missing) == {("summe-falsch", "income.amounts.by_year[1]")}


def test_an_eigenanteil_that_is_not_cost_less_zuwendung_is_found(koeln):
    own = Amounts(
        (Decimal("54900.01"), *koeln.eigenanteil.by_year[1:]), koeln.eigenanteil.total + Decimal("0.01")
    )
    found = errors(replace(koeln, eigenanteil=own))
    assert ("summe-falsch", "eigenanteil.by_year[0]") in found


def test_a_wrong_percentage_is_found(koeln):
    broken = replace(koeln, eigenanteil_percent_total=Decimal("22.4"))
    assert errors(broken) == {("anteil-falsch", "eigenanteil_percent_total")}


def test_a_row_without_an_amount_for_each_year_is_found(koeln):
    broken = replace(koeln, total_cost=replace(koeln.total_cost, by_year=koeln.total_cost.by_year[:2]))
    assert errors(broken) == {("spalten-fehlen", "total_cost.by_year")}


def test_years_out_of_order_are_found(koeln):
    assert ("jahre-ungueltig", "years") in errors(replace(koeln, years=(2022, 2021, 2023)))


def test_negative_cost_is_found():
    broken = document_of((2021,), (line("11", "Personalaufwendungen", item("Stelle", "-1.00")),), ())
    assert ("betrag-negativ", "expenses[0].items[0].amounts") in errors(broken)


def test_unverified_values_years_without_grant_and_a_missing_aktenzeichen_are_warnings(assumed):
    found = warnings(replace(assumed, cover=replace(assumed.cover, file_number=" ")))
    assert found == {
        "aktenzeichen-fehlt": "Es ist kein Aktenzeichen angegeben.",
        "jahr-ohne-zuwendung": "Für 2023 ist keine Zuwendung angesetzt.",
        "wert-ungeprueft": "„Begleitausgaben 2022“ beruht auf einem ungeprüften Wert.",
    }


def test_a_year_without_cost_needs_no_zuwendung():
    idle = document_of(
        (2021, 2022), (line("11", "Personalaufwendungen", item("Stelle", "1.00", "0.00")),), ()
    )
    assert warnings(idle)["jahr-ohne-zuwendung"] == "Für 2021 ist keine Zuwendung angesetzt."


def test_a_zuwendung_beyond_the_cost_is_a_warning_with_the_amount(koeln):
    cheap = document_of(
        koeln.years,
        (line("11", "Personalaufwendungen", item("Stelle", "400000.00", "900000.00", "0.00")),),
        koeln.derivation,
    )
    assert warnings(cheap)["zuwendung-uebersteigt-kosten"] == (
        "Die Zuwendung 2021 übersteigt die Gesamtkosten um 63.500,00\N{NO-BREAK SPACE}€."
    )
    assert errors(cheap) == set()
    assert cheap.eigenanteil.by_year == (0, Decimal("56900.00"), 0)
    assert "durch Zuwendungen" in summary(cheap)
    assert "Davon werden voraussichtlich 1.243.100,00" in summary(cheap)

"""Variants and scenarios in the browser, as API and in the terminal."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from kimhub.core.errors import ForbiddenError, NotFoundError
from kimhub.planning.queries import get_plan
from kimhub.planning.usecases.store_plan import copy_plan
from tenants import Role, transaction
from tests.support.acting import acting

COMPARE = "/api/v1/plans/compare"


@pytest.fixture
def browser(ctx, coordinator):
    with acting(ctx) as stand_in:
        stand_in.as_(coordinator)
        yield stand_in


@pytest.fixture
def base(district):
    return f"/t/{district.stadt.slug}/mittel/plaene"


@pytest.fixture
def variant(stored, coordinator):
    with transaction(coordinator):
        return copy_plan(coordinator, stored).id


def plain(text):
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))


def test_a_variant_remembers_its_origin_and_counts_its_own(stored, variant, coordinator):
    with transaction(coordinator) as session:
        first = get_plan(session, variant)
        second = copy_plan(coordinator, variant)
        assert first.origin_id == stored
        assert first.title.endswith("1 und 2 (Variante)")
        assert second.title.endswith("1 und 2 (Variante 2)")
        assert first.document["positions"] == get_plan(session, stored).document["positions"]


def test_who_only_reads_makes_no_variant_and_nobody_one_of_a_foreign_plan(stored, district):
    auditor, other = district.stadt.actor(Role.AUDITOR), district.kreis.actor(Role.KI_COORDINATOR)
    for actor, error in ((auditor, ForbiddenError), (other, NotFoundError)):
        with pytest.raises(error), transaction(actor):
            copy_plan(actor, stored)


def test_a_variant_is_made_on_the_page_and_leads_to_the_comparison_with_its_origin(browser, base, stored):
    made = browser.client.post(f"{base}/{stored}/variante")
    page = browser.client.get(made.location).text
    assert "Variante von" in page
    compare = re.search(rf'href="({base}/vergleich\?plan={stored}&amp;plan=[0-9a-f-]+)"', page)[1]
    answer = browser.client.get(compare.replace("&amp;", "&"))
    assert answer.status_code == 200
    assert plain(answer.text).count("380.108,05 €") >= 2


def test_the_same_plan_under_two_guidelines_stands_side_by_side(browser, base, stored):
    page = browser.client.get(f"{base}/{stored}").text
    link = re.search(rf'href="({base}/vergleich\?[^"]*richtlinie=kim_2023)"', page)[1].replace("&amp;", "&")
    shown = plain(browser.client.get(link).text)
    for figure in ("843.100,00", "806.250,00", "−36.850,00", "+36.850,00 €", "ungeprüft"):
        assert figure in shown
    assert "Richtlinie vom 12.12.2024" in shown


def test_ticked_plans_are_compared_with_the_oldest(browser, base, stored, variant):
    shown = browser.client.get(f"{base}/vergleich?plan={variant}&plan={stored}").text
    assert shown.index("A: Kommunales") < shown.index("B: Kommunales")
    assert "(Variante)" not in shown.split("A: ")[1].split("\n")[0]


@pytest.mark.parametrize("number", [1, 5])
def test_another_number_of_scenarios_is_answered_with_what_to_do(browser, base, stored, coordinator, number):
    with transaction(coordinator):
        ids = [stored, *(copy_plan(coordinator, stored).id for _ in range(number - 1))]
    answer = browser.client.get(f"{base}/vergleich?" + "&".join(f"plan={one}" for one in ids))
    assert answer.status_code == 422
    assert "Wählen Sie 2 bis 4 Szenarien aus." in answer.text


def test_an_unknown_guideline_is_named_and_the_choice_stays(browser, base, stored):
    asked = f"plan={stored}&richtlinie=&plan={stored}&richtlinie=gibt_es_nicht"
    answer = browser.client.get(f"{base}/vergleich?{asked}")
    assert answer.status_code == 422
    assert "nicht hinterlegt" in answer.text
    assert f'value="{stored}" selected' in re.sub(r"\s+", " ", answer.text)


@pytest.mark.parametrize("ending", ["vergleich", "vergleich.csv"])
def test_a_foreign_plan_is_not_compared(browser, district, stored, ending):
    browser.as_(district.kreis.actor(Role.KI_COORDINATOR))
    here = f"/t/{district.kreis.slug}/mittel/plaene/{ending}"
    for one in (stored, uuid4(), "unsinn"):
        assert browser.client.get(f"{here}?plan={one}&plan={one}").status_code == 404


def test_without_a_choice_the_page_asks_for_one(browser, base, stored):
    page = browser.client.get(f"{base}/vergleich").text
    assert "Wählen Sie zwei bis vier Szenarien" in page
    assert page.count("<select") == 8


def test_the_csv_holds_every_row_and_year(browser, base, stored):
    answer = browser.client.get(
        f"{base}/vergleich.csv?plan={stored}&richtlinie=&plan={stored}&richtlinie=kim_2023"
    )
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert answer.content_type.startswith("text/csv")
    assert lines[0].startswith("Haushaltsjahr;Position;A: Kommunales")
    assert "2022;Eigenanteil;241859,00;278709,00;36850,00" in lines
    assert "Summe;Eigenanteil;380108,05;416958,05;36850,00" in lines


def test_a_label_that_begins_like_a_formula_is_text_in_the_csv(browser, base, coordinator, koeln):
    from dataclasses import replace

    from kimhub.planning.usecases.store_plan import create_plan

    line = replace(koeln.lines[0], label="=HYPERLINK(1)")
    with transaction(coordinator):
        ids = [
            create_plan(coordinator, replace(koeln, lines=(line,))).id,
            create_plan(coordinator, koeln).id,
        ]
    answer = browser.client.get(f"{base}/vergleich.csv?plan={ids[0]}&plan={ids[1]}")
    assert ";'=HYPERLINK(1);" in answer.data.decode("utf-8-sig")


def test_the_api_sets_stored_plans_side_by_side(browser, stored, variant):
    body = {"scenarios": [{"plan_id": str(stored)}, {"plan_id": str(variant), "guideline": "kim_2023"}]}
    answer = browser.client.post(COMPARE, json=body)
    assert answer.status_code == 200
    assert [scenario["guideline"] for scenario in answer.json["scenarios"]] == [None, "kim_2023"]
    row = next(row for row in answer.json["rows"] if row["id"] == "eigenanteil")
    assert row["total"][1] == {"amount": "416958.05", "difference": "36850.00"}


def test_the_api_refuses_what_cannot_be_compared(browser, stored, district):
    one = {"plan_id": str(stored)}
    for scenarios, field in (
        ([one], "scenarios"),
        ([one, {**one, "guideline": "kim_1999"}], "scenarios[1].guideline"),
        ([one] * 5, "scenarios"),
    ):
        answer = browser.client.post(COMPARE, json={"scenarios": scenarios})
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json["errors"]] == [field]
    browser.as_(district.kreis.actor(Role.KI_COORDINATOR))
    assert browser.client.post(COMPARE, json={"scenarios": [one, one]}).status_code == 404


def test_the_plan_says_over_the_api_of_which_plan_it_is_a_variant(browser, stored, variant):
    assert browser.client.get(f"/api/v1/plans/{variant}").json["origin_id"] == str(stored)

"""Plan documents: everything wrong is reported at once, with its path and a cure in German."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimhub.core.fields import typed_by_people
from kimhub.programme.document_parts import MAX_TOML_BYTES, MOST_DOTS
from kimhub.programme.documents import plan_from_json, plan_from_toml, plan_to_json
from kimhub.programme.errors import PlanInvalidError
from kimhub.programme.plan import Period
from kimhub.programme.terms import Employer, ValueKey
from tests.programme.plans import position, small


def problems_of(document):
    with pytest.raises(PlanInvalidError) as refused:
        plan_from_json(document)
    return refused.value.fields


def test_all_problems_are_reported_together():
    fields = problems_of(
        small(
            title="",
            period={"start": "2022-01-15", "end": "2022-12-30"},
            positions=[position(), position(fte={"2022": "viel"}, annual_cost="-1"), {"label": "x"}],
            lines=[{"id": "a", "label": "A", "teilplanzeile": "02", "amounts": {"2022": "1,234"}}],
            grants=[{"year": 2022, "basis": "bescheid"}, {"year": 1999, "basis": "geschenkt"}],
            extra=1,
        )
    )
    assert list(fields) == [
        "extra",
        "grants[0].amount",
        "grants[1].basis",
        "grants[1].year",
        "lines[0].amounts.2022",
        "lines[0].teilplanzeile",
        "period.end",
        "period.start",
        "positions[0].id",
        "positions[1].annual_cost",
        "positions[1].fte.2022",
        "positions[1].id",
        "positions[2].annual_cost",
        "positions[2].fte",
        "positions[2].function",
        "positions[2].id",
        "title",
    ]
    assert fields["positions[1].fte.2022"] == [
        'Geben Sie den Stellenanteil als Text mit Punkt an, zum Beispiel "0.5".'
    ]


@pytest.mark.parametrize(
    ("change", "path", "cure"),
    [
        ({"unbekannt": 1}, "unbekannt", "Prüfen Sie die Schreibweise"),
        ({"title": None}, "title", "füllen Sie dieses Feld aus"),
        ({"title": 5}, "title", "verlangte Form"),
        ({"title": "a\x00b"}, "title", "nicht druckbare Zeichen"),
        ({"title": "a\ud800b"}, "title", "nicht druckbare Zeichen"),
        ({"title": "x" * 201}, "title", "höchstens 200"),
        ({"period": {"start": "2022-01-02", "end": "2022-12-31"}}, "period.start", "zum Beispiel 01.01.2022"),
        ({"period": {"start": "2022-01-01", "end": "2022-02-27"}}, "period.end", "zum Beispiel 28.02.2022"),
        ({"period": {"start": "2022-01-01", "end": "2021-12-31"}}, "period.end", "vor dem Beginn"),
        ({"period": {"start": "2022-01-01", "end": "2040-12-31"}}, "period.end", "höchstens 15 Jahre"),
        (
            {"period": {"start": "2022-02-31", "end": "2022-12-31"}},
            "period.start",
            "gibt es im Kalender nicht",
        ),
        ({"period": {"start": 5, "end": "2022-12-31"}}, "period.start", "in der Form 2021-05-01"),
        (
            {"period": {"start": "1999-01-01", "end": "2022-12-31"}},
            "period.start",
            "nicht vor dem 01.01.2000",
        ),
        ({"period": "2022"}, "period", "benannten Feldern"),
        (
            {"recipient": {"name": "Köln", "kind": "stadt"}},
            "recipient.kind",
            "kreis, kreisfreie_stadt, gemeinde",
        ),
        ({"recipient": {"name": "Köln", "kind": "kreis", "ags": "531"}}, "recipient.ags", "5 Ziffern"),
        ({"positions": {}}, "positions", "Liste erwartet"),
        ({"positions": [None]}, "positions[0]", "leer"),
        ({"positions": ["x"]}, "positions[0]", "benannten Feldern"),
        ({"positions": [position(id="E13 TVöD")]}, "positions[0].id", "kleinen Buchstaben"),
        ({"positions": [position(fte=1.5)]}, "positions[0].fte", "als Text mit Punkt"),
        ({"positions": [position(fte=True)]}, "positions[0].fte", "als Text mit Punkt"),
        ({"positions": [position(fte="0.333")]}, "positions[0].fte", "als Text mit Punkt"),
        ({"positions": [position(fte=Decimal("NaN"))]}, "positions[0].fte", "als Text mit Punkt"),
        ({"positions": [position(fte="1000.01")]}, "positions[0].fte", "höchstens 1.000"),
        ({"positions": [position(fte={})]}, "positions[0].fte.2022", "0 bedeutet unbesetzt"),
        ({"positions": [position(fte={"2022": None})]}, "positions[0].fte.2022", "Stellenanteil ein"),
        (
            {"positions": [position(fte={"bald": "1"})]},
            "positions[0].fte.bald",
            "Jahr zwischen 2000 und 2100",
        ),
        (
            {"positions": [position(annual_cost=Decimal("84.100"))]},
            "positions[0].annual_cost",
            "mit zwei Nachkommastellen",
        ),
        ({"positions": [position(annual_cost="1000000.01")]}, "positions[0].annual_cost", "1.000.000,00"),
        ({"positions": [position(base_year=2023)]}, "positions[0].base_year", "nach dem ersten Jahr"),
        ({"positions": [position(start="2021-01-01")]}, "positions[0].start", "außerhalb des Plans"),
        ({"positions": [position(end="2023-01-31")]}, "positions[0].end", "außerhalb des Plans"),
        ({"positions": [position(), position()]}, "positions[1].id", "mehrmals"),
        ({"positions": [position(gemeinde="Bönen")]}, "positions[0].gemeinde", "Entfernen Sie"),
        (
            {"positions": [position(function="zusaetzliche_koordination")]},
            "positions[0].gemeinde",
            "Nennen Sie die Gemeinde",
        ),
        (
            {"lines": [{"id": "a", "label": "A", "teilplanzeile": "16", "amounts": {"2023": "1.00"}}]},
            "lines[0].amounts.2023",
            "außerhalb des Plans",
        ),
        (
            {"lines": [{"id": "a", "label": "A", "teilplanzeile": "16", "amounts": "5"}]},
            "lines[0].amounts",
            "je Jahr",
        ),
        ({"grants": [{"year": 2023, "basis": "guideline"}]}, "grants[0].year", "außerhalb des Plans"),
        (
            {
                "period": {"start": "2022-01-01", "end": "2023-12-31"},
                "funding": {"start": "2022-01-01", "end": "2022-12-31"},
                "grants": [{"year": 2023, "basis": "guideline"}],
            },
            "grants[0].year",
            "Förderzeitraums (01.01.2022 bis 31.12.2022)",
        ),
        ({"grants": [{"year": 2022, "basis": "guideline"}] * 2}, "grants[1].year", "mehrere Einträge"),
        (
            {"grants": [{"year": 2022, "basis": "guideline", "amount": "5.00"}]},
            "grants[0].amount",
            "berechnet",
        ),
        ({"grants": [{"year": 2022, "basis": "bescheid"}]}, "grants[0].amount", "bewilligten Betrag"),
        (
            {"grants": [{"year": 2022, "basis": "bescheid", "amount": "5.00", "guideline": "kim_2020"}]},
            "grants[0].guideline",
            "ändern Sie basis",
        ),
        ({"rates": {"trinkgeld": "5.00"}}, "rates.trinkgeld", "gibt es hier nicht"),
        ({"pay_rise_percent": "31"}, "pay_rise_percent", "zwischen -10 und 30"),
    ],
)
def test_every_problem_names_its_field_and_the_cure(change, path, cure):
    fields = problems_of(small(**change))
    assert list(fields)[-1] == path or path in fields
    assert cure in " ".join(fields[path])


def test_lists_and_years_are_bounded():
    assert "höchstens 300" in problems_of(small(positions=[position()] * 301))["positions"][0]
    years = {str(year): "1" for year in range(2000, 2020)}
    assert "höchstens 15" in problems_of(small(positions=[position(fte=years)]))["positions[0].fte"][0]


def test_a_wrong_entry_does_not_shift_the_paths_of_the_others():
    fields = problems_of(small(positions=[None, "x", position(end="2023-01-31")]))
    assert list(fields) == ["positions[0]", "positions[1]", "positions[2].end"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(list(small())), inner),
    )
)
def test_no_document_whatsoever_crashes_the_checks(document):
    if isinstance(document, dict):
        for candidate in (document, small(**dict.fromkeys(("period", "positions", "rates"), document))):
            with pytest.raises(PlanInvalidError):
                plan_from_json(candidate)


@pytest.mark.parametrize("name", ["¹", "9" * 5000, "a\nb\x00", "\ud800", "", "_schema"])
def test_the_name_of_an_unknown_field_is_repeated_only_in_a_form_that_can_be_shown(name):
    for fields in (
        problems_of(small(**{name: 1})),
        problems_of(small(positions=[position(fte={name: "1"})])),
    ):
        assert all(len(path) < 100 and path.isprintable() for path in fields)
        "".join(fields).encode()  # a lone surrogate would raise


TYPED = {
    "period": {"start": "1.1.2022", "end": "31.12.2022"},
    "positions": [position(annual_cost="84.100,00 €", fte="2,5", start="01.05.2022")],
}


def test_amounts_and_dates_may_be_typed_in_a_file_of_a_person():
    with typed_by_people():
        plan = plan_from_json(small(**TYPED))
    assert plan.positions[0].annual_cost == Decimal("84100.00")
    assert plan.fte(plan.positions[0], 2022) == Decimal("2.50")
    assert plan_to_json(plan)["positions"][0]["start"] == "2022-05-01"


def test_json_has_one_form_of_each_value():
    """``1.234`` would be a thousand to a person and one to a program."""
    assert list(problems_of(small(**TYPED))) == [
        "period.end",
        "period.start",
        "positions[0].annual_cost",
        "positions[0].fte",
        "positions[0].start",
    ]
    for amount in ("1.234", "1234", "1.234,00", 1234, 1234.5):
        assert "positions[0].annual_cost" in problems_of(small(positions=[position(annual_cost=amount)]))


def test_a_number_of_a_toml_file_means_what_it_says():
    with typed_by_people():
        plan = plan_from_json(small(positions=[position(annual_cost=84100, fte=Decimal("1.50"))]))
        with pytest.raises(PlanInvalidError) as refused:
            plan_from_json(small(positions=[position(annual_cost=Decimal("1.234"))]))
    assert (plan.positions[0].annual_cost, plan.positions[0].fte) == (Decimal("84100.00"), Decimal("1.50"))
    assert "mehr als zwei Nachkommastellen" in refused.value.fields["positions[0].annual_cost"][0]


def test_a_position_takes_over_what_it_does_not_say():
    plan = plan_from_json(small(period={"start": "2022-03-01", "end": "2022-12-31"}))
    assert plan.period_of(plan.positions[0]) == Period(plan.period.start, plan.period.end)
    assert plan.positions[0].employer is Employer.EIGENE
    assert plan.funding == plan.period


def test_assumed_rates_are_kept_by_their_key():
    plan = plan_from_json(small(rates={"baustein_3": "60000.00"}))
    assert plan.rates == {ValueKey.BAUSTEIN_3: Decimal("60000.00")}
    assert plan_to_json(plan)["rates"] == {"baustein_3": "60000.00"}


@pytest.mark.parametrize(
    ("content", "cure"),
    [
        (b"title = ", "kein gültiges TOML"),
        ("title = 'Köln'".encode("cp1252"), "UTF-8"),
        (b"#" * (MAX_TOML_BYTES + 1), "100 KB"),
        (b"title = 'x'\n" + b"a" + b".a" * (MOST_DOTS + 1) + b" = 1", "mehr als 100 Punkte"),
        (b"a = " + b"[" * 5000, "zu tief verschachtelt"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_as_a_whole(content, cure):
    with pytest.raises(PlanInvalidError) as refused:
        plan_from_toml(content)
    assert list(refused.value.fields) == [""]
    assert cure in refused.value.fields[""][0]


def test_a_toml_file_may_begin_with_a_byte_order_mark():
    with pytest.raises(PlanInvalidError) as refused:
        plan_from_toml(b"\xef\xbb\xbftitle = 'x'")
    assert "title" not in refused.value.fields

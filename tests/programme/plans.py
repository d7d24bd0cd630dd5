"""Plans for tests: a small one to vary by hand, and arbitrary valid ones for properties."""

from __future__ import annotations

from calendar import monthrange
from copy import deepcopy

from hypothesis import strategies as st

SMALL = {
    "title": "Kleiner Plan",
    "base_year": 2022,
    "pay_rise_percent": "0",
    "recipient": {"name": "Kreis Unna", "kind": "kreis", "ags": "05978"},
    "period": {"start": "2022-01-01", "end": "2022-12-31"},
    "positions": [
        {
            "id": "koordination", "label": "Koordination", "function": "koordination", "fte": "1",
            "annual_cost": "80000.00",
        }
    ],
    "lines": [],
    "grants": [{"year": 2022, "basis": "guideline"}],
}  # fmt: skip


def small(**changes):
    """Return the small plan's document with some members replaced."""
    return {**deepcopy(SMALL), **changes}


def position(**changes):
    """Return a position's document, a coordinator unless `changes` says otherwise."""
    return {**SMALL["positions"][0], **changes}


amounts = st.decimals(min_value=0, max_value=200_000, places=2).map(lambda amount: f"{amount:.2f}")
shares = st.decimals(min_value=0, max_value=6, places=2).map(lambda share: f"{share:.2f}")
percents = st.decimals(min_value=-5, max_value=12, places=2).map(lambda percent: f"{percent:.2f}")


@st.composite
def periods(draw, years):
    """A period of whole months within `years`."""
    first = draw(st.integers(years[0] * 12, years[-1] * 12 + 11))
    last = draw(st.integers(first, years[-1] * 12 + 11))
    end_year, end_month = last // 12, last % 12 + 1
    return {
        "start": f"{first // 12}-{first % 12 + 1:02d}-01",
        "end": f"{end_year}-{end_month:02d}-{monthrange(end_year, end_month)[1]}",
    }


@st.composite
def plan_documents(draw):
    """An arbitrary valid plan between 2021 and 2025, with the guideline for every funded year or a Bescheid."""
    period = draw(periods(range(2021, 2026)))
    first, last = int(period["start"][:4]), int(period["end"][:4])
    years = range(first, last + 1)
    by_year = st.fixed_dictionaries({str(year): shares for year in years})
    functions = [
        "koordination",
        "verwaltungsassistenz",
        "case_management",
        "auslaenderbehoerde",
        "ohne_foerderung",
    ]
    positions = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "label": st.just("Stelle"),
                    "function": st.sampled_from(functions),
                    "employer": st.sampled_from(["eigene", "gemeinde", "traeger"]),
                    "fte": shares | by_year,
                    "annual_cost": amounts,
                },
                optional={"pay_rise_percent": percents, "base_year": st.integers(2018, first)},
            ),
            max_size=6,
        )
    )
    purposes = ["sachausgaben_koordination", "begleitausgaben", "externe_begleitung"]
    lines = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "label": st.just("Kosten"),
                    "teilplanzeile": st.sampled_from(["11", "15", "16"]),
                    "amounts": st.dictionaries(st.sampled_from([str(year) for year in years]), amounts),
                },
                optional={"purpose": st.sampled_from(purposes)},
            ),
            max_size=4,
        )
    )
    for index, item in enumerate([*positions, *lines]):
        item["id"] = f"zeile_{index}"
    granted = draw(st.lists(st.sampled_from(years), unique=True))
    grants = [
        draw(
            st.just({"year": year, "basis": "guideline"})
            | amounts.map(lambda amount, year=year: {"year": year, "basis": "bescheid", "amount": amount})
        )
        for year in granted
    ]
    return {
        "title": "Plan",
        "base_year": draw(st.integers(2018, first)),
        "pay_rise_percent": draw(percents),
        "recipient": {
            "name": "Empfänger",
            "kind": draw(st.sampled_from(["kreis", "kreisfreie_stadt", "gemeinde"])),
        },
        "period": period,
        "positions": positions,
        "lines": lines,
        "grants": grants,
    }

"""Documents to draw: Köln's plan of 2021 (fachlichkeit.md §3) and variations of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from kimhub.core.formats import LOCAL_TIME
from kimhub.programme.documents import plan_from_toml
from kimhub.programme.guideline_files import load_foerderrichtlinien
from kimhub.programme.plan import Plan
from kimhub.programme.terms import ValueKey
from kimhub.reports.letterhead import Cover, Letterhead
from kimhub.reports.types.finanzierungsuebersicht.collect import collect
from kimhub.reports.types.finanzierungsuebersicht.document import (
    Amounts,
    BudgetItem,
    BudgetLine,
    FinanzierungsuebersichtDocument,
    GrantYear,
    share_in_percent,
)

ROOT = Path(__file__).parents[2]
COVER = Cover(
    letterhead=Letterhead(
        tenant_name="Stadt Köln",
        tenant_kind="Kreisfreie Stadt",
        office="Kommunales Integrationszentrum",
        address_lines=("Musterallee 1", "50667 Köln"),
        email="ki@koeln.example",
    ),
    file_number="KI-50-21/2021",
    issued_on=date(2021, 9, 13),
    prepared_by="KI-Koordination",
    as_of=datetime(2021, 9, 13, 9, 30, tzinfo=LOCAL_TIME),
)


def amounts(*values: str) -> Amounts:
    by_year = tuple(Decimal(value) for value in values)
    return Amounts(by_year, sum(by_year, Decimal("0.00")))


def added(rows: Sequence[Amounts]) -> Amounts:
    by_year = tuple(
        sum(column, Decimal("0.00")) for column in zip(*(row.by_year for row in rows), strict=True)
    )
    return Amounts(by_year, sum(by_year, Decimal("0.00")))


def line(number: str, title: str, *items: BudgetItem) -> BudgetLine:
    return BudgetLine(number, title, items, added([item.amounts for item in items]))


def item(label: str, *values: str, note: str = "", verified: bool = True) -> BudgetItem:
    return BudgetItem(label, note, verified, amounts(*values))


def document_of(
    years: tuple[int, ...], expenses: tuple[BudgetLine, ...], derivation: tuple[GrantYear, ...]
) -> FinanzierungsuebersichtDocument:
    """Put a document together whose sums are those of its rows."""
    cost = added([budget_line.amounts for budget_line in expenses])
    granted = {year.year: year.amount for year in derivation}
    grant = amounts(*(str(granted.get(year, Decimal("0.00"))) for year in years))
    left = tuple(
        max(whole - part, Decimal("0.00")) for whole, part in zip(cost.by_year, grant.by_year, strict=True)
    )
    own = Amounts(left, sum(left, Decimal("0.00")))
    return FinanzierungsuebersichtDocument(
        cover=COVER,
        subject="Kommunales Integrationsmanagement nach § 9 TIntG",
        plan_name="Kommunales Integrationsmanagement Köln 2021 bis 2023",
        scenario="Ausgangsplan",
        years=years,
        expenses=expenses,
        total_cost=cost,
        income=BudgetLine(
            "02",
            "Zuwendungen und allgemeine Umlagen",
            (BudgetItem("Zuwendung des Landes", "", True, grant),),
            grant,
        ),
        eigenanteil=own,
        eigenanteil_percent=tuple(
            share_in_percent(part, whole) for part, whole in zip(own.by_year, cost.by_year, strict=True)
        ),
        eigenanteil_percent_total=share_in_percent(own.total, cost.total),
        derivation=derivation,
        guidelines=(),
    )


@pytest.fixture
def koeln_plan() -> Plan:
    """Köln's plan of 2021, inputs only."""
    return plan_from_toml((ROOT / "examples" / "koeln.toml").read_bytes())


@pytest.fixture
def koeln(koeln_plan: Plan) -> FinanzierungsuebersichtDocument:
    """The Finanzierungsübersicht of Köln's plan, computed."""
    return collect(koeln_plan, load_foerderrichtlinien(), cover=COVER, scenario="Ausgangsplan")


@pytest.fixture
def assumed(koeln_plan: Plan) -> FinanzierungsuebersichtDocument:
    """The same plan with an assumed, unverified limit for Begleitausgaben."""
    plan = replace(koeln_plan, rates={ValueKey.BEGLEITAUSGABEN: Decimal("41000.00")})
    return collect(plan, load_foerderrichtlinien(), cover=COVER, scenario="Höhere Begleitausgaben")


@pytest.fixture
def long_plan(koeln: FinanzierungsuebersichtDocument) -> FinanzierungsuebersichtDocument:
    """A plan with 60 positions, as a large Kreis with many Gemeinden has it."""
    staff = tuple(
        item(
            f"Stelle {number:02d}, S12 TVöD S",
            "40000.00",
            "81600.00",
            "20808.00",
            note=f"Gemeinde Nr. {number}",
        )
        for number in range(1, 61)
    )
    return replace(
        document_of(
            koeln.years, (line("11", "Personalaufwendungen", *staff), *koeln.expenses[1:]), koeln.derivation
        ),
        plan_name="Kreisweiter Plan",
    )

"""Documents to draw: Köln's plan of 2021 (domain.md §3) and variations of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import pytest

from kimhub.core.formats import LOCAL_TIME
from kimhub.reports.letterhead import Cover, Letterhead
from kimhub.reports.types.finanzierungsuebersicht.document import (
    Amounts,
    Assumption,
    BudgetItem,
    BudgetLine,
    FinanzierungsuebersichtDocument,
    GrantBasis,
    GrantComponent,
    GrantYear,
    GuidelineReference,
)

GUIDELINE = "Förderrichtlinie Kommunales Integrationsmanagement vom 25.11.2020"


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


def component(  # noqa: PLR0917 - read as the row of a table
    label: str, amount: str, quantity: str | None = None, unit: str = "", rate: str | None = None,
    months: int | None = None, *, verified: bool = True,
) -> GrantComponent:  # fmt: skip
    return GrantComponent(
        label, Decimal(quantity) if quantity else None, unit, Decimal(rate) if rate else None, months,
        Decimal(amount), verified, "Nr. 5.4 der Förderrichtlinie",
    )  # fmt: skip


def document_of(
    years: tuple[int, ...], expenses: tuple[BudgetLine, ...], derivation: tuple[GrantYear, ...]
) -> FinanzierungsuebersichtDocument:
    """Put a document together whose sums are those of its rows."""
    cost = added([budget_line.amounts for budget_line in expenses])
    granted = {year.year: year.amount for year in derivation}
    grant = amounts(*(str(granted.get(year, Decimal("0.00"))) for year in years))
    own = Amounts(
        tuple(whole - part for whole, part in zip(cost.by_year, grant.by_year, strict=True)),
        cost.total - grant.total,
    )
    return FinanzierungsuebersichtDocument(
        cover=Cover(
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
        ),
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
            share(part, whole) for part, whole in zip(own.by_year, cost.by_year, strict=True)
        ),
        eigenanteil_percent_total=share(own.total, cost.total),
        derivation=derivation,
        guidelines=(
            GuidelineReference(
                GUIDELINE,
                date(2020, 11, 25),
                date(2022, 12, 31),
                "Ministerialblatt NRW, Runderlass vom 25.11.2020",
            ),
        ),
        assumptions=(
            Assumption("Tarif- und Besoldungssteigerung", "2,0 % je Jahr", True),
            Assumption("Projektzeitraum", "01.05.2021 bis 31.03.2023", True),
        ),
    )


def share(part: Decimal, whole: Decimal) -> Decimal | None:
    return (part * 100 / whole).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP) if whole else None


@pytest.fixture
def koeln() -> FinanzierungsuebersichtDocument:
    """Köln's plan of 2021 with the figures of domain.md §3."""
    return document_of(
        (2021, 2022, 2023),
        (
            line(
                "11",
                "Personalaufwendungen",
                item("1,0 Stelle E13 TVöD", "56066.67", "85782.00", "21874.41", note="Koordinierung, ab 01.05.2021"),
                item("1,5 Stellen S17 TVöD S", "84800.00", "129744.00", "33084.72", note="Koordinierung"),
                item("0,5 Stelle A7 LBesG NRW", "20700.00", "31671.00", "8076.11", note="Verwaltungsassistenz"),
                item("1,0 Stelle S15 TVöD S", "52066.66", "79662.00", "20313.81", note="Case Management"),
            ),
            line(
                "15", "Transferaufwendungen",
                item(
                    "Case Management bei freien Trägern", "226666.67", "680000.00", "0.00",
                    note="5 Stellen 2021, 10 Stellen 2022",
                ),
            ),
            line(
                "16", "Sonstige ordentliche Aufwendungen",
                item("Sach- und Begleitausgaben", "78100.00", "78100.00", "0.00"),
            ),
        ),
        (
            GrantYear(
                2021, GrantBasis.ZUWENDUNGSBESCHEID, "Bewilligter Betrag laut Zuwendungsbescheid",
                (component("Bewilligter Betrag", "463500.00"),), Decimal("463500.00"),
            ),
            GrantYear(
                2022, GrantBasis.FOERDERRICHTLINIE, GUIDELINE,
                (
                    component("Koordinierung", "137500.00", "2.5", "VZÄ", "55000.00", 12),
                    component("Verwaltungsassistenz", "22500.00", "1", "halbe Stelle", "22500.00", 12),
                    component("Case Management", "605000.00", "11", "VZÄ", "55000.00", 12),
                    component("Sachausgaben Koordinierung", "24250.00", "2.5", "VZÄ", "9700.00", 12),
                    component("Sachausgaben Verwaltungsassistenz", "4850.00", "1", "halbe Stelle", "4850.00", 12),
                    component("Begleitausgaben", "40000.00", verified=False),
                    component("Externe Begleitung und Beratung", "9000.00"),
                ),
                Decimal("843100.00"),
            ),
        ),
    )  # fmt: skip


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

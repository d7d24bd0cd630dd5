"""The Finanzierungsübersicht in words and figures as they are printed: everything formatted, nothing computed anew."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kimhub.core.formats import day, euro, number, percent, period
from kimhub.reports.rendering.texts import NOTHING, amount, cover_view, printable
from kimhub.reports.types.finanzierungsuebersicht.checks import check
from kimhub.reports.types.finanzierungsuebersicht.document import (
    Amounts,
    BudgetLine,
    FinanzierungsuebersichtDocument,
    GrantBasis,
    GrantComponent,
    GrantYear,
    GuidelineReference,
)

TITLE = "Finanzierungsübersicht"
SUM_RULE = (
    "Alle Beträge sind kaufmännisch auf Cent gerundet. Jede Summe wird einmal gerundet; verbleibende Cent erhalten "
    "die Zeilen mit den größten Resten, damit die Zeilen genau die Summe ergeben."
)
UNVERIFIED_NOTE = (
    "Als „ungeprüft“ gekennzeichnete Werte sind angenommen und noch nicht durch eine amtliche Quelle belegt. "
    "Prüfen Sie diese Werte, bevor Sie auf ihrer Grundlage entscheiden."
)
BASIS_LABELS = {
    GrantBasis.ZUWENDUNGSBESCHEID: "nach Zuwendungsbescheid",
    GrantBasis.FOERDERRICHTLINIE: "nach Förderrichtlinie berechnet",
    GrantBasis.NONE: "keine Zuwendung angesetzt",
}
_PRINTED = frozenset({"zuwendung-uebersteigt-kosten", "jahr-ohne-zuwendung"})
_PORTRAIT_YEARS = 4
_LANDSCAPE_YEARS = 7


def view_of(document: FinanzierungsuebersichtDocument, json_sha256: str) -> dict[str, Any]:
    """Return what ``template.typ`` prints: strings only, amounts already in German notation."""
    plan = document.plan_name
    return {
        "cover": cover_view(
            document.cover,
            title=TITLE,
            lead=[document.subject, f"Plan: {plan}", f"Szenario: {document.scenario}"],
            description=f"{TITLE}: {plan} ({document.scenario})",
            keywords=["Kommunales Integrationsmanagement", TITLE, span(document)],
        ),
        "summary": summary(document),
        "key-figures": [
            {"label": label, "value": value, "note": note} for label, value, note in _key_figures(document)
        ],
        "landscape": len(document.years) > _PORTRAIT_YEARS,
        "tables": [_table(document, chunk) for chunk in _year_chunks(document)],
        "derivation": [_derivation(year) for year in document.derivation],
        "chart-alternative": text_alternative(document),
        "guidelines": [_guideline(guideline) for guideline in document.guidelines],
        "assumptions": [
            {
                "label": printable(entry.label),
                "value": printable(entry.value),
                "unverified": not entry.verified,
            }
            for entry in document.assumptions
        ],
        "sum-rule": SUM_RULE,
        "notices": _notices(document),
        "sha256": json_sha256,
        "schema": f"{document.report_type}, Fassung {document.schema_version}",
    }


def span(document: FinanzierungsuebersichtDocument) -> str:
    """Return the years of the plan: ``2021 bis 2023``, or the single year."""
    first, last = document.years[0], document.years[-1]
    return str(first) if first == last else f"{first} bis {last}"


def summary(document: FinanzierungsuebersichtDocument) -> str:
    """Return the result in sentences."""
    share = document.eigenanteil_percent_total
    covered = document.total_cost.total - document.eigenanteil.total
    funding = (
        f"Davon werden voraussichtlich {euro(covered)} durch Zuwendungen des Landes Nordrhein-Westfalen gedeckt."
        if document.income.amounts.total
        else "Zuwendungen des Landes Nordrhein-Westfalen sind nicht angesetzt."
    )
    tail = f", das sind {percent(share)} der Gesamtkosten" if share is not None else ""
    return (
        f"Für {'das Haushaltsjahr' if len(document.years) == 1 else 'die Haushaltsjahre'} {span(document)} sind "
        f"Gesamtkosten von {euro(document.total_cost.total)} geplant. {funding} Es verbleibt ein Eigenanteil von "
        f"{euro(document.eigenanteil.total)}{tail}."
    )


def text_alternative(document: FinanzierungsuebersichtDocument) -> str:
    """Return what the chart shows, in words: per year the total cost, the Zuwendung and the Eigenanteil."""
    parts = [
        f"{year}: Gesamtkosten {euro(cost)}, davon Zuwendung {euro(grant)} und Eigenanteil {euro(own)}"
        for year, cost, grant, own in zip(
            document.years,
            document.total_cost.by_year,
            document.income.amounts.by_year,
            document.eigenanteil.by_year,
            strict=True,
        )
    ]
    bars = "Balkendiagramm der Gesamtkosten je Haushaltsjahr, geteilt in Zuwendung und Eigenanteil."
    return f"{bars} {'; '.join(parts)}."


def component_formula(component: GrantComponent) -> str:
    """Return how a part of the Zuwendung is computed: ``2,5 VZÄ × 55.000,00 € × 12/12``; empty for a sum of its own."""
    if component.rate is None:
        return ""
    months = f" × {component.months}/12" if component.months is not None else ""
    times = " ×" if component.quantity is not None else ""
    return f"{quantity(component)}{times} {euro(component.rate)}{months}"


def quantity(component: GrantComponent) -> str:
    """Return the quantity with its unit: ``2,5 VZÄ``; „höchstens“ before a limit, a dash for a sum of its own."""
    if component.quantity is None:
        return component.unit or NOTHING
    exponent = component.quantity.normalize().as_tuple().exponent
    places = min(max(-exponent, 0), 4) if isinstance(exponent, int) else 0
    return f"{number(component.quantity, places=places)}\N{NO-BREAK SPACE}{component.unit}".rstrip()


def has_unverified(document: FinanzierungsuebersichtDocument) -> bool:
    """Return whether any value of the document is marked „ungeprüft“."""
    items = (item.verified for line in (*document.expenses, document.income) for item in line.items)
    components = (component.verified for year in document.derivation for component in year.components)
    assumptions = (assumption.verified for assumption in document.assumptions)
    return not all((*items, *components, *assumptions))


def _notices(document: FinanzierungsuebersichtDocument) -> list[dict[str, Any]]:
    """Return what a reader must know before relying on the figures: the printed part of the check's warnings."""
    printed = [f"{finding.message} {finding.cure}" for finding in check(document) if finding.code in _PRINTED]
    notices = []
    if texts := [*printed, *document.remarks]:
        notices.append(
            {"title": "Hinweis" if len(texts) == 1 else "Hinweise", "texts": list(map(printable, texts))}
        )
    if has_unverified(document):
        notices.append({"title": "Ungeprüfte Werte", "texts": [UNVERIFIED_NOTE]})
    return notices


def _key_figures(document: FinanzierungsuebersichtDocument) -> list[tuple[str, str, str]]:
    share = document.eigenanteil_percent_total
    return [
        ("Gesamtkosten", euro(document.total_cost.total), span(document)),
        (
            "Zuwendung des Landes",
            euro(document.income.amounts.total),
            f"Teilplanzeile {document.income.number}",
        ),
        (
            "Eigenanteil",
            euro(document.eigenanteil.total),
            f"{percent(share)} der Gesamtkosten" if share is not None else "",
        ),
    ]


def _year_chunks(document: FinanzierungsuebersichtDocument) -> list[range]:
    """Return which years stand side by side: all of them up to seven (from five on landscape), then in parts."""
    count = len(document.years)
    return [range(start, min(start + _LANDSCAPE_YEARS, count)) for start in range(0, count, _LANDSCAPE_YEARS)]


def _table(document: FinanzierungsuebersichtDocument, chunk: range) -> dict[str, Any]:
    last = chunk.stop == len(document.years)

    def cells(amounts: Amounts) -> list[str]:
        values = [amount(amounts.by_year[index]) for index in chunk]
        return [*values, amount(amounts.total)] if last else values

    def group(line: BudgetLine) -> dict[str, Any]:
        return {
            "title": f"{line.number}\N{NO-BREAK SPACE}{printable(line.title)}",
            "sum-label": f"Summe {line.number}",
            "rows": [
                {
                    "label": printable(item.label),
                    "note": printable(item.note),
                    "unverified": not item.verified,
                    "cells": cells(item.amounts),
                }
                for item in line.items
            ],
            "sum": cells(line.amounts),
        }

    shares = [_share(document.eigenanteil_percent[index]) for index in chunk]
    return {
        "heads": [str(document.years[index]) for index in chunk] + (["gesamt"] if last else []),
        "groups": [group(line) for line in document.expenses],
        "closing": [
            {"label": "Gesamtkosten", "kind": "total", "cells": cells(document.total_cost)},
            {
                "label": f"{document.income.number}\N{NO-BREAK SPACE}{document.income.title}",
                "kind": "sum",
                "unverified": not all(item.verified for item in document.income.items),
                "cells": cells(document.income.amounts),
            },
            {"label": "Eigenanteil", "kind": "total", "cells": cells(document.eigenanteil)},
            {
                "label": "Eigenanteil an den Gesamtkosten",
                "kind": "share",
                "cells": [*shares, _share(document.eigenanteil_percent_total)] if last else shares,
            },
        ],
    }


def _share(value: Decimal | None) -> str:
    return NOTHING if value is None else percent(value)


def _derivation(year: GrantYear) -> dict[str, Any]:
    return {
        "title": f"{year.year} – {BASIS_LABELS[year.basis]}",
        "reference": printable(year.reference),
        "rows": [
            {
                "label": printable(component.label),
                "source": printable(component.source),
                "unverified": not component.verified,
                "cells": [
                    quantity(component),
                    NOTHING if component.rate is None else number(component.rate, places=2),
                    NOTHING if component.months is None else f"{component.months}/12",
                    amount(component.amount),
                ],
            }
            for component in year.components
        ],
        "sum-label": f"Zuwendung {year.year}",
        "sum": amount(year.amount),
    }


def _guideline(guideline: GuidelineReference) -> dict[str, str]:
    valid = (
        period(guideline.valid_from, guideline.valid_until)
        if guideline.valid_until
        else f"seit {day(guideline.valid_from)}"
    )
    return {"title": printable(guideline.title), "valid": valid, "source": printable(guideline.source)}

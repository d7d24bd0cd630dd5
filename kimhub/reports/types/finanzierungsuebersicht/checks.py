"""What must hold before a Finanzierungsübersicht is drawn: it has something to show, its figures add up to the cent.

The figures come from the calculator, so an arithmetical finding means a damaged document (an edited JSON, a fault of
the program); a document that contradicts itself is never printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kimhub.core.formats import euro
from kimhub.reports.findings import Finding, error, warning
from kimhub.reports.printable import unprintable
from kimhub.reports.rendering.texts import enumeration
from kimhub.reports.types.finanzierungsuebersicht.document import (
    AT_MOST,
    Amounts,
    BudgetLine,
    FinanzierungsuebersichtDocument,
    GrantBasis,
    GrantComponent,
    share_in_percent,
)

_CENT = Decimal("0.01")
_REBUILD = "Erstellen Sie die Finanzierungsübersicht aus dem Plan neu."


def check(document: FinanzierungsuebersichtDocument) -> tuple[Finding, ...]:
    """Return all findings; where rows do not even have the length of the years, only what is needed to see that."""
    shape = (*_presence(document), *unprintable(document), *_years(document))
    if any(finding.code in {"plan-leer", "jahre-ungueltig", "spalten-fehlen"} for finding in shape):
        return shape
    return (
        *shape,
        *_sums(document),
        *_derivation(document),
        *_plausibility(document),
        *_unverified(document),
    )


def _presence(document: FinanzierungsuebersichtDocument) -> Iterator[Finding]:
    if not document.years or not any(line.items for line in document.expenses):
        yield error(
            "plan-leer",
            "expenses",
            "Der Plan enthält keine Aufwendungen.",
            "Erfassen Sie im Plan mindestens ein Haushaltsjahr mit einer Stelle oder einem anderen Aufwand.",
        )
    if not document.cover.letterhead.tenant_name.strip():
        yield error(
            "absender-fehlt",
            "cover.letterhead.tenant_name",
            "Der Name der Kommune fehlt.",
            "Tragen Sie den Namen in den Stammdaten des Mandanten ein.",
        )
    if not document.plan_name.strip():
        yield error(
            "planname-fehlt", "plan_name", "Der Plan hat keinen Namen.", "Geben Sie dem Plan einen Namen."
        )
    if not document.cover.file_number.strip():
        yield warning(
            "aktenzeichen-fehlt",
            "cover.file_number",
            "Es ist kein Aktenzeichen angegeben.",
            "Tragen Sie das Aktenzeichen ein, bevor Sie die Übersicht weitergeben.",
        )


def _years(document: FinanzierungsuebersichtDocument) -> Iterator[Finding]:
    if list(document.years) != sorted(set(document.years)):
        yield error(
            "jahre-ungueltig", "years", "Die Haushaltsjahre sind doppelt oder nicht aufsteigend.", _REBUILD
        )
    for field, amounts in _all_amounts(document):
        if len(amounts.by_year) != len(document.years):
            yield _missing_columns(f"{field}.by_year")
    if len(document.eigenanteil_percent) != len(document.years):
        yield _missing_columns("eigenanteil_percent")


def _missing_columns(field: str) -> Finding:
    return error(
        "spalten-fehlen", field, "Eine Zeile hat nicht für jedes Haushaltsjahr genau einen Betrag.", _REBUILD
    )


def _sums(document: FinanzierungsuebersichtDocument) -> Iterator[Finding]:
    for field, amounts in _all_amounts(document):
        yield from _expect(f"{field}.total", amounts.total, sum(amounts.by_year, Decimal(0)))
    for field, line in _lines(document):
        yield from _expect_column_sums(
            f"{field}.amounts", line.amounts, [item.amounts for item in line.items]
        )
    yield from _expect_column_sums(
        "total_cost", document.total_cost, [line.amounts for line in document.expenses]
    )
    costs, grants, own = document.total_cost, document.income.amounts, document.eigenanteil
    for index, value in enumerate(own.by_year):
        yield from _expect(
            f"eigenanteil.by_year[{index}]",
            value,
            max(costs.by_year[index] - grants.by_year[index], Decimal("0.00")),
        )
    shares = zip(document.eigenanteil_percent, own.by_year, costs.by_year, strict=True)
    for index, (share, part, whole) in enumerate(shares):
        yield from _expect_share(f"eigenanteil_percent[{index}]", share, part, whole)
    yield from _expect_share(
        "eigenanteil_percent_total", document.eigenanteil_percent_total, own.total, costs.total
    )


def _derivation(document: FinanzierungsuebersichtDocument) -> Iterator[Finding]:
    granted = dict(zip(document.years, document.income.amounts.by_year, strict=True))
    derived = dict.fromkeys(document.years, Decimal(0))
    for index, year in enumerate(document.derivation):
        field = f"derivation[{index}]"
        parts = sum((component.amount for component in year.components), Decimal(0))
        yield from _expect(f"{field}.amount", year.amount, parts)
        for number, component in enumerate(year.components):
            if not _follows(component):
                yield error(
                    "herleitung-falsch",
                    f"{field}.components[{number}].amount",
                    f"„{component.label}“ {year.year}: Der Betrag {euro(component.amount)} folgt nicht aus Menge, Satz "
                    "und Monaten.",
                    _REBUILD,
                )
        if year.year not in derived:
            yield error(
                "jahr-unbekannt", f"{field}.year", f"Das Jahr {year.year} gehört nicht zum Plan.", _REBUILD
            )
        else:
            derived[year.year] += year.amount
    for index, year_number in enumerate(document.years):
        yield from _expect(f"income.amounts.by_year[{index}]", granted[year_number], derived[year_number])


def _follows(component: GrantComponent) -> bool:
    """Tell whether the amount follows from quantity, rate and months; rounding may move it by less than a cent."""
    if component.rate is None or component.months is None:
        return True
    if component.quantity is not None:
        exact = component.quantity * component.rate * component.months / 12
        return abs(component.amount - exact) < _CENT
    limit = component.rate * component.months / 12
    return component.unit != AT_MOST or component.amount < limit + _CENT


def _plausibility(document: FinanzierungsuebersichtDocument) -> Iterator[Finding]:
    for line_index, line in enumerate(document.expenses):
        for item_index, item in enumerate(line.items):
            if any(value < 0 for value in item.amounts.by_year):
                yield error(
                    "betrag-negativ",
                    f"expenses[{line_index}].items[{item_index}].amounts",
                    f"„{item.label}“ hat einen negativen Betrag.",
                    "Berichtigen Sie den Ansatz im Plan; Erträge gehören zur Teilplanzeile 02.",
                )
    bases = {year.year: year.basis for year in document.derivation}
    for index, year_number in enumerate(document.years):
        over = document.income.amounts.by_year[index] - document.total_cost.by_year[index]
        if over > 0:
            yield warning(
                "zuwendung-uebersteigt-kosten",
                f"eigenanteil.by_year[{index}]",
                f"Die Zuwendung {year_number} übersteigt die Gesamtkosten um {euro(over)}.",
                "Prüfen Sie Stellenanteile und Zeiträume; ein Überschuss kann zurückgefordert werden.",
            )
    without = [
        str(year)
        for year, cost in zip(document.years, document.total_cost.by_year, strict=True)
        if cost and bases.get(year, GrantBasis.NONE) is GrantBasis.NONE
    ]
    if without:
        yield warning(
            "jahr-ohne-zuwendung",
            "derivation",
            f"Für {enumeration(without)} ist keine Zuwendung angesetzt.",
            "Diese Kosten trägt die Kommune allein, solange keine Bewilligung in Aussicht steht.",
        )


def _unverified(document: FinanzierungsuebersichtDocument) -> Iterator[Finding]:
    places = [
        *(
            (f"{field}.items[{index}]", item.label)
            for field, line in _lines(document)
            for index, item in enumerate(line.items)
            if not item.verified
        ),
        *(
            (f"derivation[{year_index}].components[{index}]", f"{component.label} {year.year}")
            for year_index, year in enumerate(document.derivation)
            for index, component in enumerate(year.components)
            if not component.verified
        ),
        *(
            (f"assumptions[{index}]", assumption.label)
            for index, assumption in enumerate(document.assumptions)
            if not assumption.verified
        ),
    ]
    for field, label in places:
        yield warning(
            "wert-ungeprueft",
            field,
            f"„{label}“ beruht auf einem ungeprüften Wert.",
            "Prüfen Sie den Wert an der Förderrichtlinie oder am Bescheid.",
        )


def _lines(document: FinanzierungsuebersichtDocument) -> Iterator[tuple[str, BudgetLine]]:
    for index, line in enumerate(document.expenses):
        yield f"expenses[{index}]", line
    yield "income", document.income


def _all_amounts(document: FinanzierungsuebersichtDocument) -> Iterator[tuple[str, Amounts]]:
    for field, line in _lines(document):
        for index, item in enumerate(line.items):
            yield f"{field}.items[{index}].amounts", item.amounts
        yield f"{field}.amounts", line.amounts
    yield "total_cost", document.total_cost
    yield "eigenanteil", document.eigenanteil


def _expect_column_sums(field: str, sums: Amounts, rows: list[Amounts]) -> Iterator[Finding]:
    for index, value in enumerate(sums.by_year):
        yield from _expect(
            f"{field}.by_year[{index}]", value, sum((row.by_year[index] for row in rows), Decimal(0))
        )


def _expect(field: str, value: Decimal, expected: Decimal) -> Iterator[Finding]:
    if value != expected:
        yield error(
            "summe-falsch", field, f"Hier steht {euro(value)}, die Summe ist aber {euro(expected)}.", _REBUILD
        )


def _expect_share(field: str, share: Decimal | None, part: Decimal, whole: Decimal) -> Iterator[Finding]:
    expected = share_in_percent(part, whole)
    if share != expected:
        yield error(
            "anteil-falsch", field, "Der Anteil passt nicht zu Eigenanteil und Gesamtkosten.", _REBUILD
        )

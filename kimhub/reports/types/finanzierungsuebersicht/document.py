"""The document of a Finanzierungsübersicht: every figure that PDF, XLSX and chart show, and nothing they compute.

Amounts are euro to the cent, already rounded so that the lines add up (fachlichkeit.md §3). Amounts per year stand in
the order of `FinanzierungsuebersichtDocument.years`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum

from kimhub.reports.documents import Money, Percent
from kimhub.reports.letterhead import Cover

AT_MOST = "höchstens"
"""The unit of a component that pays actual cost up to a limit per year."""


@dataclass(frozen=True)
class Amounts:
    """Amounts of one row in euro: one per Haushaltsjahr, and their total."""

    by_year: tuple[Money, ...]
    total: Money


@dataclass(frozen=True)
class BudgetItem:
    """One row below a Teilplanzeile, e.g. a position; `note` explains it, `verified` says its inputs are proven."""

    label: str
    note: str
    verified: bool
    amounts: Amounts


@dataclass(frozen=True)
class BudgetLine:
    """A Teilplanzeile of the Teilergebnisplan, e.g. 11 Personalaufwendungen, with its items and their sum."""

    number: str
    title: str
    items: tuple[BudgetItem, ...]
    amounts: Amounts


class GrantBasis(StrEnum):
    """What the Zuwendung of a year rests on."""

    ZUWENDUNGSBESCHEID = "zuwendungsbescheid"
    FOERDERRICHTLINIE = "foerderrichtlinie"
    NONE = "keine"


@dataclass(frozen=True)
class GrantComponent:
    """One part of the Zuwendung: `quantity` (full-time equivalents or pieces, in `unit`) × `rate` × `months`/12.

    `rate` is euro per unit and year. With the unit :data:`AT_MOST` there is no quantity, and the amount is at most
    `rate` × `months`/12; where the amount is a sum of its own (a Bescheid), rate and months are absent too. A
    negative quantity is what exceeds a Höchstzahl. `source` names where the rate stands.
    """

    label: str
    quantity: Decimal | None
    unit: str
    rate: Money | None
    months: int | None
    amount: Money
    verified: bool
    source: str


@dataclass(frozen=True)
class GrantYear:
    """The derivation of one year's Zuwendung; `reference` names the Bescheid or the Förderrichtlinie."""

    year: int
    basis: GrantBasis
    reference: str
    components: tuple[GrantComponent, ...]
    amount: Money


@dataclass(frozen=True)
class GuidelineReference:
    """A Förderrichtlinie the calculation used, its time of validity and where it can be read."""

    title: str
    valid_from: date
    valid_until: date | None
    source: str


@dataclass(frozen=True)
class Assumption:
    """An input of the plan that people should know, written out, e.g. „Tarifsteigerung: 2,0 % je Jahr“."""

    label: str
    value: str
    verified: bool


@dataclass(frozen=True)
class FinanzierungsuebersichtDocument:
    """The Finanzierungsübersicht of one plan in one scenario.

    `eigenanteil` is what the Zuwendung leaves of the total cost, per year and never negative; its share in per cent is
    absent for a year without cost. `remarks` are sentences the planner should know, e.g. that shares exceed a cap.
    """

    cover: Cover
    subject: str
    plan_name: str
    scenario: str
    years: tuple[int, ...]
    expenses: tuple[BudgetLine, ...]
    total_cost: Amounts
    income: BudgetLine
    eigenanteil: Amounts
    eigenanteil_percent: tuple[Percent | None, ...]
    eigenanteil_percent_total: Percent | None
    derivation: tuple[GrantYear, ...]
    guidelines: tuple[GuidelineReference, ...]
    assumptions: tuple[Assumption, ...] = ()
    remarks: tuple[str, ...] = ()
    report_type: str = "finanzierungsuebersicht"
    schema_version: int = 1


def share_in_percent(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return `part` as a percentage of `whole`, commercially rounded to one decimal; None where `whole` is zero."""
    if not whole:
        return None
    with localcontext(prec=60):
        return (part * 100 / whole).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)

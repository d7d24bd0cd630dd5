"""A calculated plan as text for the terminal: aligned columns, German notation, amounts in euro."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from decimal import Decimal

from kimhub.core import formats
from kimhub.programme.comparison import Comparison
from kimhub.programme.result import (
    Finding,
    FindingLevel,
    GrantOfYear,
    GrantStep,
    PlanResult,
    ResultRow,
    RowKind,
    UnverifiedValue,
)
from kimhub.programme.terms import GrantBasis, Unit

LABEL_WIDTH = 46
_NOTHING = "–"
_INDENT = "  "


def render_result(result: PlanResult) -> str:
    """Return the table of a plan with the derivation of its grant, unverified values and findings."""
    parts = [
        result.title,
        f"{result.recipient} · Beträge in Euro",
        "",
        *_table(result.years, result.rows),
        "",
        _summary(result),
    ]
    for grant in result.grants:
        parts += ["", *_derivation(grant)]
    if result.guidelines:
        parts += ["", "Angewandte Förderrichtlinien:"]
        for guideline in result.guidelines:
            years = ", ".join(str(year) for year in guideline.years)
            parts += item(f"{guideline.id} für {years}: {guideline.title} ({guideline.validity})")
    parts += unverified_lines(result.unverified)
    parts += finding_lines(result.findings)
    return "\n".join(parts)


def render_comparison(comparison: Comparison, changes: str) -> str:
    """Return both plans and what changes from the first to the second; unchanged rows are left out there."""
    changed = [row for row in comparison.rows if any(row.amounts.values())]
    parts = [
        heading("Plan"),
        render_result(comparison.before),
        "",
        heading(f"Was wäre, wenn: {changes}"),
        render_result(comparison.after),
        "",
        heading("Unterschied"),
    ]
    if changed:
        parts += _table(comparison.years, changed, signed=True)
        before, after = comparison.before.total, comparison.after.total
        old, new = (_share(total.eigenanteil, total.eigenanteil_percent) for total in (before, after))
        parts += ["", f"Eigenanteil bisher {old}, dann {new}."]
    else:
        parts.append("Die Änderung wirkt sich auf keinen Betrag aus.")
    parts += finding_lines(comparison.findings)
    return "\n".join(parts)


def row_label(row: ResultRow) -> str:
    """Return the label as people know it: ``1,0 E13 TVöD · Leitung``, ``11 Personalaufwendungen``."""
    if row.kind is RowKind.SUBTOTAL and row.teilplanzeile:
        return f"{row.teilplanzeile.value} {row.label}"
    shares = sorted({share for share in (row.fte or {}).values() if share})
    if not shares:
        return row.label
    spread = " bis ".join(formats.share(share) for share in dict.fromkeys((shares[0], shares[-1])))
    return " · ".join((f"{spread} {row.pay_grade or 'Stellen'}", row.label))


def step_formula(step: GrantStep) -> str:
    """Return how a step of the grant was computed, e.g. ``2,5 VZÄ × 55.000,00 € × 12/12``."""
    part_of_year = "" if step.months == 12 else f" × {step.months}/12"
    if step.fte is None:
        return f"geplante Kosten, höchstens {formats.euro(step.rate)}{part_of_year}"
    per = " je 0,5" if step.unit is Unit.EURO_PER_HALF_POSITION_YEAR else ""
    return f"{formats.full_time_equivalents(step.fte)} × {formats.euro(step.rate)}{per}{part_of_year}"


def _table(years: Sequence[int], rows: Iterable[ResultRow], *, signed: bool = False) -> list[str]:
    rows = list(rows)
    cells = [
        [_cell(row.amounts[year], signed) for year in years] + [_cell(row.total, signed)] for row in rows
    ]
    heads = [*(str(year) for year in years), "Summe"]
    widths = [max(len(head), *(len(line[index]) for line in cells)) + 2 for index, head in enumerate(heads)]
    rule = "─" * (LABEL_WIDTH + sum(widths))
    lines = [_line("", heads, widths), rule]
    for row, amounts in zip(rows, cells, strict=True):
        if row.kind is RowKind.TOTAL:
            lines.append(rule)
        indent = _INDENT if row.kind is RowKind.LINE else ""
        *above, last = textwrap.wrap(
            row_label(row), LABEL_WIDTH - 1, initial_indent=indent, subsequent_indent=indent + _INDENT
        )
        lines += [*above, _line(last, amounts, widths)]
    return lines


def _line(label: str, cells: Sequence[str], widths: Sequence[int]) -> str:
    return label.ljust(LABEL_WIDTH) + "".join(
        cell.rjust(width) for cell, width in zip(cells, widths, strict=True)
    )


def _cell(amount: Decimal, signed: bool) -> str:
    if not amount:
        return _NOTHING
    text = formats.number(amount, places=2)
    return f"+{text}" if signed and amount > 0 else text


def _summary(result: PlanResult) -> str:
    total = result.total
    return (
        f"Gesamtkosten {formats.euro(total.cost)}, Zuwendung {formats.euro(total.grant)}, "
        f"Eigenanteil {_share(total.eigenanteil, total.eigenanteil_percent)}."
    )


def _share(amount: Decimal, percent: Decimal | None) -> str:
    return formats.euro(amount) + ("" if percent is None else f" ({formats.percent(percent)})")


def _derivation(grant: GrantOfYear) -> list[str]:
    if grant.basis is GrantBasis.BESCHEID:
        reference = f", Aktenzeichen {grant.reference}" if grant.reference else ""
        return [f"Zuwendung {grant.year}: {formats.euro(grant.amount)} laut Bescheid{reference}."]
    lines = [f"Zuwendung {grant.year}: {formats.euro(grant.amount)} nach Richtlinie {grant.guideline}:"]
    width = max((len(_step_label(step)) for step in grant.steps), default=0)
    amounts = [formats.euro(step.amount) for step in grant.steps]
    widest = max((len(amount) for amount in amounts), default=0)
    for step, amount in zip(grant.steps, amounts, strict=True):
        mark = "" if step.verified else "  (ungeprüft)"
        lines.append(
            f"{_INDENT}{_step_label(step):<{width}}  {amount:>{widest}}  = {step_formula(step)}{mark}"
        )
    return lines


def _step_label(step: GrantStep) -> str:
    return f"{step.baustein.label}: {step.label}"


def unverified_lines(values: Sequence[UnverifiedValue]) -> list[str]:
    """Return the unverified values that entered a result, under a heading; nothing if there are none."""
    if not values:
        return []
    lines = ["", "Ungeprüfte Werte, die eingegangen sind:"]
    for value in values:
        origin = f", Richtlinie {value.guideline}" if value.guideline else ""
        amount = formats.number(value.amount, places=2)
        lines += item(f"{value.key.label}: {amount} {value.unit.label}{origin}. Quelle: {value.source}")
    return lines


def finding_lines(findings: Sequence[Finding]) -> list[str]:
    """Return the findings under a heading per level."""
    lines: list[str] = []
    for level, heading in ((FindingLevel.WARNING, "Bitte prüfen:"), (FindingLevel.HINT, "Hinweise:")):
        chosen = [finding for finding in findings if finding.level is level]
        if chosen:
            lines += ["", heading]
        for finding in chosen:
            lines += item(f"{finding.message} [{finding.path}]")
    return lines


def item(text: str) -> list[str]:
    """Return a bullet, wrapped."""
    return textwrap.wrap(text, 100, initial_indent=f"{_INDENT}• ", subsequent_indent=_INDENT * 2)


def heading(text: str) -> str:
    """Return an underlined heading."""
    return f"{text}\n{'═' * min(len(text), 100)}"

"""A calculated distribution as text for the terminal: aligned columns, German notation."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from decimal import Decimal

from kimhub.core import formats
from kimhub.programme.distribution.inputs import Distribution
from kimhub.programme.distribution.result import CellMoney, DistributionResult, PartyShare
from kimhub.programme.distribution.terms import DistributionMethod, Measure
from kimhub.programme.table import finding_lines, heading, item, unverified_lines

NAME_WIDTH = 30
_NOTHING = "–"


def render_distribution(result: DistributionResult) -> str:
    """Return the table of all parties with totals, the money per Haushaltsjahr, unverified values and findings."""
    distribution = result.distribution
    parts = [distribution.title, _what(distribution)]
    parts += _wrapped(distribution.source and f"Quelle: {distribution.source}")
    parts += ["", *_table(result), "", _rule(result)]
    parts += _money(result.cells)
    parts += unverified_lines(result.unverified)
    parts += finding_lines(result.findings)
    return "\n".join(parts)


def render_both(before: DistributionResult, after: DistributionResult, changes: str) -> str:
    """Return both distributions and which shares change from the first to the second."""
    old = {share.party.name: share.share for share in before.shares}
    measure = after.distribution.measure
    changed = [
        f"{share.party.name}: bisher {measure.amount(old[share.party.name])}, dann {measure.amount(share.share)}"
        for share in after.shares
        if share.share != old[share.party.name]
    ]
    parts = [
        heading("Verteilung"), render_distribution(before), "",
        heading(f"Was wäre, wenn: {changes}"), render_distribution(after), "",
        heading("Unterschied"),
    ]  # fmt: skip
    parts += [line for text in changed for line in item(text)] or [
        "Die Änderung wirkt sich auf keinen Anteil aus."
    ]
    return "\n".join(parts)


def _what(distribution: Distribution) -> str:
    key = distribution.key_figure.label if distribution.key_figure else None
    method = distribution.method.label
    if distribution.method is DistributionMethod.KEY_FIGURE and key:
        method = f"nach der Kennzahl „{key}“"
    elif distribution.method is DistributionMethod.POPULATION and key:
        method = f"nach {key}"
    return f"{distribution.measure.amount(distribution.total)} {method}"


def _table(result: DistributionResult) -> list[str]:
    keys = any(share.party.key is not None for share in result.shares)
    kept = bool(result.kept)
    heads = ["Schlüssel"] * keys + ["rechnerisch", "Anteil", "Differenz"] + ["beim Geber"] * kept
    heads += [str(cell.cell.year) for cell in result.cells]
    rows = [_row(result, share, keys=keys, kept=kept) for share in result.shares]
    computed = [share.computed for share in result.shares if share.computed is not None]
    differences = [share.difference for share in result.shares if share.difference is not None]
    weights = [share.party.key for share in result.shares if share.party.key is not None]
    total = [_number(sum(weights, Decimal(0)))] * keys
    total += [_figure(_sum(computed)), _figure(result.distributed), _signed(_sum(differences))]
    total += [_figure(result.kept)] * kept
    total += [_figure(cell.total - cell.kept) for cell in result.cells]
    widths = [max(len(head), *(len(row[at]) for row in (*rows, total))) + 2 for at, head in enumerate(heads)]
    rule = "─" * (NAME_WIDTH + sum(widths))
    lines = [_line("", heads, widths, ""), rule]
    for share, row in zip(result.shares, rows, strict=True):
        *above, last = textwrap.wrap(share.party.name, NAME_WIDTH - 1, subsequent_indent="  ")
        notes = [*(note.label for note in share.notes), *([share.party.note] if share.party.note else [])]
        lines += [*above, _line(last, row, widths, "; ".join(notes))]
    return [*lines, rule, _line("Summe", total, widths, "")]


def _row(result: DistributionResult, share: PartyShare, *, keys: bool, kept: bool) -> list[str]:
    row = [_NOTHING if share.party.key is None else _number(share.party.key)] * keys
    row += [_figure(share.computed), _figure(share.share), _signed(share.difference)]
    row += [_figure(share.kept or None)] * kept
    return row + [_figure(share.amounts[cell.cell]) for cell in result.cells]


def _line(name: str, cells: Sequence[str], widths: Sequence[int], note: str) -> str:
    columns = "".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
    return f"{name.ljust(NAME_WIDTH)}{columns}" + (f"  {note}" if note else "")


def _rule(result: DistributionResult) -> str:
    distribution = result.distribution
    measure = distribution.measure
    step = formats.share(distribution.step) if measure is Measure.FTE else measure.amount(distribution.step)
    text = f"Schrittweite {step}"
    if result.minimum:
        text += f", Mindestanteil {measure.amount(result.minimum)}"
        text += " für alle" if distribution.minimum_for_all else ""
    text += f". Verteilt {measure.amount(result.distributed)}"
    text += f", beim Geber bleiben {measure.amount(result.kept)}" if result.kept else ""
    return f"{text}; zusammen {measure.amount(result.total)}."


def _money(cells: Sequence[CellMoney]) -> list[str]:
    lines: list[str] = []
    for cell in cells:
        text = f"{cell.cell.label}: {formats.euro(cell.total)}"
        if cell.rate is not None:
            part = "" if cell.months == 12 else f" × {cell.months}/12"
            origin = f"Richtlinie {cell.guideline}" if cell.guideline else (cell.source or "")
            text += f" = Anteile × {formats.euro(cell.rate)}{part} ({origin}{'' if cell.verified else ', ungeprüft'})"
        if cell.kept:
            text += f", davon bleiben {formats.euro(cell.kept)} beim Geber"
        lines += item(text)
    return ["", "Geld je Haushaltsjahr in Euro:", *lines] if lines else []


def _wrapped(text: str | None) -> list[str]:
    return textwrap.wrap(text, 100) if text else []


def _sum(figures: Sequence[Decimal]) -> Decimal | None:
    return sum(figures, Decimal("0.00")) if figures else None


def _number(figure: Decimal) -> str:
    return formats.number(figure, places=0 if figure == figure.to_integral_value() else 2)


def _figure(figure: Decimal | None) -> str:
    return _NOTHING if figure is None else formats.number(figure, places=2)


def _signed(figure: Decimal | None) -> str:
    if not figure:
        return _NOTHING
    return f"+{_figure(figure)}" if figure > 0 else _figure(figure)

"""``kimhub plan``: calculate a plan file in the terminal, no database needed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kimhub.core.operator_error import OperatorError
from kimhub.programme.calculator import calculate
from kimhub.programme.command_files import problems_text, read_file
from kimhub.programme.comparison import compare
from kimhub.programme.documents import comparison_to_json, plan_from_toml, result_to_json, scenarios_to_json
from kimhub.programme.errors import PlanInvalidError
from kimhub.programme.guideline_files import load_foerderrichtlinien
from kimhub.programme.scenario_text import render_scenarios
from kimhub.programme.scenarios import MAX_SCENARIOS, compare_scenarios
from kimhub.programme.table import render_comparison, render_result
from kimhub.programme.what_if import apply_changes, describe, parse_changes


@click.command("plan")
@click.argument("dateien", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "output",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="Tabelle zum Lesen oder JSON zum Weiterverarbeiten.",
)
@click.option(
    "--what-if",
    "changes",
    multiple=True,
    metavar="PFAD=WERT",
    help="Änderung, mit der verglichen wird, zum Beispiel positions.traeger.fte.2022=5; mehrmals möglich.",
)
@click.option(
    "--guideline", "guideline_ids", multiple=True, metavar="KÜRZEL",
    help="Auch unter dieser Förderrichtlinie rechnen, zum Beispiel kim_2023; mehrmals möglich.",
)  # fmt: skip
def plan(
    dateien: tuple[Path, ...], output: str, changes: tuple[str, ...], guideline_ids: tuple[str, ...]
) -> None:
    """Kosten, Zuwendung und Eigenanteil berechnen; mehrere Pläne (TOML-Dateien) stehen nebeneinander."""
    if len(dateien) == 1 and not guideline_ids:
        click.echo(_calculate(dateien[0], output, changes))
    else:
        if changes:
            raise OperatorError("--what-if gilt für einen einzelnen Plan ohne --guideline.")
        click.echo(_compare(dateien, output, guideline_ids))


def _calculate(path: Path, output: str, typed: tuple[str, ...]) -> str:
    guidelines = load_foerderrichtlinien()
    with _named(path):
        original = plan_from_toml(read_file(path))
        result = calculate(original, guidelines)
        if not typed:
            return _json(result_to_json(result)) if output == "json" else render_result(result)
        changes = parse_changes(typed)
        comparison = compare(result, calculate(apply_changes(original, changes), guidelines))
    if output == "json":
        made = [{"path": change.path, "value": change.value} for change in changes]
        return _json({"changes": made, **comparison_to_json(comparison)})
    return render_comparison(comparison, describe(changes))


def _compare(paths: tuple[Path, ...], output: str, guideline_ids: tuple[str, ...]) -> str:
    """Return all plans as they are, then all of them under each guideline named, side by side."""
    plans = []
    for path in paths:
        with _named(path):
            plans.append(plan_from_toml(read_file(path)))
    chosen = [(plan, guideline) for guideline in (None, *guideline_ids) for plan in plans]
    if len(chosen) > MAX_SCENARIOS:
        raise OperatorError(
            f"Höchstens {MAX_SCENARIOS} Szenarien stehen nebeneinander, hier sind es {len(chosen)}."
        )
    with _named(paths[0]):
        table = compare_scenarios(chosen, load_foerderrichtlinien())
    return _json(scenarios_to_json(table)) if output == "json" else render_scenarios(table)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Say of which file a plan is that cannot be read or calculated."""
    try:
        yield
    except PlanInvalidError as error:
        raise OperatorError(problems_text(path, error)) from error


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)

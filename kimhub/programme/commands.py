"""``kimhub plan``: calculate a plan file in the terminal, no database needed."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kimhub.core.operator_error import OperatorError
from kimhub.programme.calculator import calculate
from kimhub.programme.command_files import problems_text, read_file
from kimhub.programme.comparison import compare
from kimhub.programme.documents import comparison_to_json, plan_from_toml, result_to_json
from kimhub.programme.errors import PlanInvalidError
from kimhub.programme.guideline_files import load_foerderrichtlinien
from kimhub.programme.table import render_comparison, render_result
from kimhub.programme.what_if import apply_changes, describe, parse_changes


@click.command("plan")
@click.argument("datei", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "output",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="Tabelle zum Lesen oder JSON zum Weiterverarbeiten.",
)
@click.option(
    "--what-if", "changes", multiple=True, metavar="PFAD=WERT",
    help="Änderung, mit der verglichen wird, zum Beispiel positions.traeger.fte.2022=5; mehrmals möglich.",
)  # fmt: skip
def plan(datei: Path, output: str, changes: tuple[str, ...]) -> None:
    """Kosten, Zuwendung und Eigenanteil eines Finanzierungsplans (TOML-Datei) berechnen."""
    try:
        text = _calculate(read_file(datei), output, changes)
    except PlanInvalidError as error:
        raise OperatorError(problems_text(datei, error)) from error
    click.echo(text)


def _calculate(content: bytes, output: str, typed: tuple[str, ...]) -> str:
    guidelines = load_foerderrichtlinien()
    original = plan_from_toml(content)
    result = calculate(original, guidelines)
    if not typed:
        return _json(result_to_json(result)) if output == "json" else render_result(result)
    changes = parse_changes(typed)
    comparison = compare(result, calculate(apply_changes(original, changes), guidelines))
    if output == "json":
        made = [{"path": change.path, "value": change.value} for change in changes]
        return _json({"changes": made, **comparison_to_json(comparison)})
    return render_comparison(comparison, describe(changes))


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)

"""``kimhub distribute``: calculate a distribution file in the terminal, no database needed."""

from __future__ import annotations

import json
from pathlib import Path

import click

from kimhub.core.operator_error import OperatorError
from kimhub.programme.command_files import problems_text, read_file
from kimhub.programme.distribution.calculator import distribute as calculate
from kimhub.programme.distribution.documents import distributed_to_json, distribution_from_toml
from kimhub.programme.distribution.inputs import Distribution
from kimhub.programme.distribution.key_figures import key_figures_from_csv, with_key_figures
from kimhub.programme.distribution.table import render_both, render_distribution
from kimhub.programme.distribution.what_if import EXAMPLE, apply_changes
from kimhub.programme.errors import DistributionInvalidError
from kimhub.programme.guideline_files import load_foerderrichtlinien
from kimhub.programme.what_if import describe, parse_changes


@click.command("distribute")
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
    "--key-figures", "figures", type=click.Path(path_type=Path), metavar="CSV",
    help="Kennzahlen aus einer CSV-Datei (Schlüssel oder Name; Zahl) statt der Zahlen in der Datei.",
)  # fmt: skip
@click.option(
    "--what-if", "changes", multiple=True, metavar="PFAD=WERT",
    help="Änderung, mit der verglichen wird, zum Beispiel parties.Bönen.waiver=kept; mehrmals möglich.",
)  # fmt: skip
def distribute(datei: Path, output: str, figures: Path | None, changes: tuple[str, ...]) -> None:
    """Stellenanteile oder einen Betrag auf Gemeinden verteilen (TOML-Datei)."""
    distribution = _distribution(datei, figures)
    try:
        text = _calculate(distribution, output, changes)
    except DistributionInvalidError as error:
        raise OperatorError(problems_text(datei, error)) from error
    click.echo(text)


def _distribution(path: Path, figures: Path | None) -> Distribution:
    """Read the file, and the key figures into it; problems name the file they are in."""
    try:
        distribution = distribution_from_toml(read_file(path))
    except DistributionInvalidError as error:
        raise OperatorError(problems_text(path, error)) from error
    if figures is None:
        return distribution
    try:
        return with_key_figures(distribution, key_figures_from_csv(read_file(figures)))
    except DistributionInvalidError as error:
        raise OperatorError(problems_text(figures, error)) from error


def _calculate(distribution: Distribution, output: str, typed: tuple[str, ...]) -> str:
    guidelines = load_foerderrichtlinien()
    result = calculate(distribution, guidelines)
    if not typed:
        return _json(distributed_to_json(result)) if output == "json" else render_distribution(result)
    changes = parse_changes(typed, example=EXAMPLE, refusal=DistributionInvalidError)
    changed = calculate(apply_changes(distribution, changes), guidelines)
    if output == "json":
        made = [{"path": change.path, "value": change.value} for change in changes]
        before, after = distributed_to_json(result), distributed_to_json(changed)
        return _json({"changes": made, "distribution": before, "what_if": after})
    return render_both(result, changed, describe(changes))


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)

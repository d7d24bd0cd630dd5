"""``kimhub plan`` as people run it: table, JSON, comparison, refusals; fast and without a database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kimhub.cli import kimhub
from kimhub.core.operator_error import OperatorError
from tests.programme.test_koeln import BESCHLUSSVORLAGE, KOELN


def run(*arguments):
    return CliRunner().invoke(kimhub, ["plan", *(str(argument) for argument in arguments)])


def test_the_table_shows_the_beschlussvorlage_in_german_notation():
    output = run(KOELN).output
    lines = [" ".join(line.split()) for line in output.splitlines()]
    assert "11 Personalaufwendungen 213.633,33 326.859,00 83.349,05 623.841,38" in lines
    assert "02 Zuwendungen und allgemeine Umlagen 463.500,00 843.100,00 – 1.306.600,00" in lines
    assert "Gesamtaufwendungen 518.400,00 1.084.959,00 83.349,05 1.686.708,05" in lines
    assert "Eigenanteil 54.900,00 241.859,00 83.349,05 380.108,05" in lines
    assert "Baustein 1: Koordinierungsstelle 137.500,00 € = 2,5 VZÄ × 55.000,00 €" in lines


def test_the_columns_of_the_table_are_aligned():
    table = [
        line for line in run(KOELN).output.splitlines() if line.endswith(("8,05", "6.600,00", "1,38", "3,08"))
    ]
    assert len({len(line) for line in table}) == 1


def test_json_holds_the_same_figures_as_strings():
    document = json.loads(run(KOELN, "--format", "json").output)
    assert document["years"] == [2021, 2022, 2023]
    assert document["total"] == {
        "cost": "1686708.05", "grant": "1306600.00", "eigenanteil": "380108.05", "eigenanteil_percent": "22.5",
    }  # fmt: skip
    rows = {row["id"]: tuple(row["amounts"].values()) for row in document["rows"]}
    assert {row_id: rows[row_id] for row_id in BESCHLUSSVORLAGE} == BESCHLUSSVORLAGE
    assert document["by_year"]["2022"]["eigenanteil"] == "241859.00"


def test_what_if_shows_both_plans_and_the_difference():
    output = run(KOELN, "--what-if", "positions.traeger.fte.2022=5", "--what-if", "pay_rise_percent=0").output
    assert output.count("Gesamtaufwendungen") == 3
    assert "Was wäre, wenn: positions.traeger.fte.2022=5, pay_rise_percent=0" in output
    difference = [" ".join(line.split()) for line in output.split("Unterschied\n")[1].splitlines()]
    assert "15 Transferaufwendungen – −340.000,00 – −340.000,00" in difference
    assert "Eigenanteil bisher 380.108,05\N{NO-BREAK SPACE}€" in output


def test_what_if_without_effect_says_so():
    output = run(KOELN, "--what-if", "recipient.name=Anders").output
    assert "wirkt sich auf keinen Betrag aus" in output


def test_what_if_as_json_names_the_changes():
    arguments = (KOELN, "--format", "json", "--what-if", "positions.traeger.fte.2022=5")
    document = json.loads(run(*arguments).output)
    assert document["changes"] == [{"path": "positions.traeger.fte.2022", "value": "5"}]
    assert document["plan"]["total"]["eigenanteil"] == "380108.05"
    assert document["what_if"]["total"]["eigenanteil"] == "315108.05"
    assert document["difference"]["total"] == {
        "cost": "-340000.00", "grant": "-275000.00", "eigenanteil": "-65000.00", "eigenanteil_percent": "0.9",
    }  # fmt: skip


def test_unverified_values_are_marked_in_the_table():
    output = run(KOELN, "--what-if", "rates.case_management=57000").output
    assert "(ungeprüft)" in output
    assert "Ungeprüfte Werte, die eingegangen sind:" in output
    assert "Annahme im Plan" in output


def test_a_broken_plan_is_refused_with_every_problem(tmp_path: Path):
    path = tmp_path / "plan.toml"
    path.write_text('title = ""\n[[positions]]\nid = "X"\n', encoding="utf-8")
    refused = run(path).exception
    assert isinstance(refused, OperatorError)
    for field in ("title", "period", "positions[0].id", "positions[0].fte"):
        assert f"\n  {field}: " in str(refused)


@pytest.mark.parametrize(
    ("name", "reason"), [("fehlt.toml", "gibt es nicht"), (".", "lässt sich nicht lesen")]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name, reason):
    refused = run(tmp_path / name).exception
    assert isinstance(refused, OperatorError)
    assert reason in str(refused)


def test_the_command_needs_no_database_and_no_web_framework():
    script = (
        "import sys; from kimhub.cli import kimhub; "
        f"kimhub(['plan', {str(KOELN)!r}], standalone_mode=False); "
        "print(sorted({'flask', 'sqlalchemy', 'psycopg', 'redis'} & set(sys.modules)))"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KIMHUB_")}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment,
        cwd=KOELN.parents[1],
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"


def test_several_plans_stand_side_by_side(tmp_path):
    other = tmp_path / "variante.toml"
    fewer = KOELN.read_text().replace("2022 = 10.0 }", "2022 = 6.0 }")
    other.write_text(fewer.replace("title = ", 'title = "Weniger" #'))
    output = " ".join(run(KOELN, other).output.split())
    assert "A: Kommunales Integrationsmanagement in Köln" in output
    assert "B: Weniger" in output
    assert "Eigenanteil 380.108,05 328.108,05 (−52.000,00)" in output


def test_a_plan_is_calculated_under_another_guideline_beside_its_own():
    output = " ".join(run(KOELN, "--guideline", "kim_2023").output.split())
    assert "843.100,00 806.250,00 (−36.850,00)" in output
    assert "ungeprüft: Sachausgaben Koordinierung" in output
    document = json.loads(run(KOELN, "--guideline", "kim_2023", "--format", "json").output)
    assert [scenario["guideline"] for scenario in document["scenarios"]] == [None, "kim_2023"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((KOELN,) * 5, "Höchstens 4 Szenarien"),
        ((KOELN, "--guideline", "kim_1999"), "kim_1999 ist nicht hinterlegt"),
        ((KOELN, KOELN, "--what-if", "pay_rise_percent=0"), "--what-if gilt für einen einzelnen Plan"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_cure(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 1
    assert message in (str(result.exception) + result.output)

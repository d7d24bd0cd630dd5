"""``kimhub distribute`` as people run it: table, JSON, what-if, key figures from a file, refusals."""

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
from tests.programme.distribution.samples import RHEIN_SIEG, UNNA


def run(*arguments):
    return CliRunner().invoke(kimhub, ["distribute", *(str(argument) for argument in arguments)])


def lines(output):
    return [" ".join(line.split()) for line in output.splitlines()]


def test_the_table_shows_key_share_and_difference():
    found = lines(run(UNNA).output)
    assert "Kamen 0,85 0,85 1,00 +0,15" in found
    assert "Bergkamen 1,19 1,19 1,00 −0,19" in found
    assert "Bönen 0,38 0,38 0,50 +0,12 auf den Mindestanteil angehoben" in found
    assert "Lünen – – 0,00 – verzichtet, auf die anderen verteilt" in found
    assert "Summe 8 8,00 8,00 –" in found


def test_the_table_shows_the_money_and_what_nobody_verified():
    output = run(RHEIN_SIEG).output
    assert "Troisdorf 74.953 2,12 2,00 −0,12 114.000,00" in lines(output)
    assert "nach Einwohnerzahl (31.12.2019)" in output
    assert "Ungeprüfte Werte, die eingegangen sind:" in output


def test_json_holds_the_exact_shares():
    document = json.loads(run(UNNA, "--format", "json").output)
    kamen = document["parties"][0]
    assert (kamen["computed"], kamen["computed_exact"], kamen["share"]) == ("0.85", "17/20", "1.00")
    assert (document["total"], document["distributed"], document["kept"]) == ("8.00", "8.00", "0.00")


def test_what_if_names_who_gains_and_who_loses():
    output = run(
        UNNA, "--what-if", "parties.Bönen.waiver=kept", "--what-if", "parties.05978020.share=1,5"
    ).output
    assert "Bönen: bisher 0,5\N{NO-BREAK SPACE}VZÄ, dann 0,0" in output
    assert "Kamen: bisher 1,0\N{NO-BREAK SPACE}VZÄ, dann 1,5" in output


def test_what_if_can_take_a_waiver_back():
    changes = ("--what-if", "parties.Lünen.waiver=-", "--what-if", "parties.Lünen.key=2")
    document = json.loads(run(UNNA, "--format", "json", *changes).output)
    assert document["what_if"]["parties"][3]["share"] == "1.50"
    assert document["distribution"]["parties"][3]["share"] == "0.00"


def test_what_if_without_effect_says_so():
    assert "wirkt sich auf keinen Anteil aus" in run(UNNA, "--what-if", "minimum_for_all=nein").output


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("parties.Kleve.share=1", "Vorhanden sind: Kamen"),
        ("parties.Kamen.ags=1", "Möglich sind: key"),
        ("money.amount=1", "Möglich sind: purpose"),
        ("key=1", "parties.Kamen.share=1"),
        ("total", "parties.Kamen.share=1"),
        ("total=8,2", "Schrittweite"),
    ],
)
def test_a_change_that_is_not_possible_is_refused_with_the_way_to_write_it(change, message):
    refused = run(UNNA, "--what-if", change).exception
    assert isinstance(refused, OperatorError)
    assert message in str(refused)


def test_key_figures_come_from_a_table(tmp_path: Path):
    table = tmp_path / "kennzahlen.csv"
    table.write_text("ags;Personen\n5978020;2\n5978004;2\n5978008;2\nübrige Gemeinden;2\n", encoding="utf-8")
    document = json.loads(run(UNNA, "--format", "json", "--key-figures", table).output)
    assert [party["share"] for party in document["parties"]] == ["2.00", "2.00", "2.00", "0.00", "2.00"]


def test_problems_name_the_file_they_are_in(tmp_path: Path):
    table = tmp_path / "kennzahlen.csv"
    table.write_text("Kleve;2\n", encoding="utf-8")
    refused = run(UNNA, "--key-figures", table).exception
    assert isinstance(refused, OperatorError)
    assert str(refused).startswith(f"{table}: ")
    assert "Zeile 1: „Kleve“" in str(refused)


def test_a_broken_file_is_refused_with_every_problem(tmp_path: Path):
    path = tmp_path / "verteilung.toml"
    path.write_text('title = ""\nmethod = "wuerfeln"\n[[parties]]\nkey = "x"\n', encoding="utf-8")
    refused = run(path).exception
    assert isinstance(refused, OperatorError)
    for field in ("title", "total", "method", "parties[0].name", "parties[0].key"):
        assert f"\n  {field}: " in str(refused)


def test_a_missing_file_is_named(tmp_path: Path):
    refused = run(tmp_path / "fehlt.toml").exception
    assert isinstance(refused, OperatorError)
    assert "gibt es nicht" in str(refused)


def test_the_command_needs_no_database_and_no_web_framework():
    script = (
        "import sys; from kimhub.cli import kimhub; "
        f"kimhub(['distribute', {str(UNNA)!r}], standalone_mode=False); "
        "print(sorted({'flask', 'sqlalchemy', 'psycopg', 'redis'} & set(sys.modules)))"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KIMHUB_")}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment,
        cwd=UNNA.parents[1],
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"

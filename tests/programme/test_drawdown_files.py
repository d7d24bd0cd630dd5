"""Rates and rules of the Mittelabruf are data: dated, sourced, checked; the unverified is marked."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path

import pytest

from kimhub.programme.drawdown_files import load_drawdown_rules, read_drawdown_rules
from kimhub.programme.errors import RuleFileError

DATA = resources.files("kimhub.programme") / "data"


@pytest.mark.parametrize(
    ("day", "percent"),
    [
        (date(2016, 7, 1), "-0.88"),
        (date(2022, 12, 31), "-0.88"),
        (date(2023, 1, 1), "1.62"),
        (date(2023, 7, 1), "3.12"),
        (date(2024, 6, 30), "3.62"),
        (date(2024, 7, 1), "3.37"),
        (date(2025, 1, 1), "2.27"),
        (date(2025, 12, 31), "1.27"),
    ],
)
def test_the_basiszinssatz_of_a_day_is_what_the_bundesbank_announced(day, percent):
    assert load_drawdown_rules().base_rates.on(day).percent == Decimal(percent)


def test_half_years_that_nobody_entered_have_no_rate():
    rates = load_drawdown_rules().base_rates
    assert rates.on(date(2016, 6, 30)) is None
    assert rates.on(date(2026, 1, 1)) is None
    assert rates.known_until == date(2025, 12, 31)


def test_the_rates_leave_no_day_between_them_out():
    rates = list(load_drawdown_rules().base_rates)
    assert all((b.valid_from - a.valid_until).days == 1 for a, b in itertools.pairwise(rates))
    assert all((rate.valid_from.day, rate.valid_from.month) in {(1, 1), (1, 7)} for rate in rates)


def test_what_nobody_verified_is_said():
    rules = load_drawdown_rules()
    said = list(rules.unverified())
    assert any(sentence.startswith("Zählung der Zinstage") for sentence in said)
    assert not any(sentence.startswith("Zeitraum eines Abrufs") for sentence in said)
    assert rules.margin_on(date(2021, 1, 1)).verified
    assert not rules.margin_on(date(2024, 1, 1)).verified


@pytest.fixture
def read(tmp_path: Path):
    def changed(name: str, old: str, new: str):
        files = {}
        for file in ("mittelabruf.toml", "basiszinssaetze.toml"):
            text = (DATA / file).read_text(encoding="utf-8")
            if file == name:
                assert old in text
                text = text.replace(old, new, 1)
            files[file] = tmp_path / file
            files[file].write_text(text, encoding="utf-8")
        return read_drawdown_rules(files["mittelabruf.toml"], files["basiszinssaetze.toml"])

    return changed


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        ("mittelabruf.toml", "value = 2", "value = 0", "mindestens 1"),
        ("mittelabruf.toml", 'value = "receipt"', 'value = "sometime"', "Zulässig sind: receipt, deadline"),
        ("mittelabruf.toml", "valid_until = 2023-06-19", "valid_until = 2023-06-20", "Zwei Aufschläge"),
        ("mittelabruf.toml", "[day_count]", "[tageszaehlung]", "day_count"),
        ("basiszinssaetze.toml", "percent = 1.62", "percent = 1.625", "Nachkommastellen"),
        ("basiszinssaetze.toml", "valid_until = 2022-12-31", "valid_until = 2023-01-01", "Zwei Basiszinssätze"),
        ("basiszinssaetze.toml", "valid_until = 2022-12-31", "valid_until = 2012-12-31", "vor dem Beginn"),
        ("basiszinssaetze.toml", "verified = true", "", "rates[0].verified"),
        ("basiszinssaetze.toml", "valid_from", "valid from", "kein gültiges TOML"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_its_problem(read, name, old, new, problem):
    with pytest.raises(RuleFileError) as refused:
        read(name, old, new)
    assert problem in str(refused.value)

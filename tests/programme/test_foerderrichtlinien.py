"""Guideline files: dated, sourced, checked; what nobody verified is marked or missing, never hidden in code."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import kimhub.programme
from kimhub.programme.errors import FoerderrichtlinieFileError, FoerderrichtlinieMissingError
from kimhub.programme.foerderrichtlinien import Foerderrichtlinien
from kimhub.programme.guideline_files import load_foerderrichtlinien, read_foerderrichtlinie
from kimhub.programme.terms import ValueKey

FILE = """
id = "kim_test"
title = "Test"
valid_from = 2020-01-01
valid_until = 2020-12-31
source = "Quelle"
[values.koordination]
amount = 55000
unit = "euro_per_fte_year"
verified = true
source = "Quelle"
"""


@pytest.fixture
def read(tmp_path: Path):
    def read_text(text: str):
        path = tmp_path / "richtlinie.toml"
        path.write_text(text, encoding="utf-8")
        return read_foerderrichtlinie(path)

    return read_text


@pytest.mark.parametrize(
    ("day", "guideline"),
    [
        (date(2020, 11, 25), "kim_2020"),
        (date(2022, 12, 31), "kim_2020"),
        (date(2023, 1, 1), "kim_2023"),
        (date(2030, 6, 1), "kim_2023"),
    ],
)
def test_the_guideline_in_force_on_a_day_is_found(day, guideline):
    assert load_foerderrichtlinien().on(day).id == guideline


def test_a_haushaltsjahr_belongs_to_the_guideline_in_force_when_it_begins():
    assert load_foerderrichtlinien().for_haushaltsjahr(2021).id == "kim_2020"
    with pytest.raises(FoerderrichtlinieMissingError, match=r"01\.01\.2020"):
        load_foerderrichtlinien().for_haushaltsjahr(2020)


def test_the_rates_of_both_guidelines_are_what_their_sources_say():
    rates = {
        guideline.id: {
            key.value: str(value.amount) for key, value in guideline.values.items() if value.verified
        }
        for guideline in load_foerderrichtlinien()
    }
    assert rates["kim_2020"] == {
        "koordination": "55000.00", "verwaltungsassistenz": "22500.00", "case_management": "55000.00",
        "sachausgaben_koordination": "9700.00", "sachausgaben_verwaltungsassistenz": "4850.00",
        "begleitausgaben": "40000.00", "externe_begleitung": "9000.00",
        "hoechstzahl_koordination_kreis": "4.00", "hoechstzahl_koordination_kreisfreie_stadt": "3.00",
        "hoechstzahl_zusaetzliche_koordination": "1.00", "mindestanteil_case_management": "0.50",
    }  # fmt: skip
    assert rates["kim_2023"] == {
        "koordination": "57000.00", "verwaltungsassistenz": "22500.00", "case_management": "57000.00",
        "hoechstzahl_zusaetzliche_koordination": "1.00",
    }  # fmt: skip


def test_what_nobody_verified_is_marked_or_missing():
    for guideline in load_foerderrichtlinien():
        assert ValueKey.BAUSTEIN_3 not in guideline.values
        assert not guideline.values[ValueKey.FRIST_VERWENDUNGSNACHWEIS].verified


def test_no_rate_stands_in_the_code():
    rates = {
        str(int(value.amount))
        for guideline in load_foerderrichtlinien()
        for value in guideline.values.values()
        if value.amount >= 1000
    }
    for module in Path(kimhub.programme.__file__).parent.glob("*.py"):
        digits = re.sub(r"(?<=\d)[_.](?=\d{3})", "", module.read_text(encoding="utf-8"))
        code = re.sub(r'""".*?"""', "", digits, flags=re.DOTALL)
        assert not rates & set(re.findall(r"\d+", code)), module


def test_a_complete_file_is_read(read):
    guideline = read(FILE)
    assert guideline.validity == "01.01.2020 bis 31.12.2020"
    assert guideline.values[ValueKey.KOORDINATION].amount == 55000


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("verified = true", "", "values.koordination.verified"),
        ("verified = true", 'verified = "ja"', "true oder false"),
        ("amount = 55000", "amount = 55000.001", "Nachkommastellen"),
        ('unit = "euro_per_fte_year"', 'unit = "fte"', "wird in euro_per_fte_year angegeben"),
        ('unit = "euro_per_fte_year"', 'unit = "taler"', "Zulässig sind"),
        ("values.koordination", "values.trinkgeld", "values.trinkgeld"),
        ("valid_until = 2020-12-31", "valid_until = 2019-12-31", "vor dem Beginn"),
        ('source = "Quelle"\n[', "[", "source"),
        ("id =", "id", "kein gültiges TOML"),
    ],
)
def test_a_broken_file_is_refused_with_its_name_and_problem(read, old, new, problem):
    assert old in FILE
    with pytest.raises(FoerderrichtlinieFileError, match=r"^richtlinie\.toml: ") as refused:
        read(FILE.replace(old, new, 1))
    assert problem in str(refused.value)


def test_guidelines_that_overlap_are_refused(read):
    one = read(FILE)
    other = read(FILE.replace("kim_test", "kim_spaeter").replace("2020-01-01", "2020-12-31"))
    with pytest.raises(FoerderrichtlinieFileError, match="gelten gleichzeitig"):
        Foerderrichtlinien([one, other])
    with pytest.raises(FoerderrichtlinieFileError, match="zweimal"):
        Foerderrichtlinien([one, one])


def test_without_any_guideline_the_gap_says_so():
    with pytest.raises(FoerderrichtlinieMissingError, match="Vorhanden: keine"):
        Foerderrichtlinien([]).on(date(2022, 1, 1))

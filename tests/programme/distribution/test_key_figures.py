"""Key figures from tables as people have them; what cannot be read is named by line and column."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimhub.programme.document_parts import MAX_FILE_BYTES
from kimhub.programme.public import (
    DistributionInvalidError,
    distribution_from_json,
    key_figures_from_csv,
    with_key_figures,
)
from tests.programme.distribution.samples import three


def imported(text):
    content = text if isinstance(text, bytes) else text.encode()
    return with_key_figures(distribution_from_json(three()), key_figures_from_csv(content))


def keys(distribution):
    return [party.key for party in distribution.parties]


@pytest.mark.parametrize(
    "text",
    [
        "ags;personen\n05978036;1.234\n05978020;56,5\n05978008;7\n",
        "Gemeinde,Personen\nGroß,1234\nmittel,56.50\nKlein,7\n",
        "Groß\t1 234\nMittel\t56,5\nKlein\t7",
        "\ufeffName;AGS;Personen\r\nirgendwo;5978036;1234\r\n;5978020;56,50\r\n;5978008;7\r\n\r\n",
        "name;Wert;Bemerkung\nGroß;1234;x\nMittel;56,5;\nKlein;7;\n".encode("cp1252"),
    ],
)
def test_tables_of_every_usual_form_are_read(text):
    assert keys(imported(text)) == [Decimal(1234), Decimal("56.50"), Decimal(7)]


def test_who_has_no_line_keeps_the_figure():
    assert keys(imported("Klein;9\n")) == [Decimal(500), Decimal(250), Decimal(9)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Groß;12\nKleve;3\n", "Zeile 2: „Kleve“"),
        ("Groß;12\n05978036;3\n", "Zeile 2: „Groß“ steht schon in Zeile 1"),
        ("name;wert\nGroß;zwölf\n", "Zeile 2, Spalte 2: „zwölf“"),
        ("name;wert\nGroß\n", "Zeile 2: Es fehlt"),
        ("name;wert\nGroß;-3\n", "Zeile 2, Spalte 2"),
        ("name;wert\nGroß;1,234\n", "Zeile 2, Spalte 2"),
        ("", "keine Zeilen"),
        ("Gemeinde;Personen\n", "keine Zeilen"),
        ("Groß;\n", "Zeile 1: Es fehlt"),
        ('Groß;"12\n', "Anführungszeichen"),
        (b"PK\x03\x04 workbook", "keine CSV-Datei"),
        (b"Gro\0;12", "keine CSV-Datei"),
        (b"#" * (MAX_FILE_BYTES + 1), "1 MB"),
        ("a;1\n" * 20_001, "20000 Zeilen"),
    ],
)
def test_what_cannot_be_read_is_named(text, place):
    with pytest.raises(DistributionInvalidError) as refused:
        imported(text)
    assert place in " ".join(refused.value.fields[""])


def test_all_lines_are_checked_before_anything_is_refused():
    with pytest.raises(DistributionInvalidError) as refused:
        imported("name;wert\nGroß;x\nMittel;y\n")
    assert len(refused.value.fields[""]) == 2


@given(st.binary(max_size=300))
def test_junk_is_read_or_refused_never_anything_else(content):
    problems = []
    try:
        imported(content)
    except DistributionInvalidError as refused:
        problems = refused.fields[""]
    assert all(message.encode() for message in problems)

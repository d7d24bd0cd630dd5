"""File names: readable for others, harmless for their computers."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kimhub.core.documents.limits import MAX_NAME_LENGTH
from kimhub.core.documents.names import safe_name
from kimhub.core.documents.serving import content_disposition


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("Ratsbeschluss.pdf", "Ratsbeschluss.pdf"),
        ("Stellenplan für Öhringhausen (2. Entwurf).xlsx", "Stellenplan für Öhringhausen (2. Entwurf).xlsx"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        (r"C:\Users\weber\Beschluss.pdf", "Beschluss.pdf"),
        ("Beschluss\r\nSet-Cookie: a=b.pdf", "Beschluss Set-Cookie a=b.pdf"),
        ("fdp\N{RIGHT-TO-LEFT OVERRIDE}exe.pdf", "fdp exe.pdf"),
        ('a"b|c?.pdf', "a b c.pdf"),
        ("", "datei"),
        ("...", "datei"),
        ("a\x00b.pdf", "a b.pdf"),
        (unicodedata.normalize("NFD", "Übersicht.pdf"), "Übersicht.pdf"),
    ],
)
def test_a_name_keeps_what_people_read_and_loses_what_tricks(given_name, kept):
    assert safe_name(given_name) == kept


def test_a_long_name_is_cut_before_its_ending():
    name = safe_name("Ö" * 400 + ".docx")
    assert len(name) == MAX_NAME_LENGTH
    assert name.endswith("Ö.docx")


@given(st.text(max_size=400))
def test_every_name_ends_up_short_and_without_control_characters(text):
    name = safe_name(text)
    assert 1 <= len(name) <= MAX_NAME_LENGTH
    assert "/" not in name
    assert "\\" not in name
    assert not any(unicodedata.category(char).startswith("C") for char in name)
    header = content_disposition(name)
    assert header.isascii()
    assert header.isprintable()


def test_umlauts_are_spelled_out_for_old_programs_and_kept_for_others():
    assert content_disposition("Übersicht für Straße.pdf") == (
        'attachment; filename="Uebersicht fuer Strasse.pdf"; '
        "filename*=UTF-8''%C3%9Cbersicht%20f%C3%BCr%20Stra%C3%9Fe.pdf"
    )

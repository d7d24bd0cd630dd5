"""What is taken as a document: the bytes decide, not the name."""

from __future__ import annotations

import struct
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from kimhub.core.documents import archive as archive_module
from kimhub.core.documents.kinds import KINDS, DocumentRefusedError, kind_of
from kimhub.core.documents.limits import MAX_ARCHIVE_MEMBERS, MEGABYTE
from tests.factories.files import JPEG, PDF, PNG, office

TAKEN = {
    "beschluss.pdf": PDF,
    "Karte.PNG": PNG,
    "foto.jpg": JPEG,
    "foto.jpeg": JPEG,
    "stellungnahme.docx": office("docx"),
    "stellenplan.xlsx": office("xlsx"),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_name_and_bytes_agree_on_is_taken(name):
    kind = kind_of(name, TAKEN[name])
    assert name.lower().endswith(kind.endings)


def test_every_kind_is_tried():
    assert {kind_of(name, content) for name, content in TAKEN.items()} == set(KINDS)


def test_a_real_workbook_is_taken():
    target = BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        workbook.add_worksheet("Übersicht").write(0, 0, "Stellenanteil")
    assert kind_of("übersicht.xlsx", target.getvalue()).label == "XLSX"


CONTENTS = {PDF, PNG, JPEG, office("docx"), office("xlsx"), b"MZ\x90", b"<html>", b"\x00"}


@pytest.mark.parametrize(
    ("name", "content"), [(name, other) for name, own in TAKEN.items() for other in sorted(CONTENTS - {own})]
)
def test_bytes_of_another_kind_are_refused_and_the_cure_is_named(name, content):
    with pytest.raises(DocumentRefusedError, match="Speichern Sie sie neu als"):
        kind_of(name, content)


@pytest.mark.parametrize(
    "name", ["virus.exe", "seite.html", "bild.svg", "alt.doc", "makro.docm", "ohne", "a.pdf.zip"]
)
def test_other_endings_are_refused_with_the_list_of_possible_ones(name):
    with pytest.raises(DocumentRefusedError, match="PDF, PNG, JPEG, DOCX, XLSX"):
        kind_of(name, PDF)


def test_a_pdf_that_breaks_off_is_refused():
    with pytest.raises(DocumentRefusedError, match="kein vollständiges PDF"):
        kind_of("a.pdf", PDF[:40])


def refused(content: bytes, reason: str, name: str = "a.docx") -> None:
    with pytest.raises(DocumentRefusedError, match=reason):
        kind_of(name, content)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    def never(*_):
        raise AssertionError("unpacked a bomb")

    monkeypatch.setattr(archive_module, "_unpack", never)
    refused(office(extra={"word/media/image1.bin": bytes(150 * MEGABYTE)}), "unverhältnismäßig groß")


def test_an_archive_that_unpacks_to_many_times_its_size_is_refused_also_below_the_limit():
    refused(office(extra={"word/x.xml": bytes(20 * MEGABYTE)}), "unverhältnismäßig groß")


def test_an_archive_that_lies_about_its_sizes_is_refused():
    bomb = bytearray(office(extra={"word/x.xml": bytes(20 * MEGABYTE)}))
    directory = bytes(bomb).rindex(b"word/x.xml") - 46
    bomb[directory + 24 : directory + 28] = struct.pack("<I", 10)
    refused(bytes(bomb), "beschädigt")


def test_an_archive_of_too_many_parts_is_refused_before_its_directory_is_read(monkeypatch):
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        for number in range(MAX_ARCHIVE_MEMBERS + 1):
            archive.writestr(f"{number}", b"")
    monkeypatch.setattr(archive_module, "ZipFile", None)
    refused(target.getvalue(), "zu vielen Teilen")


def test_a_directory_that_claims_few_parts_but_is_large_is_refused(monkeypatch):
    content = bytearray(office())
    content[-10:-6] = struct.pack("<I", 9_000_000)
    monkeypatch.setattr(archive_module, "ZipFile", None)
    refused(bytes(content), "zu vielen Teilen")


def test_an_encrypted_part_is_refused():
    content = bytearray(office())
    first = bytes(content).index(b"PK\x01\x02")
    content[first + 8] |= 1
    refused(bytes(content), "verschlüsselt")


def test_macros_are_refused_under_any_name():
    refused(office(extra={"word/vbaProject.bin": b"x"}), "Makros")
    refused(
        office(types='<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'),
        "Makros",
    )


def test_a_workbook_renamed_to_a_letter_is_refused():
    refused(office("xlsx"), "fehlen seine Bestandteile")
    refused(office("xlsx", extra={"word/document.xml": b"<x/>"}), "von anderer Art")


def test_paths_that_leave_the_archive_are_refused():
    refused(office(extra={"../../etc/passwd": b"x"}), "beschädigt")
    refused(office(extra={"/etc/passwd": b"x"}), "beschädigt")


def test_a_zip_with_a_comment_is_refused_because_it_can_hide_a_second_one():
    refused(office(comment=b"PK\x05\x06"), "kein Office-Dokument")


def test_a_damaged_part_is_refused():
    content = bytearray(office(extra={"word/x.xml": b"abcdefgh" * 50}))
    start = bytes(content).index(b"word/x.xml") + len("word/x.xml")
    content[start + 2] ^= 0xFF
    refused(bytes(content), "beschädigt")


def test_a_plain_archive_is_no_document():
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", b"x")
    refused(target.getvalue(), "fehlen seine Bestandteile")

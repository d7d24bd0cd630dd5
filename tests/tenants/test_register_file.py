"""A register file is checked completely; each finding names line, column and cure."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from tenants import TenantKind
from tenants.register_file import (
    SHIPPED,
    RegisterFileError,
    check_counts,
    edition_beside,
    parse_register,
)

HEADING = "ags,ars,name,name_amtlich,kind,parent_ags,regierungsbezirk,status,population,plz,eigene_auslaenderbehoerde"
KREIS = "05382,,Rhein-Sieg-Kreis,Rhein-Sieg-Kreis,kreis,,Köln,Kreis,599780,,"
BORNHEIM = '05382012,053820012012,Bornheim,"Bornheim, Stadt",gemeinde,05382,Köln,stadt,48321,53332,0'


def file_of(*lines, encoding="utf-8"):
    return "\r\n".join([HEADING, *lines]).encode(encoding)


def with_cells(line, **cells):
    row = dict(zip(HEADING.split(","), next(csv.reader([line])), strict=True)) | cells
    out = io.StringIO()
    csv.writer(out).writerow(row.values())
    return out.getvalue().rstrip()


def findings_of(content, **arguments):
    with pytest.raises(RegisterFileError) as refused:
        parse_register(content, **arguments)
    return refused.value.findings


def test_the_shipped_register_holds_31_kreise_22_staedte_and_374_gemeinden():
    register = parse_register(SHIPPED.read_bytes())
    assert register.counts == {
        TenantKind.KREIS: 31,
        TenantKind.KREISFREIE_STADT: 22,
        TenantKind.GEMEINDE: 374,
    }
    assert len(register.rows) == 427
    edition = edition_beside(SHIPPED)
    assert edition.source == "Statistisches Bundesamt, Gemeindeverzeichnis"
    assert edition.population_date == date(2019, 12, 31)
    check_counts(register, edition.counts)


def test_in_the_shipped_register_a_kreis_has_the_inhabitants_of_its_gemeinden():
    rows = parse_register(SHIPPED.read_bytes()).rows
    for kreis in (row for row in rows if row.kind is TenantKind.KREIS):
        assert kreis.population == sum(row.population for row in rows if row.parent_ags == kreis.ags)


def test_every_parent_comes_before_its_gemeinden():
    rows = parse_register(file_of(BORNHEIM, KREIS)).rows
    assert [row.name for row in rows] == ["Rhein-Sieg-Kreis", "Bornheim"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_spreadsheet_encodings_are_read(encoding):
    rows = parse_register(file_of(KREIS, encoding=encoding)).rows
    assert rows[0].regierungsbezirk == "Köln"


def test_values_are_read_as_what_they_are():
    bornheim = parse_register(file_of(KREIS, BORNHEIM)).rows[1]
    assert bornheim.official_name == "Bornheim, Stadt"
    assert bornheim.population == 48_321
    assert bornheim.has_auslaenderbehoerde is False
    assert parse_register(file_of(KREIS)).rows[0].has_auslaenderbehoerde is None


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("ags", "5382012", "führende Null"),
        ("ags", "0538201", "führende Null"),
        ("ags", "05382 12", "8 Ziffern"),
        ("ags", "٠٥٣٨٢٠١٢", "8 Ziffern"),
        ("ags", "", "8 Ziffern"),
        ("ars", "05382001201", "zwölf Ziffern"),
        ("ars", "053820012999", "enden mit denselben drei"),
        ("name", "", "fehlt"),
        ("name", "Born\u0000heim"[:4] + "\u0007heim", "Steuerzeichen"),
        ("name_amtlich", "x" * 201, "Kürzen"),
        ("kind", "Stadt", "Erlaubt sind gemeinde, kreis, kreisfreie_stadt"),
        ("kind", "bezirksregierung", "Erlaubt sind"),
        ("parent_ags", "", "Kreis der Gemeinde fehlt"),
        ("parent_ags", "05366", "beginnt nicht mit"),
        ("parent_ags", "0538", "weder in der Datei noch im Register"),
        ("regierungsbezirk", " ", "fehlt"),
        ("status", "", "fehlt"),
        ("population", "", "Einwohnerzahl"),
        ("population", "48.321", "ohne Punkte"),
        ("population", "-1", "Einwohnerzahl"),
        ("population", "48321,5", "Einwohnerzahl"),
        ("population", "999999999", "Einwohnerzahl"),
        ("plz", "5333", "fünf Ziffern"),
        ("eigene_auslaenderbehoerde", "ja", "1 (ja), 0 (nein)"),
    ],
)
def test_a_broken_cell_names_line_column_and_cure(column, value, says):
    broken = with_cells(BORNHEIM, **{column: value})
    finding = findings_of(file_of(KREIS, broken))[0]
    assert (finding.line, finding.column) == (3, column)
    assert says in str(finding)
    assert str(finding).startswith(f"Zeile 3, Spalte {column}: ")


def test_a_kreis_and_a_kreisfreie_stadt_have_no_parent():
    findings = findings_of(file_of(with_cells(KREIS, parent_ags="05382")))
    assert [(f.line, f.column) for f in findings] == [(2, "parent_ags")]


def test_the_kreis_may_stand_in_the_register_already():
    assert findings_of(file_of(BORNHEIM))[0].column == "parent_ags"
    assert len(parse_register(file_of(BORNHEIM), registered_kreise={"05382"}).rows) == 1


def test_a_key_that_appears_twice_names_the_first_line():
    findings = findings_of(file_of(KREIS, BORNHEIM, BORNHEIM))
    assert [(f.line, f.column) for f in findings] == [(4, "ags")]
    assert "Zeile 3" in findings[0].problem


def test_a_misspelt_kreis_does_not_make_its_gemeinden_findings():
    findings = findings_of(file_of(with_cells(KREIS, kind="Kreis"), BORNHEIM))
    assert [(f.line, f.column) for f in findings] == [(2, "kind")]


def test_all_findings_are_reported_at_once_in_the_order_of_the_file():
    broken = [with_cells(BORNHEIM, population="x", plz="y"), KREIS + ",", with_cells(KREIS, name="")]
    findings = findings_of(file_of(*broken))
    assert [(f.line, f.column) for f in findings] == [
        (2, "plz"),
        (2, "population"),
        (3, ""),
        (4, "name"),
    ]


def test_lines_are_counted_as_the_editor_shows_them():
    two_lines = with_cells(BORNHEIM, name="Born\nheim")
    findings = findings_of(file_of(KREIS, two_lines, with_cells(BORNHEIM, ags="x")))
    assert [(f.line, f.column) for f in findings] == [(3, "name"), (5, "ags")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Die Spalte fehlt"),
        (HEADING.encode(), "keine Zeilen"),
        (file_of(KREIS).replace(b",", b";"), "Semikolons"),
        (file_of(KREIS).replace(b",", b"\t"), "Tabulatoren"),
        (file_of(KREIS).replace(b"population", b"einwohner"), "Spalte population: Die Spalte fehlt"),
        (file_of(KREIS).replace(b"plz", b"ars"), "mehrmals"),
        (file_of(KREIS, encoding="utf-16"), "CSV UTF-8"),
        (b"PK\x03\x04" + b"x" * 100, "keine CSV-Datei"),
        (file_of(KREIS) + b"\x81", "Zeichensatz"),
        (file_of(KREIS, '05382012,"Born"heim'), "Anführungszeichen"),
        (file_of(KREIS, '05382012,"Bornheim'), "Anführungszeichen"),
        (file_of(KREIS, "05382012,Bornheim"), "2 statt 11 Spalten"),
        (file_of(KREIS, "x" * 200_000), "keine gültige CSV-Zeile"),
        (b"x" * (20 * 1024 * 1024 + 1), "größer als 20 MB"),
    ],
)
def test_a_file_of_another_form_is_refused_with_what_helps(content, says):
    assert says in "\n".join(map(str, findings_of(content)))


def test_blank_lines_are_skipped():
    assert len(parse_register(file_of("", KREIS, "", "")).rows) == 1


def test_further_columns_are_named_and_ignored():
    content = "\n".join([HEADING + ",lat,lon", KREIS + ",50.7,7.1"]).encode()
    assert parse_register(content).ignored_columns == ("lat", "lon")


def test_a_file_with_fewer_bodies_than_its_edition_says_is_refused():
    with pytest.raises(RegisterFileError, match="nichts übernommen") as refused:
        check_counts(parse_register(file_of(KREIS)), {"kreis": 31})
    assert "1 Einträge der Art kreis, erwartet sind 31" in str(refused.value.findings[0])


@pytest.mark.parametrize(
    "content",
    [
        "source = 'x'",
        "population_date = 2019-12-31",
        "source = 'x'\npopulation_date = '31.12.2019'",
        "source = 1\npopulation_date = 2019-12-31",
        "no toml",
    ],
)
def test_a_companion_file_without_source_or_date_is_refused(tmp_path, content):
    (tmp_path / "register.toml").write_text(content)
    with pytest.raises(RegisterFileError):
        edition_beside(tmp_path / "register.csv")


def test_without_a_companion_file_the_edition_is_unknown(tmp_path):
    assert edition_beside(tmp_path / "register.csv") is None

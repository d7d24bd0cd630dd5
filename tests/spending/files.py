"""Files as finance software writes them."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl

HEAD = (
    "Belegnummer", "Buchungsdatum", "Betrag", "Teilplanzeile", "Zweck", "Baustein", "Stelle", "Leistung von",
    "Leistung bis", "Buchungstext", "Empfänger", "Haushaltsjahr",
)  # fmt: skip
GOOD = (
    "RE-1",
    "15.06.2021",
    "1.234,56",
    "16",
    "Begleitausgaben",
    "1",
    "",
    "",
    "",
    "Saalmiete",
    "Bürgerhaus",
    "",
)
STAFF = (
    "PK-6", "30.06.2021", "7008,33", "11", "koordination", "", "E13-01", "01.06.2021", "30.06.2021", "Gehalt Juni",
    "", "2021",
)  # fmt: skip


def csv_file(*rows, head=HEAD, delimiter=";", encoding="utf-8-sig"):
    return "\r\n".join(delimiter.join(row) for row in (head, *rows)).encode(encoding)


def changed(row=GOOD, **columns):
    """A row with other values, by heading."""
    return tuple(columns.get(name, value) for name, value in zip(HEAD, row, strict=True))


def xlsx_file(*rows, head=HEAD, change=None):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(head)
    for row in rows:
        sheet.append(row)
    if change:
        change(workbook)
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


REAL = (
    "RE-9", date(2021, 6, 15), 1234.56, 16, "Begleitausgaben", 1, None, None, None, "Saalmiete", None, 2021,
)  # fmt: skip

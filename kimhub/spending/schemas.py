"""What comes in from outside: a booking, a reversal, what a list is narrowed to."""

from __future__ import annotations

from decimal import Decimal

from kimhub.core.documents.limits import MEGABYTE
from kimhub.core.fields import Amount, Choice, CommandSchema, Day, Number, Text, Upload
from kimhub.core.fields.options import Option
from kimhub.core.formats import number
from kimhub.core.tables.uploads import MAX_TABLE_SIZE
from kimhub.programme.public import COST_TEILPLANZEILEN, FIRST_YEAR, LAST_YEAR, GrantPurpose, Teilplanzeile
from kimhub.spending.imports.checking import MAX_ROWS
from kimhub.spending.models import (
    FIRST_DAY,
    LAST_DAY,
    MAX_AMOUNT,
    MAX_REASON,
    MAX_RECEIPT,
    MAX_RECIPIENT,
    MAX_REFERENCE,
    MAX_TEXT,
)

PURPOSES = tuple(
    Option(purpose.value, f"{purpose.baustein.label}: {purpose.label}") for purpose in GrantPurpose
)
LINES = tuple(Option(line.value, f"{line.value} {line.label}") for line in COST_TEILPLANZEILEN)
_YEARS = {"minimum": FIRST_YEAR, "maximum": LAST_YEAR}


class BookExpenditureSchema(CommandSchema):
    """One booking."""

    receipt_number = Text(
        "Belegnummer", max_length=MAX_RECEIPT, missing="Geben Sie die Nummer an, die auf dem Beleg steht."
    )
    booked_on = Day("Buchungstag", earliest=FIRST_DAY, latest=LAST_DAY)
    amount = Amount("Betrag", minimum=Decimal("0.01"), maximum=MAX_AMOUNT)
    recipient = Text("Empfänger", max_length=MAX_RECIPIENT, optional=True, hint="Wer das Geld bekommen hat.")
    text = Text("Buchungstext", max_length=MAX_TEXT, optional=True)
    purpose = Choice("Zweck", enum=GrantPurpose, options=PURPOSES)
    teilplanzeile = Choice("Teilplanzeile", enum=Teilplanzeile, options=LINES)
    year = Number(
        "Haushaltsjahr",
        **_YEARS,
        optional=True,
        hint="Nur angeben, wenn es nicht das Jahr des Buchungstags ist.",
    )
    position_reference = Text(
        "Stelle",
        max_length=MAX_REFERENCE,
        optional=True,
        hint="Ihre eigene Bezeichnung der Stelle oder Kostenstelle, kein Personenname. Zum Beispiel E13-01.",
    )
    period_from = Day("Leistung von", earliest=FIRST_DAY, latest=LAST_DAY, optional=True)
    period_to = Day("Leistung bis", earliest=FIRST_DAY, latest=LAST_DAY, optional=True)


class ReverseExpenditureSchema(CommandSchema):
    """A reversal."""

    reason = Text(
        "Begründung",
        max_length=MAX_REASON,
        lines=3,
        hint="Sie steht im Storno und ist für die Prüfung bestimmt.",
        missing="Geben Sie an, warum die Buchung storniert wird.",
    )
    booked_on = Day("Buchungstag des Stornos", earliest=FIRST_DAY, latest=LAST_DAY, optional=True)


class ImportFileSchema(CommandSchema):
    """A file with expenditures."""

    file = Upload(
        "Datei",
        hint=f"Excel-Arbeitsmappe (.xlsx) oder CSV, höchstens {MAX_TABLE_SIZE // MEGABYTE} MB und "
        f"{number(MAX_ROWS)} Buchungen.",
    )

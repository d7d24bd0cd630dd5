"""What comes in from outside: the forms of a distribution. Figures stay words here; its own schema reads them."""

from __future__ import annotations

from marshmallow import fields as plain

from kimhub.core.fields import Choice, CommandSchema, Day, Flag, Text, Upload
from kimhub.core.fields.options import Option
from kimhub.programme.public import DistributionMethod, Measure, Waiver

TAKES_PART, STAYS_OUT = "ja", "nein"

MEASURES = [
    Option(Measure.FTE.value, "Stellenanteile", "Vollzeitäquivalente, auf förderfähige Anteile gerundet"),
    Option(Measure.EURO.value, "Euro", "ein Betrag für ein Haushaltsjahr, auf den Cent verteilt"),
]
METHODS = [Option(method.value, method.label) for method in DistributionMethod]
PARTS = [
    Option(TAKES_PART, "nimmt teil"),
    Option(Waiver.REDISTRIBUTED.value, "Verzicht: an andere"),
    Option(Waiver.KEPT.value, "Verzicht: behalten"),
    Option(STAYS_OUT, "nimmt nicht teil"),
]


class NewDistributionSchema(CommandSchema):
    """The first page: what is distributed, and which money it is. Parties and key follow."""

    title = Text(
        "Titel",
        hint="So heißen auch die Weiterleitungen, zum Beispiel „Case Management 2026“. Die Empfänger lesen ihn.",
    )
    money = Choice(
        "Mittel",
        hint="Die Zuwendung oder die erhaltenen Mittel und der Zweck, aus denen die Anteile bezahlt werden.",
    )
    measure = Choice("Was wird verteilt?", options=MEASURES, radios=True)
    total = Text(
        "Menge", max_length=20, hint="Stellen zum Beispiel 17 oder 8,5; ein Betrag zum Beispiel 100.000."
    )


class PartyRow(CommandSchema):
    """One line of the table of parties."""

    party = plain.String(required=True)
    part = Choice("Beteiligung", options=PARTS)
    key = Text("Kennzahl", max_length=20, optional=True)
    share = Text("Fester Anteil", max_length=20, optional=True)


class SheetSchema(CommandSchema):
    """All inputs of a distribution."""

    title = Text("Titel")
    total = Text("Menge", max_length=20)
    method = Choice("Verteilt wird", options=METHODS)
    key_name = Text(
        "Was zählt die Kennzahl?",
        max_length=120,
        optional=True,
        hint="Nur bei einer anderen Kennzahl als der Einwohnerzahl.",
    )
    key_day = Day("Stand der Kennzahlen", optional=True)
    start = Day("Beginn", hint="Erster Tag eines Monats.")
    end = Day("Ende", hint="Letzter Tag eines Monats.")
    step = Text("Schrittweite", max_length=20, hint="Anteile sind Vielfache davon.")
    minimum = Text(
        "Mindestanteil",
        max_length=20,
        optional=True,
        hint="Leer: wie in der Förderrichtlinie, falls sie einen nennt.",
    )
    minimum_for_all = Flag("Jede Beteiligte bekommt mindestens den Mindestanteil")
    rate = Text(
        "Betrag je Vollzeitstelle und Jahr",
        max_length=20,
        optional=True,
        hint="Leer: wie in der Förderrichtlinie.",
    )
    parties = plain.List(plain.Nested(PartyRow), load_default=list)


class KeyFigureFileSchema(CommandSchema):
    """A table of key figures."""

    file = Upload(
        "Tabelle",
        accept=(".csv", ".xlsx"),
        hint="CSV oder XLSX mit zwei Spalten: Gemeindeschlüssel oder Name, und die Kennzahl.",
    )


class DraftSchema(CommandSchema):
    """What all allocations say alike."""

    issued_on = Day("Datum der Weiterleitung")
    conditions = Text("Bedingungen und Auflagen", max_length=20_000, lines=5, optional=True)
    consent_on = Day(
        "Zustimmung der Bezirksregierung vom", optional=True, hint="Das Weiterleiten braucht ihre Zustimmung."
    )
    consent_reference = Text("Aktenzeichen der Zustimmung", optional=True)

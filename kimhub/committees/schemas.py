"""What is written of committees: one schema per command, for the form and for the API alike."""

from __future__ import annotations

from kimhub.committees.models import MAX_AMOUNT
from kimhub.committees.terms import CommitteeKind, Duty, RuleKind, SeatRole, Sector
from kimhub.core.fields import Choice, CommandSchema, Day, Number, Text
from kimhub.core.fields.options import Option
from kimhub.programme.public import TimeUnit

KINDS = [Option(kind.value, kind.label) for kind in CommitteeKind]
UNITS = [Option(unit.value, unit.named(2).removeprefix("2 ")) for unit in TimeUnit]


class NameSchema(CommandSchema):
    """What a committee is and how it is called from a day on."""

    kind = Choice("Art", enum=CommitteeKind, options=KINDS)
    name = Text(
        "Bezeichnung",
        hint="Wie das Gremium sich nennt, zum Beispiel „Ausschuss für Chancengerechtigkeit und Integration“.",
    )
    since = Day("Gilt ab", hint="Ist der Tag nicht bekannt, der früheste, an dem das Gremium so hieß.")


class CommitteeSchema(CommandSchema):
    """On what a committee rests, what it does, how long it is elected, how often it must be told."""

    basis = Text(
        "Grundlage", optional=True, hint="Zum Beispiel § 27 GO NRW, § 5 der Hauptsatzung oder ein Beschluss."
    )
    task = Text("Aufgabe", optional=True, lines=3, max_length=1000)
    term_until = Day(
        "Wahlperiode bis", optional=True, hint="Kein Sitz reicht darüber hinaus. Leer, wenn es keine gibt."
    )
    dissolved_on = Day(
        "Aufgelöst zum", optional=True, hint="Der letzte Tag. Leer, solange das Gremium besteht."
    )
    duty = Choice(
        "Regelmäßig zu unterrichten",
        optional=True,
        enum=Duty,
        options=[Option(duty.value, duty.label) for duty in Duty],
        hint="Nur wenn eine Satzung, ein Beschluss oder eine Vereinbarung es verlangt.",
    )
    duty_source = Text("Wo das steht", optional=True, hint="Satzung, Beschluss oder Vereinbarung mit Datum.")


class NewCommitteeSchema(CommitteeSchema, NameSchema):
    """A committee that is not in the directory yet; its name is asked for first."""

    class Meta:
        """Leaves out what only an existing one can have."""

        exclude = ("dissolved_on",)


class RuleSchema(CommandSchema):
    """A period of the Geschäftsordnung."""

    kind = Choice(
        "Wofür", enum=RuleKind, options=[Option(kind.value, kind.label) for kind in RuleKind],
        hint="Anträge, Anfragen, Vorlagen und Einladung zählen zurück von der Sitzung, die Antwort ab dem Eingang.",
    )  # fmt: skip
    amount = Number("Anzahl", minimum=1, maximum=MAX_AMOUNT)
    unit = Choice("Einheit", enum=TimeUnit, options=UNITS)
    source = Text(
        "Quelle", hint="Wo die Frist steht, zum Beispiel § 2 Abs. 1 der Geschäftsordnung vom 04.11.2025."
    )


class ParticipantSchema(CommandSchema):
    """Another body that carries the committee."""

    participant = Choice(
        "Kommune", hint="Sie besetzt ihre Sitze selbst; Sie sehen alle Sitze, sie nur ihre eigenen."
    )


class SeatSchema(CommandSchema):
    """What a seat is, and from when to when it is held."""

    role = Choice(
        "Funktion im Gremium", enum=SeatRole, options=[Option(role.value, role.label) for role in SeatRole]
    )
    faction = Text(
        "Fraktion oder Gruppe",
        optional=True,
        max_length=100,
        hint="Wie sie sich nennt. Leer, wo es keine gibt.",
    )
    organization = Text(
        "Organisation", optional=True, hint="Für wen jemand im Gremium sitzt, der sich hier nicht anmeldet."
    )
    function = Text(
        "Funktion dort", optional=True, hint="Zum Beispiel „Geschäftsführung“ oder „Leitung“. Kein Name."
    )
    sector = Choice(
        "Steht für",
        optional=True,
        enum=Sector,
        options=[Option(sector.value, sector.label) for sector in Sector],
    )
    since = Day("Seit")
    until = Day("Bis", optional=True, hint="Leer: bis zum Ende der Wahlperiode, sonst offen.")


class _HolderSchema(CommandSchema):
    """Who holds a seat."""

    holder = Choice(
        "Person",
        optional=True,
        hint="Wer sich hier anmeldet und unterrichtet wird. Leer, wenn unten eine Organisation genannt ist.",
    )


class NewSeatSchema(SeatSchema, _HolderSchema):
    """A seat and who holds it; the person is asked for first."""

"""What comes in from outside: commands of the planner."""

from __future__ import annotations

from marshmallow import fields as plain

from kimhub.core.fields import (
    CommandSchema,
    Day,
    Identifier,
    Number,
    Part,
    Parts,
    Percentage,
    Text,
    Upload,
)
from kimhub.programme.public import MAX_SCENARIOS, PlanSchema

MAX_CHANGES = 200


class ChangeSchema(CommandSchema):
    """One what-if change, e.g. ``{"path": "positions.traeger.fte.2022", "value": "8"}``."""

    path = Text("Pfad", max_length=200)
    value = Text("Wert, wie man ihn schreibt", max_length=200)


class CalculationSchema(CommandSchema):
    """A plan to calculate, with what-if changes if wanted."""

    plan = Part(PlanSchema)
    what_if = Parts(Part(ChangeSchema), at_most=MAX_CHANGES)


class NewPlanSchema(CommandSchema):
    """The first page of a new plan; rows are added afterwards."""

    title = Text("Titel", max_length=200, hint="So heißt der Plan in Listen und Berichten.")
    start = Day("Beginn", hint="Erster Tag eines Monats, zum Beispiel 1.5.2021.")
    end = Day("Ende", hint="Letzter Tag eines Monats, zum Beispiel 31.12.2022.")
    base_year = Number("Basisjahr der Kosten", hint="Auf dieses Jahr beziehen sich die Kosten je Stelle.")
    pay_rise_percent = Percentage("Jährliche Steigerung der Personalkosten")


class PlanDetailsSchema(NewPlanSchema):
    """What a plan as a whole says, to correct it."""

    funding_start = Day(
        "Förderung ab", optional=True, hint="Nur wenn die Förderung später beginnt als der Plan."
    )
    funding_end = Day(
        "Förderung bis", optional=True, hint="Nur wenn die Förderung früher endet als der Plan."
    )


class PlanFileSchema(CommandSchema):
    """A plan file (docs/planformat.md)."""

    file = Upload("Plandatei", accept=(".toml",), hint="Eine TOML-Datei mit den Eingaben des Plans.")


class ScenarioSchema(CommandSchema):
    """A stored plan, or that plan under another guideline."""

    plan_id = plain.UUID(required=True)
    guideline = Identifier("Förderrichtlinie", optional=True)


class ScenariosSchema(CommandSchema):
    """Two to four scenarios; the first is what the others are compared with."""

    scenarios = Parts(Part(ScenarioSchema), at_most=MAX_SCENARIOS, required=True)

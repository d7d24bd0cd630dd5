"""What comes in from outside: commands of the planner."""

from __future__ import annotations

from marshmallow import fields

from kimhub.core.document_fields import Identifier, Items, Nested, Schema
from kimhub.core.document_fields import Text as JsonText
from kimhub.core.fields import CommandSchema, Day, Number, Percentage, Text, Upload
from kimhub.programme.public import MAX_SCENARIOS, PlanSchema

MAX_CHANGES = 200


class ChangeSchema(Schema):
    """One what-if change, e.g. ``{"path": "positions.traeger.fte.2022", "value": "8"}``."""

    path = JsonText(required=True, max_length=200)
    value = JsonText(required=True, max_length=200)


class CalculationSchema(Schema):
    """A plan to calculate, with what-if changes if wanted."""

    plan = Nested(PlanSchema, required=True)
    what_if = Items(Nested(ChangeSchema), max_items=MAX_CHANGES, load_default=list)


class NewPlanSchema(CommandSchema):
    """The first page of a new plan; rows are added afterwards."""

    title = Text("Titel", max_length=200, hint="So heißt der Plan in Listen und Berichten.")
    start = Day("Beginn", hint="Erster Tag eines Monats, zum Beispiel 1.5.2021.")
    end = Day("Ende", hint="Letzter Tag eines Monats, zum Beispiel 31.12.2022.")
    base_year = Number("Basisjahr der Kosten", hint="Auf dieses Jahr beziehen sich die Kosten je Stelle.")
    pay_rise_percent = Percentage("Jährliche Steigerung der Personalkosten")


class PlanFileSchema(CommandSchema):
    """A plan file (docs/planformat.md)."""

    file = Upload("Plandatei", accept=(".toml",), hint="Eine TOML-Datei mit den Eingaben des Plans.")


class ScenarioSchema(Schema):
    """A stored plan, or that plan under another guideline."""

    plan_id = fields.UUID(required=True)
    guideline = Identifier(load_default=None, allow_none=True)


class ScenariosSchema(Schema):
    """Two to four scenarios; the first is what the others are compared with."""

    scenarios = Items(Nested(ScenarioSchema), max_items=MAX_SCENARIOS, required=True)

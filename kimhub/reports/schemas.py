"""What comes in from outside: the order of a report, the same for form and API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from kimhub.core.fields import Choice, CommandField, CommandSchema, Text
from kimhub.core.fields.options import Option
from kimhub.reports.usecases.request_report import BUILDERS

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class PlanReference(CommandField[UUID]):
    """The id of a stored plan; a form carries it unseen, because the page before it has asked for the plan."""

    json: ClassVar[Mapping[str, object]] = {"type": "string", "format": "uuid"}
    texts: ClassVar[Mapping[str, str]] = {
        "required": "Wählen Sie einen Finanzierungsplan aus.",
        "form": "Geben Sie die Kennung eines Finanzierungsplans an.",
    }

    @property
    def kind(self) -> str:
        """Not drawn."""
        return "hidden"

    def read_json(self, value: Any) -> UUID:
        """Accept a UUID in its usual form (RFC 9562 §4): 36 characters, four hyphens."""
        if not isinstance(value, str) or not _UUID.fullmatch(value):
            raise self.make_error("form")
        return UUID(value)

    def write_json(self, value: UUID) -> str:
        """Write it in its usual form."""
        return str(value)


class ChoosePlanSchema(CommandSchema):
    """The question before the order: of which plan?"""

    plan = Choice("Finanzierungsplan", missing="Wählen Sie einen Finanzierungsplan aus.")


class OrderReportSchema(CommandSchema):
    """The order of a Finanzierungsübersicht."""

    plan_id = PlanReference("Finanzierungsplan")
    file_number = Text(
        "Aktenzeichen",
        max_length=60,
        optional=True,
        hint="Es steht auf jeder Seite des Berichts.",
    )
    office = Text(
        "Bearbeitende Stelle",
        max_length=120,
        optional=True,
        hint="Amt oder Einrichtung im Briefkopf, zum Beispiel Kommunales Integrationszentrum.",
    )
    prepared_by = Choice(
        "Aufgestellt durch",
        options=[Option(role.value, role.label) for role in BUILDERS],
        optional=True,
        hint="Der Bericht nennt die Rolle, keinen Namen.",
    )
    scenario = Text(
        "Bezeichnung des Szenarios",
        max_length=120,
        optional=True,
        hint="Zum Beispiel „Weniger Stellen bei Trägern“. Ohne Angabe nennt der Bericht die Fassung des Plans.",
    )

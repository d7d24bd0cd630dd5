"""What is typed of an office."""

from __future__ import annotations

from kimhub.core.fields import Choice, CommandSchema, Email, Text
from tenants import Role


class OfficeSchema(CommandSchema):
    """How an office is reached."""

    name = Text("Amt oder Stelle", hint="Zum Beispiel „Kommunales Integrationszentrum“. Keine Person.")
    email = Email(
        "Funktionspostfach",
        optional=True,
        hint="Eine Adresse, die mehrere lesen, wie integration@kommune.example. Keine persönliche Adresse.",
    )
    phone = Text(
        "Telefon", optional=True, max_length=40, hint="Die Nummer der Stelle, zum Beispiel 02241 13-0."
    )


class _Responsibility(CommandSchema):
    """For what an office is responsible."""

    role = Choice("Zuständigkeit", enum=Role)


class NewOfficeSchema(OfficeSchema, _Responsibility):
    """An office for a role that has none yet; the role is asked for first."""

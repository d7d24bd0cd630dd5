"""What is typed when a line of Heute is put off."""

from __future__ import annotations

from marshmallow import fields as plain

from kimhub.core.fields import CommandSchema, Day, Text
from kimhub.desk.models import MAX_REASON


class DeferralSchema(CommandSchema):
    """Until when, and why."""

    until = Day("Wiedervorlage am", hint="An diesem Tag steht es wieder da, zum Beispiel 15.12.2026.")
    reason = Text(
        "Grund",
        max_length=MAX_REASON,
        optional=True,
        hint="Alle, die es auf „Heute“ sehen, lesen ihn. Nennen Sie keine Personen.",
    )


class NewDeferralSchema(DeferralSchema):
    """The same over the API, with the line that is put off."""

    source = Text("Quelle", max_length=100)
    kind = Text("Art", max_length=100)
    subject_id = plain.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "Worum es geht; null, wo es keine einzelne Sache ist"},
    )

"""What the API shows of a received event, and the form for how often mail comes."""

from __future__ import annotations

from marshmallow import fields as plain

from kimhub.core.api import PageQuerySchema
from kimhub.core.fields import Choice, CommandSchema
from kimhub.core.fields.options import Option
from kimhub.inbox.rhythm import Rhythm


class ReceivedQuerySchema(PageQuerySchema):
    """Which events."""

    taken = plain.Boolean(metadata={"description": "auch Übernommenes"})


class ReceivedOutSchema(CommandSchema):
    """An event that the tenant has received."""

    id = plain.UUID(required=True)
    kind = plain.String(
        required=True, metadata={"description": "Was geschehen ist, zum Beispiel allocation.issue"}
    )
    text = plain.String(required=True, metadata={"description": "Dasselbe als Satz ohne Punkt"})
    about = plain.String(required=True, metadata={"description": "Wie der Vorgang damals hieß"})
    subject_id = plain.UUID(
        required=True, metadata={"description": "Die ID des Vorgangs, Berichts, Zuwendungsbescheids …"}
    )
    author = plain.String(required=True, metadata={"description": "Die Stelle, von der es kommt"})
    actor_label = plain.String(required=True, metadata={"description": "Die Rolle, die gehandelt hat"})
    act_id = plain.UUID(
        required=True, metadata={"description": "Gleich für alles, was in einem Zug geschehen ist"}
    )
    happened_at = plain.AwareDateTime(required=True)
    created_at = plain.AwareDateTime(required=True, metadata={"description": "Wann es eingegangen ist"})
    people = plain.Integer(required=True, metadata={"description": "Wie viele Personen zuständig waren"})
    taken_at = plain.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Wann eine Maschine es übernommen hat"}
    )


class RhythmSchema(CommandSchema):
    """How often a person wants mail."""

    rhythm = Choice(
        "Wie oft möchten Sie E-Mails erhalten?",
        options=[Option(rhythm.value, rhythm.label) for rhythm in Rhythm],
        enum=Rhythm,
        radios=True,
    )

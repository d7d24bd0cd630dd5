"""What is written of meetings and papers: one schema per command, for the form and for the API alike."""

from __future__ import annotations

from kimhub.core.fields import Choice, CommandSchema, Day, Flag, Link, Text
from kimhub.core.fields.options import Option
from kimhub.meetings.models import MAX_ITEM, MAX_LINK, MAX_NUMBER, MAX_REASON, MAX_TITLE
from kimhub.meetings.terms import PaperKind

KINDS = [Option(kind.value, kind.label) for kind in PaperKind]


class MeetingSchema(CommandSchema):
    """On which day a committee meets, and where the council information system shows it."""

    day = Day("Tag der Sitzung")
    link = Link(
        "Seite im Ratsinformationssystem",
        optional=True,
        max_length=MAX_LINK,
        hint="Leer, wenn es keine gibt. Die Adresse beginnt mit https://.",
    )


class _CommitteeSchema(CommandSchema):
    """Whose meeting it is; the page offers those in which the body has people."""

    committee_id = Choice("Gremium")


class NewMeetingSchema(MeetingSchema, _CommitteeSchema):
    """A meeting with its committee, which is asked for first."""


class CancelMeetingSchema(CommandSchema):
    """Why a meeting is called off."""

    reason = Text("Grund", optional=True, max_length=MAX_REASON)


_TITLE = "Wie er auf der Tagesordnung steht. Nennen Sie keine Personen."
_FLAG = "Eine nichtöffentliche Vorlage nennt KIMHub nur denen, die Sitzungen und Vorlagen eintragen."


class PaperSchema(CommandSchema):
    """What a paper is called and is, and where it can be read."""

    title = Text("Betreff", max_length=MAX_TITLE, hint=_TITLE)
    kind = Choice("Art", enum=PaperKind, options=KINDS)
    number = Text(
        "Nummer",
        optional=True,
        max_length=MAX_NUMBER,
        hint="Wie der Rat sie vergibt, zum Beispiel 2021/0345.",
    )
    is_public = Flag("Öffentlich", load_default=True, hint=_FLAG)
    dated = Day("Datum der Vorlage", optional=True)
    link = Link(
        "Wo die Vorlage steht",
        optional=True,
        max_length=MAX_LINK,
        hint="Im Ratsinformationssystem; leer, wenn es keine Seite gibt. Die Adresse beginnt mit https://.",
    )


class ConsultationItemSchema(CommandSchema):
    """Under which item a paper stands."""

    item = Text(
        "Tagesordnungspunkt", max_length=MAX_ITEM, hint="Wie auf der Tagesordnung, zum Beispiel 5.6 oder N 1."
    )


class AgendaSchema(ConsultationItemSchema):
    """A paper for an agenda: one that is there, or a new one."""

    paper_id = Choice("Vorlage", optional=True, hint="Leer, wenn Sie unten eine neue eintragen.")
    title = Text("Betreff", optional=True, max_length=MAX_TITLE, hint=_TITLE)
    kind = Choice("Art", optional=True, enum=PaperKind, options=KINDS)
    number = Text(
        "Nummer",
        optional=True,
        max_length=MAX_NUMBER,
        hint="Wie der Rat sie vergibt, zum Beispiel 2021/0345.",
    )
    is_public = Flag("Öffentlich", load_default=True, hint=_FLAG)
    dated = Day("Datum der Vorlage", optional=True)
    link = Link(
        "Wo die Vorlage steht", optional=True, max_length=MAX_LINK, hint="Die Adresse beginnt mit https://."
    )


class MeetingOfPaperSchema(ConsultationItemSchema):
    """On the agenda of which meeting a paper is put."""

    meeting_id = Choice("Sitzung", hint="Kommende und die letzten Sitzungen.")

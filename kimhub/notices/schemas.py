"""What is written: one schema per command, for the form and for the API alike."""

from __future__ import annotations

from kimhub.core.fields import Choice, Choices, CommandSchema, Flag, Text
from kimhub.core.fields.options import Option
from kimhub.notices.models import ADDRESSED, MAX_SUBJECT, MAX_TEXT
from tenants.sharing import MAX_REASON


class NoticeSchema(CommandSchema):
    """A notice and whom it is for."""

    subject = Text(
        "Betreff",
        max_length=MAX_SUBJECT,
        hint="Er steht auch in Listen und im Posteingang, nicht in E-Mails.",
    )
    text = Text(
        "Text",
        lines=12,
        max_length=MAX_TEXT,
        optional=True,
        hint="Was ist geschehen oder geplant, und was bedeutet es für die Gemeinde? Nennen Sie keine Personen.",
    )
    to_own = Flag("Eigene Gremien")
    to_gemeinden = Flag("Gremien aller Gemeinden des Kreises, die teilnehmen, auch künftig hinzukommender")
    named = Choices(
        "Gremien einzelner Gemeinden",
        optional=True,
        hint="Nur wenn nicht alle gemeint sind.",
    )
    figures = Flag(
        "Je Gemeinde anfügen, was sie vom Kreis weitergeleitet erhält (Beträge und Stellenanteile)"
    )
    committees = Choices(
        "Welche Gremien dort",
        optional=True,
        options=[Option(kind.value, kind.label) for kind in ADDRESSED],
        hint="Nichts ausgewählt heißt: alle Mitglieder aller Gremien. Wo kein Sitz eingetragen ist, werden ebenfalls "
        "alle unterrichtet.",
    )


class OwnNoticeSchema(NoticeSchema):
    """A notice of a body that has no Gemeinden: it can only be for its own committees."""

    to_own = Flag("Eigene Gremien")

    class Meta:
        """Leaves out what only a Kreis can choose."""

        exclude = ("to_gemeinden", "named", "figures")


class WithdrawalSchema(CommandSchema):
    """From whom a notice is taken back, and why."""

    recipient = Choice(
        "Von wem", optional=True, hint="Nur wenn eine Kommune sie nicht erhalten sollte; sonst von allen."
    )
    reason = Text(
        "Grund",
        lines=3,
        max_length=MAX_REASON,
        hint="Er bleibt bei Ihnen im Vorgang; die Gremien lesen ihn nicht.",
    )

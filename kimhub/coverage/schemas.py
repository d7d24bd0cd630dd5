"""What is said of coverage: one schema per command, for the form and for the API alike."""

from __future__ import annotations

from kimhub.core.fields import Choice, Choices, CommandSchema, Flag, Text
from kimhub.core.fields.options import Option
from kimhub.coverage.models import MAX_REASON
from kimhub.occurrences.public import OccurrenceKind

KINDS = tuple(Option(kind.value, kind.label) for kind in OccurrenceKind)


class NoticeAboutSchema(CommandSchema):
    """Of what is told, and whom."""

    occurrences = Choices("Vorgänge", hint="Worüber Sie unterrichten.")
    to_own = Flag("Eigene Gremien")
    to_gemeinden = Flag("Gremien aller Gemeinden des Kreises, die teilnehmen, auch künftig hinzukommender")


class OwnNoticeAboutSchema(NoticeAboutSchema):
    """The same for a body that has no Gemeinden."""

    class Meta:
        """Leaves out what only a Kreis can choose."""

        exclude = ("to_gemeinden",)


class WaiverSchema(CommandSchema):
    """Why a committee need not be told."""

    reason = Text(
        "Grund",
        lines=3,
        max_length=MAX_REASON,
        hint="Er bleibt beim Vorgang stehen und ist für die Mitglieder lesbar.",
    )


class WaiverOfSchema(WaiverSchema):
    """The same on a page that offers the committees which have not heard."""

    committee = Choice("Gremium")

    class Meta:
        """Asks for the committee first."""

        fields = ("committee", "reason")


class RuleSchema(CommandSchema):
    """Of what a committee is to be told."""

    kinds = Choices(
        "Vorgänge",
        optional=True,
        options=KINDS,
        hint="Nichts ausgewählt heißt: Dieses Gremium muss über nichts unterrichtet werden.",
    )


class ReachSchema(CommandSchema):
    """What a Kreis shows to all its Gemeinden."""

    kinds = Choices(
        "Vorgänge",
        optional=True,
        options=[Option(kind.value, kind.label) for kind in OccurrenceKind if kind.may_reach_gemeinden],
    )


class PaperTopicSchema(CommandSchema):
    """Which paper was about it."""

    paper = Choice("Vorlage", hint="Die neuesten zuerst. Eine neue tragen Sie unter Vorlagen ein.")

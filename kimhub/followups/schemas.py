"""What is typed of a follow-up."""

from __future__ import annotations

from kimhub.core.fields import Choice, CommandSchema, Day, Text
from kimhub.core.fields.options import Option
from kimhub.followups.models import FOLLOW_UP_ROLES, MAX_ABOUT, MAX_TITLE, FollowUpKind

_KINDS = (
    Option("reminder", "Wiedervorlage: kommt an diesem Tag wieder"),
    Option("promised", "Zusage an uns: jemand hat uns etwas zugesagt"),
    Option("promise", "Eigene Zusage: wir haben etwas zugesagt"),
)
MINE = "mine"
"""The value of „Nur für mich“."""


class FollowUpSchema(CommandSchema):
    """What, until when, about whom."""

    kind = Choice("Art", enum=FollowUpKind, options=_KINDS, radios=True)
    title = Text(
        "Was", max_length=MAX_TITLE, hint="Zum Beispiel: Beschluss des Rates zur Stelle nachreichen."
    )
    about = Text(
        "Wer oder worum",
        max_length=MAX_ABOUT,
        optional=True,
        hint="Zum Beispiel: Stadt Bornheim, telefonisch zugesagt. Nennen Sie Stellen, keine Personen.",
    )
    due_on = Day("Bis wann", hint="Höchstens ein Jahr voraus, zum Beispiel 15.12.2026.")


class NewFollowUpSchema(FollowUpSchema):
    """The same, and for whom it is."""

    whose = Choice(
        "Für wen",
        hint="„Nur für mich“ sieht auf „Heute“ niemand sonst. Der Änderungsverlauf Ihrer Kommune nennt es wie jede "
        "Änderung.",
    )


class NewFollowUpInSchema(FollowUpSchema):
    """The same over the API, where a machine is no person and has nothing of its own."""

    role = Choice("Rolle", options=tuple(Option(role.value, role.label) for role in FOLLOW_UP_ROLES))

"""What is typed of a deputy."""

from __future__ import annotations

from kimhub.core.fields import Choice, CommandSchema, Day


class _Whom(CommandSchema):
    """Who is away."""

    account_id = Choice("Wer abwesend ist")


class OwnDeputySchema(CommandSchema):
    """Who is told in one's own stead, and when."""

    deputy_id = Choice(
        "Vertretung",
        hint="Zur Wahl stehen alle, die in Ihrer Verwaltung eine Rolle haben. Wer fehlt, braucht zuerst eine Rolle.",
    )
    starts_on = Day("Von", hint="Der erste Tag, zum Beispiel 21.12.2026.")
    ends_on = Day("Bis einschließlich")


class DeputySchema(OwnDeputySchema, _Whom):
    """The same for anybody, as the administration enters it; who is away is asked first."""

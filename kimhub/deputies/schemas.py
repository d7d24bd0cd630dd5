"""What is typed of a deputy."""

from __future__ import annotations

from kimhub.core.fields import Choice, CommandSchema, Day, Email


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


class DeputyByAddressSchema(CommandSchema):
    """The same over the API, where people are known by their address."""

    account_email = Email("E-Mail-Adresse der abwesenden Person")
    deputy_email = Email("E-Mail-Adresse der Vertretung")
    starts_on = Day("Von")
    ends_on = Day("Bis einschließlich")

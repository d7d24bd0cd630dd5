"""What is typed: one schema per command."""

from __future__ import annotations

from kimhub.core.fields import Choice, Choices, CommandSchema, Email, Password, Text
from kimhub.core.fields.options import Option
from kimhub.identity.usecases.add_membership import Handover
from tenants import Role

_RULE = "Mindestens 12 Zeichen. Am besten sind mehrere Wörter, die nicht zusammengehören."


class SignInSchema(CommandSchema):
    """E-mail address and password."""

    email = Email("E-Mail-Adresse")
    password = Password("Passwort")


class AskForLinkSchema(CommandSchema):
    """To whom a link is to be sent."""

    email = Email("E-Mail-Adresse", hint="Die Adresse, mit der Sie sich anmelden.")


class ChangePasswordSchema(CommandSchema):
    """The old password, and the new one twice."""

    current_password = Password("Bisheriges Passwort")
    new_password = Password("Neues Passwort", hint=_RULE)
    repeated_password = Password("Neues Passwort wiederholen")


class SetPasswordSchema(CommandSchema):
    """A first password of one's own, twice."""

    new_password = Password("Passwort", hint=_RULE)
    repeated_password = Password("Passwort wiederholen")


class AddMembershipSchema(CommandSchema):
    """Who gets which role."""

    display_name = Text("Name", max_length=120, hint="So sehen andere in Ihrem Haus die Person.")
    email = Email("Dienstliche E-Mail-Adresse", hint="Mit dieser Adresse meldet sich die Person an.")
    role = Choice("Rolle", enum=Role)
    handover = Choice(
        "Einladung",
        enum=Handover,
        radios=True,
        options=[
            Option(
                "mail", "per E-Mail", "Die Person nimmt mit dem Link darin an und legt ihr Passwort fest."
            ),
            Option(
                "password",
                "mit Startpasswort",
                "Sie geben es der Person persönlich. Es öffnet nur Ihre Verwaltung.",
            ),
        ],
    )


class RegisterClientSchema(CommandSchema):
    """What a machine is called and may do."""

    name = Text("Bezeichnung", max_length=120, hint="Zum Beispiel der Name des Fachverfahrens.")
    scopes = Choices("Berechtigungen", hint="Wählen Sie nur, was das Verfahren braucht.")

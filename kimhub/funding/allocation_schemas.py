"""What comes in from outside about a Weiterleitung: its terms in form and API."""

from __future__ import annotations

from decimal import Decimal

from marshmallow import fields as plain

from kimhub.core.fields import Amount, Choice, CommandSchema, Day, Share, Text
from kimhub.core.fields.options import Option
from kimhub.funding.models.columns import MAX_CONDITIONS, MAX_REASON
from kimhub.programme.public import FIRST_YEAR, LAST_YEAR, GrantPurpose

MAX_NOTE = 5_000
KEEP, REDISTRIBUTE = "behalten", "neu-verteilen"
CONSENT_HINT = "Weiterleiten setzt die Zustimmung der Bezirksregierung voraus (Rechtsgrundlage ungeprüft)."


class ItemTypedSchema(CommandSchema):
    """One cell in the form; a cell without an amount is not part of the allocation."""

    year = plain.Integer(required=True)
    purpose = plain.Enum(GrantPurpose, by_value=True, required=True)
    amount = Amount("Betrag", optional=True, minimum=Decimal(0))
    fte = Share("Stellenanteil", optional=True)


class TermsSchema(CommandSchema):
    """What a version says, as it is typed."""

    issued_on = Day("Datum der Weiterleitung")
    period_from = Day("Zeitraum von")
    period_to = Day("Zeitraum bis")
    items = plain.List(plain.Nested(ItemTypedSchema), load_default=list)
    conditions = Text(
        "Bedingungen",
        max_length=MAX_CONDITIONS,
        lines=5,
        optional=True,
        hint="Was die Empfängerin beachten muss, zum Beispiel Nachweise und Fristen. Sie liest diesen Text.",
    )
    consent_on = Day("Zustimmung der Bezirksregierung vom", optional=True, hint=CONSENT_HINT)
    consent_reference = Text("Aktenzeichen der Zustimmung", optional=True)


class _TitleSchema(CommandSchema):
    title = Text("Titel", hint="Zum Beispiel „Case Management 2026“. Die Empfängerin liest ihn.")


class _RecipientSchema(CommandSchema):
    recipient = Choice("Empfängerin", missing="Wählen Sie, wer die Mittel erhält.")


class DraftFormSchema(TermsSchema, _TitleSchema):
    """A draft that is changed."""


class NewAllocationFormSchema(TermsSchema, _TitleSchema, _RecipientSchema):
    """A new draft."""


class AllocationReasonSchema(CommandSchema):
    """Why an issued allocation changes."""

    reason = Text("Grund", max_length=MAX_REASON, lines=3, hint="Die Empfängerin liest diesen Grund.")


class AmendFormSchema(TermsSchema, AllocationReasonSchema):
    """A change of an issued allocation."""


class EndAllocationSchema(AllocationReasonSchema):
    """Taking everything back."""

    issued_on = Day("Datum der Rücknahme")


class ConfirmOnPaperSchema(CommandSchema):
    """That the recipient has confirmed on paper."""

    confirmed_on = Day("Bestätigt am", hint="Das Datum des Schreibens, mit dem der Erhalt bestätigt wird.")


class TakeBackSchema(EndAllocationSchema):
    """Taking waived money back, and what becomes of it."""

    afterwards = Choice(
        "Was soll mit den Mitteln geschehen?",
        radios=True,
        options=[
            Option(KEEP, "zurücknehmen und behalten", "Die Mittel stehen Ihnen wieder zur Verfügung."),
            Option(REDISTRIBUTE, "zurücknehmen und neu verteilen", "Danach öffnet sich eine neue Weiterleitung."),
        ],
    )  # fmt: skip


class InternalNoteSchema(CommandSchema):
    """A note that only one's own side sees."""

    text = Text(
        "Interne Notiz", max_length=MAX_NOTE, lines=3, hint="Die andere Seite sieht diese Notiz nicht."
    )


class AllocationItemSchema(CommandSchema):
    """One cell over the API."""

    year = plain.Integer(
        required=True, metadata={"description": "Haushaltsjahr", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}
    )
    purpose = plain.Enum(GrantPurpose, by_value=True, required=True)
    amount = Amount("Betrag", minimum=Decimal(0))
    fte = Share("Stellenanteil", optional=True)


class TermsJsonSchema(CommandSchema):
    """What a version says, over the API."""

    issued_on = Day("Datum der Weiterleitung")
    period_from = Day("Zeitraum von")
    period_to = Day("Zeitraum bis")
    items = plain.List(plain.Nested(AllocationItemSchema), required=True)
    conditions = Text("Bedingungen", max_length=MAX_CONDITIONS, lines=5, optional=True)
    consent_on = Day("Zustimmung der Bezirksregierung vom", optional=True)
    consent_reference = Text("Aktenzeichen der Zustimmung", optional=True)


class AllocationDraftSchema(TermsJsonSchema, _TitleSchema):
    """A draft as a whole."""


class NewAllocationSchema(AllocationDraftSchema):
    """A new draft; the recipient is a Gemeinde by its key or slug, or a body of the address book."""

    fund_id = plain.UUID(
        required=True, metadata={"description": "Kennung der Zuwendung oder der erhaltenen Weiterleitung"}
    )
    recipient = Text(
        "Empfängerin",
        optional=True,
        hint="Gemeindeschlüssel (8 Stellen) oder Kürzel im Portal, zum Beispiel bornheim.",
    )
    organization_id = plain.UUID(
        load_default=None, allow_none=True, metadata={"description": "Eintrag des Adressbuchs"}
    )


class AmendAllocationSchema(TermsJsonSchema, AllocationReasonSchema):
    """A change of an issued allocation, over the API."""

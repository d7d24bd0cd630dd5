"""What is typed or sent, and the form of what is frozen: one schema per command and per kind of part."""

from __future__ import annotations

from marshmallow import fields as plain
from marshmallow import validate

from kimhub.committees.public import SeatRole, Sector
from kimhub.core.fields import Choice, Choices, CommandSchema, Flag, Text
from kimhub.core.fields.options import Option
from kimhub.measures.public import AFTER_PROPOSAL
from kimhub.releases.models import OF_APPLICATION, OF_GROUP, PartKind
from tenants.sharing import MAX_REASON


class ReleasedParticipantSchema(CommandSchema):
    """An organisation or office that took part; never a person."""

    name = plain.String(required=True)
    inside = plain.Boolean(required=True, metadata={"description": "innerhalb der Verwaltung des Kreises"})
    contribution = plain.String(required=True)


class ReleasedParticipantsSchema(CommandSchema):
    """Who took part in the Förderskizze (Bornheim, question 2)."""

    participants = plain.List(plain.Nested(ReleasedParticipantSchema), required=True)


class ReleasedInvolvementSchema(CommandSchema):
    """How one Gemeinde is involved (Bornheim, question 3); `involved` None: the Förderskizze says nothing of it."""

    involved = plain.Boolean(required=True, allow_none=True)
    how = plain.String(required=True)


class ReleasedPlanRowSchema(CommandSchema):
    """A sum of the plan, in euro."""

    label = plain.String(required=True)
    total_row = plain.Boolean(required=True)
    amounts = plain.Dict(keys=plain.String(), values=plain.String(), required=True)
    total = plain.String(required=True)


class ReleasedPlanSchema(CommandSchema):
    """What a plan foresees per Haushaltsjahr (Bornheim, question 4)."""

    years = plain.List(plain.Integer(), required=True)
    rows = plain.List(plain.Nested(ReleasedPlanRowSchema), required=True)
    guidelines = plain.List(plain.String(), required=True)
    unverified = plain.List(plain.String(), required=True, metadata={"description": "ungeprüfte Werte"})


class ReleasedMemberSchema(CommandSchema):
    """A seat of a Lenkungsgruppe or Projektgruppe; never who holds it."""

    role = plain.String(required=True, metadata={"enum": [role.value for role in SeatRole]})
    sector = plain.String(
        required=True,
        allow_none=True,
        metadata={
            "enum": [*(sector.value for sector in Sector), None],
            "description": "wofür der Sitz steht",
        },
    )
    organization = plain.String(required=True)
    function = plain.String(required=True, metadata={"description": "Funktion dort, kein Name"})


class ReleasedMembersSchema(CommandSchema):
    """Who sits in a Lenkungsgruppe or Projektgruppe (Bornheim, questions 5 and 6)."""

    members = plain.List(plain.Nested(ReleasedMemberSchema), required=True)


class ReleasedMeasureSchema(CommandSchema):
    """What the group decided to do; no proposals."""

    title = plain.String(required=True)
    responsible = plain.String(required=True, metadata={"description": "Stelle, die es umsetzt"})
    due = plain.String(required=True, allow_none=True, metadata={"format": "date"})
    baustein = plain.Integer(required=True, allow_none=True)
    state = plain.String(required=True, metadata={"enum": [state.value for state in AFTER_PROPOSAL]})
    decided_on = plain.String(required=True, metadata={"format": "date"})


class ReleasedMeasuresSchema(CommandSchema):
    """What a Lenkungsgruppe or Projektgruppe has decided to do, and where it stands."""

    measures = plain.List(plain.Nested(ReleasedMeasureSchema), required=True)


CONTENTS: dict[PartKind, type[CommandSchema]] = {
    PartKind.PARTICIPANTS: ReleasedParticipantsSchema,
    PartKind.INVOLVEMENT: ReleasedInvolvementSchema,
    PartKind.PLAN: ReleasedPlanSchema,
    PartKind.MEMBERS: ReleasedMembersSchema,
    PartKind.MEASURES: ReleasedMeasuresSchema,
}
"""The form of what is frozen, by kind."""


def _all_gemeinden() -> Flag:
    return Flag("Alle Gemeinden des Kreises, die teilnehmen, auch künftig hinzukommende")


def _single_gemeinden() -> Choices:
    return Choices("Einzelne Gemeinden", optional=True, hint="Nur wenn nicht alle gemeint sind.")


class PartsSchema(CommandSchema):
    """Which parts of an application, and which Gemeinden read them."""

    parts = Choices(
        "Was geben Sie frei?", options=[Option(kind.value, kind.label) for kind in OF_APPLICATION]
    )
    to_gemeinden = _all_gemeinden()
    named = _single_gemeinden()


class GroupPartsSchema(CommandSchema):
    """Which parts of a Lenkungsgruppe or Projektgruppe, and which Gemeinden read them."""

    parts = Choices("Was geben Sie frei?", options=[Option(kind.value, kind.label) for kind in OF_GROUP])
    to_gemeinden = _all_gemeinden()
    named = _single_gemeinden()


class PlanReadersSchema(CommandSchema):
    """Which Gemeinden read the figures of a plan."""

    to_gemeinden = _all_gemeinden()
    named = _single_gemeinden()


class ReleaseSchema(CommandSchema):
    """One part that is released over the API, from the state that was read."""

    part = Choice("Teil", enum=PartKind)
    source_id = plain.UUID(
        required=True, metadata={"description": "Förderantrag, Finanzierungsplan oder Gremium"}
    )
    version = plain.Integer(
        load_default=None,
        strict=True,
        validate=validate.Range(min=1),
        metadata={
            "description": "Fassung des Förderantrags oder Finanzierungsplans, die gelesen wurde; ein Gremium hat "
            "keine: Freigegeben wird, was beim Eingang gilt"
        },
    )
    to_gemeinden = _all_gemeinden()
    named = _single_gemeinden()


class ReleaseWithdrawalSchema(CommandSchema):
    """From whom a release is taken back, and why."""

    recipient = Choice(
        "Von wem", optional=True, hint="Nur wenn eine Gemeinde sie nicht erhalten sollte; sonst von allen."
    )
    reason = Text(
        "Grund",
        lines=3,
        max_length=MAX_REASON,
        hint="Er bleibt bei Ihnen im Vorgang; die Gemeinden lesen ihn nicht.",
    )

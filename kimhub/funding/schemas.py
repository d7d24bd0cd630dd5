"""What comes in from outside about grants and the address book: forms and API share the fields."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, validate, validates_schema
from marshmallow import fields as plain

from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import Amount, Choice, CommandSchema, Day, Email, Number, Share, Text
from kimhub.core.fields.options import Option
from kimhub.funding.models import GrantKind, OrganizationKind
from kimhub.funding.models.columns import MAX_CONDITIONS, MAX_REASON
from kimhub.funding.terms import Bescheid, CellAmount
from kimhub.funding.usecases.change_grant import GrantDetails
from kimhub.programme.public import FIRST_YEAR, LAST_YEAR, Cell, GrantPurpose

FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
MOST_YEARS = 10
"""Haushaltsjahre of one Bewilligungszeitraum; more is a slip of the pen."""
MOST_CELLS = MOST_YEARS * len(GrantPurpose)

KINDS = (
    Option(
        GrantKind.BESCHEID.value,
        "Zuwendung auf Antrag (Zuwendungsbescheid)",
        "Baustein 1. Nennt der Bescheid auch Mittel der Bausteine 2 und 3, tragen Sie sie mit ein.",
    ),
    Option(
        GrantKind.PAUSCHALE.value,
        "Fachbezogene Pauschale eines Jahres",
        "Bausteine 2 und 3. Sie wird ohne Antrag je Stelle und Jahr gewährt.",
    ),
)
PURPOSES = tuple(
    Option(purpose.value, f"{purpose.baustein.label}: {purpose.label}") for purpose in GrantPurpose
)
ORGANIZATION_KINDS = tuple(Option(kind.value, kind.label) for kind in OrganizationKind)


class PeriodSchema(CommandSchema):
    """A Bewilligungszeitraum."""

    period_from = Day(
        "Beginn des Bewilligungszeitraums",
        earliest=FIRST_DAY,
        latest=LAST_DAY,
        hint="Er darf vor dem Datum des Bescheids liegen.",
    )
    period_to = Day("Ende des Bewilligungszeitraums", earliest=FIRST_DAY, latest=LAST_DAY)

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_: Any) -> None:
        start, end = data.get("period_from"), data.get("period_to")
        if start is None or end is None:
            return
        if end < start:
            raise ValidationError("Geben Sie einen Tag an, der nicht vor dem Beginn liegt.", "period_to")
        if end.year - start.year >= MOST_YEARS:
            raise ValidationError(
                f"Ein Bewilligungszeitraum umfasst höchstens {MOST_YEARS} Haushaltsjahre.", "period_to"
            )


class BeginGrantSchema(PeriodSchema):
    """What decides which amounts are asked for."""

    kind = Choice("Art der Zuwendung", enum=GrantKind, options=KINDS, radios=True)
    application_id = Choice(
        "Antrag, über den entschieden wurde",
        optional=True,
        hint="Die beantragten Beträge stehen dann schon im Formular.",
    )
    plan_id = Choice(
        "Beträge aus dem Finanzierungsplan übernehmen",
        optional=True,
        hint="Übernommen wird, was der Plan je Haushaltsjahr und Zweck berechnet. Vergleichen Sie es mit dem Bescheid.",
    )


class GrantDetailsSchema(CommandSchema):
    """How a grant is called and what it belongs to."""

    title = Text(
        "Bezeichnung",
        hint="So finden Sie die Zuwendung wieder, zum Beispiel „KIM 2021/2022“.",
        missing="Geben Sie der Zuwendung eine Bezeichnung.",
    )
    granted_by = Text("Bewilligungsbehörde", missing="Geben Sie an, wer den Bescheid erlassen hat.")
    application_id = Choice("Antrag", optional=True)
    plan_id = Choice("Finanzierungsplan", optional=True)


class BescheidFieldsSchema(PeriodSchema):
    """What a Bescheid says, without its amounts."""

    aktenzeichen = Text(
        "Aktenzeichen", max_length=100, missing="Geben Sie das Aktenzeichen an, das auf dem Bescheid steht."
    )
    issued_on = Day("Datum des Bescheids", earliest=FIRST_DAY, latest=LAST_DAY)
    received_on = Day(
        "Eingang des Bescheids",
        earliest=FIRST_DAY,
        latest=LAST_DAY,
        hint="Der Tag, an dem der Bescheid bekannt gegeben wurde.",
    )
    conditions = Text(
        "Nebenbestimmungen",
        max_length=MAX_CONDITIONS,
        lines=6,
        optional=True,
        hint="Was der Bescheid verlangt, zum Beispiel Fristen und Nachweise.",
    )


class ReasonSchema(CommandSchema):
    """Why an Änderungsbescheid came."""

    reason = Text(
        "Grund der Änderung",
        max_length=MAX_REASON,
        lines=3,
        missing="Schreiben Sie in einem Satz, warum sich die Bewilligung ändert.",
    )


class ItemSchema(CommandSchema):
    """An amount in a cell."""

    year = Number("Haushaltsjahr", minimum=FIRST_YEAR, maximum=LAST_YEAR)
    purpose = Choice("Zuwendungszweck", enum=GrantPurpose, options=PURPOSES)
    amount = Amount("Betrag")
    fte = Share("Stellenanteil", optional=True, maximum=None, hint="Nur bei Zwecken, die Stellen bezahlen.")


class BescheidSchema(BescheidFieldsSchema):
    """What a Bescheid says."""

    reason = Text("Grund der Änderung", max_length=MAX_REASON, lines=3, optional=True)
    items = plain.List(
        plain.Nested(ItemSchema),
        required=True,
        validate=validate.Length(max=MOST_CELLS, error=f"Höchstens {MOST_CELLS} Beträge sind möglich."),
        error_messages={
            "required": "Tragen Sie mindestens einen Betrag ein.",
            "null": "Tragen Sie mindestens einen Betrag ein.",
            "invalid": "Die Beträge müssen eine Liste sein.",
        },
        metadata={"description": "Beträge je Haushaltsjahr und Zweck; der Baustein folgt aus dem Zweck."},
    )


class EnterGrantSchema(CommandSchema):
    """A grant with its first Bescheid, over the API."""

    title = Text("Bezeichnung")
    kind = Choice("Art der Zuwendung", enum=GrantKind, options=KINDS)
    granted_by = Text("Bewilligungsbehörde")
    plan_id = plain.UUID(load_default=None, allow_none=True)
    application_id = plain.UUID(load_default=None, allow_none=True)
    bescheid = plain.Nested(BescheidSchema, required=True)


class FinalitySchema(CommandSchema):
    """From when on nobody can object to a Bescheid."""

    waived_on = Day(
        "Rechtsbehelfsverzicht erklärt am",
        earliest=FIRST_DAY,
        latest=LAST_DAY,
        optional=True,
        hint="Nur, wenn Ihre Kommune auf Rechtsbehelfe verzichtet hat.",
    )
    final_on = Day("Bestandskräftig seit", earliest=FIRST_DAY, latest=LAST_DAY, optional=True)

    @validates_schema
    def _one_of_them(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("waived_on") is None and data.get("final_on") is None:
            raise ValidationError("Geben Sie mindestens einen der beiden Tage an.", "waived_on")


class OrganizationSchema(CommandSchema):
    """An entry of the address book."""

    name = Text("Name der Stelle", missing="Geben Sie den Namen der Stelle an.")
    kind = Choice("Art", enum=OrganizationKind, options=ORGANIZATION_KINDS)
    contact = Text(
        "Ansprechstelle",
        optional=True,
        hint="Eine Funktion oder ein Sachgebiet, zum Beispiel „Geschäftsführung“. Kein Personenname.",
    )
    address = Text("Anschrift", max_length=500, lines=3, optional=True)
    email = Email(
        "E-Mail-Adresse",
        optional=True,
        hint="Ein Funktionspostfach, zum Beispiel integration@traeger.example.",
    )


def bescheid_of(data: dict[str, Any]) -> Bescheid:
    """Return what the API was told of a Bescheid."""
    return Bescheid(
        **{name: data[name] for name in ("issued_on", "received_on", "period_from", "period_to")},
        aktenzeichen=data["aktenzeichen"],
        conditions=data["conditions"],
        reason=data["reason"],
        items=[
            CellAmount(Cell.of(item["year"], item["purpose"]), item["amount"], item["fte"])
            for item in data["items"]
        ],
    )


def details_of(data: dict[str, Any]) -> GrantDetails:
    """Return the details of a grant from its form; raises `InvalidInputError` for an id of another form."""
    return GrantDetails(
        title=data["title"],
        granted_by=data["granted_by"],
        plan_id=id_of(data, "plan_id"),
        application_id=id_of(data, "application_id"),
    )


def id_of(data: dict[str, Any], field: str) -> UUID | None:
    """Return the id that was chosen; raises `InvalidInputError` for what is none."""
    try:
        return UUID(data[field]) if data[field] else None
    except ValueError as problem:
        raise InvalidInputError(
            "Bitte prüfen Sie die Auswahl.",
            fields={field: ["Wählen Sie eine der angebotenen Möglichkeiten aus."]},
        ) from problem

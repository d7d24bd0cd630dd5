"""The shape and rules of a plan document: one schema for the API, forms, stored plans and plan files.

All problems are collected; every message is German and names the cure. The fields: docs/planformat.md.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, cast

from marshmallow import ValidationError, post_load, validates_schema

from kimhub.core.fields import (
    Amount,
    ByYear,
    Choice,
    CommandSchema,
    Day,
    Identifier,
    Number,
    Part,
    Parts,
    Percentage,
    Share,
    Text,
)
from kimhub.programme.plan import CostLine, Period, Plan, Position, Recipient, YearGrant
from kimhub.programme.rules import MAX_YEARS, period_problems, plan_problems
from kimhub.programme.terms import (
    Employer,
    GrantBasis,
    PositionFunction,
    Purpose,
    RecipientKind,
    Teilplanzeile,
    ValueKey,
)

MAX_ROWS = 300
MAX_AMOUNT = Decimal("999999999.99")
MAX_ANNUAL_COST = Decimal(1_000_000)
MAX_FTE = Decimal(1000)
LEAST_RISE, LARGEST_RISE = Decimal(-10), Decimal(30)
"""Per cent a year."""
COST_TEILPLANZEILEN = (
    Teilplanzeile.PERSONALAUFWENDUNGEN,
    Teilplanzeile.TRANSFERAUFWENDUNGEN,
    Teilplanzeile.SONSTIGE_AUFWENDUNGEN,
)


FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


def day_field(label: str, **options: Any) -> Day:
    """Return the field of a day that documents may name."""
    return Day(label, earliest=FIRST_DAY, latest=LAST_DAY, **options)


def year_field(label: str, **options: Any) -> Number:
    """Return the field of a year that documents may name."""
    return Number(label, minimum=FIRST_DAY.year, maximum=LAST_DAY.year, **options)


def amount_field(label: str, *, maximum: Decimal = MAX_AMOUNT, **options: Any) -> Amount:
    """Return the field of an amount in euro."""
    return Amount(label, maximum=maximum, **options)


def said(data: dict[str, Any]) -> dict[str, Any]:
    """Return what a document says; a text left empty says nothing."""
    return {name: value for name, value in data.items() if value is not None and value != ""}


def rates_schema(name: str) -> type[CommandSchema]:
    """Return the schema of assumed rates by `ValueKey`; all may be left out."""
    members = {key.value: amount_field(key.label, optional=True) for key in ValueKey}
    return cast("type[CommandSchema]", CommandSchema.from_dict(dict(members), name=name))


def rates_of(loaded: dict[str, Decimal | None]) -> dict[ValueKey, Decimal]:
    """Return the rates that are named."""
    return {ValueKey(key): value for key, value in loaded.items() if value is not None}


def is_ags(text: str) -> bool:
    """Tell whether `text` is a Gemeindeschlüssel: 5 digits (Kreis, kreisfreie Stadt) or 8."""
    return text.isascii() and text.isdigit() and len(text) in (5, 8)


class RecipientSchema(CommandSchema):
    """The grant recipient."""

    name = Text("Name", max_length=120)
    kind = Choice("Art", enum=RecipientKind)
    ags = Text("Gemeindeschlüssel", max_length=8, optional=True)

    @validates_schema
    def _check(self, data: dict[str, Any], **_: object) -> None:
        ags = data.get("ags")
        if ags and not is_ags(ags):
            raise ValidationError("Der Gemeindeschlüssel hat 5 Ziffern (Kreis) oder 8 Ziffern.", "ags")

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Recipient:
        return Recipient(**said(data))


class PeriodSchema(CommandSchema):
    """Whole months from the first day `start` to the last day `end`."""

    start = day_field("Beginn")
    end = day_field("Ende")

    @validates_schema(skip_on_field_errors=False)
    def _check(self, data: dict[str, Any], **_: object) -> None:
        problems = period_problems(data.get("start"), data.get("end"))
        if problems:
            raise ValidationError(problems)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Period:
        return Period(**data)


class PositionSchema(CommandSchema):
    """A position or a group of like positions."""

    id = Identifier("Kürzel")
    label = Text("Bezeichnung", max_length=200)
    function = Choice("Funktion", enum=PositionFunction)
    employer = Choice("Anstellung", enum=Employer, load_default=Employer.EIGENE)
    fte = ByYear(Share("Stellenanteil", maximum=MAX_FTE), at_most=MAX_YEARS, constant_allowed=True)
    annual_cost = amount_field("Kosten je Vollzeitstelle und Jahr", maximum=MAX_ANNUAL_COST)
    pay_grade = Text("Entgelt- oder Besoldungsgruppe", max_length=40, optional=True)
    base_year = year_field("Basisjahr", optional=True)
    pay_rise_percent = Percentage(
        "Steigerung der Kosten", minimum=LEAST_RISE, maximum=LARGEST_RISE, optional=True
    )
    start = day_field("Beginn", optional=True)
    end = day_field("Ende", optional=True)
    gemeinde = Text("Gemeinde", max_length=120, optional=True)

    @validates_schema(skip_on_field_errors=False)
    def _check(self, data: dict[str, Any], **_: object) -> None:
        problems = period_problems(data.get("start"), data.get("end"))
        function = data.get("function")
        additional = function is PositionFunction.ZUSAETZLICHE_KOORDINATION
        if additional and not data.get("gemeinde"):
            problems["gemeinde"] = ["Nennen Sie die Gemeinde, für die die Stelle arbeitet."]
        if function is not None and not additional and data.get("gemeinde"):
            problems["gemeinde"] = [
                "Nur eine zusätzliche Koordinierungsstelle nennt eine Gemeinde. Entfernen Sie das Feld."
            ]
        if problems:
            raise ValidationError(problems)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Position:
        return Position(**said(data))


class CostLineSchema(CommandSchema):
    """A cost that is no position."""

    id = Identifier("Kürzel")
    label = Text("Bezeichnung", max_length=200)
    teilplanzeile = Choice("Teilplanzeile", enum=Teilplanzeile)
    amounts = ByYear(amount_field("Betrag"), at_most=MAX_YEARS)
    purpose = Choice("Fördergegenstand", enum=Purpose, optional=True)

    @validates_schema(skip_on_field_errors=False)
    def _check(self, data: dict[str, Any], **_: object) -> None:
        if data.get("teilplanzeile") is Teilplanzeile.ZUWENDUNGEN:
            raise ValidationError(
                "Erträge stehen unter grants. Zulässig sind hier: "
                f"{', '.join(line.value for line in COST_TEILPLANZEILEN)}.",
                "teilplanzeile",
            )

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> CostLine:
        return CostLine(**data)


class YearGrantSchema(CommandSchema):
    """The grant of one Haushaltsjahr: by Bescheid with its amount, or computed by the guideline."""

    year = year_field("Haushaltsjahr")
    basis = Choice("Grundlage", enum=GrantBasis)
    amount = amount_field("Betrag", optional=True)
    guideline = Identifier("Förderrichtlinie", optional=True)
    reference = Text("Aktenzeichen", max_length=120, optional=True)

    @validates_schema(skip_on_field_errors=False)
    def _check(self, data: dict[str, Any], **_: object) -> None:
        basis = data.get("basis")
        if basis is GrantBasis.BESCHEID and data.get("amount") is None:
            raise ValidationError("Geben Sie den bewilligten Betrag an.", "amount")
        if basis is GrantBasis.GUIDELINE and data.get("amount") is not None:
            raise ValidationError(
                "Nach der Richtlinie wird der Betrag berechnet. Entfernen Sie ihn oder wählen Sie bescheid.",
                "amount",
            )
        if basis is GrantBasis.BESCHEID and data.get("guideline"):
            raise ValidationError(
                "Ein Bescheid nennt seinen Betrag selbst. Entfernen Sie guideline oder ändern Sie basis.",
                "guideline",
            )

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> YearGrant:
        return YearGrant(**said(data))


class PlanSchema(CommandSchema):
    """A whole plan; `load` returns a `Plan`."""

    title = Text("Titel", max_length=200)
    source = Text("Quelle", max_length=1000, lines=4, optional=True)
    base_year = year_field("Basisjahr der Kosten")
    pay_rise_percent = Percentage("Steigerung der Kosten", minimum=LEAST_RISE, maximum=LARGEST_RISE)
    recipient = Part(RecipientSchema)
    period = Part(PeriodSchema)
    funding = Part(PeriodSchema, optional=True)
    positions = Parts(Part(PositionSchema), at_most=MAX_ROWS)
    lines = Parts(Part(CostLineSchema), at_most=MAX_ROWS)
    grants = Parts(Part(YearGrantSchema), at_most=MAX_YEARS)
    rates = Part(rates_schema("Rates"), load_default=dict)

    @validates_schema(skip_on_field_errors=False)
    def _check(self, data: dict[str, Any], **_: object) -> None:
        problems = plan_problems(data)
        if problems:
            raise ValidationError(problems)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Plan:
        data["funding"] = data["funding"] or data["period"]
        rates = rates_of(data.pop("rates"))
        for name in ("positions", "lines", "grants"):
            data[name] = tuple(data[name])
        return Plan(**said(data), rates=rates)

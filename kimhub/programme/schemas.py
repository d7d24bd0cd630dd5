"""The shape and rules of a plan document: one schema for the API, forms, stored plans and plan files.

All problems are collected; every message is German and names the cure. The fields: docs/planformat.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from kimhub.core import document_fields as fields
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
MAX_ANNUAL_COST = Decimal(1_000_000)
MAX_FTE = 1000
COST_TEILPLANZEILEN = (
    Teilplanzeile.PERSONALAUFWENDUNGEN,
    Teilplanzeile.TRANSFERAUFWENDUNGEN,
    Teilplanzeile.SONSTIGE_AUFWENDUNGEN,
)


class ByYear(fields.Field[Any]):
    """Values per Haushaltsjahr, ``{"2021": "5", "2022": "10"}``; if `constant_allowed`, or one for all."""

    def __init__(
        self, inner: fields.Field[Decimal], *, constant_allowed: bool = False, **kwargs: Any
    ) -> None:
        mapping = {"type": "object", "maxProperties": MAX_YEARS, "additionalProperties": inner.metadata}
        super().__init__({"oneOf": [inner.metadata, mapping]} if constant_allowed else mapping, **kwargs)
        self.inner = inner
        self.constant_allowed = constant_allowed

    def read(self, value: Any) -> dict[int, Decimal] | Decimal:
        """Return the values by year in ascending order, or the constant one."""
        if not isinstance(value, Mapping):
            if self.constant_allowed:
                return _value_of(self.inner, value)
            raise ValidationError("Hier werden Werte je Jahr erwartet, zum Beispiel { 2022 = 100 }.")
        if len(value) > MAX_YEARS:
            raise ValidationError(f"Möglich sind höchstens {MAX_YEARS} Jahre.")
        by_year: dict[int, Decimal] = {}
        problems: dict[str, list[str]] = {}
        for key, raw in value.items():
            try:
                by_year[_YEAR.read(key)] = _value_of(self.inner, raw)
            except ValidationError as error:
                problems[str(key)] = [str(message) for message in error.messages]
        if problems:
            raise ValidationError(problems)
        return dict(sorted(by_year.items()))


_YEAR = fields.WholeNumber(minimum=2000, maximum=2100)


def _value_of(field: fields.Field[Decimal], raw: Any) -> Decimal:
    if raw is None:
        raise ValidationError(fields.EMPTY)
    return field.read(raw)


def is_ags(text: str) -> bool:
    """Tell whether `text` is a Gemeindeschlüssel: 5 digits (Kreis, kreisfreie Stadt) or 8."""
    return text.isascii() and text.isdigit() and len(text) in (5, 8)


class RecipientSchema(fields.Schema):
    """The grant recipient."""

    name = fields.Text(required=True, max_length=120)
    kind = fields.Choice(RecipientKind, required=True)
    ags = fields.Text(max_length=8)

    @validates_schema
    def _check(self, data: dict[str, Any], **_: object) -> None:
        ags = data.get("ags", "")
        if ags and not is_ags(ags):
            raise ValidationError("Der Gemeindeschlüssel hat 5 Ziffern (Kreis) oder 8 Ziffern.", "ags")

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Recipient:
        return Recipient(**data)


class PeriodSchema(fields.Schema):
    """Whole months from the first day `start` to the last day `end`."""

    start = fields.Day(required=True)
    end = fields.Day(required=True)

    @validates_schema(skip_on_field_errors=False)
    def _check(self, data: dict[str, Any], **_: object) -> None:
        problems = period_problems(data.get("start"), data.get("end"))
        if problems:
            raise ValidationError(problems)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Period:
        return Period(**data)


class PositionSchema(fields.Schema):
    """A position or a group of like positions."""

    id = fields.Identifier(required=True)
    label = fields.Text(required=True, max_length=200)
    function = fields.Choice(PositionFunction, required=True)
    employer = fields.Choice(Employer, load_default=Employer.EIGENE)
    fte = ByYear(fields.Number(minimum=0, maximum=MAX_FTE), required=True, constant_allowed=True)
    annual_cost = fields.Amount(required=True, maximum=MAX_ANNUAL_COST)
    pay_grade = fields.Text(max_length=40)
    base_year = fields.WholeNumber(minimum=2000, maximum=2100)
    pay_rise_percent = fields.Number(minimum=-10, maximum=30)
    start = fields.Day()
    end = fields.Day()
    gemeinde = fields.Text(max_length=120)

    @validates_schema(skip_on_field_errors=False)
    def _check(self, data: dict[str, Any], **_: object) -> None:
        problems = period_problems(data.get("start"), data.get("end"))
        function = data.get("function")
        additional = function is PositionFunction.ZUSAETZLICHE_KOORDINATION
        if additional and "gemeinde" not in data:
            problems["gemeinde"] = ["Nennen Sie die Gemeinde, für die die Stelle arbeitet."]
        if function is not None and not additional and "gemeinde" in data:
            problems["gemeinde"] = [
                "Nur eine zusätzliche Koordinierungsstelle nennt eine Gemeinde. Entfernen Sie das Feld."
            ]
        if problems:
            raise ValidationError(problems)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Position:
        return Position(**data)


class CostLineSchema(fields.Schema):
    """A cost that is no position."""

    id = fields.Identifier(required=True)
    label = fields.Text(required=True, max_length=200)
    teilplanzeile = fields.Choice(Teilplanzeile, required=True)
    amounts = ByYear(fields.Amount(), required=True)
    purpose = fields.Choice(Purpose)

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


class YearGrantSchema(fields.Schema):
    """The grant of one Haushaltsjahr: by Bescheid with its amount, or computed by the guideline."""

    year = fields.WholeNumber(required=True, minimum=2000, maximum=2100)
    basis = fields.Choice(GrantBasis, required=True)
    amount = fields.Amount()
    guideline = fields.Identifier()
    reference = fields.Text(max_length=120)

    @validates_schema(skip_on_field_errors=False)
    def _check(self, data: dict[str, Any], **_: object) -> None:
        basis = data.get("basis")
        if basis is GrantBasis.BESCHEID and "amount" not in data:
            raise ValidationError("Geben Sie den bewilligten Betrag an.", "amount")
        if basis is GrantBasis.GUIDELINE and "amount" in data:
            raise ValidationError(
                "Nach der Richtlinie wird der Betrag berechnet. Entfernen Sie ihn oder wählen Sie bescheid.",
                "amount",
            )
        if basis is GrantBasis.BESCHEID and "guideline" in data:
            raise ValidationError(
                "Ein Bescheid nennt seinen Betrag selbst. Entfernen Sie guideline oder ändern Sie basis.",
                "guideline",
            )

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> YearGrant:
        return YearGrant(**data)


class PlanSchema(fields.Schema):
    """A whole plan; `load` returns a `Plan`."""

    title = fields.Text(required=True, max_length=200)
    source = fields.Text(max_length=1000, multiline=True)
    base_year = fields.WholeNumber(required=True, minimum=2000, maximum=2100)
    pay_rise_percent = fields.Number(required=True, minimum=-10, maximum=30)
    recipient = fields.Nested(RecipientSchema, required=True)
    period = fields.Nested(PeriodSchema, required=True)
    funding = fields.Nested(PeriodSchema)
    positions = fields.Items(fields.Nested(PositionSchema), max_items=MAX_ROWS, load_default=list)
    lines = fields.Items(fields.Nested(CostLineSchema), max_items=MAX_ROWS, load_default=list)
    grants = fields.Items(fields.Nested(YearGrantSchema), max_items=MAX_YEARS, load_default=list)
    rates = fields.Nested(
        fields.Schema.from_dict({key.value: fields.Amount() for key in ValueKey}, name="Rates"),
        load_default=dict,
    )

    @validates_schema(skip_on_field_errors=False)
    def _check(self, data: dict[str, Any], **_: object) -> None:
        problems = plan_problems(data)
        if problems:
            raise ValidationError(problems)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Plan:
        data.setdefault("funding", data["period"])
        rates = {ValueKey(key): amount for key, amount in data.pop("rates").items()}
        for name in ("positions", "lines", "grants"):
            data[name] = tuple(data[name])
        return Plan(**data, rates=rates)

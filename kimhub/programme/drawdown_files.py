"""Reading the rules of the Mittelabruf: ``data/mittelabruf.toml`` and ``data/basiszinssaetze.toml``."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from kimhub.core import document_fields as fields
from kimhub.core import formats
from kimhub.programme.base_rates import BaseRate, BaseRates
from kimhub.programme.day_counts import DayCount
from kimhub.programme.drawdown_rules import DrawdownRules, InterestFrom, Margin, Rule
from kimhub.programme.errors import RuleFileError
from kimhub.programme.paths import field_paths


class _DatedSchema(fields.Schema):
    """What every dated value has."""

    valid_from = fields.Day(required=True)
    verified = fields.YesNo(required=True)
    source = fields.Text(required=True, max_length=500)

    @validates_schema
    def _check(self, data: dict[str, Any], **_: object) -> None:
        if "valid_until" in data and data["valid_until"] < data["valid_from"]:
            raise ValidationError("Das Ende der Geltung liegt vor dem Beginn.", "valid_until")


class BaseRateSchema(_DatedSchema):
    """One rate: per cent a year with two decimals."""

    valid_until = fields.Day(required=True)
    percent = fields.Number(minimum=-10, maximum=50, required=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> BaseRate:
        return BaseRate(**data)


class MarginSchema(_DatedSchema):
    """One margin above the Basiszinssatz."""

    valid_until = fields.Day()
    percentage_points = fields.Number(minimum=0, maximum=20, required=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Margin:
        return Margin(**{"valid_until": None, **data})


class BaseRatesSchema(fields.Schema):
    """The file of rates."""

    rates = fields.Items(fields.Nested(BaseRateSchema), max_items=400, required=True)


def _rule(value: Any) -> fields.Nested:
    members = {
        "value": value,
        "verified": fields.YesNo(required=True),
        "source": fields.Text(required=True, max_length=500),
    }
    return fields.Nested(fields.Schema.from_dict(members, name="Regel"), required=True)


class DrawdownRulesSchema(fields.Schema):
    """The file of rules."""

    call_months = _rule(fields.WholeNumber(minimum=1, maximum=12, required=True))
    use_months = _rule(fields.WholeNumber(minimum=1, maximum=12, required=True))
    proportional = _rule(fields.YesNo(required=True))
    interest_from = _rule(fields.Choice(InterestFrom, required=True))
    day_count = _rule(fields.Choice(DayCount, required=True))
    margins = fields.Items(fields.Nested(MarginSchema), max_items=50, required=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        margins = tuple(sorted(data.pop("margins"), key=lambda margin: margin.valid_from))
        for earlier, later in pairwise(margins):
            if earlier.valid_until is None or earlier.valid_until >= later.valid_from:
                message = f"Zwei Aufschläge gelten am {formats.day(later.valid_from)}."
                raise ValidationError(message, "margins")
        return {"margins": margins, **{name: Rule(**rule) for name, rule in data.items()}}


@cache
def load_drawdown_rules() -> DrawdownRules:
    """Return the rules and rates that come with the program."""
    folder = resources.files("kimhub.programme") / "data"
    return read_drawdown_rules(folder / "mittelabruf.toml", folder / "basiszinssaetze.toml")


def read_drawdown_rules(rules: Traversable, rates: Traversable) -> DrawdownRules:
    """Return what both files say, else `RuleFileError` with every problem."""
    base_rates = BaseRates(_read(rates, BaseRatesSchema())["rates"])
    return DrawdownRules(base_rates=base_rates, **_read(rules, DrawdownRulesSchema()))


def _read(file: Traversable, schema: fields.Schema) -> dict[str, Any]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleFileError(f"{file.name}: Die Datei ist kein gültiges TOML: {error}.") from error
    try:
        data: dict[str, Any] = schema.load(content)
    except ValidationError as error:
        problems = "; ".join(f"{path}: {' '.join(texts)}" for path, texts in field_paths(error).items())
        raise RuleFileError(f"{file.name}: {problems}") from error
    return data

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
from marshmallow.fields import Field

from kimhub.core import formats
from kimhub.core.fields import (
    Choice,
    CommandField,
    CommandSchema,
    Flag,
    Number,
    Part,
    Parts,
    Percentage,
    Text,
    typed_by_people,
)
from kimhub.programme.base_rates import BaseRate, BaseRates
from kimhub.programme.day_counts import DayCount
from kimhub.programme.drawdown_rules import DrawdownRules, InterestFrom, Margin, Rule
from kimhub.programme.errors import RuleFileError
from kimhub.programme.paths import field_paths
from kimhub.programme.schemas import day_field


class _DatedSchema(CommandSchema):
    """What every dated value has."""

    valid_from = day_field("Gültig ab")
    verified = Flag("Geprüft", required=True)
    source = Text("Fundstelle", max_length=500)

    @validates_schema
    def _check(self, data: dict[str, Any], **_: object) -> None:
        if data.get("valid_until") and data["valid_until"] < data["valid_from"]:
            raise ValidationError("Das Ende der Geltung liegt vor dem Beginn.", "valid_until")


class BaseRateSchema(_DatedSchema):
    """One rate: per cent a year with two decimals."""

    valid_until = day_field("Gültig bis")
    percent = Percentage("Zinssatz", minimum=Decimal(-10), maximum=Decimal(50))

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> BaseRate:
        return BaseRate(**data)


class MarginSchema(_DatedSchema):
    """One margin above the Basiszinssatz."""

    valid_until = day_field("Gültig bis", optional=True)
    percentage_points = Percentage("Prozentpunkte", maximum=Decimal(20))

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Margin:
        return Margin(**data)


class BaseRatesSchema(CommandSchema):
    """The file of rates."""

    rates = Parts(Part(BaseRateSchema), at_most=400, required=True)


def _rule(value: CommandField[Any]) -> Part:
    members: dict[str, Field[Any]] = {
        "value": value,
        "verified": Flag("Geprüft", required=True),
        "source": Text("Fundstelle", max_length=500),
    }
    return Part(CommandSchema.from_dict(members, name="Regel"))


class DrawdownRulesSchema(CommandSchema):
    """The file of rules."""

    call_months = _rule(Number("Monate der Anforderung", minimum=1, maximum=12))
    use_months = _rule(Number("Monate der Verwendung", minimum=1, maximum=12))
    proportional = _rule(Flag("Anteilig", required=True))
    interest_from = _rule(Choice("Beginn der Verzinsung", enum=InterestFrom))
    day_count = _rule(Choice("Zinstage", enum=DayCount))
    margins = Parts(Part(MarginSchema), at_most=50, required=True)

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


def _read(file: Traversable, schema: CommandSchema) -> dict[str, Any]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleFileError(f"{file.name}: Die Datei ist kein gültiges TOML: {error}.") from error
    try:
        with typed_by_people():
            data: dict[str, Any] = schema.load(content)
    except ValidationError as error:
        problems = "; ".join(f"{path}: {' '.join(texts)}" for path, texts in field_paths(error).items())
        raise RuleFileError(f"{file.name}: {problems}") from error
    return data

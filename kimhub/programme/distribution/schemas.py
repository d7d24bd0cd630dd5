"""The shape and rules of a distribution document: one schema for the API, forms, stored ones and files.

All problems are collected; every message is German and names the cure. The fields: docs/verteilformat.md.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from kimhub.core import document_fields as fields
from kimhub.core import formats
from kimhub.programme.cells import FIRST_YEAR, LAST_YEAR
from kimhub.programme.distribution.figures import Figure
from kimhub.programme.distribution.inputs import Distribution, KeyFigure, MoneyBehind, Party
from kimhub.programme.distribution.terms import DistributionMethod, Measure, Waiver
from kimhub.programme.plan import Period
from kimhub.programme.rules import MAX_YEARS, Problems, period_problems
from kimhub.programme.schemas import is_ags
from kimhub.programme.terms import GrantPurpose, ValueKey

MAX_PARTIES = 500
MAX_TOTAL = {Measure.FTE: Decimal(10_000), Measure.EURO: Decimal(999_999_999)}
POPULATION = "Einwohnerzahl"
_SMALLEST_STEP = Decimal("0.01")


class KeyFigureSchema(fields.Schema):
    """What the key figures count."""

    name = fields.Text(required=True, max_length=120)
    day = fields.Day()
    source = fields.Text(max_length=500)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> KeyFigure:
        return KeyFigure(**data)


class MoneySchema(fields.Schema):
    """The money that the shares stand for."""

    purpose = fields.Choice(GrantPurpose, required=True)
    start = fields.Day(required=True)
    end = fields.Day(required=True)
    guideline = fields.Identifier()

    @validates_schema(skip_on_field_errors=False)
    def _check(self, data: dict[str, Any], **_: object) -> None:
        start, end = data.get("start"), data.get("end")
        problems = period_problems(start, end)
        if not problems and start is not None and end is not None:
            if start.year < FIRST_YEAR or end.year > LAST_YEAR:
                problems["start"] = [f"Möglich sind die Haushaltsjahre {FIRST_YEAR} bis {LAST_YEAR}."]
            elif len(Period(start, end).years) > MAX_YEARS:
                problems["end"] = [f"Möglich sind höchstens {MAX_YEARS} Jahre. Wählen Sie ein früheres Ende."]
        if problems:
            raise ValidationError(problems)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> MoneyBehind:
        return MoneyBehind(data["purpose"], Period(data["start"], data["end"]), data.get("guideline"))


class PartySchema(fields.Schema):
    """One who takes part."""

    name = fields.Text(required=True, max_length=120)
    ags = fields.Text(max_length=8)
    key = Figure(example="48321")
    share = Figure()
    waiver = fields.Choice(Waiver)
    note = fields.Text(max_length=500)

    @validates_schema
    def _check(self, data: dict[str, Any], **_: object) -> None:
        problems: Problems = {}
        if "ags" in data and not is_ags(data["ags"]):
            problems["ags"] = ["Der Gemeindeschlüssel hat 5 Ziffern (Kreis) oder 8 Ziffern."]
        if data.get("waiver") is Waiver.REDISTRIBUTED and "share" in data:
            problems["share"] = [
                "Wer verzichtet, hat keinen festen Anteil. Entfernen Sie den Anteil oder den Verzicht."
            ]
        if problems:
            raise ValidationError(problems)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Party:
        return Party(**data)


class DistributionSchema(fields.Schema):
    """A whole distribution; `load` returns a `Distribution`."""

    title = fields.Text(required=True, max_length=200)
    source = fields.Text(max_length=1000, multiline=True)
    measure = fields.Choice(Measure, load_default=Measure.FTE)
    total = Figure(required=True, example="17.00")
    method = fields.Choice(DistributionMethod, required=True)
    step = Figure(minimum=_SMALLEST_STEP)
    minimum = Figure()
    minimum_for_all = fields.YesNo(load_default=False)
    key_figure = fields.Nested(KeyFigureSchema)
    money = fields.Nested(MoneySchema)
    rates = fields.Nested(
        fields.Schema.from_dict({key.value: fields.Amount() for key in ValueKey}, name="DistributionRates"),
        load_default=dict,
    )
    parties = fields.Items(fields.Nested(PartySchema), max_items=MAX_PARTIES, required=True)

    @validates_schema(skip_on_field_errors=False)
    def _check(self, data: dict[str, Any], **_: object) -> None:
        problems: Problems = {**_of_the_measure(data), **_of_the_parties(data.get("parties"))}
        if data.get("method") is DistributionMethod.KEY_FIGURE and "key_figure" not in data:
            problems["key_figure"] = [
                "Nennen Sie, was die Kennzahl zählt, zum Beispiel „Personen im Leistungsbezug“."
            ]
        if problems:
            raise ValidationError(problems)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Distribution:
        data.setdefault("step", data["measure"].step)
        if data["method"] is DistributionMethod.POPULATION:
            data.setdefault("key_figure", KeyFigure(POPULATION))
        rates = {ValueKey(key): amount for key, amount in data.pop("rates").items()}
        return Distribution(**data | {"parties": tuple(data["parties"]), "rates": rates})


def _of_the_measure(data: dict[str, Any]) -> Problems:
    problems: Problems = {}
    measure, total, behind = data.get("measure"), data.get("total"), data.get("money")
    if not isinstance(measure, Measure):
        return problems
    if isinstance(total, Decimal) and total > MAX_TOTAL[measure]:
        problems["total"] = [f"Die Zahl muss zwischen 0 und {formats.number(MAX_TOTAL[measure])} liegen."]
    if isinstance(behind, MoneyBehind):
        if measure is Measure.FTE and not behind.purpose.is_staff:
            problems["money"] = {
                "purpose": [
                    (
                        f"„{behind.purpose.label}“ bezahlt keine Stellen. Wählen Sie einen Zweck mit Stellen oder "
                        "verteilen Sie Euro."
                    )
                ]
            }
        if measure is Measure.EURO and len(behind.period.years) > 1:
            problems["money"] = {
                "end": [
                    (
                        "Ein Betrag in Euro gehört zu einem Haushaltsjahr. Wählen Sie ein Ende im Jahr "
                        f"{behind.period.start.year} und verteilen Sie jedes Jahr für sich."
                    )
                ]
            }
    return problems


def _of_the_parties(parties: object) -> Problems:
    """Names and keys tell the parties apart: changes and key figures are matched by them."""
    if not isinstance(parties, list):
        return {}
    if not parties:
        return {"parties": ["Nennen Sie mindestens eine Beteiligte oder einen Beteiligten."]}
    known = [(index, party) for index, party in enumerate(parties) if isinstance(party, Party)]
    names = Counter(party.name.casefold() for _, party in known)
    keys = Counter(party.ags for _, party in known if party.ags)
    found: Problems = {}
    for index, party in known:
        if names[party.name.casefold()] > 1:
            found.setdefault(index, {})["name"] = [
                f"„{party.name}“ kommt mehrmals vor. Lassen Sie einen Eintrag weg."
            ]
        if party.ags and keys[party.ags] > 1:
            found.setdefault(index, {})["ags"] = [
                f"Der Gemeindeschlüssel {party.ags} kommt mehrmals vor. Lassen Sie einen Eintrag weg."
            ]
    return {"parties": found} if found else {}

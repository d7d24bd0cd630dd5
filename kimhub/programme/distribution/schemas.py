"""The shape and rules of a distribution document: one schema for the API, forms, stored ones and files.

All problems are collected; every message is German and names the cure. The fields: docs/verteilformat.md.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from kimhub.core import formats
from kimhub.core.fields import Choice, CommandSchema, Flag, Identifier, Part, Parts, Text
from kimhub.programme.cells import FIRST_YEAR, LAST_YEAR
from kimhub.programme.distribution.figures import Figure
from kimhub.programme.distribution.inputs import Distribution, KeyFigure, MoneyBehind, Party
from kimhub.programme.distribution.terms import DistributionMethod, Measure, Waiver
from kimhub.programme.plan import Period
from kimhub.programme.rules import MAX_YEARS, Problems, period_problems
from kimhub.programme.schemas import day_field, is_ags, rates_of, rates_schema, said
from kimhub.programme.terms import GrantPurpose

MAX_PARTIES = 500
MAX_TOTAL = {Measure.FTE: Decimal(10_000), Measure.EURO: Decimal(999_999_999)}
POPULATION = "Einwohnerzahl"
_SMALLEST_STEP = Decimal("0.01")


class KeyFigureSchema(CommandSchema):
    """What the key figures count."""

    name = Text("Kennzahl", max_length=120)
    day = day_field("Stichtag", optional=True)
    source = Text("Quelle", max_length=500, optional=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> KeyFigure:
        return KeyFigure(**said(data))


class MoneySchema(CommandSchema):
    """The money that the shares stand for."""

    purpose = Choice("Zweck", enum=GrantPurpose)
    start = day_field("Beginn")
    end = day_field("Ende")
    guideline = Identifier("Förderrichtlinie", optional=True)

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


class PartySchema(CommandSchema):
    """One who takes part."""

    name = Text("Name", max_length=120)
    ags = Text("Gemeindeschlüssel", max_length=8, optional=True)
    key = Figure("Kennzahl", example="48321", optional=True)
    share = Figure("Fester Anteil", optional=True)
    waiver = Choice("Verzicht", enum=Waiver, optional=True)
    note = Text("Bemerkung", max_length=500, optional=True)

    @validates_schema
    def _check(self, data: dict[str, Any], **_: object) -> None:
        problems: Problems = {}
        if data["ags"] and not is_ags(data["ags"]):
            problems["ags"] = ["Der Gemeindeschlüssel hat 5 Ziffern (Kreis) oder 8 Ziffern."]
        if data.get("waiver") is Waiver.REDISTRIBUTED and data["share"] is not None:
            problems["share"] = [
                "Wer verzichtet, hat keinen festen Anteil. Entfernen Sie den Anteil oder den Verzicht."
            ]
        if problems:
            raise ValidationError(problems)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Party:
        return Party(**said(data))


class DistributionSchema(CommandSchema):
    """A whole distribution; `load` returns a `Distribution`."""

    title = Text("Titel", max_length=200)
    source = Text("Quelle", max_length=1000, lines=4, optional=True)
    measure = Choice("Was verteilt wird", enum=Measure, load_default=Measure.FTE)
    total = Figure("Gesamt", example="17.00")
    method = Choice("Schlüssel", enum=DistributionMethod)
    step = Figure("Schritt", minimum=_SMALLEST_STEP, optional=True)
    minimum = Figure("Mindestanteil", optional=True)
    minimum_for_all = Flag("Mindestanteil für alle")
    key_figure = Part(KeyFigureSchema, optional=True)
    money = Part(MoneySchema, optional=True)
    rates = Part(rates_schema("DistributionRates"), load_default=dict)
    parties = Parts(Part(PartySchema), at_most=MAX_PARTIES, required=True)

    @validates_schema(skip_on_field_errors=False)
    def _check(self, data: dict[str, Any], **_: object) -> None:
        problems: Problems = {**_of_the_measure(data), **_of_the_parties(data.get("parties"))}
        if data.get("method") is DistributionMethod.KEY_FIGURE and data.get("key_figure") is None:
            problems["key_figure"] = [
                "Nennen Sie, was die Kennzahl zählt, zum Beispiel „Personen im Leistungsbezug“."
            ]
        if problems:
            raise ValidationError(problems)

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Distribution:
        if data["step"] is None:
            data["step"] = data["measure"].step
        if data["method"] is DistributionMethod.POPULATION:
            data["key_figure"] = data["key_figure"] or KeyFigure(POPULATION)
        rates = rates_of(data.pop("rates"))
        return Distribution(**said(data) | {"parties": tuple(data["parties"]), "rates": rates})


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

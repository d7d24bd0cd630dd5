"""Reading guideline files: one TOML file per Förderrichtlinie in ``data/foerderrichtlinien``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from kimhub.core.fields import Choice, CommandSchema, Flag, Identifier, Part, Text, typed_by_people
from kimhub.programme.errors import FoerderrichtlinieFileError
from kimhub.programme.foerderrichtlinien import Foerderrichtlinie, Foerderrichtlinien, RichtlinienWert
from kimhub.programme.paths import field_paths
from kimhub.programme.schemas import amount_field, day_field
from kimhub.programme.terms import Unit, ValueKey


class RichtlinienWertSchema(CommandSchema):
    """One value: its amount, the unit it is counted in, whether somebody verified it, and where it stands."""

    amount = amount_field("Betrag")
    unit = Choice("Einheit", enum=Unit)
    verified = Flag("Geprüft", required=True)
    source = Text("Fundstelle", max_length=500)


class FoerderrichtlinieSchema(CommandSchema):
    """One guideline file. `values` maps a `ValueKey` to its value; the unit must be the key's own."""

    id = Identifier("Kürzel")
    title = Text("Titel", max_length=200)
    valid_from = day_field("Gültig ab")
    valid_until = day_field("Gültig bis", optional=True)
    source = Text("Fundstelle", max_length=1000)
    values = Part(
        CommandSchema.from_dict(
            {key.value: Part(RichtlinienWertSchema, optional=True) for key in ValueKey}, name="Werte"
        )
    )

    @validates_schema
    def _check(self, data: dict[str, Any], **_: object) -> None:
        if data["valid_until"] and data["valid_until"] < data["valid_from"]:
            raise ValidationError("Das Ende der Geltung liegt vor dem Beginn.", "valid_until")
        wrong = {
            key: {"unit": [f"Dieser Wert wird in {ValueKey(key).unit.value} angegeben."]}
            for key, value in data["values"].items()
            if value and value["unit"] is not ValueKey(key).unit
        }
        if wrong:
            raise ValidationError({"values": wrong})

    @post_load
    def _make(self, data: dict[str, Any], **_: object) -> Foerderrichtlinie:
        values: Mapping[ValueKey, RichtlinienWert] = {
            ValueKey(key): RichtlinienWert(ValueKey(key), value["amount"], value["verified"], value["source"])
            for key, value in data["values"].items()
            if value
        }
        return Foerderrichtlinie(
            id=data["id"],
            title=data["title"],
            valid_from=data["valid_from"],
            valid_until=data["valid_until"],
            source=data["source"],
            values=values,
        )


@cache
def load_foerderrichtlinien() -> Foerderrichtlinien:
    """Return the guidelines that come with the program."""
    folder = resources.files("kimhub.programme") / "data" / "foerderrichtlinien"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name
    )
    return Foerderrichtlinien(read_foerderrichtlinie(file) for file in files)


def read_foerderrichtlinie(file: Traversable) -> Foerderrichtlinie:
    """Return the guideline in `file`, else `FoerderrichtlinieFileError` with every problem in it."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FoerderrichtlinieFileError(
            f"{file.name}: Die Datei ist kein gültiges TOML: {error}."
        ) from error
    try:
        with typed_by_people():
            guideline: Foerderrichtlinie = FoerderrichtlinieSchema().load(content)
    except ValidationError as error:
        problems = "; ".join(f"{path}: {' '.join(texts)}" for path, texts in field_paths(error).items())
        raise FoerderrichtlinieFileError(f"{file.name}: {problems}") from error
    return guideline

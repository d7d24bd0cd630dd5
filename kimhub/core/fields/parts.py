"""Documents inside documents: an object with a schema of its own, a list of them, values by year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from marshmallow import ValidationError
from marshmallow import fields as plain

from kimhub.core.fields.base import CommandField

T = TypeVar("T")

MISSING = "Dieses Feld fehlt. Geben Sie einen Wert an."
EMPTY = "Das Feld ist leer. Geben Sie einen Wert an oder lassen Sie es weg."
FIRST_YEAR, LAST_YEAR = 2000, 2100
"""The years that a document can speak of."""


class Part(plain.Nested):
    """An object in its own schema; `optional` gives None where it is left out."""

    default_error_messages = {"required": MISSING, "null": EMPTY}  # noqa: RUF012 - the base class declares it so

    def __init__(self, schema: Any, *, optional: bool = False, **options: Any) -> None:
        if optional:
            options.setdefault("load_default", None)
            options.setdefault("allow_none", False)
        else:
            options.setdefault("required", "load_default" not in options)
        super().__init__(schema, **options)

    def deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        """Load the object; null leaves an empty one behind, so that the rest of a list keeps its index."""
        if value is None and not self.allow_none:
            raise ValidationError(EMPTY, valid_data={})
        return super().deserialize(value, *args, **options)


class Parts(plain.List[T]):
    """A list with at most `at_most` entries; left out, it is empty unless `required`."""

    default_error_messages = {  # noqa: RUF012 - the base class declares it so
        "required": MISSING,
        "null": EMPTY,
        "invalid": "Hier wird eine Liste erwartet.",
    }

    def __init__(self, inner: plain.Field[T], *, at_most: int, **options: Any) -> None:
        if not options.get("required"):
            options.setdefault("load_default", list)
        super().__init__(
            inner, **options | {"metadata": {"maxItems": at_most, **options.get("metadata", {})}}
        )
        self.at_most = at_most

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        if isinstance(value, list) and len(value) > self.at_most:
            raise ValidationError(
                f"Die Liste hat {len(value)} Einträge; höchstens {self.at_most} sind möglich."
            )
        return super()._deserialize(value, *args, **options)


class ByYear(CommandField[Any]):
    """Values per Haushaltsjahr, ``{"2021": "5", "2022": "10"}``; if `constant_allowed`, or one for all."""

    texts: ClassVar[Mapping[str, str]] = {"required": MISSING}

    def __init__(
        self, inner: CommandField[T], *, at_most: int, constant_allowed: bool = False, **options: Any
    ) -> None:
        self.inner = inner
        self.at_most = at_most
        self.constant_allowed = constant_allowed
        super().__init__(inner.label, **options)
        mapping = {"type": "object", "maxProperties": at_most, "additionalProperties": inner.metadata}
        self.metadata = {"oneOf": [inner.metadata, mapping]} if constant_allowed else mapping

    def read_written(self, value: Any) -> object:
        """Leave the values to the field inside."""
        return value

    def read_json(self, value: Any) -> Any:
        """Return the values by year in ascending order, or the constant one."""
        if not isinstance(value, Mapping):
            if self.constant_allowed:
                return self.inner.deserialize(value)
            raise ValidationError("Hier werden Werte je Jahr erwartet, zum Beispiel { 2022 = 100 }.")
        if len(value) > self.at_most:
            raise ValidationError(f"Möglich sind höchstens {self.at_most} Jahre.")
        by_year: dict[int, Any] = {}
        problems: dict[str, list[str]] = {}
        for key, raw in value.items():
            try:
                by_year[_year(key)] = self.inner.deserialize(raw)
            except ValidationError as error:
                problems[str(key)] = [str(message) for message in error.messages]
        if problems:
            raise ValidationError(problems)
        return dict(sorted(by_year.items()))


def _year(key: object) -> int:
    if not re.fullmatch(r"[0-9]{4}", str(key)) or not FIRST_YEAR <= int(str(key)) <= LAST_YEAR:
        raise ValidationError(f"Hier wird ein Jahr zwischen {FIRST_YEAR} und {LAST_YEAR} erwartet.")
    return int(str(key))

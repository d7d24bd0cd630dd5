"""Choices: one of several, any of several, yes or no."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any, ClassVar

from marshmallow import ValidationError

from kimhub.core.characters import UNWANTED
from kimhub.core.fields.base import CommandField
from kimhub.core.fields.options import Option

MAX_LENGTH = 200
MAX_CHOSEN = 500


class Choice(CommandField[Any]):
    """One of several options, drawn as a select or, with ``radios=True``, as radio buttons.

    With `enum` the value is its member. Options that only the page knows (rows of the tenant) are left out here and
    handed to `bind`; then the use case decides whether the id exists and may be chosen.
    """

    texts: ClassVar[Mapping[str, str]] = {
        "required": "Wählen Sie eine Möglichkeit aus.",
        "form": "Wählen Sie eine der angebotenen Möglichkeiten aus.",
    }

    def __init__(
        self,
        label: str,
        *,
        options: Sequence[Option] | None = None,
        enum: type[Enum] | None = None,
        radios: bool = False,
        **others: Any,
    ) -> None:
        self.options = options
        self.enum = enum
        self.radios = radios
        values: list[str | None] = [option.value for option in options or ()]
        if enum is not None and options is None:
            values = [str(member.value) for member in enum]
        if values and others.get("optional"):
            values.append(None)
        super().__init__(label, schema={"enum": values} if values else None, **others)

    @property
    def kind(self) -> str:
        """Radio buttons show all options at once; a select is for many."""
        return "radios" if self.radios else "select"

    def write_typed(self, value: Any) -> str:
        """Return the value as the option carries it."""
        return str(value.value if isinstance(value, Enum) else value)

    def read_json(self, value: Any) -> Any:
        """Accept the value of an option."""
        if not _plain(value) or not _offered([value], self.options):
            raise self.make_error("form")
        if self.enum is None:
            return value
        try:
            return self.enum(value)
        except ValueError as problem:
            if self.options is None:
                allowed = ", ".join(str(member.value) for member in self.enum)
                raise ValidationError(f"Zulässig sind: {allowed}.") from problem
            raise self.make_error("form") from problem

    def write_json(self, value: Any) -> str:
        """Write the value of the option."""
        return self.write_typed(value)


class Choices(CommandField[list[str]]):
    """Any number of the options (checkboxes); JSON: a list of strings without repetition, in the order given."""

    json: ClassVar[Mapping[str, object]] = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
    texts: ClassVar[Mapping[str, str]] = {
        "required": "Wählen Sie mindestens eine Möglichkeit aus.",
        "form": "Wählen Sie nur angebotene Möglichkeiten aus.",
    }

    def __init__(self, label: str, *, options: Sequence[Option] | None = None, **others: Any) -> None:
        self.options = options
        if others.get("optional"):
            others.setdefault("load_default", list)
        super().__init__(label, **others)

    @property
    def kind(self) -> str:
        """Drawn as a group of checkboxes."""
        return "checkboxes"

    def read_json(self, value: Any) -> list[str]:
        """Accept a list of values of options."""
        if not isinstance(value, list) or len(value) > MAX_CHOSEN or not all(_plain(item) for item in value):
            raise self.make_error("form")
        if len(set(value)) != len(value) or not _offered(value, self.options):
            raise self.make_error("form")
        if not value and not self.optional:
            raise self.make_error("required")
        return value


class Flag(CommandField[bool]):
    """A single checkbox. JSON: ``true``/``false`` and nothing else.

    `must` is the message when it has to be ticked to go on; without `must` a missing flag means false.
    """

    json: ClassVar[Mapping[str, object]] = {"type": "boolean"}
    texts: ClassVar[Mapping[str, str]] = {"form": "Geben Sie true oder false an."}

    def __init__(self, label: str, *, must: str | None = None, **options: Any) -> None:
        self.must = must
        if must is None and not options.get("required"):
            options.setdefault("load_default", False)
        super().__init__(label, missing=must, **options)

    @property
    def kind(self) -> str:
        """Drawn as one checkbox."""
        return "checkbox"

    def read_json(self, value: Any) -> bool:
        """Accept a JSON boolean."""
        if not isinstance(value, bool):
            raise self.make_error("form")
        if self.must and not value:
            raise ValidationError(self.must)
        return value


def _plain(value: object) -> bool:
    return isinstance(value, str) and len(value) <= MAX_LENGTH and not UNWANTED.search(value)


def _offered(values: Sequence[str], options: Sequence[Option] | None) -> bool:
    return options is None or set(values) <= {option.value for option in options}

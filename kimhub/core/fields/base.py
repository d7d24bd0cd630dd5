"""What all fields of a command share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Generic, TypeVar

from marshmallow import Schema
from marshmallow import fields as plain

T = TypeVar("T")

_typed_by_people: ContextVar[bool] = ContextVar("typed_by_people", default=False)


@contextmanager
def typed_by_people() -> Iterator[None]:
    """Let fields read what a person wrote into a file or behind a path: ``1.234,56``, ``01.05.2021``, ``0,5``.

    Outside, a document is JSON and has one form. A TOML file's own dates and decimals count as typed, too.
    """
    before = _typed_by_people.set(True)
    try:
        yield
    finally:
        _typed_by_people.reset(before)


class CommandField(plain.Field[T], Generic[T]):
    """A field with a German label, a hint in full sentences, and a rule whether it may be left empty.

    An optional field that is left out or left empty becomes None. `missing` replaces the message for an empty required
    field. `schema` adds members to the field's JSON Schema in the OpenAPI document.
    """

    json: ClassVar[Mapping[str, object]] = {"type": "string"}
    texts: ClassVar[Mapping[str, str]] = {
        "required": "Bitte füllen Sie dieses Feld aus.",
        "null": "Bitte füllen Sie dieses Feld aus.",
        "validator_failed": "Diese Angabe ist nicht zulässig.",
        "form": "Diese Angabe hat nicht die verlangte Form.",
    }

    def __init__(
        self,
        label: str,
        *,
        hint: str | None = None,
        optional: bool = False,
        missing: str | None = None,
        schema: Mapping[str, object] | None = None,
        **options: Any,
    ) -> None:
        self.label = label
        self.hint = hint
        self.optional = optional
        described: dict[str, object] = {**self.json, "title": label, **(schema or {})}
        if hint:
            described["description"] = hint
        if optional:
            options.setdefault("load_default", None)
        else:
            options.setdefault("required", "load_default" not in options)
        super().__init__(error_messages=self._messages(missing), metadata=described, **options)

    @property
    def kind(self) -> str:
        """How the form macros draw it; see ``templates/web/forms.html``."""
        return "text"

    def read_typed(self, typed: str) -> object:
        """Return the JSON form of what was typed (never empty); raise ValidationError with a German message."""
        return typed

    def read_written(self, value: Any) -> object:
        """Return the JSON form of a value of a file that a person wrote, where texts are typed ones."""
        return self.read_typed(value) if isinstance(value, str) and value.strip() else value

    def write_typed(self, value: T) -> str:
        """Return how a stored value stands in the form."""
        return str(value)

    def read_json(self, value: Any) -> T:
        """Return the value of its JSON form; raise ValidationError for anything else."""
        raise NotImplementedError

    def write_json(self, value: T) -> Any:
        """Return the JSON form of a value."""
        return value

    def _deserialize(
        self,
        value: Any,
        attr: str | None,  # noqa: ARG002 - marshmallow's signature
        data: Mapping[str, Any] | None,  # noqa: ARG002 - marshmallow's signature
        **_: Any,
    ) -> T:
        return self.read_json(self.read_written(value) if _typed_by_people.get() else value)

    def _serialize(
        self,
        value: T | None,
        attr: str | None,  # noqa: ARG002 - marshmallow's signature
        obj: Any,  # noqa: ARG002 - marshmallow's signature
        **_: Any,
    ) -> Any:
        return None if value is None else self.write_json(value)

    def _messages(self, missing: str | None) -> dict[str, Any]:
        """Return the texts of the class and those it is built on; an empty required field reads alike everywhere."""
        merged: dict[str, Any] = {}
        for cls in reversed(type(self).__mro__):
            merged.update(cls.__dict__.get("texts", {}))
        if missing:
            merged["required"] = missing
        return {**merged, "null": merged["required"]}


class CommandSchema(Schema):
    """The base of every command: unknown keys are refused in German, fields keep the order they are written in."""

    error_messages = {  # noqa: RUF012 - marshmallow declares it as an instance's
        "unknown": "Dieses Feld gibt es hier nicht. Prüfen Sie die Schreibweise oder entfernen Sie es.",
        "type": "Hier wird ein Objekt mit benannten Feldern erwartet.",
    }


def shown(typed: str) -> str:
    """Return what was typed, short enough for a message."""
    text = " ".join(typed.split())
    return text if len(text) <= 40 else f"{text[:39]}…"

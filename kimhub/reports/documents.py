"""Documents as JSON and back: the frozen dataclass of a report, its bytes, and the JSON Schema that describes them.

The JSON is the truth of a report (ADR 10): it is hashed, frozen and attached to the PDF, and PDF and XLSX
can be drawn again from it alone. So writing is canonical (order of the fields, UTF-8, one line end) and reading back
gives an equal document or a refusal that names the place.

Units: money is :data:`Money`, euro as a string with two decimals; every other decimal is a string without
trailing zeros;
dates are ISO 8601, points in time carry their offset (RFC 3339).
"""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

_D = TypeVar("_D")


@dataclass(frozen=True)
class Places:
    """A decimal that is always written with exactly `count` decimal places."""

    count: int

    @property
    def pattern(self) -> str:
        """The regular expression of such a decimal in JSON."""
        return rf"^-?\d+\.\d{{{self.count}}}$" if self.count else r"^-?\d+$"


Money = Annotated[Decimal, Places(2)]
"""An amount in euro, to the cent."""
Percent = Annotated[Decimal, Places(1)]
"""A share in per cent, one decimal."""

_DECIMAL_PATTERN = r"^-?\d+(\.\d+)?$"


class DocumentError(ValueError):
    """A document cannot be written or read; `path` names the place, e.g. ``expenses[2].total``."""

    def __init__(self, path: str, problem: str) -> None:
        self.path = path or "(Dokument)"
        super().__init__(f"{self.path}: {problem}")


def to_json(document: object) -> bytes:
    """Return the document as canonical JSON (UTF-8, fields in their declared order, newline at the end).

    Raises :class:`DocumentError` where a value does not fit its declared type, e.g. an amount with three decimals.
    """
    content = _write(document, type(document), "")
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def from_json(document_type: type[_D], content: bytes) -> _D:
    """Return the document that `content` holds; unknown, missing and ill-typed fields are refused.

    Raises :class:`DocumentError` with the place of the fault.
    """
    try:
        parsed = json.loads(content)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DocumentError("", f"kein gültiges JSON ({error})") from error
    document: _D = _read(parsed, document_type, "")
    return document


def json_schema(document_type: type) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a document type, derived from its annotations and docstrings."""
    definitions: dict[str, Any] = {}
    root = _schema(document_type, definitions)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **root, "$defs": definitions}


# --- writing ---------------------------------------------------------------------------------------------------------


def _write(value: Any, hint: Any, path: str) -> Any:  # noqa: PLR0911 - one return per kind of value
    hint, places = _plain(hint)
    if _is_optional(hint):
        return None if value is None else _write(value, _inner(hint), path)
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        return [_write(entry, item, f"{path}[{index}]") for index, entry in enumerate(value)]
    if is_dataclass(hint) and isinstance(hint, type) and isinstance(value, hint):
        hints = get_type_hints(hint, include_extras=True)
        return {
            field.name: _write(getattr(value, field.name), hints[field.name], _join(path, field.name))
            for field in fields(hint)
        }
    if not isinstance(hint, type) or not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise DocumentError(path, f"erwartet {_name(hint)}, nicht {type(value).__name__}")
    if isinstance(value, Decimal):
        return _decimal_text(value, places, path)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise DocumentError(path, "Zeitpunkt ohne Zeitzone")
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _decimal_text(value: Decimal, places: Places | None, path: str) -> str:
    if not value.is_finite():
        raise DocumentError(path, "keine Zahl")
    if places is None:
        text = f"{value:f}" if value else "0"
        return text.rstrip("0").rstrip(".") if "." in text else text
    exact = value.quantize(Decimal(1).scaleb(-places.count))
    if exact != value:
        raise DocumentError(path, f"{value:f} hat mehr als {places.count} Nachkommastellen")
    return f"{abs(exact) if exact == 0 else exact:f}"


# --- reading ---------------------------------------------------------------------------------------------------------


def _read(value: Any, hint: Any, path: str) -> Any:
    hint, places = _plain(hint)
    if _is_optional(hint):
        return None if value is None else _read(value, _inner(hint), path)
    if get_origin(hint) is tuple:
        _expect(value, list, path)
        item = get_args(hint)[0]
        return tuple(_read(entry, item, f"{path}[{index}]") for index, entry in enumerate(value))
    if is_dataclass(hint) and isinstance(hint, type):
        return _read_fields(value, hint, path)
    if hint is Decimal:
        return _read_decimal(value, places, path)
    if hint in (date, datetime) or (isinstance(hint, type) and issubclass(hint, StrEnum)):
        _expect(value, str, path)
        try:
            return hint(value) if issubclass(hint, StrEnum) else hint.fromisoformat(value)
        except ValueError as error:
            raise DocumentError(path, f"unzulässiger Wert „{value}“") from error
    _expect(value, hint, path)
    return value


def _read_fields(value: Any, document_type: type, path: str) -> Any:
    _expect(value, dict, path)
    hints = get_type_hints(document_type, include_extras=True)
    known = {field.name for field in fields(document_type)}
    for name in value:
        if name not in known:
            raise DocumentError(_join(path, name), "unbekanntes Feld")
    arguments = {}
    for field in fields(document_type):
        where = _join(path, field.name)
        if field.name in value:
            arguments[field.name] = _read(value[field.name], hints[field.name], where)
        elif field.default is MISSING:
            raise DocumentError(where, "fehlt")
    return document_type(**arguments)


def _read_decimal(value: Any, places: Places | None, path: str) -> Decimal:
    _expect(value, str, path)
    pattern = places.pattern if places else _DECIMAL_PATTERN
    if not re.fullmatch(pattern, value):
        raise DocumentError(path, f"„{value}“ ist keine Zahl der Form {pattern}")
    try:
        return Decimal(value)
    except InvalidOperation as error:  # pragma: no cover - the pattern admits only what Decimal reads
        raise DocumentError(path, f"„{value}“ ist keine Zahl") from error


def _expect(value: Any, kind: Any, path: str) -> None:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise DocumentError(path, f"erwartet {_name(kind)}, nicht {type(value).__name__}")


# --- describing ------------------------------------------------------------------------------------------------------


def _schema(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:  # noqa: PLR0911 - one return per kind
    hint, places = _plain(hint)
    if _is_optional(hint):
        return {"anyOf": [_schema(_inner(hint), definitions), {"type": "null"}]}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _schema(get_args(hint)[0], definitions)}
    if is_dataclass(hint) and isinstance(hint, type):
        if hint.__name__ not in definitions:
            definitions[hint.__name__] = {}
            hints = get_type_hints(hint, include_extras=True)
            definitions[hint.__name__] = {
                "type": "object",
                "description": " ".join((hint.__doc__ or "").split()),
                "properties": {field.name: _schema(hints[field.name], definitions) for field in fields(hint)},
                "required": [field.name for field in fields(hint) if field.default is MISSING],
                "additionalProperties": False,
            }
        return {"$ref": f"#/$defs/{hint.__name__}"}
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"type": "string", "enum": [member.value for member in hint]}
    if hint is Decimal:
        return {"type": "string", "pattern": places.pattern if places else _DECIMAL_PATTERN}
    if hint in (date, datetime):
        return {"type": "string", "format": "date" if hint is date else "date-time"}
    return {"type": {str: "string", bool: "boolean", int: "integer"}[hint]}


# --- annotations -----------------------------------------------------------------------------------------------------


def _plain(hint: Any) -> tuple[Any, Places | None]:
    """Return the bare type of an annotation and its number of places, if it has one."""
    if get_origin(hint) is Annotated:
        bare, *extras = get_args(hint)
        return bare, next((extra for extra in extras if isinstance(extra, Places)), None)
    return hint, None


def _is_optional(hint: Any) -> bool:
    return get_origin(hint) in (Union, UnionType) and NoneType in get_args(hint)


def _inner(hint: Any) -> Any:
    return next(argument for argument in get_args(hint) if argument is not NoneType)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _name(kind: Any) -> str:
    return str(getattr(kind, "__name__", kind))

"""Reading JSON that strangers wrote: one reader that no input can break or keep busy.

The standard library's reader follows nesting with recursion (RFC 8259 §9 lets a reader limit it), and Python refuses
to make numbers of more than 4,300 digits; both would be faults of the program. orjson refuses them by itself. What it
lets through is bounded here, because checking a value costs a thousand times what sending it costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from tenants.errors import KimhubError

DEEPEST = 32
MOST_VALUES = 10_000
"""Members and elements of a document, all together. The largest true document has about two thousand."""
MOST_MEMBERS = 1_000
"""Members of one object; NRW has 427 Gemeinden and Kreise."""
LARGEST_NUMBER = 2**53
"""Beyond it, readers of JSON do not agree on whole numbers (RFC 8259 §6)."""
MOST_ERRORS = 50
"""So many fields are named in one refusal."""


class MalformedJsonError(KimhubError):
    """The text is no JSON (RFC 8259), or none that is read here."""

    status = 400
    code = "malformed-json"
    title = "Der Inhalt ist kein gültiges JSON"


class TooManyValuesError(KimhubError):
    """The document has more parts than any that is meant seriously."""

    status = 413
    code = "too-many-values"
    title = "Der Inhalt ist zu umfangreich"


def read_json(text: bytes | str) -> Any:
    """Return what `text` says. Raises `MalformedJsonError` and `TooManyValuesError`, nothing else."""
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise MalformedJsonError(
            f"Prüfen Sie die Schreibweise (Zeile {error.lineno}, Zeichen {error.colno})."
        ) from error
    _check(document)
    return document


def _check(document: Any) -> None:
    waiting: list[tuple[Any, int]] = [(document, 1)]
    values = 1
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, dict | list):
            values += len(value)
            if depth > DEEPEST:
                raise MalformedJsonError(f"Der Inhalt ist tiefer als {DEEPEST} Ebenen verschachtelt.")
            if values > MOST_VALUES:
                raise TooManyValuesError(
                    f"Senden Sie höchstens {MOST_VALUES} Werte in einer Anfrage, also mehrere kleinere Anfragen."
                )
            if isinstance(value, dict) and len(value) > MOST_MEMBERS:
                raise TooManyValuesError(f"Ein JSON-Objekt darf höchstens {MOST_MEMBERS} Felder haben.")
            waiting += [(part, depth + 1) for part in (value.values() if isinstance(value, dict) else value)]
        elif isinstance(value, int | float) and abs(value) > LARGEST_NUMBER:
            raise MalformedJsonError(
                f"Zahlen dürfen höchstens {LARGEST_NUMBER} betragen. Schreiben Sie Beträge als Zeichenketten."
            )


def named(fields: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the first `MOST_ERRORS` of the refused `fields`, and under ``""`` how many there are besides."""
    shown = dict(list(fields.items())[:MOST_ERRORS])
    more = len(fields) - len(shown)
    if more:
        shown[""] = [*shown.get("", []), f"Weitere {more} Felder sind ebenfalls fehlerhaft."]
    return shown

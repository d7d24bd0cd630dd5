"""A check for every report type: can all its texts be printed?"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from kimhub.reports.findings import Finding, error
from kimhub.reports.rendering.fonts import printable_characters

_BREAKS = frozenset("\n\r\t\N{ZERO WIDTH SPACE}")


def unprintable(document: object) -> Iterator[Finding]:
    """Return an error for each text of the document with characters that the typeface of reports does not have."""
    printable = printable_characters() | _BREAKS
    for field, text in _texts(document, ""):
        if missing := sorted(set(text) - printable):
            yield error(
                "zeichen-nicht-druckbar",
                field,
                f"Nicht druckbar ist: {', '.join(map(_describe, missing))}.",
                "Ersetzen Sie diese Zeichen, zum Beispiel durch lateinische Buchstaben.",
            )


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for index, entry in enumerate(value):
            yield from _texts(entry, f"{path}[{index}]")
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name), f"{path}.{field.name}" if path else field.name)


def _describe(character: str) -> str:
    code = f"U+{ord(character):04X}"
    return f"„{character}“ ({code})" if unicodedata.category(character)[0] != "C" else code

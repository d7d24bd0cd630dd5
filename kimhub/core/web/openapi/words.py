"""Descriptions, values, bounds and answers of an OpenAPI document in German words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http import HTTPStatus

from markupsafe import Markup, escape

from kimhub.core.web.openapi.shapes import Json

_TYPES = {
    "string": "Text",
    "integer": "ganze Zahl",
    "number": "Zahl",
    "boolean": "true oder false",
    "object": "Objekt",
    "array": "Liste",
    "null": "null",
}
_FORMATS = {
    "date": "Datum wie 2021-05-01",
    "date-time": "Zeitpunkt wie 2021-05-01T12:00:00Z",
    "uuid": "UUID",
    "email": "E-Mail-Adresse",
    "uri": "Adresse (URI)",
    "binary": "Datei",
}
_BOUNDS = {
    "minLength": "Mindestens {} Zeichen.",
    "maxLength": "Höchstens {} Zeichen.",
    "minItems": "Mindestens {} Einträge.",
    "maxItems": "Höchstens {} Einträge.",
    "minimum": "Mindestens {}.",
    "maximum": "Höchstens {}.",
    "default": "Ohne Angabe: {}.",
}
_UNTOLD: Mapping[str, tuple[object, ...]] = {"minLength": (0, 1), "minItems": (0,), "default": (None, "", [])}
"""Bounds that are not worth a sentence."""
_STATUS = {
    200: "Erfolg",
    201: "Angelegt",
    202: "Angenommen; die Arbeit läuft im Hintergrund",
    204: "Erledigt",
    304: "Unverändert",
    400: "Anfrage fehlerhaft",
    401: "nicht angemeldet",
    403: "nicht berechtigt",
    404: "nicht gefunden",
    409: "passt nicht zum jetzigen Stand",
    412: "überholter Stand",
    413: "zu groß",
    415: "falsches Format",
    422: "Angaben fehlerhaft",
    428: "If-Match fehlt",
    429: "zu viele Anfragen",
    503: "vorübergehend nicht erreichbar",
}
"""What a status means where the document says no more than its English phrase."""


def prose(text: str) -> Markup:
    """Return a description as HTML: paragraphs, lists of ``- `` lines, `code`. Everything else is shown as written."""
    blocks = []
    for block in re.split(r"\n\s*\n", text.strip()) if text.strip() else []:
        lines = block.strip().split("\n")
        words = [line for line in lines if not line.startswith("- ")]
        points = [inline(line[2:]) for line in lines if line.startswith("- ")]
        if words:
            blocks.append(Markup('<p class="kern-body">{}</p>').format(inline(" ".join(words))))
        if points:
            items = Markup("").join(Markup("<li>{}</li>").format(point) for point in points)
            blocks.append(Markup('<ul class="kern-list kern-list--bullet">{}</ul>').format(items))
    return Markup("").join(blocks)


def inline(text: str) -> Markup:
    """Return a line as HTML, with its `code`."""
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def value_text(schema: Json, description: str) -> Markup:
    """Return label, description, bounds and an example in one line."""
    parts = [str(part) for part in (schema.get("title"), description) if part]
    parts += [
        words.format(json.dumps(schema[name], ensure_ascii=False).strip('"'))
        for name, words in _BOUNDS.items()
        if name in schema and schema[name] not in _UNTOLD.get(name, ())
    ]
    example = schema.get("example", next(iter(schema.get("examples", ())), None))
    if example is not None:
        parts.append(f"Beispiel: `{example}`")
    return inline(" ".join(part if part[-1] in ".?!:" else f"{part}." for part in parts))


def type_word(name: str, schema: Json) -> str:
    """Say in words what a value of a plain type is."""
    if name == "string" and schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    return _TYPES.get(name, "beliebig")


def answer_text(status: str, description: str) -> str:
    """Return what an answer means; a description that only repeats the English phrase of its status is translated."""
    if status.isdigit() and description == HTTPStatus(int(status)).phrase:
        return _STATUS.get(int(status), description)
    return description

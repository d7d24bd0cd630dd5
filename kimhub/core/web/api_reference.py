"""The reference page of the API, drawn on the server from its own OpenAPI document.

A page like any other: German, in KERN's design, readable without scripts and by screen readers. The usual viewers are
neither (their generated markup fails WCAG 2.2 AA and they weigh more than all other assets together).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, render_template
from markupsafe import Markup, escape

from kimhub.core.api import OPENAPI_PATH, openapi_document
from kimhub.core.routing import public
from kimhub.core.web.view import Column

METHODS = ("get", "post", "put", "patch", "delete")

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
_PLACES = {"path": "Pfad", "query": "Abfrage", "header": "Kopfzeile", "cookie": "Cookie"}

MEMBER_COLUMNS = [Column("Name"), Column("Wert"), Column("Pflicht"), Column("Bedeutung")]

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Member:
    """A parameter or a member of a JSON object: where it stands, what it takes, whether it has to be there."""

    name: str
    place: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True)
class Answer:
    """One possible answer of an operation."""

    status: str
    text: str
    members: Sequence[Member]


@dataclass(frozen=True)
class Operation:
    """One call: method and path, what it does, what it needs (one of `scopes`; None = nothing) and what it answers."""

    anchor: str
    method: str
    path: str
    title: Markup
    text: Markup
    scopes: Sequence[str] | None
    parameters: Sequence[Member]
    body: Sequence[Member]
    answers: Sequence[Answer]

    @property
    def call(self) -> str:
        """Method and path: ``POST /api/v1/plans``; names the operation's tables."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Group:
    """The operations that share a tag."""

    name: str
    text: Markup
    operations: Sequence[Operation]


def init_api_reference(app: Flask) -> None:
    """Serve the page of this application's own API."""
    app.add_url_rule("/schnittstelle", endpoint="api_reference", view_func=_reference)


@public("Referenz der Schnittstelle", transaction=False)
def _reference() -> str:
    return render_reference(openapi_document(current_app), OPENAPI_PATH)


def render_reference(spec: Json, spec_url: str) -> str:
    """Return the page for an OpenAPI 3.1 document; `spec_url` is where the document itself can be had."""
    info = spec.get("info", {})
    return render_template(
        "web/api_reference.html",
        version=info.get("version", ""),
        intro=prose(info.get("description", "")),
        groups=read_reference(spec),
        spec_url=spec_url,
        member_columns=MEMBER_COLUMNS,
        parameter_columns=[MEMBER_COLUMNS[0], Column("Ort"), *MEMBER_COLUMNS[1:]],
    )


def read_reference(spec: Json) -> list[Group]:
    """Return the operations of an OpenAPI 3.1 document by tag, tags in the order of the document."""
    texts = {tag["name"]: tag.get("description", "") for tag in spec.get("tags", ())}
    found: dict[str, list[Operation]] = {name: [] for name in texts}
    for path, item in spec.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                tag = (operation.get("tags") or ["Allgemein"])[0]
                found.setdefault(tag, []).append(_operation(spec, path, method, item, operation))
    return [
        Group(name, prose(texts.get(name, "")), operations)
        for name, operations in found.items()
        if operations
    ]


def _operation(spec: Json, path: str, method: str, item: Json, operation: Json) -> Operation:
    parameters = [
        _resolve(spec, raw) for raw in (*item.get("parameters", ()), *operation.get("parameters", ()))
    ]
    body = _resolve(spec, operation.get("requestBody", {}))
    return Operation(
        anchor="-".join([method, *re.findall(r"\w+", path)]),
        method=method.upper(),
        path=path,
        title=_inline(operation.get("summary", "").rstrip(".") or path),
        text=prose(operation.get("description", "")),
        scopes=_scopes(spec, operation),
        parameters=[
            Member(
                raw["name"],
                _PLACES.get(raw["in"], str(raw["in"])),
                _kind(spec, raw.get("schema", {})),
                bool(raw.get("required")),
                raw.get("description", ""),
            )
            for raw in parameters
        ],
        body=list(_members(spec, _schema_of(body))),
        answers=[
            Answer(str(status), answer.get("description", ""), list(_members(spec, _schema_of(answer))))
            for status, raw in operation.get("responses", {}).items()
            for answer in [_resolve(spec, raw)]
        ],
    )


def _scopes(spec: Json, operation: Json) -> list[str] | None:
    """Return the scopes of which one is enough; [] = any sign-in, None = no sign-in."""
    needed = operation.get("security", spec.get("security", ()))
    if not needed:
        return None
    return sorted({scope for alternative in needed for scopes in alternative.values() for scope in scopes})


def prose(text: str) -> Markup:
    """Return a description as HTML: paragraphs, lists of ``- `` lines, `code`. Everything else is shown as written."""
    blocks = []
    for block in re.split(r"\n\s*\n", text.strip()) if text.strip() else []:
        lines = block.strip().split("\n")
        words = [line for line in lines if not line.startswith("- ")]
        points = [_inline(line[2:]) for line in lines if line.startswith("- ")]
        if words:
            blocks.append(Markup('<p class="kern-body">{}</p>').format(_inline(" ".join(words))))
        if points:
            items = Markup("").join(Markup("<li>{}</li>").format(point) for point in points)
            blocks.append(Markup('<ul class="kern-list kern-list--bullet">{}</ul>').format(items))
    return Markup("").join(blocks)


def _inline(text: str) -> Markup:
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def _schema_of(message: Json) -> Json:
    """Return the JSON schema of a request body or an answer; {} when it has no JSON."""
    for media, content in message.get("content", {}).items():
        if "json" in media:
            schema: Json = content.get("schema", {})
            return schema
    return {}


def _members(spec: Json, schema: Json, prefix: str = "", around: tuple[int, ...] = ()) -> Iterator[Member]:
    """Go through the members of an object, nested ones with their path: ``years[].amount``.

    `around` are the schemas one is inside of: a schema that contains itself is named there, not opened again.
    """
    schema = _resolve(spec, schema)
    if id(schema) in around:
        return
    around = (*around, id(schema))
    for part in schema.get("allOf", ()):
        yield from _members(spec, part, prefix, around)
    if "items" in schema:
        yield from _members(spec, schema["items"], f"{prefix}[]", around)
    for name, raw in schema.get("properties", {}).items():
        inner = _resolve(spec, raw)
        path = f"{prefix}.{name}" if prefix else name
        yield Member(path, "", _kind(spec, inner), name in schema.get("required", ()), _text(inner))
        yield from _members(spec, inner, path, around)


def _kind(spec: Json, schema: Json) -> str:
    """Say in words what a value is."""
    schema = _resolve(spec, schema)
    for joined in ("oneOf", "anyOf"):
        if joined in schema:
            return " oder ".join(dict.fromkeys(_kind(spec, part) for part in schema[joined]))
    if "enum" in schema:
        return "eines von: " + ", ".join("null" if value is None else str(value) for value in schema["enum"])
    raw = schema.get("type", "object" if "properties" in schema or "allOf" in schema else "")
    words = []
    for name in [raw] if isinstance(raw, str) else raw:
        if name == "array":
            words.append(f"Liste: {_kind(spec, schema.get('items', {}))}")
        elif name == "string" and schema.get("format") in _FORMATS:
            words.append(_FORMATS[schema["format"]])
        else:
            words.append(_TYPES.get(name, "beliebig"))
    return " oder ".join(words)


def _text(schema: Json) -> str:
    """Return label, description, bounds and an example in one line."""
    parts = [str(schema[name]) for name in ("title", "description") if schema.get(name)]
    if "maxLength" in schema:
        parts.append(f"Höchstens {schema['maxLength']} Zeichen.")
    if "minimum" in schema:
        parts.append(f"Mindestens {schema['minimum']}.")
    if "maximum" in schema:
        parts.append(f"Höchstens {schema['maximum']}.")
    if schema.get("examples"):
        parts.append(f"Beispiel: {schema['examples'][0]}")
    return " ".join(part if part[-1] in ".?!:" or part is parts[-1] else f"{part}." for part in parts)


def _resolve(spec: Json, raw: Json) -> Json:
    """Follow references inside the document; a reference to elsewhere is left as it is."""
    seen: set[str] = set()
    while (reference := raw.get("$ref")) and reference.startswith("#/") and reference not in seen:
        seen.add(reference)
        target: Any = spec
        for step in reference.removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        raw = target
    return raw

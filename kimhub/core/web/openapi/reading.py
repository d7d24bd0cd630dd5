"""How an OpenAPI document is taken apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from kimhub.core.web.openapi.shapes import (
    Answer,
    Content,
    Group,
    Json,
    Member,
    Operation,
    Reference,
    Schema,
)
from kimhub.core.web.openapi.words import answer_text, inline, prose, type_word, value_text
from tenants.sorting import slugify

METHODS = ("get", "post", "put", "patch", "delete")
PROBLEM = "application/problem+json"
SCHEMAS = "#/components/schemas/"

_PLACES = {"path": "Pfad", "query": "Abfrage", "header": "Kopfzeile", "cookie": "Cookie"}


def read_reference(spec: Json, address: str) -> Reference:
    """Read an OpenAPI 3.1 document whose pages lie at `address` and below it, tags in the order of the document.

    A tag's description is written „Titel: Text“; the title names the group and its page. Raises `ValueError` if two
    groups would have the same page.
    """
    found = _by_tag(spec)
    words = _words(spec, found)
    slugs = {tag: slugify(title) for tag, (title, _) in words.items()}
    if len(set(slugs.values())) < len(slugs):
        raise ValueError(f"two groups of the API would share a page: {sorted(slugs.values())}")
    users: dict[str, set[str]] = {}
    for tag, operations in found.items():
        for name in _named(spec, [operation for _, _, _, operation in operations]):
            users.setdefault(name, set()).add(tag)
    homes = {name: slugs[next(iter(tags))] if len(tags) == 1 else "" for name, tags in users.items()}
    reader = _Reader(spec, {name: f"{address}/{slug}".rstrip("/") for name, slug in homes.items()})
    schemas = [name for name in spec.get("components", {}).get("schemas", {}) if name in homes]
    return Reference(
        version=spec.get("info", {}).get("version", ""),
        intro=prose(spec.get("info", {}).get("description", "")),
        groups=[
            Group(
                slugs[tag],
                words[tag][0],
                prose(words[tag][1]),
                [reader.operation(*operation) for operation in operations],
                [reader.schema(name) for name in schemas if homes[name] == slugs[tag]],
            )
            for tag, operations in found.items()
        ],
        shared=[reader.schema(name) for name in schemas if not homes[name]],
    )


_Found = tuple[str, str, Json, Json]
"""Path, method, path item, operation."""


def _by_tag(spec: Json) -> dict[str, list[_Found]]:
    found: dict[str, list[_Found]] = {tag["name"]: [] for tag in spec.get("tags", ())}
    for path, item in spec.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                tag = (item[method].get("tags") or ["Allgemein"])[0]
                found.setdefault(tag, []).append((path, method, item, item[method]))
    return {tag: operations for tag, operations in found.items() if operations}


def _words(spec: Json, found: Mapping[str, object]) -> dict[str, tuple[str, str]]:
    """Return title and text of each tag that is used."""
    described = {tag["name"]: tag.get("description") or tag["name"] for tag in spec.get("tags", ())}
    split = {tag: described.get(tag, tag).partition(": ") for tag in found}
    return {tag: (title, text[:1].upper() + text[1:]) for tag, (title, _, text) in split.items()}


def _named(spec: Json, raw: object) -> set[str]:
    """Return the names of all schemas that `raw` refers to, however far away."""
    names: set[str] = set()
    followed: set[str] = set()
    waiting: list[object] = [raw]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Mapping):
            reference = here.get("$ref")
            if isinstance(reference, str) and reference not in followed:
                followed.add(reference)
                waiting.append(_resolve(spec, here))
                if reference.startswith(SCHEMAS):
                    names.add(reference.removeprefix(SCHEMAS))
            waiting.extend(here.values())
        elif isinstance(here, list):
            waiting.extend(here)
    return names


@dataclass(frozen=True)
class _Reader:
    """Puts parts of a document into words; `homes` says at which address each named schema stands."""

    spec: Json
    homes: Mapping[str, str]

    def operation(self, path: str, method: str, item: Json, operation: Json) -> Operation:
        """Read one call."""
        parameters = [
            _resolve(self.spec, raw)
            for raw in (*item.get("parameters", ()), *operation.get("parameters", ()))
        ]
        responses = [
            (str(status), _resolve(self.spec, raw)) for status, raw in operation.get("responses", {}).items()
        ]
        return Operation(
            anchor="-".join([method, *re.findall(r"\w+", path)]),
            method=method.upper(),
            path=path,
            title=inline(operation.get("summary", "").rstrip(".") or path),
            text=prose(operation.get("description", "")),
            scopes=_scopes(self.spec, operation),
            parameters=[
                Member(
                    raw["name"],
                    _PLACES.get(raw["in"], str(raw["in"])),
                    self._kind(raw.get("schema", {})),
                    bool(raw.get("required")),
                    value_text(raw.get("schema", {}), raw.get("description", "")),
                )
                for raw in parameters
            ],
            body=self._content(_resolve(self.spec, operation.get("requestBody", {}))),
            answers=[self._answer(status, raw) for status, raw in sorted(responses) if not _is_refusal(raw)],
            refusals=[self._answer(status, raw) for status, raw in sorted(responses) if _is_refusal(raw)],
        )

    def schema(self, name: str) -> Schema:
        """Read a schema that has a name."""
        raw = self.spec["components"]["schemas"][name]
        members = list(self._members(raw))
        return Schema(name, _anchor(name), self._kind(raw), prose(raw.get("description", "")), members)

    def _answer(self, status: str, raw: Json) -> Answer:
        text = answer_text(status, raw.get("description", ""))
        return Answer(status, text, self._content(raw), list(raw.get("headers", {})))

    def _content(self, message: Json) -> Content | None:
        """Read what a message carries; JSON if there is a choice."""
        contents: Json = message.get("content", {})
        for media in sorted(contents, key=lambda media: "json" not in media):
            schema = contents[media].get("schema", {})
            named = "json" in media or not schema
            kind = self._kind(schema) if named else Markup("{} ({})").format(self._kind(schema), media)
            return Content(kind, () if "$ref" in schema else tuple(self._members(schema)))
        return None

    def _members(self, schema: Json, prefix: str = "") -> Iterator[Member]:
        """Go through the members of an object; those of an object without a name follow with their path."""
        for part in schema.get("allOf", ()):
            yield from self._members(_resolve(self.spec, part), prefix)
        if "items" in schema and "$ref" not in schema["items"]:
            yield from self._members(schema["items"], f"{prefix}[]")
        for name, inner in schema.get("properties", {}).items():
            path = f"{prefix}.{name}" if prefix else name
            required = name in schema.get("required", ())
            yield Member(
                path, "", self._kind(inner), required, value_text(inner, inner.get("description", ""))
            )
            yield from self._members(inner, path)

    def _kind(self, schema: Json) -> Markup:
        """Say in words what a value is; a schema that has a name is a link to it."""
        reference = schema.get("$ref", "")
        if reference.startswith(SCHEMAS):
            name = reference.removeprefix(SCHEMAS)
            return Markup(
                '<a class="kern-link kern-link--small kern-link--no-visited-state" href="{}">{}</a>'
            ).format(f"{self.homes[name]}#{_anchor(name)}", name)
        for joined in ("oneOf", "anyOf"):
            if joined in schema:
                return Markup(" oder ").join(dict.fromkeys(self._kind(part) for part in schema[joined]))
        if "enum" in schema:
            return Markup("eines von: ") + Markup(", ").join(
                Markup("<code>{}</code>").format("null" if value is None else value)
                for value in schema["enum"]
            )
        raw = schema.get("type", "object" if "properties" in schema or "allOf" in schema else "")
        return Markup(" oder ").join(
            self._kind_of_type(name, schema) for name in ([raw] if isinstance(raw, str) else raw)
        )

    def _kind_of_type(self, name: str, schema: Json) -> Markup:
        if name == "array":
            return Markup("Liste: ") + self._kind(schema.get("items", {}))
        if name == "object" and schema.get("additionalProperties"):
            return Markup("Objekt mit freien Namen, Werte: ") + self._kind(schema["additionalProperties"])
        return escape(type_word(name, schema))


def _anchor(name: str) -> str:
    return f"objekt-{name}"


def _is_refusal(answer: Json) -> bool:
    return PROBLEM in answer.get("content", {})


def _scopes(spec: Json, operation: Json) -> list[str] | None:
    """Return the scopes of which one is enough; [] = any sign-in, None = no sign-in."""
    needed = operation.get("security", spec.get("security", ()))
    if not needed:
        return None
    return sorted({scope for alternative in needed for scopes in alternative.values() for scope in scopes})


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

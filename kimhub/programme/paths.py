"""Field paths: where in a document an error is, written as people and what-if changes write it."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import ValidationError
from marshmallow.exceptions import SCHEMA

from kimhub.core.echo import echo


def field_paths(error: ValidationError) -> dict[str, list[str]]:
    """Return every message of `error` under its path, e.g. ``positions[1].fte.2022``, in natural order.

    A message about a whole object stands under the object's own path; about the whole document, under ``""``.
    """
    found: dict[str, list[str]] = {}
    _collect(error.messages, "", found)
    return dict(sorted(found.items(), key=lambda item: _natural(item[0])))


def _collect(node: Any, path: str, found: dict[str, list[str]]) -> None:
    if isinstance(node, dict):
        for key, inner in node.items():
            _collect(inner, _join(path, key), found)
    elif isinstance(node, list):
        for message in node:
            _collect(message, path, found)
    else:
        messages = found.setdefault(path, [])
        if str(node) not in messages:
            messages.append(str(node))


def _join(path: str, key: str | int) -> str:
    if key == SCHEMA:
        return path
    if isinstance(key, int):
        return f"{path}[{key}]"
    name = echo(str(key), 60)
    return f"{path}.{name}" if path else name


def _natural(path: str) -> list[tuple[int, str]]:
    parts = re.findall(r"[0-9]{1,9}|[^0-9]+", path)
    return [(int(part), "") if part[0] in "0123456789" else (-1, part) for part in parts]

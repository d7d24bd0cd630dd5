"""What the lists of this feature share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from marshmallow import fields as plain
from marshmallow import validate

from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import CommandSchema
from kimhub.core.idempotency import HEADER
from kimhub.core.web.paging import CursorError, decode_cursor

KEY = {
    "in": "header",
    "name": HEADER,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
    "description": "Eine Wiederholung mit demselben Schlüssel erhält dieselbe Antwort und wirkt nicht noch einmal.",
}
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string"},
    "description": "Das ETag des Antrags, auf dessen Stand gehandelt wird.",
}
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "Stand des Antrags"}}


class PageQuerySchema(CommandSchema):
    """Which page of a list."""

    cursor = plain.String(validate=validate.Length(max=500))
    limit = plain.Integer(load_default=50, validate=validate.Range(min=1, max=200))


def mark(cursor: str | None, kinds: Sequence[type]) -> tuple[Any, ...] | None:
    """Return the page mark in a cursor; raises `InvalidInputError` for one that this list did not make."""
    if cursor is None:
        return None
    try:
        return decode_cursor(cursor, kinds)
    except CursorError as problem:
        message = "Verwenden Sie next_cursor aus einer Antwort dieser Liste."
        raise InvalidInputError(message, fields={"cursor": [message]}) from problem

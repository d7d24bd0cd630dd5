"""What the operations of the ledger share: their headers, their pages, their state as an ETag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields as plain
from marshmallow import validate

from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import CommandSchema
from kimhub.core.idempotency import HEADER
from kimhub.core.web.paging import CursorError, PageRequest, decode_cursor, encode_cursor

MAX_PAGE = 200
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
    "description": "Das ETag des Standes, auf dem der Schritt getan wird.",
}
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "Der Stand"}}
LOCATION = {"Location": {"schema": {"type": "string"}, "description": "Die Adresse"}}


class PageQuerySchema(CommandSchema):
    """Which page of a list."""

    cursor = plain.String(
        validate=validate.Length(max=500), metadata={"description": "`next_cursor` der vorigen Antwort"}
    )
    limit = plain.Integer(load_default=50, validate=validate.Range(min=1, max=MAX_PAGE))


def asked_page(query: Mapping[str, Any], kinds: Sequence[type]) -> PageRequest:
    """Return the page that is asked for; raises `InvalidInputError` for a cursor of another list."""
    cursor = query.get("cursor")
    if cursor is None:
        return PageRequest(limit=query["limit"])
    try:
        return PageRequest(after=decode_cursor(cursor, kinds), limit=query["limit"])
    except CursorError as problem:
        message = "Verwenden Sie next_cursor aus einer Antwort dieser Liste."
        raise InvalidInputError(message, fields={"cursor": [message]}) from problem


def following(rows: Sequence[Mapping[Any, Any]], asked: PageRequest, *key: str) -> str | None:
    """Return the cursor of the next page, if there is one; `key` names the columns of the list's order."""
    if len(rows) <= asked.limit:
        return None
    edge = rows[asked.limit - 1]
    return encode_cursor([edge[name] for name in key])

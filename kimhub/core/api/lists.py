"""Lists over the API: rows in ``items``, `limit` and `cursor` in the query, `next_cursor` while there are more."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any

import marshmallow as ma
import orjson
from flask import Response
from marshmallow import fields, validate

from kimhub.core.api.frame import QuerySchema
from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import CommandSchema
from kimhub.core.web.paging import PAGE_SIZE, CursorError, PageRequest, decode_cursor, encode_cursor

MAX_PAGE = 200


class PageQuerySchema(QuerySchema):
    """Which page of a list; a list with filters extends it."""

    cursor = fields.String(
        validate=validate.Length(max=500), metadata={"description": "`next_cursor` der vorigen Antwort"}
    )
    limit = fields.Integer(
        load_default=PAGE_SIZE,
        validate=validate.Range(min=1, max=MAX_PAGE, error="Zulässig sind 1 bis {max} Zeilen."),
        error_messages={"invalid": "Geben Sie eine ganze Zahl an."},
    )


class ShelfQuerySchema(PageQuerySchema):
    """Which page of a list from which things can be put away (`Resource.shelf`)."""

    archived = fields.Boolean(metadata={"description": "auch Abgelegtes"})


def chosen(kinds: type[Enum], description: str = "", **options: Any) -> fields.Enum[Any]:
    """Return a filter that takes the value of one of `kinds`."""
    return fields.Enum(
        kinds,
        by_value=True,
        error_messages={"unknown": "Zulässig sind: {choices}."},
        metadata={"description": description} if description else {},
        **options,
    )


@cache
def page_of(row: type[ma.Schema]) -> type[ma.Schema]:
    """Return the schema of a page of rows."""
    return CommandSchema.from_dict(
        {
            "items": fields.List(fields.Nested(row), required=True),
            "next_cursor": fields.String(required=True, allow_none=True),
        },
        name=f"{re.sub('(Out|Summary)?Schema$', '', row.__name__)}Page",
    )


def asked_page(query: dict[str, Any], key: Mapping[str, type]) -> PageRequest:
    """Take the page out of a query, so that the filters stay; raises `InvalidInputError` for another list's cursor."""
    cursor, limit = query.pop("cursor", None), query.pop("limit")
    if cursor is None:
        return PageRequest(limit=limit)
    try:
        return PageRequest(after=decode_cursor(cursor, tuple(key.values())), limit=limit)
    except CursorError as foreign:
        message = "Verwenden Sie next_cursor aus einer Antwort dieser Liste."
        raise InvalidInputError(message, fields={"cursor": [message]}) from foreign


def page_response(
    rows: Sequence[Any],
    asked: PageRequest,
    key: Mapping[str, type],
    shown: Callable[[Any], Mapping[str, Any]],
) -> Response:
    """Return a page; of the rows, one more was fetched than is shown.

    Validating on the way out what the database has just said costs more than the statement (ADR 19): orjson writes
    plain dicts, the schema describes them, and a test of the feature compares both. Amounts are strings already.
    """
    following = None
    if len(rows) > asked.limit:
        edge = rows[asked.limit - 1]
        following = encode_cursor([_value(edge, name) for name in key])
    body = {"items": [shown(row) for row in rows[: asked.limit]], "next_cursor": following}
    return Response(orjson.dumps(body), mimetype="application/json")


def picked(row_schema: type[ma.Schema], **written: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any]]:
    """Return a function that takes out of a row what the schema names; `written` says how a column is written.

    It runs once per row, so what can be known before is.
    """
    fields_of = row_schema().fields
    names = tuple(fields_of)
    columns = tuple(field.attribute or name for name, field in fields_of.items())
    by_key, by_attribute = itemgetter(*columns), attrgetter(*columns)

    def pick(row: Any) -> dict[str, Any]:
        values = by_key(row) if isinstance(row, Mapping) else by_attribute(row)
        shown = dict(zip(names, values, strict=True))
        for name, write in written.items():
            shown[name] = write(shown[name])
        return shown

    return pick


def _value(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, Mapping) else getattr(row, name)

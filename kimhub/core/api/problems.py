"""What the API says when it refuses: problem+json (RFC 9457), and the parser that names what is wrong in a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn, cast

import flask
import marshmallow as ma
from marshmallow import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from kimhub.core.errors import InvalidInputError, KimhubError
from kimhub.core.json_input import named, read_json

PROBLEM = "application/problem+json"


class PreconditionRequiredError(KimhubError):
    """A step was asked for without saying on which state (RFC 6585 §3)."""

    status: ClassVar[int] = 428
    code: ClassVar[str] = "precondition-required"
    title: ClassVar[str] = "Der Kopf If-Match fehlt"


class FieldErrorSchema(ma.Schema):
    """One refused field."""

    field = ma.fields.String(
        required=True, metadata={"description": "Pfad, z. B. `criteria.jugendamt.evidence`"}
    )
    message = ma.fields.String(required=True)


class ProblemSchema(ma.Schema):
    """A refusal (RFC 9457)."""

    type = ma.fields.String(required=True, metadata={"format": "uri"})
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    code = ma.fields.String(required=True, metadata={"description": "Ändert sich nicht."})
    errors = ma.fields.List(ma.fields.Nested(FieldErrorSchema))
    request_id = ma.fields.String()


class Parser(FlaskParser):
    """Reads arguments and refuses them with our own errors; what the schema does not name is refused everywhere."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - the library declares it as an instance's
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": ma.RAISE,
        "files": ma.RAISE,
    }

    def load_json(self, req: flask.Request, schema: ma.Schema) -> Any:  # noqa: ARG002 - the library's signature
        """Return the body, read by the one reader; another media type than JSON is 415, not „field missing“."""
        body = req.get_data(cache=True)
        if not body:
            return missing
        if not req.is_json:
            raise UnsupportedMediaType
        return read_json(body)

    def handle_error(
        self,
        error: ma.ValidationError,
        req: flask.Request,  # noqa: ARG002 - the library's signature
        schema: ma.Schema,  # noqa: ARG002
        *,
        error_status_code: int | None,  # noqa: ARG002
        error_headers: Mapping[str, str] | None,  # noqa: ARG002
    ) -> NoReturn:
        """Turn marshmallow's tree into field paths, without the place it was read from."""
        raise InvalidInputError(
            "Bitte prüfen Sie die genannten Felder.",
            fields=named(
                {
                    path: messages
                    for tree in cast("dict[str, Any]", error.messages).values()
                    for path, messages in field_messages(tree).items()
                }
            ),
        ) from error


def field_messages(tree: Any, path: str = "") -> dict[str, list[str]]:
    """Return marshmallow's nested messages by path, e.g. ``positions[1].fte``; ``""`` is the whole."""
    if not isinstance(tree, Mapping):
        return {path: [str(message) for message in (tree if isinstance(tree, list) else [tree])]}
    found: dict[str, list[str]] = {}
    for key, inner in tree.items():
        if key == "_schema":
            deeper = path
        elif isinstance(key, int):
            deeper = f"{path}[{key}]"
        else:
            deeper = f"{path}.{key}" if path else str(key)
        for place, messages in field_messages(inner, deeper).items():
            found.setdefault(place, []).extend(messages)
    return found

"""The JSON API below ``/api/v1``: one Api object, its OpenAPI 3.1 description, and what all its routes share.

A feature declares an `ApiBlueprint` and registers it with `register_api` in its ``init_app``. Input is read by
marshmallow schemas, refusals are problem+json (RFC 9457) from the one set of error handlers, and the access mark of a
view is also what the description says about it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, ClassVar, NoReturn, Protocol, TypeVar, cast
from uuid import UUID

import flask
import flask_smorest
import marshmallow as ma
import orjson
from flask import Flask, Response, request
from flask_smorest.utils import prepare_response
from marshmallow import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from kimhub.core.errors import InvalidInputError, KimhubError
from kimhub.core.idempotency import refuse_covered
from kimhub.core.json_input import named, read_json
from kimhub.core.routing import Access, access_of, public
from kimhub.core.versions import Versioned, require_version
from tenants import Permission

View = TypeVar("View", bound=Callable[..., Any])
T = TypeVar("T")

PREFIX = "/api/v1"
OPENAPI_PATH = f"{PREFIX}/openapi.json"
TOKEN_PATH = "/oauth/token"  # noqa: S105 - an address, not a secret
PROBLEM = "application/problem+json"
SCHEME = "oauth2"
_API = "kimhub.api"
_KEPT = "kimhub.openapi"

_DESCRIPTION = """\
Schnittstelle von KIMHub, der Plattform für das Kommunale Integrationsmanagement in Nordrhein-Westfalen.

- Anmeldung: OAuth 2.0 Client Credentials (RFC 6749); das Token bestimmt die Kommune, für die gehandelt wird.
- Beträge und Stellenanteile sind Zeichenketten mit Punkt, Zeitpunkte stehen in UTC (RFC 3339).
- Fehler sind `application/problem+json` (RFC 9457); `code` ändert sich nicht, `detail` ist für Menschen.
- `ETag` und `If-Match` verhindern, dass ein überholter Stand entschieden wird.
- `Idempotency-Key` an POST-Anfragen lässt Wiederholungen gefahrlos zu; Antworten werden 24 Stunden aufbewahrt.
- Listen werden mit `cursor` geblättert; der Wert steht in `next_cursor` der vorigen Antwort.
"""


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


class _Parser(FlaskParser):
    """Reads arguments and refuses them with our own errors."""

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


class _Decorator(Protocol):
    def __call__(self, view: View) -> View: ...


class ApiBlueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # the library is untyped
    """A blueprint of the API: our parser, and each operation says which permission it needs."""

    ARGUMENTS_PARSER = _Parser()

    # The library's decorators, with the types it does not declare.
    route: Callable[..., _Decorator]
    arguments: Callable[..., _Decorator]
    response: Callable[..., _Decorator]
    alt_response: Callable[..., _Decorator]
    doc: Callable[..., _Decorator]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(_describe_access)

    def _store_endpoint_docs(self, endpoint: str, obj: Any, *args: Any, **options: Any) -> None:
        refuse_covered(obj)
        super()._store_endpoint_docs(endpoint, obj, *args, **options)
        for operation in self._docs[endpoint].values():
            if isinstance(operation, dict):
                operation["access"] = access_of(obj)


def _describe_access(doc: dict[str, Any], doc_info: dict[str, Any], **_: Any) -> dict[str, Any]:
    access: Access | None = doc_info.get("access")
    if access is None:
        return doc
    if access.public:
        return {**doc, "security": []}
    responses = {"401": "UNAUTHORIZED", **doc["responses"]}
    if access.permissions:
        responses["403"] = "FORBIDDEN"
    scopes = sorted(access.permissions)
    alternatives = [{SCHEME: [scope]} for scope in scopes] or [{SCHEME: []}]
    return {**doc, "security": alternatives, "responses": responses}


class _Api(flask_smorest.Api):  # type: ignore[misc]  # the library is untyped
    """flask-smorest without its error handlers and its pages; we have our own."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to `kimhub.core.errors`."""

    def _register_responses(self) -> None:
        for status in HTTPStatus:
            described: dict[str, Any] = {"description": status.phrase}
            if status >= HTTPStatus.BAD_REQUEST:
                described["schema"] = ProblemSchema
            prepare_response(described, self.spec, PROBLEM)
            self.spec.components.response(status.name, described, lazy=True)
        described = {"description": "Ablehnung oder Störung", "schema": ProblemSchema}
        prepare_response(described, self.spec, PROBLEM)
        self.spec.components.response(self.DEFAULT_ERROR_RESPONSE_NAME, described, lazy=True)


def init_api(app: Flask) -> None:
    """Create the Api object and serve its description; before the features are set up."""
    api = _Api(
        app,
        spec_kwargs={
            "title": "KIMHub",
            "version": version("kimhub"),
            "openapi_version": "3.1.0",
            "info": {"description": _DESCRIPTION, "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"}},
            "servers": [{"url": "/", "description": "Diese Installation"}],
        },
    )
    api.spec.components.security_scheme(
        SCHEME,
        {
            "type": "oauth2",
            "description": "Zugänge legt die Administration der Kommune an.",
            "flows": {
                "clientCredentials": {
                    "tokenUrl": TOKEN_PATH,
                    "scopes": {permission.value: permission.label for permission in Permission},
                }
            },
        },
    )
    app.extensions[_API] = api
    app.add_url_rule(OPENAPI_PATH, endpoint="openapi", view_func=_openapi)


def register_api(app: Flask, blueprint: ApiBlueprint) -> None:
    """Add the routes of a feature to the API and to its description."""
    app.extensions[_API].register_blueprint(blueprint)


@public("Beschreibung der Schnittstelle", transaction=False)
def _openapi() -> Response:
    """Send the OpenAPI document; it is the same for everybody and written once per process."""
    kept = flask.current_app.extensions
    if _KEPT not in kept:
        body = json.dumps(openapi_document(flask.current_app), ensure_ascii=False, separators=(",", ":"))
        kept[_KEPT] = (body.encode(), sha256(body.encode()).hexdigest())
    body, etag = kept[_KEPT]
    response = Response(body, mimetype="application/json")
    response.set_etag(etag)
    response.cache_control.no_cache = True
    response.cache_control.public = True
    response.make_conditional(request)
    return response


def openapi_document(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI 3.1 description of the API."""
    document: dict[str, Any] = app.extensions[_API].spec.to_dict()
    return document


def list_response(name: str, rows: Sequence[Mapping[str, object]], next_cursor: str | None) -> Response:
    """Return a page of a list; the rows are plain dicts and orjson writes them.

    Validating on the way out what the database has just said costs more than the statement (ADR 19); a schema
    describes the answer, and a test of the feature compares both. Amounts are strings already.
    """
    body = orjson.dumps({name: rows, "next_cursor": next_cursor})
    return Response(body, mimetype="application/json")


def seen(versioned: Versioned[T], id_: UUID) -> T:
    """Return a thing, held until the transaction ends, if the caller has seen its present state (If-Match).

    Raises `NotFoundError`, `PreconditionRequiredError` without a state (``*`` names none), and `StaleError` with the
    present state if it is another.
    """
    thing = versioned.held(id_)
    if not request.if_match or request.if_match.star_tag:
        raise PreconditionRequiredError(
            "Rufen Sie den Eintrag ab und senden Sie sein ETag als If-Match mit, damit kein überholter Stand "
            "entschieden wird."
        )
    present = versioned.mark(thing)
    # Weakly: a proxy that compresses the answer makes the tag a weak one (RFC 9110 §8.8.3), and ours stands for a
    # state, not for bytes.
    require_version(
        present,
        present if request.if_match.contains_weak(present) else None,
        "Rufen Sie den Eintrag neu ab und entscheiden Sie auf dem jetzigen Stand.",
        state=versioned.state(thing),
    )
    return thing


def etag(versioned: Versioned[T], thing: T) -> dict[str, str]:
    """Return the header that names the state of a thing."""
    return {"ETag": f'"{versioned.mark(thing)}"'}

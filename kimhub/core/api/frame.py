"""The JSON API below ``/api/v1``: one Api object, its OpenAPI 3.1 description, and how an operation is put together.

A feature declares its operations on a `kimhub.core.api.resource.Resource` or, where one does not fit, on an
`ApiBlueprint`, and registers it with `register_api` in its ``init_app``. Input is read by marshmallow schemas,
refusals are problem+json (RFC 9457) from the one set of error handlers, and the access mark of a view is also what the
description says about it. What holds for all operations is the contract of ADR 22.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, wraps
from hashlib import sha256
from http import HTTPStatus
from importlib.metadata import version
from threading import Lock
from typing import Any, Protocol, TypeVar

import flask
import flask_smorest
import marshmallow as ma
from flask import Flask, Response, request
from flask_smorest.utils import prepare_response

from kimhub.core.api.idempotency import HEADER, idempotent, refuse_covered
from kimhub.core.api.problems import PROBLEM, Parser, ProblemSchema
from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import CommandSchema
from kimhub.core.routing import Access, access_of, public, requires
from tenants import Permission

View = TypeVar("View", bound=Callable[..., Any])

PREFIX = "/api/v1"
OPENAPI_PATH = f"{PREFIX}/openapi.json"
TOKEN_PATH = "/oauth/token"  # noqa: S105 - an address, not a secret
SCHEME = "oauth2"
_API = "kimhub.api"
_KEPT = "kimhub.openapi"
_UNDESCRIBED = "kimhub.openapi.undescribed"
_DESCRIBING = Lock()

_DESCRIPTION = """\
Schnittstelle von KIMHub, der Plattform für das Kommunale Integrationsmanagement in Nordrhein-Westfalen.

- Anmeldung: OAuth 2.0 Client Credentials (RFC 6749); das Token bestimmt die Kommune, für die gehandelt wird.
- Beträge und Stellenanteile sind Zeichenketten mit Punkt, Zeitpunkte stehen in UTC (RFC 3339).
- Fehler sind `application/problem+json` (RFC 9457); `code` ändert sich nicht, `detail` ist für Menschen.
- `ETag` nennt den Stand eines Eintrags; das Wort selbst bedeutet nichts.
- Wer einen Eintrag ändert, sendet dieses Wort als `If-Match`; ohne kommt 428.
- Ist der Stand überholt, kommt 412 mit dem jetzigen, und nichts ist geändert.
- `Idempotency-Key` an POST-Anfragen lässt Wiederholungen gefahrlos zu; Antworten werden 24 Stunden aufbewahrt.
- Listen stehen in `items`. Geblättert wird mit `limit` und `cursor`, dem `next_cursor` der vorigen Antwort.
- Was nicht beschrieben ist, wird abgelehnt: unbekannte Felder ebenso wie unbekannte Parameter.
"""

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
    "description": "Das ETag des Standes, auf dem die Änderung beruht.",
}
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "Der Stand des Eintrags"}}
LOCATION = {"Location": {"schema": {"type": "string"}, "description": "Die Adresse des neuen Eintrags"}}
FILE: Mapping[str, object] = {"type": "string", "format": "binary"}
BYTES = "application/octet-stream"
"""What a download gives: `Operation(gives=FILE, content_type=BYTES)`."""
OVERTAKEN = (404, 409, 412, 428)
"""How a change of an existing thing is refused."""


class _Decorator(Protocol):
    def __call__(self, view: View) -> View: ...


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What one operation takes, gives and demands; `ApiBlueprint.operation` makes it so.

    A GET takes its schema from the query, all others from `location`. `changes` is for what alters a thing that exists:
    it demands If-Match, which the view checks by `kimhub.core.api.resource.seen`. `stores` False is for a POST that
    only calculates: it needs no Idempotency-Key.
    """

    summary: str
    description: str = ""
    permission: Permission
    takes: type[ma.Schema] | None = None
    location: str = "json"
    gives: type[ma.Schema] | Mapping[str, object] | None = None
    content_type: str | None = None
    status: int = 200
    headers: Mapping[str, Any] | None = None
    refused: tuple[int, ...] = ()
    changes: bool = False
    stores: bool = True
    keeps_record: bool = False
    path_parameters: tuple[Mapping[str, Any], ...] = ()


class QuerySchema(CommandSchema):
    """The parameters of a GET; what it does not name is refused."""

    error_messages = {"unknown": "Diesen Parameter gibt es nicht."}  # noqa: RUF012 - marshmallow's declaration


class ApiBlueprint(flask_smorest.Blueprint):  # type: ignore[misc]  # the library is untyped
    """A blueprint of the API: our parser, and each operation says which permission it needs."""

    ARGUMENTS_PARSER = Parser()

    # The library's decorators, with the types it does not declare.
    route: Callable[..., _Decorator]
    arguments: Callable[..., _Decorator]
    response: Callable[..., _Decorator]
    alt_response: Callable[..., _Decorator]
    doc: Callable[..., _Decorator]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(_describe_access)

    def operation(self, method: str, rule: str, endpoint: str, told: Operation) -> _Decorator:
        """Return the decorator that makes a view an operation: the one place where the order of its parts stands.

        The view gets what was taken as its first argument and the variables of the address by name.
        """

        def decorate(view: View) -> View:
            keyed = method == "POST" and told.stores
            refused = {*told.refused, *(OVERTAKEN if told.changes else ())}
            made: Callable[..., Any] = requires(told.permission, keeps_record=told.keeps_record)(view)
            words = {"summary": told.summary, "description": told.description}
            headers = [*([IF_MATCH] if told.changes else []), *([KEY] if keyed else [])]
            # Only what there is: an empty list would take the place of the parameters from the query.
            made = self.doc(
                **{name: said for name, said in {**words, "parameters": headers}.items() if said}
            )(made)
            for status in sorted(refused, reverse=True):
                made = self.alt_response(status, HTTPStatus(status).name)(made)
            made = self.response(
                told.status, told.gives, headers=told.headers, content_type=told.content_type
            )(made)
            if told.takes is not None:
                location = "query" if method == "GET" else told.location
                made = self.arguments(told.takes(), location=location)(made)
            if keyed:
                made = idempotent(made)
            self.route(rule, methods=[method], endpoint=endpoint, parameters=[*told.path_parameters])(made)
            return view

        return decorate

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        *args: Any,
        **options: Any,
    ) -> None:
        """Register a view; one that takes nothing from the query refuses whatever stands there."""
        if view_func is None:
            raise TypeError("a route needs a view")
        refuse_covered(view_func)
        super().add_url_rule(rule, endpoint or view_func.__name__, _strict(view_func), *args, **options)

    def register_views_in_doc(self, *args: Any, **options: Any) -> None:
        """Keep for later what describes the operations: it takes three quarters of making the application.

        `openapi_document` is where it is done: most processes, and all commands, are never asked for the description.
        """
        app: Flask = args[1]
        describe = partial(super().register_views_in_doc, *args, **options)
        app.extensions.setdefault(_UNDESCRIBED, []).append(describe)

    def _store_endpoint_docs(self, endpoint: str, obj: Any, *args: Any, **options: Any) -> None:
        super()._store_endpoint_docs(endpoint, obj, *args, **options)
        for operation in self._docs[endpoint].values():
            if isinstance(operation, dict):
                operation["access"] = access_of(obj)


def _strict(view: Callable[..., Any]) -> Callable[..., Any]:
    taken = getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", ())
    if any(parameter["in"] == "query" for parameter in taken):
        return view

    @wraps(view)
    def without_query(*args: Any, **kwargs: Any) -> Any:
        if request.args:
            unknown = [QuerySchema.error_messages["unknown"]]
            raise InvalidInputError(
                "Bitte prüfen Sie die genannten Felder.", fields=dict.fromkeys(request.args, unknown)
            )
        return view(*args, **kwargs)

    return without_query


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
    """Return the OpenAPI 3.1 description of the API, which is put together when it is first asked for."""
    with _DESCRIBING:
        waiting = app.extensions.get(_UNDESCRIBED, [])
        for describe in waiting:
            describe()
        waiting.clear()  # where one fails, all of it fails again and again: no description is half of it
        document: dict[str, Any] = app.extensions[_API].spec.to_dict()
    return document

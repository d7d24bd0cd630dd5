"""One set of error handlers: problem+json (RFC 9457) for the API, a page for a browser, a fragment for htmx.

Nothing of SQL, no traceback and no foreign name ever leaves the application; what is unknown becomes a plain
500 with the request's id, under which the log holds the rest.
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from flask import Flask, Response, current_app, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from tenants.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    KimhubError,
    NotFoundError,
    NotSignedInError,
    StaleError,
    TooManyRequestsError,
    constraint_error,
)

__all__ = [
    "ConflictError",
    "ForbiddenError",
    "InvalidInputError",
    "KimhubError",
    "NotFoundError",
    "NotSignedInError",
    "StaleError",
    "TooManyRequestsError",
    "constraint_error",
    "init_errors",
    "problem",
]

PROBLEM_TYPE = "urn:kimhub:problem:"
SIGN_IN_ANSWER = "kimhub.sign_in_answer"
"""Key in ``app.extensions``: returns the answer for a person who must sign in before seeing a page."""

_log = structlog.get_logger("kimhub.errors")

_HTTP_TEXTS = {
    400: ("bad-request", "Die Anfrage ist fehlerhaft", "Laden Sie die Seite neu und versuchen Sie es noch einmal."),
    404: ("not-found", "Nicht gefunden", "Diese Adresse gibt es nicht."),
    405: ("method-not-allowed", "Nicht möglich", "Diese Adresse kann so nicht aufgerufen werden."),
    413: ("too-large", "Zu groß", "Die Datei oder Eingabe ist größer als erlaubt."),
    415: ("unsupported-media-type", "Falsches Format", "Senden Sie JSON (application/json)."),
    422: ("invalid-input", "Die Angaben sind unvollständig oder fehlerhaft", "Bitte prüfen Sie die Angaben."),
    429: ("too-many-requests", "Zu viele Anfragen", "Bitte warten Sie einen Augenblick."),
    500: ("internal", "Es ist ein Fehler aufgetreten", "Der Fehler wurde aufgezeichnet. Versuchen Sie es später."),
    503: ("unavailable", "Vorübergehend nicht erreichbar", "Versuchen Sie es in einigen Minuten noch einmal."),
}  # fmt: skip


def init_errors(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(KimhubError, _refused)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def problem(
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    fields: Mapping[str, list[str]],
    extra: Mapping[str, object],
) -> dict[str, object]:
    """Return the members of a problem document."""
    members: dict[str, object] = {
        "type": PROBLEM_TYPE + code, "title": title, "status": status, "detail": detail, "code": code,
    }  # fmt: skip
    if fields:
        members["errors"] = [
            {"field": path, "message": message} for path, messages in fields.items() for message in messages
        ]
    if g.get("request_id"):
        members["request_id"] = g.request_id
    return {**extra, **members}


def _refused(error: KimhubError) -> ResponseReturnValue:
    if isinstance(error, NotSignedInError) and not _wants_json() and SIGN_IN_ANSWER in current_app.extensions:
        answer: ResponseReturnValue = current_app.extensions[SIGN_IN_ANSWER]()
        return answer
    status = error.status if _wants_json() else error.page_status or error.status
    return _answer(status, error.code, error.title, error.detail, fields=error.fields, extra=error.extra)


def _stale(_: StaleDataError) -> ResponseReturnValue:
    """Answer as `kimhub.core.versions` does: a row with a version was changed between reading and writing it."""
    return _refused(StaleError())


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if error.response is not None:
        return error.response
    if 300 <= status < 400:
        return redirect(error.get_response().headers["Location"], code=status)
    code, title, detail = _HTTP_TEXTS.get(status, _HTTP_TEXTS[400 if status < 500 else 500])
    response = _answer(status, code, title, detail)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> ResponseReturnValue:
    _log.error("unexpected", error=type(error).__name__, exc_info=error)
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    code, title, detail = _HTTP_TEXTS[500]
    return _answer(500, code, title, detail)


def _answer(
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    fields: Mapping[str, list[str]] | None = None,
    extra: Mapping[str, object] | None = None,
) -> Response:
    fields, extra = fields or {}, extra or {}
    if _wants_json():
        body = current_app.json.dumps(problem(status, code, title, detail, fields=fields, extra=extra))
        response = Response(body, status=status, mimetype="application/problem+json")
        if status == 401:
            invalid = ', error="invalid_token"' if code == "invalid-token" else ""  # RFC 6750 §3.1
            response.headers["WWW-Authenticate"] = f'Bearer realm="kimhub"{invalid}'
    else:
        template = "errors/_fragment.html" if request.headers.get("HX-Request") else "errors/page.html"
        page = render_template(
            template, status=status, code=code, title=title, detail=detail, fields=fields, extra=extra
        )
        response = Response(page, status=status, mimetype="text/html")
    if "retry_after" in extra:
        response.headers["Retry-After"] = str(extra["retry_after"])
    return response


def _wants_json() -> bool:
    return request.path.startswith("/api/") or request.path.startswith("/oauth/")

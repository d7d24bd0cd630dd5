"""One set of error handlers: problem+json (RFC 9457) for the API, a page for a browser, a fragment for htmx.

Nothing of SQL, no traceback and no foreign name ever leaves the application; what is unknown becomes a plain
500 with the request's id, under which the log holds the rest. What passes by itself (the database is away, a lock is
held) is a 503 and one line in the log, no traceback. An error page cannot fail: what it cannot draw it leaves out,
down to a page that needs neither template nor database nor address.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
import structlog
from flask import Flask, Response, current_app, g, redirect, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from kimhub.core.database.trouble import (
    OutcomeUnknownError,
    UnavailableError,
    cause_of,
    needs_the_operator,
    passing_trouble,
)
from kimhub.core.settings import Settings
from kimhub.core.web.plain import PLAIN_POLICY, plain_page
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
    app.register_error_handler(SecurityError, _unknown_host)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SQLAlchemyError, _database)
    app.register_error_handler(psycopg.Error, _database)
    app.register_error_handler(Exception, _unexpected)
    # Flask's own line names the address, which may hold what somebody searched for, and knows no passing trouble.
    app.log_exception = _log_outside_of_views  # type: ignore[method-assign]


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


def _unknown_host(_: SecurityError) -> ResponseReturnValue:
    """Refuse a Host that is none of KIMHUB_TRUSTED_HOSTS: no address can be built for it, none is repeated."""
    settings: Settings = current_app.extensions["kimhub.settings"]
    return _answer(
        400,
        "unknown-host",
        "Unter dieser Adresse gibt es hier nichts",
        f"Dieser Server antwortet nur unter seinem eigenen Namen: {settings.base_url}",
    )


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        trouble = passing_trouble(error.original_exception)
        if trouble:
            return _refused(trouble)
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


def _database(error: SQLAlchemyError | psycopg.Error) -> ResponseReturnValue:
    """Answer 503 for what passes by itself; the rest is a fault like any other."""
    trouble = passing_trouble(error)
    if trouble is None:
        return _unexpected(error)
    if isinstance(trouble, OutcomeUnknownError) and request.method in {"GET", "HEAD", "OPTIONS"}:
        trouble = UnavailableError()
    log_trouble(error, trouble)
    return _refused(trouble)


def log_trouble(error: BaseException, trouble: UnavailableError) -> None:
    """Write the one line for trouble that passes by itself."""
    write = _log.error if needs_the_operator(error) else _log.warning
    write("database_trouble", code=trouble.code, cause=cause_of(error))


def _log_outside_of_views(exc_info: Any) -> None:
    """Log what a handler or a hook of the request raised (in place of `Flask.log_exception`)."""
    error: BaseException = exc_info[1]
    trouble = passing_trouble(error)
    if trouble:
        log_trouble(error, trouble)
    else:
        _log.error("unexpected", error=type(error).__name__, exc_info=exc_info)


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
        response = _page(status, code=code, title=title, detail=detail, fields=fields, extra=extra)
    if "retry_after" in extra:
        response.headers["Retry-After"] = str(extra["retry_after"])
    return response


def _page(status: int, *, title: str, detail: str, **shown: object) -> Response:
    """Draw the page of an error: as it should be, else without who is signed in, else without anything."""
    template = "errors/_fragment.html" if request.headers.get("HX-Request") else "errors/page.html"
    for bare in (False, True) if status < 500 else (True,):
        if not _can_build_addresses():
            break
        try:
            page = render_template(template, status=status, title=title, detail=detail, bare=bare, **shown)
        except Exception as error:  # noqa: BLE001 - whatever the page needs may be what has failed
            _log_outside_of_views((type(error), error, error.__traceback__))
        else:
            return Response(page, status=status, mimetype="text/html")
    response = Response(plain_page(title, detail), status=status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = PLAIN_POLICY
    return response


def _can_build_addresses() -> bool:
    """Tell whether `url_for` works; it does not for a request whose Host nobody knows."""
    return request_ctx.url_adapter is not None


def _wants_json() -> bool:
    return request.path.startswith("/api/") or request.path.startswith("/oauth/")

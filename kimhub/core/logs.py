"""Structured logs with request, tenant and job ids, and never personal data.

Each request gets an id (a well-formed X-Request-ID is taken over) that also stands in the audit trail, in
jobs it starts and in error answers. The line of a request names the route's rule, not its address, because an
address may carry what somebody searched for.
"""

from __future__ import annotations

import logging
import re
import sys
import time
from collections.abc import MutableMapping
from typing import Any
from uuid import uuid4

import structlog
from flask import Flask, Response, g, request

from kimhub.core.settings import LogFormat, Settings

REQUEST_ID_HEADER = "X-Request-ID"
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_NEVER_LOGGED = frozenset({
    "email", "name", "display_name", "password", "note", "text", "subject", "token", "secret", "address", "ip",
})  # fmt: skip

_log = structlog.get_logger("kimhub.requests")


def configure_logs(settings: Settings) -> None:
    """Set up structlog for this process: JSON for machines, columns for people; to standard error."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format is LogFormat.JSON
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            refuse_personal_data,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[settings.log_level]
        ),
        logger_factory=_to_standard_error,
        cache_logger_on_first_use=False,
    )


def _to_standard_error(*_: Any) -> structlog.WriteLogger:
    """Write to standard error as it is now: an application outlives the file it once was (tests replace it)."""
    return structlog.WriteLogger(sys.stderr)


def refuse_personal_data(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank the values of keys that name personal data or secrets, should code ever log one."""
    for key in _NEVER_LOGGED & event.keys():
        event[key] = "[removed]"
    return event


def init_logs(app: Flask) -> None:
    """Give every request an id and one log line."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)


def _begin() -> None:
    given = request.headers.get(REQUEST_ID_HEADER, "")
    g.request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
    g.request_began = time.perf_counter()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers[REQUEST_ID_HEADER] = g.request_id
    actor = g.get("actor")
    _log.info(
        "request",
        method=request.method,
        route=route_of_request(),
        status=response.status_code,
        ms=round(1000 * (time.perf_counter() - g.request_began), 1),
        tenant_id=actor.tenant_id if actor else None,
    )
    return response


def route_of_request() -> str:
    """Return the rule that matched, e.g. ``/t/<slug>/mittel``; ``unmatched`` for unknown addresses."""
    return request.url_rule.rule if request.url_rule else "unmatched"


def _forget(_: BaseException | None) -> None:
    structlog.contextvars.unbind_contextvars("request_id")

"""Is the process alive, is it ready for requests, and how does it fare: /healthz, /readyz, /metrics.

``/healthz`` asks nobody, so that a slow database never makes an orchestrator kill the web process. ``/readyz``
asks whether the database answers, carries all migrations of this program and knows its binding key; Redis is
reported but not required, since no request touches it (jobs wait in the database).
"""

from __future__ import annotations

import hmac
import os
import time
from functools import cache

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client import REGISTRY as PROCESS_REGISTRY
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from kimhub.core.errors import NotFoundError
from kimhub.core.jobs.queries import job_figures
from kimhub.core.jobs.wakeups import workers_known
from kimhub.core.layout import PROJECT
from kimhub.core.logs import route_of_request
from kimhub.core.proxies import is_from_this_machine
from kimhub.core.routing import public
from kimhub.core.settings import Settings
from tenants import db
from tenants.signing import BindingKey

blueprint = Blueprint("health", __name__)

REQUESTS = Counter("kimhub_requests", "Answered requests", ("method", "route", "status"))
DURATION = Histogram(
    "kimhub_request_seconds", "Duration of requests in seconds", ("method", "route"),
    buckets=(0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12),
)  # fmt: skip

SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"
"""prometheus-client's own variable: the directory in which the web processes of a host add up their figures."""

_APPLIED = text("SELECT version_num FROM alembic_version")
_KNOWN = text("SELECT app.binding_key_known(:id)")


def init_health(app: Flask) -> None:
    """Register the three addresses and count requests."""
    app.register_blueprint(blueprint)
    app.after_request(_count)


@blueprint.get("/healthz")
@public("asked by the container runtime", transaction=False)
def healthz() -> ResponseReturnValue:
    """Answer that the process serves requests."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@public("asked by the load balancer", transaction=False)
def readyz() -> ResponseReturnValue:
    """Answer 200 when requests can be served, 503 otherwise, with the state of each part."""
    parts = {"database": _database_state(), "queue": _queue_state()}
    ready = parts["database"] == "ok"
    return jsonify(status="ok" if ready else "unavailable", **parts), 200 if ready else 503


@blueprint.get("/metrics")
@public("read by Prometheus; loopback only, or with KIMHUB_METRICS_TOKEN", transaction=False)
def metrics() -> ResponseReturnValue:
    """Return the metrics of all processes of this host in Prometheus' text format."""
    if not _may_read_metrics(_settings()):
        raise NotFoundError
    registry = PROCESS_REGISTRY
    if os.environ.get(SHARED_METRICS):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types here
    return Response(
        generate_latest(registry) + generate_latest(_job_metrics()), content_type=CONTENT_TYPE_LATEST
    )


def _job_metrics() -> CollectorRegistry:
    """Return how each lane of jobs fares now; without what database or Redis, being away, cannot say."""
    registry = CollectorRegistry()
    settings: Settings = current_app.extensions["kimhub.settings"]
    workers = workers_known(settings.redis_url)
    if workers is not None:
        gauge = Gauge("kimhub_workers", "Workers that live", ("lane",), registry=registry)
        for lane, count in workers.items():
            gauge.labels(lane).set(count)
    try:
        with db.engine.connect() as connection:
            lanes = job_figures(connection)
    except SQLAlchemyError:
        return registry
    for name, text_of_gauge in _JOB_GAUGES.items():
        gauge = Gauge(f"kimhub_jobs_{name}", text_of_gauge, ("lane",), registry=registry)
        for figures in lanes:
            gauge.labels(figures.lane).set(getattr(figures, name))
    return registry


_JOB_GAUGES = {
    "due": "Jobs that could be running and are not yet (depth of the outbox)",
    "running": "Jobs at work",
    "parked": "Jobs given up after the last attempt",
    "lag_seconds": "For how long the oldest due job has been waiting",
}


def _may_read_metrics(settings: Settings) -> bool:
    if settings.metrics_token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), settings.metrics_token.encode())
    return is_from_this_machine()


def _count(response: Response) -> Response:
    route = route_of_request()
    REQUESTS.labels(request.method, route, response.status_code).inc()
    DURATION.labels(request.method, route).observe(time.perf_counter() - g.request_began)
    return response


def _database_state() -> str:
    try:
        with db.engine.connect() as connection:
            if connection.scalar(_APPLIED) != _newest_migration():
                return "migration missing"
            known = connection.scalar(_KNOWN, {"id": BindingKey(_settings().binding_secret).id})
    except SQLAlchemyError:
        return "unavailable"
    return "ok" if known else "binding key unknown"


def _settings() -> Settings:
    settings: Settings = current_app.extensions["kimhub.settings"]
    return settings


def _queue_state() -> str:
    import redis  # noqa: PLC0415 — no other page needs it, and it takes a tenth of the time to start a web process

    try:
        with redis.Redis.from_url(_settings().redis_url, socket_timeout=1, socket_connect_timeout=1) as queue:
            queue.ping()
    except redis.RedisError:
        return "unavailable"
    return "ok"


@cache
def _newest_migration() -> str:
    files = (PROJECT / "migrations" / "versions").glob("[0-9]*.py")
    return max(path.name for path in files).partition("_")[0]

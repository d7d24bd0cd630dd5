"""The three addresses of operation."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from structlog.testing import capture_logs

from kimhub.core.jobs.models import Lane
from kimhub.core.proxies import FORWARDING
from tests.support.cluster import hang_up


def test_healthz_asks_nobody(app):
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok"}


def test_ready_with_a_migrated_database_and_a_queue(app):
    assert app.test_client().get("/readyz").json == {"status": "ok", "database": "ok", "queue": "ok"}


def test_still_ready_while_the_queue_is_away_since_no_request_needs_it(cluster, database):
    app = cluster.create_app(database, {"KIMHUB_REDIS_URL": "redis://127.0.0.1:1/0"})
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "database": "ok", "queue": "unavailable"}
    hang_up(app)


def test_not_ready_while_a_migration_is_missing(committing):
    with committing.as_owner() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = committing.app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["database"] == "migration missing"


def test_not_ready_while_the_database_does_not_know_the_key_that_signs_who_acts(cluster, database):
    app = cluster.create_app(database, {"KIMHUB_SECRET_KEY": "a secret that no migration has seen yet"})
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["database"]) == (503, "binding key unknown")
    hang_up(app)


def test_metrics_count_requests_by_route_and_never_by_address(app):
    client = app.test_client()
    client.get("/gibt-es-nicht/erika.mustermann")
    text_of_metrics = client.get("/metrics").text
    assert 'kimhub_requests_total{method="GET",route="unmatched",status="404"}' in text_of_metrics
    assert "mustermann" not in text_of_metrics


def test_metrics_tell_how_the_jobs_fare(app):
    text_of_metrics = app.test_client().get("/metrics").text
    for gauge in ("kimhub_jobs_due", "kimhub_jobs_running", "kimhub_jobs_parked", "kimhub_jobs_lag_seconds"):
        for lane in Lane:
            assert f'\n{gauge}{{lane="{lane}"}} ' in text_of_metrics


def test_metrics_are_for_this_machine_only(app):
    answer = app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert answer.status_code == 404


@pytest.fixture
def with_settings(cluster, database):
    """Make applications with other settings."""
    made = []

    def make(**settings: str) -> Flask:
        made.append(
            cluster.create_app(database, {f"KIMHUB_{name}": value for name, value in settings.items()})
        )
        return made[-1]

    yield make
    for app in made:
        hang_up(app)


@pytest.mark.parametrize("hops", ["0", "1"])
def test_metrics_are_never_for_whom_a_web_server_on_this_machine_brings(with_settings, hops):
    """Also where KIMHUB_PROXY_HOPS was forgotten, and where the web server says that it is this machine that asks."""
    client = with_settings(PROXY_HOPS=hops).test_client()
    for header in FORWARDING:
        value = {"X-Forwarded-Host": "localhost", "X-Forwarded-Proto": "https"}.get(header, "127.0.0.1")
        assert client.get("/metrics", headers={header: value}).status_code == 404, header
    assert client.get("/metrics").status_code == 200


def test_with_their_token_metrics_are_open_to_whoever_has_it(with_settings):
    closed = with_settings(METRICS_TOKEN="t" * 40)
    headers = {"X-Forwarded-For": "192.0.2.1"}
    assert closed.test_client().get("/metrics", headers=headers).status_code == 404
    headers["Authorization"] = f"Bearer {'t' * 40}"
    assert closed.test_client().get("/metrics", headers=headers).status_code == 200


def test_a_forgotten_number_of_web_servers_is_said_once(with_settings):
    behind = with_settings()
    with capture_logs() as log:
        for _ in range(3):
            behind.test_client().get("/healthz", headers={"X-Forwarded-For": "192.0.2.1"})
    assert [entry["event"] for entry in log].count("proxy_hops_missing") == 1
    assert "192.0.2.1" not in repr(log)


@pytest.mark.parametrize("given", ["a-well-formed-id-123", "\n", "x" * 65, "kurz"])
def test_a_well_formed_request_id_is_taken_over_and_another_replaced(app, given):
    answer = app.test_client().get("/healthz", headers={"X-Request-ID": given.strip()})
    taken = answer.headers["X-Request-ID"] == given
    assert taken is (given == "a-well-formed-id-123")

"""The same through PgBouncer in transaction mode: one server connection serves another tenant every moment.

Prepared statements stay off here: PgBouncer keeps them apart only from version 1.21 on.
"""

from __future__ import annotations

import os

import pytest
from sqlalchemy import make_url, text

from kimhub.app import create_app
from kimhub.core.database.roles import ROLE_SIGN_IN
from kimhub.core.settings import Settings
from tenants import binding, db
from tenants.binding import SIGN_IN
from tests.support.bouncer import SERVER_CONNECTIONS, bouncing
from tests.support.cluster import hang_up
from tests.support.fuzz import THREADS, Pool, seed_rows


@pytest.fixture(scope="module")
def pool(cluster):
    """Every thread has a connection of its own to PgBouncer, which has two to the server."""
    name = f"bouncer_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with cluster.copy_of_template(name):
        urls = cluster.urls(name)
        with bouncing(urls.app) as through:
            environ = {**cluster.environ(name), "KIMHUB_DATABASE_URL": through}
            sign_in = make_url(through).set(username=ROLE_SIGN_IN)
            options = {"pool_size": THREADS, "max_overflow": 0, "connect_args": {"prepare_threshold": None}}
            app = create_app(
                Settings.from_environ(environ),
                TESTING=True,
                SQLALCHEMY_ENGINE_OPTIONS=options,
                SQLALCHEMY_BINDS={SIGN_IN: {"url": sign_in, **options}},
            )
            made = Pool(app, seed_rows(urls.owner, app))
            yield made
            hang_up(app)


@pytest.fixture
def fresh(pool):
    pool.findings = []
    return pool


def test_server_connections_carry_nothing_from_one_tenant_to_the_next(fresh):
    assert fresh.run(2.0) == []
    assert fresh.transactions > 40


def test_the_threads_really_shared_the_servers_connections(fresh):
    with fresh.app.app_context():
        connections = [db.engine.connect() for _ in range(THREADS)]
        backends = set()
        for connection in connections * 3:
            backends.add(connection.scalar(text("SELECT pg_backend_pid()")))
            connection.rollback()
        for connection in connections:
            connection.close()
    assert len(backends) <= SERVER_CONNECTIONS


def test_a_setting_for_the_session_would_reach_another_tenant(fresh, monkeypatch):
    """The mutant ``set_config(…, false)``: here it leaks not only to the next user of a connection but at once."""
    monkeypatch.setattr(binding, "_BIND", text(str(binding._BIND).replace(", true)", ", false)")))
    assert any("returned with tenant" in finding or "unbound" in finding for finding in fresh.run(0.5))

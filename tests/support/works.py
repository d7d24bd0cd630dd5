"""Everything that jobs need, really committing: a database and a queue of a test module's own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text

from kimhub.core.jobs.outbox import after_commit
from kimhub.core.jobs.queries import JobStatus, job_status
from tenants import Actor, Role, transaction
from tests.factories.tenants import District, create_district
from tests.support.cluster import Cluster, hang_up
from tests.support.job_kinds import create_trace_tables
from tests.support.queue_server import QueueServer, queue_server


@dataclass(frozen=True)
class Works:
    """A district whose tenants ask for jobs, and the handles for watching and disturbing them."""

    app: Flask
    owner: Engine
    relay: Engine
    admin: Engine
    """The server's superuser, for cutting connections."""
    queue: QueueServer
    district: District
    environ: dict[str, str]

    @property
    def actor(self) -> Actor:
        return self.district.kreis.actor(Role.KI_COORDINATOR)

    def ask(self, kind: str, *, actor: Actor | None = None, dedup_key: str | None = None, **payload) -> UUID:
        """Ask for a job and commit."""
        actor = actor or self.actor
        with self.app.app_context(), transaction(actor) as session:
            return after_commit(session, actor, kind, payload, dedup_key=dedup_key)

    def multiply(self, job_id: UUID, times: int) -> None:
        """Ask for the same so many times more, each a moment later."""
        same = "kind, lane, payload, max_attempts, max_losses, actor_kind, actor_label, permissions, due_at"
        statement = text(
            f"INSERT INTO job (tenant_id, id, run_at, {same})"
            f" SELECT tenant_id, gen_random_uuid(), run_at + make_interval(secs => more * 0.001), {same}"
            " FROM job, generate_series(1, :times) AS more WHERE id = :job"
        )
        with self.app.app_context(), transaction(self.actor) as session:
            session.execute(statement, {"times": times, "job": job_id})

    def status(self, job_id: UUID, actor: Actor | None = None) -> JobStatus:
        with self.app.app_context(), transaction(actor or self.actor, read_only=True) as session:
            status = job_status(session, job_id)
        assert status is not None
        return status

    def starts(self, job_id: UUID) -> int:
        return self._count("job_start", job_id)

    def results(self, job_id: UUID) -> int:
        return self._count("job_result", job_id)

    def begun(self, before: UUID | None = None) -> int:
        """Return how many jobs have been begun by now, or had been when the job `before` was begun."""
        until = "(SELECT min(at) FROM job_start WHERE job_id = :job)" if before else "'infinity'"
        with self.owner.connect() as connection:
            count = text(f"SELECT count(*) FROM job_start WHERE at < {until}")
            return connection.scalar(count, {"job": before} if before else {}) or 0

    def forget(self) -> None:
        """Drop all jobs and their traces, for tests that leave some undone, and what Redis knows of killed workers."""
        with self.queue.client() as redis:
            redis.flushall()
        with self.owner.begin() as connection:
            connection.execute(text("TRUNCATE job, job_start, job_result"))

    def _count(self, table: str, job_id: UUID) -> int:
        with self.owner.connect() as connection:
            return connection.scalar(
                text(f"SELECT count(*) FROM {table} WHERE job_id = :job"), {"job": job_id}
            )

    def cut(self, condition: str = "true") -> int:
        """End the database connections of the application and the relay that fulfil `condition`."""
        with self.admin.connect() as connection:
            ended = connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
                    f" AND usename IN ('kimhub_app', 'kimhub_relay') AND ({condition})"
                ),
                {"name": self.relay.url.database},
            )
            return len(ended.all())

    def open_transactions(self) -> int:
        """Return how many transactions of the application wait for their next statement."""
        with self.admin.connect() as connection:
            waiting = text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = :name AND usename = 'kimhub_app'"
                " AND state = 'idle in transaction'"
            )
            return connection.scalar(waiting, {"name": self.relay.url.database}) or 0

    def admit(self, *, connections: bool) -> None:
        """Let the database take or refuse new connections, as while the server restarts."""
        with self.admin.connect() as connection:
            connection.execute(
                text(f"ALTER DATABASE {self.relay.url.database} ALLOW_CONNECTIONS {connections}")
            )

    def change(self, assignments: str, job_id: UUID, actor: Actor | None = None) -> None:
        """Turn the database's clock for one job, as its tenant."""
        with self.app.app_context(), transaction(actor or self.actor) as session:
            done = session.execute(text(f"UPDATE job SET {assignments} WHERE id = :job"), {"job": job_id})
            assert done.rowcount == 1


@contextmanager
def works_on(cluster: Cluster, queue: QueueServer, name: str) -> Iterator[Works]:
    """Set everything up in a fresh database `name`."""
    with cluster.copy_of_template(name):
        urls = cluster.urls(name)
        owner, relay = create_engine(urls.owner), create_engine(urls.relay, pool_pre_ping=True)
        admin = create_engine(urls.admin, isolation_level="AUTOCOMMIT")
        with owner.begin() as connection:
            create_trace_tables(connection)
            district = create_district(connection)
        app = cluster.create_app(name)
        environ = {**cluster.environ(name), "KIMHUB_REDIS_URL": queue.url}
        yield Works(app, owner, relay, admin, queue, district, environ)
        hang_up(app)
        for engine in (owner, relay, admin):
            engine.dispose()


@pytest.fixture(scope="module")
def queue() -> Iterator[QueueServer]:
    with queue_server() as server:
        yield server


@pytest.fixture(scope="module")
def works(cluster: Cluster, queue: QueueServer, request: pytest.FixtureRequest) -> Iterator[Works]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"test_{worker}_{Path(request.module.__file__).stem}"
    with works_on(cluster, queue, name) as works:
        yield works

"""How many jobs one worker does in a second, from the committed row to the committed result."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg

from bench.reading import tenants_of
from bench.stand import BIND, Stand
from kimhub.app import create_app
from kimhub.core.database.urls import conninfo
from kimhub.core.jobs.outbox import after_commit
from kimhub.core.settings import Settings
from tenants import GRANT_RECIPIENTS, TenantKind, db, system_actor, transaction

JOBS = 200
LONGEST_SECONDS = 120


def working(stand: Stand) -> dict[str, dict[str, float]]:
    """Return jobs per second of a worker that forks for each, with one relay, for work that costs nothing."""
    with stand.database("bench_jobs", tenants=100) as urls:
        environment = stand.environment(urls)
        tenant_id = tenants_of(urls, "bench_jobs", "kreis")[0]
        app = create_app(Settings.from_environ(environment))
        actor = system_actor(
            tenant_id=tenant_id,
            tenant_slug="kreis",
            tenant_name="Kreis",
            tenant_kind=TenantKind.KREIS,
            tenant_traits=GRANT_RECIPIENTS.traits,
        )
        with app.app_context():
            from bench.nothing import KIND  # noqa: PLC0415 - declares the kind of job once the app is there

            with transaction(actor) as session:
                for _ in range(JOBS):
                    after_commit(session, actor, KIND, {})
            db.engine.dispose()
        with ExitStack() as stack:
            for role in ("relay", "worker"):
                process = subprocess.Popen(
                    [sys.executable, "-m", "bench.nothing", role],
                    env={**os.environ, **environment}, cwd=Path(__file__).parents[1],
                )  # fmt: skip
                stack.callback(process.wait, timeout=60)
                stack.callback(process.terminate)
            seconds = _until_done(conninfo(urls.app), stand.said_of(tenant_id))
    return {"jobs": {"per_s": JOBS / seconds, "jobs": float(JOBS)}}


def _until_done(app_url: str, said: list[str]) -> float:
    """Return the seconds from the first finished job to the last, so that starting the processes does not count."""
    began = None
    limit = time.monotonic() + LONGEST_SECONDS
    with psycopg.connect(app_url, autocommit=False) as connection:
        while time.monotonic() < limit:
            with connection.transaction():
                connection.execute(BIND, said)
                row = connection.execute("SELECT count(*) FROM job WHERE state = 'done'").fetchone()
            done = row[0] if row else 0
            if began is None and done:
                began = time.monotonic()
            if began is not None and done >= JOBS:
                return time.monotonic() - began
            time.sleep(0.02)
    raise RuntimeError(f"not all jobs were done within {LONGEST_SECONDS} s")

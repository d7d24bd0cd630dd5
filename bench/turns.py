"""What it costs the relay to find whose turn it is: 100,000 waiting jobs, four in five of them one tenant's."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

import psycopg
from sqlalchemy import Connection, NullPool, create_engine

from bench.measure import WARM_UP, milliseconds
from bench.reading import LARGE, SMALL
from bench.stand import Stand
from kimhub.core.database.urls import conninfo, with_database
from kimhub.core.jobs.models import Lane
from kimhub.core.jobs.relay import RECOVER, TAKE

WAITING, DONE, RUNNING = 100_000, 300_000, 4
ROUNDS = 200

_FILL = """
SET session_replication_role = replica;
INSERT INTO tenant (kind, name, slug, is_grant_recipient, has_auslaenderbehoerde, has_jugendamt,
                    integration_committee, sort_key)
SELECT 'kreis', 'Kreis ' || n, 'kreis-' || n, true, true, true, 'none', lpad(n::text, 6, '0')
FROM generate_series(1, {tenants}) AS n;
INSERT INTO job (tenant_id, id, kind, lane, payload, state, due_at, run_at, attempts, max_attempts, max_losses,
                 actor_kind, actor_label, permissions, started_at, finished_at)
SELECT CASE WHEN state = 'done' THEN 1 + n % {tenants} WHEN n % 5 = 0 THEN 1 + n / 5 % {tenants} ELSE 1 END,
       gen_random_uuid(), 'bench.nothing', 'short', '{{}}', state, at, at, attempts, 5, 5, 'system', 'KIMHub', '{{}}',
       CASE WHEN state <> 'waiting' THEN at END, CASE WHEN state = 'done' THEN at END
FROM (
  SELECT n, 'waiting' AS state, now() - n * interval '0.1 second' AS at, 0 AS attempts
  FROM generate_series(1, {waiting}) AS n
  UNION ALL
  SELECT n, 'done', now() - n * interval '1 second', 1 FROM generate_series(1, {done}) AS n
  UNION ALL
  SELECT n, 'running', now() + interval '1 day', 1 FROM generate_series(1, {running}) AS n
) AS made;
RESET session_replication_role;
"""


def turns(stand: Stand) -> dict[str, dict[str, float]]:
    """Return milliseconds of the relay's statements: nobody is free, four are; few tenants and many."""
    return {name: _measured(stand, tenants) for name, tenants in (("450", SMALL), ("11,000", LARGE))}


def _measured(stand: Stand, tenants: int) -> dict[str, float]:
    with stand.empty_database("bench_turns") as urls:
        with psycopg.connect(conninfo(with_database(urls.admin, "bench_turns")), autocommit=True) as admin:
            admin.execute(_FILL.format(tenants=tenants, waiting=WAITING, done=DONE, running=RUNNING))
            admin.execute("VACUUM ANALYZE")
        engine = create_engine(urls.relay, poolclass=NullPool)
        with engine.connect() as connection:
            return {
                "lost_ms": _median(
                    lambda: _undone(connection, lambda: connection.execute(RECOVER, {"batch": 100}))
                ),
                "nobody_free_ms": _median(lambda: _take(connection, free=0)),
                "four_free_ms": _median(lambda: _take(connection, free=4)),
            }


def _take(connection: Connection, *, free: int) -> None:
    values = {"lane": Lane.SHORT, "free": free, "called": 0, "batch": 100, "hand_over": 60.0, "begin": 1.0}
    _undone(connection, lambda: connection.execute(TAKE, values).all())


def _undone(connection: Connection, work: Callable[[], object]) -> None:
    work()
    connection.rollback()


def _median(work: Callable[[], None]) -> float:
    for _ in range(WARM_UP // 5):
        work()
    return median(milliseconds(work) for _ in range(ROUNDS))

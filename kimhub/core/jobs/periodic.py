"""Beginning periodic work: whoever moves a task's tick on begins it, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from sqlalchemy import Connection, text

from kimhub.core.jobs.models import IS_OPEN, Lane
from kimhub.core.jobs.registry import MAX_ATTEMPTS, JobKind
from kimhub.core.jobs.schedule import Errand, Periodic, PerTenant

_log = structlog.get_logger("kimhub.jobs.relay")

_KNOW = text("INSERT INTO job_tick (task) VALUES (:task) ON CONFLICT DO NOTHING")
_MOVE_ON = text(
    """
    UPDATE job_tick SET ticked_at = clock_timestamp() WHERE task IN (
      SELECT task FROM job_tick
      WHERE task = :task AND ticked_at < date_bin(:every, (SELECT clock_timestamp()), to_timestamp(0))
      FOR UPDATE SKIP LOCKED
    ) RETURNING task
    """
)
_FOR_EVERY_TENANT = text(
    f"""
    INSERT INTO job (tenant_id, id, kind, lane, payload, dedup_key, max_attempts, max_losses, actor_kind, actor_label,
      permissions, request_id, state, due_at, run_at)
    SELECT id, gen_random_uuid(), :task, :lane, '{{}}', :task, :max_attempts, :max_losses, 'system', 'KIMHub', '{{}}',
      '', 'waiting', clock_timestamp(), clock_timestamp()
    FROM tenant WHERE cardinality(CAST(:kinds AS text[])) = 0 OR kind = ANY(CAST(:kinds AS text[]))
    ON CONFLICT (tenant_id, kind, dedup_key) WHERE {IS_OPEN} DO NOTHING
    """  # noqa: S608 - a constant of the model, no input
)


def begin_periodic_work(connection: Connection, task: Periodic, kinds: Mapping[str, JobKind]) -> bool:
    """Begin `task` if its time has come and nobody else has begun it; return whether this call did.

    Of an `Errand`: whether there was anything to do.
    """
    if isinstance(task, Errand):
        if done := connection.scalar(text(task.statement)):
            _log.info("errand", task=task.task, done=done)
        return bool(done)
    connection.execute(_KNOW, {"task": task.task})
    if connection.scalar(_MOVE_ON, {"task": task.task, "every": task.every}) is None:
        return False
    if isinstance(task, PerTenant):
        kind = kinds.get(task.task)
        values = {
            "task": task.task,
            "lane": kind.lane if kind else Lane.SHORT,
            "max_attempts": kind.max_attempts if kind else MAX_ATTEMPTS,
            "max_losses": kind.max_losses if kind else MAX_ATTEMPTS,
            "kinds": list(map(str, task.kinds)),
        }
        rows = connection.execute(_FOR_EVERY_TENANT, values).rowcount
    else:
        rows = connection.execute(text(task.statement)).rowcount
    _log.info("periodic", task=task.task, rows=rows)
    return True

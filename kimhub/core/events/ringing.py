"""Ringing: the relay makes a job for a tenant that has something to receive, and for no other.

No trigger makes it: the key that keeps two such jobs apart would let one author's long transaction hold up all who tell
the same tenant something (measured: as long as the first stays open). The relay's own transaction takes milliseconds.

Nothing is lost. An event is marked as rung for in the statement that makes the job, and only where no such job was open
before: an open one may have looked already. So whoever begins that job sees every event that was marked with it. The
job receives whatever has no receipt, marked or not, in whichever order events were committed.
"""

from __future__ import annotations

from kimhub.core.jobs.models import IS_OPEN, Lane
from kimhub.core.jobs.registry import MAX_ATTEMPTS

RECEIVE = "inbox.receive"
"""The kind of job by which a tenant receives its events."""
_EVENTS_AT_ONCE = 1_000

RING = f"""
WITH due AS MATERIALIZED (
  SELECT e.tenant_id, e.id, e.concerns FROM event AS e
  WHERE e.rung_at IS NULL AND NOT EXISTS (
    SELECT FROM job WHERE job.tenant_id = e.concerns AND job.kind = '{RECEIVE}' AND job.{IS_OPEN}
  )
  LIMIT {_EVENTS_AT_ONCE} FOR NO KEY UPDATE OF e SKIP LOCKED
), rung AS (
  UPDATE event AS e SET rung_at = clock_timestamp() FROM due
  WHERE e.tenant_id = due.tenant_id AND e.id = due.id RETURNING e.concerns
), made AS (
  INSERT INTO job (tenant_id, id, kind, lane, payload, dedup_key, max_attempts, max_losses, actor_kind, actor_label,
    permissions, request_id, state, due_at, run_at)
  SELECT concerns, gen_random_uuid(), '{RECEIVE}', '{Lane.SHORT}', '{{}}', '{RECEIVE}', {MAX_ATTEMPTS}, {MAX_ATTEMPTS},
    'system', 'KIMHub', '{{}}', '', 'waiting', clock_timestamp(), clock_timestamp()
  FROM rung GROUP BY concerns
  ON CONFLICT (tenant_id, kind, dedup_key) WHERE {IS_OPEN} DO NOTHING
  RETURNING 1
)
SELECT count(*) FROM made
"""  # noqa: S608 - constants of the model, no input

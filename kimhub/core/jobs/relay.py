"""The relay: finds jobs that are due, in all tenants, and calls a worker for each.

Signs in as kimhub_relay, which sees no payload. Any number of relays may run: each row is locked by whoever
handles it, and others skip it. Wake-ups are sent before the transaction is committed: if either fails, the
job stays as it was and is found again; a wake-up too many finds nothing to do.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from redis.exceptions import RedisError
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import InterfaceError, OperationalError

from kimhub.core.jobs.models import IS_OPEN, JobState
from kimhub.core.jobs.periodic import begin_periodic_work
from kimhub.core.jobs.registry import TIME_LIMIT_SECONDS, JobKind, load_kinds
from kimhub.core.jobs.schedule import SCHEDULE, Periodic
from kimhub.core.jobs.wakeups import CAPACITY, WakeUp, WakeUps, connect
from kimhub.core.settings import Settings

_log = structlog.get_logger("kimhub.jobs.relay")


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a relay works. All times are in seconds."""

    poll: float = 0.25
    """Between two looks at the table while nothing is due."""
    batch: int = 100
    hand_over: float = 60.0
    """How long a worker may take to come before another is called."""
    tick: float = 1.0
    """Between two looks at the list of periodic work."""
    longest_rest: float = 5.0
    """Between two tries while database or Redis do not answer."""


# A running job whose lease has ended has lost its worker: that attempt counts. One that was handed over and not
# claimed in time counts nothing: its wake-up was lost, or the workers are busy.
_TAKE = text(
    f"""
    WITH due AS MATERIALIZED (
      SELECT tenant_id, id, state = 'running' AS lost, state = 'running' AND attempts >= max_attempts AS spent
      FROM job WHERE {IS_OPEN} AND run_at <= (SELECT clock_timestamp())
      ORDER BY run_at LIMIT :batch FOR UPDATE SKIP LOCKED
    )
    UPDATE job SET
      state = CASE WHEN due.spent THEN 'parked' ELSE 'dispatched' END,
      finished_at = CASE WHEN due.spent THEN clock_timestamp() END,
      last_error = CASE WHEN due.lost THEN 'worker-lost' ELSE job.last_error END,
      dispatches = job.dispatches + 1,
      run_at = clock_timestamp() + make_interval(secs => :hand_over)
    FROM due WHERE job.tenant_id = due.tenant_id AND job.id = due.id
    RETURNING job.tenant_id, job.id, job.kind, job.state, job.dispatches, due.lost
    """  # noqa: S608 - a constant of the model, no input
)
_CALL_AGAIN = text(
    """
    UPDATE job SET run_at = clock_timestamp() WHERE id IN (
      SELECT id FROM job WHERE state = 'dispatched' FOR UPDATE SKIP LOCKED
    )
    """
)


class Relay:
    """One relay at work."""

    def __init__(
        self,
        engine: Engine,
        wake_ups: WakeUps,
        *,
        pace: Pace | None = None,
        kinds: Mapping[str, JobKind] | None = None,
        schedule: tuple[Periodic, ...] = SCHEDULE,
    ) -> None:
        self._engine = engine
        self._wake_ups = wake_ups
        self._pace = pace or Pace()
        self._kinds = load_kinds() if kinds is None else kinds
        self._schedule = schedule

    def step(self) -> int:
        """Call workers for what is due now; return how many jobs were looked at."""
        lost, called = self._wake_ups.are_lost(), self._wake_ups.waiting()
        batch = min(self._pace.batch, CAPACITY - len(called))
        if batch <= 0:
            return 0
        with self._engine.begin() as connection:
            if lost:
                connection.execute(_CALL_AGAIN)
            rows = connection.execute(_TAKE, {"batch": batch, "hand_over": self._pace.hand_over}).all()
            self._wake_ups.send(
                WakeUp(row.id, row.tenant_id, row.dispatches, self._time_limit(row.kind))
                for row in rows
                if row.state == JobState.DISPATCHED and str(row.id) not in called
            )
        if lost:
            self._wake_ups.mark()
        for row in rows:
            if row.lost:
                _log.warning("worker-lost", job_id=str(row.id), tenant_id=row.tenant_id, state=row.state)
        return len(rows)

    def tick(self) -> None:
        """Begin the periodic work whose time has come."""
        for task in self._schedule:
            with self._engine.begin() as connection:
                begin_periodic_work(connection, task, self._kinds)

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set. While database or Redis do not answer, wait and try again."""
        rest = 0.0
        next_tick = 0.0
        while not stop.wait(rest):
            try:
                if time.monotonic() >= next_tick:
                    self.tick()
                    next_tick = time.monotonic() + self._pace.tick
                found = self.step()
            except (OperationalError, InterfaceError, RedisError) as trouble:
                rest = min(max(rest * 2, self._pace.poll), self._pace.longest_rest)
                _log.warning("relay-waits", trouble=type(trouble).__name__, seconds=rest)
            else:
                rest = 0.0 if found >= self._pace.batch else self._pace.poll

    def _time_limit(self, kind: str) -> float:
        known = self._kinds.get(kind)
        return known.time_limit if known else TIME_LIMIT_SECONDS


def run_relay(settings: Settings, stop: threading.Event, *, pace: Pace | None = None) -> None:
    """Run one relay on the servers of `settings` until `stop` is set.

    Raises SettingsError where this process was not given the relay's database address.
    """
    engine = create_engine(settings.relay_url(), pool_size=1, max_overflow=0, pool_pre_ping=True)
    with connect(settings.redis_url) as redis:
        Relay(engine, WakeUps(redis), pace=pace).run(stop)
    engine.dispose()

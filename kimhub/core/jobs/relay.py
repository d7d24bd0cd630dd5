"""The relay: finds jobs that are due, in all tenants, and calls a worker for each, one tenant after the other.

Signs in as kimhub_relay, which sees no payload. Any number of relays may run: each row is locked by whoever
handles it, and others skip it. Wake-ups are sent before the transaction is committed: if either fails, the
job stays as it was and is found again; a wake-up too many finds nothing to do.

Who is next is decided late: a lane gets no more wake-ups than it has workers waiting for one. So a tenant that asks
for a thousand jobs does not stand before another that asks for one (docs/adr/0030-tenants-take-turns.md).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from redis.exceptions import RedisError
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import InterfaceError, OperationalError

from kimhub.core.interruption import WishToEnd
from kimhub.core.jobs.models import IN_FLIGHT, IS_DUE, Lane
from kimhub.core.jobs.periodic import begin_periodic_work
from kimhub.core.jobs.registry import TIME_LIMIT_SECONDS, JobKind, load_kinds
from kimhub.core.jobs.schedule import SCHEDULE, Periodic
from kimhub.core.jobs.wakeups import LaneLoad, WakeUp, WakeUps, connect
from kimhub.core.mail.holding import DELIVER, MAY_LEAVE, is_held
from kimhub.core.settings import Settings

_log = structlog.get_logger("kimhub.jobs.relay")

SPARE = {Lane.SHORT: 1, Lane.LONG: 0}
"""Wake-ups beyond the free workers. One keeps a worker of short jobs from waiting for the relay between two of them;
of long jobs nobody shall stand behind one that need not have been decided yet."""


_SLOWER = 1.5
"""How much later each look comes that follows one in vain."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a relay works. All times are in seconds."""

    poll: float = 0.25
    """Between two looks while nothing is due or no worker is free."""
    quick: float = 0.01
    """Until the next look after something was handed over; looks in vain come later and later, up to `poll`."""
    batch: int = 100
    """Jobs of one look at most."""
    hand_over: float = 60.0
    """How long a worker may take to come before another is called."""
    begin: float = 1.0
    """How long a worker may take to claim a job that it was called for; so long it counts as not free."""
    tick: float = 1.0
    """Between two looks at the list of periodic work."""
    longest_rest: float = 5.0
    """Between two tries while database or Redis do not answer."""


# A running job whose lease has ended has lost its worker: that attempt counts. One that was handed over and not
# claimed in time counts nothing: its wake-up was lost, or the workers are busy.
RECOVER = text(
    """
    WITH lost AS MATERIALIZED (
      SELECT tenant_id, id, attempts >= max_attempts OR losses + 1 >= max_losses AS spent
      FROM job WHERE state = 'running' AND run_at <= (SELECT clock_timestamp())
      LIMIT :batch FOR UPDATE SKIP LOCKED
    )
    UPDATE job SET
      state = CASE WHEN lost.spent THEN 'parked' ELSE 'waiting' END,
      finished_at = CASE WHEN lost.spent THEN clock_timestamp() END,
      losses = job.losses + 1,
      last_error = 'worker-lost',
      due_at = clock_timestamp(),
      run_at = clock_timestamp()
    FROM lost WHERE job.tenant_id = lost.tenant_id AND job.id = lost.id
    RETURNING job.tenant_id, job.id, job.state
    """
)
_MAY_GO = f"(kind <> '{DELIVER}' OR {MAY_LEAVE})"
# Of each tenant its oldest due job; first the tenants with the fewest jobs in hand, of those who had their last turn
# longest ago. `oldest` jumps from tenant to tenant in the index instead of reading all that they have waiting. A job
# that was handed over a moment ago has a worker that is not free any more, although it may still say so.
TAKE = text(
    f"""
    WITH RECURSIVE oldest AS (
      (
        SELECT tenant_id, id, run_at FROM job WHERE lane = :lane AND {IS_DUE} AND {_MAY_GO}
        ORDER BY tenant_id, run_at LIMIT 1
      )
      UNION ALL
      SELECT following.tenant_id, following.id, following.run_at
      FROM oldest CROSS JOIN LATERAL (
        SELECT job.tenant_id, job.id, job.run_at FROM job
        WHERE job.lane = :lane AND {IS_DUE} AND {_MAY_GO} AND job.tenant_id > oldest.tenant_id
        ORDER BY job.tenant_id, job.run_at LIMIT 1
      ) AS following
    ), busy AS MATERIALIZED (
      SELECT tenant_id, count(*) AS jobs,
        count(*) FILTER (
          WHERE state = 'dispatched' AND run_at > clock_timestamp() + make_interval(secs => :hand_over - :begin)
        ) AS just_called
      FROM job WHERE lane = :lane AND {IN_FLIGHT} AND run_at > (SELECT clock_timestamp()) GROUP BY tenant_id
    ), next AS MATERIALIZED (
      SELECT oldest.tenant_id, oldest.id
      FROM oldest
      LEFT JOIN busy ON busy.tenant_id = oldest.tenant_id
      LEFT JOIN LATERAL (
        SELECT job.started_at FROM job
        WHERE job.lane = :lane AND job.tenant_id = oldest.tenant_id AND job.started_at IS NOT NULL
        ORDER BY job.started_at DESC LIMIT 1
      ) AS turn ON true
      WHERE oldest.run_at <= (SELECT clock_timestamp())
      ORDER BY coalesce(busy.jobs, 0), turn.started_at NULLS FIRST, oldest.run_at
      LIMIT (
        SELECT cast(least(greatest(:free - greatest(coalesce(sum(just_called), 0), :called), 0), :batch) AS bigint)
        FROM busy
      )
    ), due AS MATERIALIZED (
      SELECT job.tenant_id, job.id FROM job JOIN next ON job.tenant_id = next.tenant_id AND job.id = next.id
      WHERE {IS_DUE} AND job.run_at <= (SELECT clock_timestamp()) FOR UPDATE OF job SKIP LOCKED
    )
    UPDATE job SET
      state = 'dispatched',
      dispatches = job.dispatches + 1,
      run_at = clock_timestamp() + make_interval(secs => :hand_over)
    FROM due WHERE job.tenant_id = due.tenant_id AND job.id = due.id
    RETURNING job.tenant_id, job.id, job.kind, job.dispatches
    """  # noqa: S608 - constants of the model, no input
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
        """Call workers for what is due now, as far as there are any; return how many jobs were looked at."""
        emptied, loads = self._wake_ups.are_lost(), self._wake_ups.loads()
        with self._engine.begin() as connection:
            if emptied:
                connection.execute(_CALL_AGAIN)
            lost = connection.execute(RECOVER, {"batch": self._pace.batch}).all()
            handed_over = sum(self._hand_over(connection, lane, load) for lane, load in loads.items())
        if emptied:
            self._wake_ups.mark()
        for row in lost:
            _log.warning("worker-lost", job_id=str(row.id), tenant_id=row.tenant_id, state=row.state)
        return len(lost) + handed_over

    def _hand_over(self, connection: Connection, lane: Lane, load: LaneLoad) -> int:
        """Call workers of a lane. Where none is known, one is expected: it may be starting, or Redis was emptied."""
        free = (load.free if load.workers else 1) + SPARE[lane]
        if free <= len(load.called):
            return 0
        values = {
            "lane": lane, "free": free, "called": len(load.called), "batch": self._pace.batch,
            "hand_over": self._pace.hand_over, "begin": self._pace.begin,
        }  # fmt: skip
        rows = connection.execute(TAKE, values).all()
        self._wake_ups.send(
            lane,
            (
                WakeUp(row.id, row.tenant_id, row.dispatches, self._time_limit(row.kind))
                for row in rows
                if str(row.id) not in load.called
            ),
        )
        return len(rows)

    def tick(self) -> None:
        """Begin the periodic work whose time has come."""
        for task in self._schedule:
            with self._engine.begin() as connection:
                begin_periodic_work(connection, task, self._kinds)

    def _tell_of_held_mails(self) -> bool:
        with self._engine.connect() as connection:
            if is_held(connection):
                _log.warning("mail-held", cure="kimhub mail status")
                return True
        return False

    def run(self, stop: WishToEnd) -> None:
        """Work until `stop` is set. While database or Redis do not answer, wait and try again."""
        rest = next_tick = 0.0
        told = False
        while not stop.wait(rest):
            try:
                if time.monotonic() >= next_tick:
                    self.tick()
                    told = told or self._tell_of_held_mails()
                    next_tick = time.monotonic() + self._pace.tick
                found = self.step()
            except (OperationalError, InterfaceError, RedisError) as trouble:
                rest = min(max(rest * 2, self._pace.poll), self._pace.longest_rest)
                _log.warning("relay-waits", trouble=type(trouble).__name__, seconds=rest)
            else:
                rest = (
                    self._pace.quick if found else min(max(rest, self._pace.quick) * _SLOWER, self._pace.poll)
                )

    def _time_limit(self, kind: str) -> float:
        known = self._kinds.get(kind)
        return known.time_limit if known else TIME_LIMIT_SECONDS


def run_relay(settings: Settings, stop: WishToEnd, *, pace: Pace | None = None) -> None:
    """Run one relay on the servers of `settings` until `stop` is set.

    Raises SettingsError where this process was not given the relay's database address.
    """
    engine = create_engine(settings.relay_url(), pool_size=1, max_overflow=0, pool_pre_ping=True)
    with connect(settings.redis_url) as redis:
        Relay(engine, WakeUps(redis), pace=pace).run(stop)
    engine.dispose()

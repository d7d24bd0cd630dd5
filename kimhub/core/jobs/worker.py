"""The worker: waits for wake-ups of its lanes and does each job in a process of its own.

RQ brings the wake-up, forks and watches the child. It decides nothing else: the child claims the job in the
database, and what Redis says about functions, callbacks, results or commands is not followed.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import signal
import time
from collections.abc import Sequence
from types import FrameType

import structlog
from flask import Flask
from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.exceptions import DeserializationError, StopRequested
from rq.job import Job as RqJob
from rq.serializers import JSONSerializer
from rq.timeouts import HorseMonitorTimeoutException
from rq.utils import current_timestamp, now
from rq.worker_registration import clean_worker_registry, register
from sqlalchemy.orm import configure_mappers

from kimhub.core.interruption import WishToEnd
from kimhub.core.jobs.limits import JobLimits, confine
from kimhub.core.jobs.models import Lane
from kimhub.core.jobs.registry import load_kinds
from kimhub.core.jobs.wakeups import connect, job_in, queue_on
from kimhub.core.jobs.working import work_off
from kimhub.core.settings import Settings
from tenants import db

_SECONDS_BETWEEN_SIGNS = 15
_SECONDS_KNOWN = 60
"""After its last sign of life a worker is no longer expected to come."""
_SECONDS_BEYOND_LIMIT = 30
"""A child ends itself at its job's time limit; one that cannot is killed this much later."""
_SECONDS_UNTIL_NEXT_TRY = 1.0
_RQ_WAKES_EARLIER = 15
"""By so many seconds before its own limit RQ looks up from waiting for a wake-up."""

_log = structlog.get_logger("kimhub.jobs.worker")


class JobWorker(Worker):
    """RQ's forking worker, reduced to carrying wake-ups."""

    max_connection_wait_time = 2.0

    def __init__(
        self, app: Flask, redis: Redis, stop: WishToEnd, lanes: Sequence[Lane], limits: JobLimits
    ) -> None:
        super().__init__(
            [queue_on(redis, lane) for lane in lanes],
            connection=redis,
            serializer=JSONSerializer,
            log_job_description=False,
            job_monitoring_interval=_SECONDS_BETWEEN_SIGNS,
            worker_ttl=_SECONDS_BETWEEN_SIGNS + _RQ_WAKES_EARLIER,
        )
        self._app = app
        self._stop = stop
        self._limits = limits

    def perform_job(self, job: RqJob, queue: Queue) -> bool:
        """In the child: do the job that the wake-up names within its limits, then forget the wake-up."""
        confine(self._limits)
        with self._app.app_context():
            db.engine.dispose(close=False)  # connections of the parent, if it ever has any, stay the parent's
        try:
            job_id, tenant_id = job_in(job.args)
        except (ValueError, DeserializationError):
            _log.warning("strange-wake-up", wake_up=job.id)
            worked = False
        else:
            worked = work_off(self._app, job_id, tenant_id, cpu=self._limits.cpu)
        self._forget(job, queue)
        return worked

    def monitor_work_horse(self, job: RqJob, queue: Queue) -> None:
        """In the parent: wait for the child, with nothing asked of Redis; kill one far beyond its time limit."""
        latest = time.monotonic() + (job.timeout or 0) + _SECONDS_BEYOND_LIMIT
        status: int | None = None
        while status is None:
            try:
                with self.death_penalty_class(_SECONDS_BETWEEN_SIGNS, HorseMonitorTimeoutException):
                    _, status, _ = self.wait_for_horse()
                    status = status or 0
            except HorseMonitorTimeoutException:
                if time.monotonic() > latest:
                    self.kill_horse()
                self.heartbeat()
        self._horse_pid = 0
        if status:
            _log.warning("child-ended", wake_up=job.id, status=status)
            self._forget(job, queue)

    def setup_work_horse_signals(self) -> None:
        """Let the child finish its job when the whole process group is told to end; a second signal kills it."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def execute_job(self, job: RqJob, queue: Queue) -> None:
        """Fork a child for the job and wait for it. A Redis that went away meanwhile loses a wake-up at most."""
        try:
            super().execute_job(job, queue)
        except RedisError as trouble:
            _log.warning("wake-up-lost", wake_up=job.id, trouble=type(trouble).__name__)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Take no further job; the one under way is finished."""
        self._stop.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]  # RQ is typed in part only

    def set_state(self, state: str, pipeline: Pipeline | None = None) -> None:
        """Say in Redis what the worker does, if it listens."""
        with contextlib.suppress(RedisError):
            super().set_state(state, pipeline=pipeline)

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:  # noqa: ARG002 - RQ's
        """Say in Redis that the worker lives and what it does, if Redis listens; an emptied one learns it anew.

        The relay counts free workers by it. What keeps a job is its lease in the database.
        """
        with contextlib.suppress(RedisError), self.connection.pipeline() as telling:
            super().heartbeat(_SECONDS_KNOWN, pipeline=telling)
            super().set_state(self.get_state(), pipeline=telling)
            register(self, telling)
            telling.execute()

    def set_shutdown_requested_date(self) -> None:
        """Say so in Redis, if it listens."""
        with contextlib.suppress(RedisError):
            super().set_shutdown_requested_date()  # type: ignore[no-untyped-call]

    def register_death(self) -> None:
        """Sign off in Redis, if it listens."""
        with contextlib.suppress(RedisError):
            super().register_death()  # type: ignore[no-untyped-call]

    def subscribe(self) -> None:
        """Take no commands from Redis; this also keeps the parent free of threads when it forks."""

    def check_for_suspension(self, burst: bool) -> None:
        """Follow no request in Redis to stand still."""

    def clean_registries(self) -> None:
        """Forget what workers that died have left in Redis. RQ would run callbacks named there, or try again."""
        for queue in self.queues:
            self.connection.zremrangebyscore(queue.started_job_registry.key, "-inf", current_timestamp())
            for rq_id in queue.intermediate_queue.get_job_ids():
                if not self.connection.exists(RqJob.key_for(rq_id)):
                    queue.intermediate_queue.remove(rq_id)
            clean_worker_registry(queue)
        self.last_cleaned_at = now()  # type: ignore[assignment]  # RQ declares its first value only

    def _forget(self, job: RqJob, queue: Queue) -> None:
        with contextlib.suppress(RedisError):
            with self.connection.pipeline() as pipeline:
                self.cleanup_execution(job, pipeline=pipeline)
                pipeline.lrem(queue.intermediate_queue_key, 1, job.id)
                pipeline.execute()
            # Afterwards: RQ looks up what is still being executed, and stumbles over what has expired (75 s).
            job.delete(remove_from_queue=False)


class _RqLines(logging.Handler):
    """Writes what RQ has to say as lines like ours, without tracebacks."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        trouble = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        _log.log(record.levelno, "rq", said=record.getMessage(), trouble=trouble)


def _hear_rq() -> None:
    logger = logging.getLogger("rq")
    logger.handlers = [_RqLines()]
    logger.propagate = False


def run_worker(app: Flask, settings: Settings, lanes: Sequence[Lane] = tuple(Lane)) -> None:
    """Do jobs of `lanes`, of several the first ones first, until SIGTERM or SIGINT.

    The job under way is finished first. A Redis that is away is waited for.

    The parent process opens no database connection. Everything is imported before the first fork.
    """
    load_kinds()
    configure_mappers()
    gc.freeze()  # what is loaded now is shared with the children, not copied by their garbage collector
    _hear_rq()
    stop = WishToEnd()
    while not stop.is_set():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop.set)
        with contextlib.suppress(StopRequested), connect(settings.redis_url) as redis:
            try:
                JobWorker(app, redis, stop, lanes, JobLimits.of(settings)).work(logging_level="WARNING")
            except RedisError as trouble:
                _log.warning("worker-waits", trouble=type(trouble).__name__, seconds=_SECONDS_UNTIL_NEXT_TRY)
            stop.wait(_SECONDS_UNTIL_NEXT_TRY)

"""A running job's signs of life, on a connection apart from the one that does the work."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import NoReturn, Self

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from kimhub.core.jobs.claims import Claim, give_back, renew, report_progress
from kimhub.core.jobs.errors import CPU_LIMIT, TIME_LIMIT, Failure, LeaseLostError
from tenants.binding import bind_connection

EXIT_FENCED = 75
"""Exit status of a worker process that has lost its job (``EX_TEMPFAIL``)."""
EXIT_LIMIT = 76

_BETWEEN_REPORTS = 0.3
"""Seconds; a stage that counts fast is not written more often."""

_log = structlog.get_logger("kimhub.jobs")


class Pulse:
    """Renews the lease every third of it, for the life of a `with` block, and carries progress.

    A process that has lost its job, that cannot reach the database for a whole lease, or that has reached the
    job's limit of time or of `cpu` seconds is ended on the spot: whatever the handler is doing, none of it can be
    committed any more. Without `cpu` the process belongs to somebody else, who computes, too.
    """

    def __init__(self, engine: Engine, held: Claim, *, cpu: float | None = None) -> None:
        self._engine = engine
        self._held = held
        self._cpu = cpu
        self._connection: Connection | None = None
        self._lock = threading.Lock()
        self._still = threading.Event()
        self._began = self._last_sign = time.monotonic()
        self._reported: tuple[str, float] = ("", 0.0)
        self._thread = threading.Thread(target=self._beat, name=f"pulse-{held.job_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.rest()
        self._thread.join()
        self._hang_up()

    def rest(self) -> None:
        """Beat no more: the job is about to be finished or given back. Waits for a beat that is under way."""
        self._still.set()
        with self._lock:
            pass

    def report(self, stage: str, done: int | None, total: int | None) -> None:
        """Write progress. A database that does not answer does not hold up the work for it."""
        now = time.monotonic()
        last_stage, last_time = self._reported
        if stage == last_stage and done != total and now - last_time < _BETWEEN_REPORTS:
            return
        self._reported = (stage, now)
        with self._lock:
            try:
                with self._transaction() as connection:
                    report_progress(connection, self._held, stage, done, total)
            except SQLAlchemyError:
                self._hang_up()

    def _beat(self) -> None:
        third = self._held.kind.lease / 3
        ends = self._began + self._held.kind.time_limit
        while not self._still.wait(min(third, max(ends - time.monotonic(), 0))):
            with self._lock:
                if self._still.is_set():
                    return
                if time.monotonic() >= ends:
                    self._end_at(TIME_LIMIT)
                if self._cpu is not None and time.process_time() > self._cpu:
                    self._end_at(CPU_LIMIT)
                self._renew()

    def _renew(self) -> None:
        try:
            with self._transaction() as connection:
                renew(connection, self._held)
        except LeaseLostError:
            self._end(EXIT_FENCED, "fenced")
        except SQLAlchemyError:
            self._hang_up()
            if time.monotonic() - self._last_sign > self._held.kind.lease:
                self._end(EXIT_FENCED, "database-away")
        else:
            self._last_sign = time.monotonic()

    def _end_at(self, limit: Failure) -> NoReturn:
        with contextlib.suppress(SQLAlchemyError, LeaseLostError), self._transaction() as connection:
            give_back(connection, self._held, limit)
        self._end(EXIT_LIMIT, limit.code)

    def _end(self, status: int, reason: str) -> NoReturn:
        _log.warning("job-ended", reason=reason, job_id=str(self._held.job_id), kind=self._held.kind.name)
        os._exit(status)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[Connection]:
        if self._connection is None:
            self._connection = self._engine.connect()
        with self._connection.begin():
            bind_connection(self._connection, self._held.actor)
            yield self._connection

    def _hang_up(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(SQLAlchemyError):
                self._connection.close()
            self._connection = None

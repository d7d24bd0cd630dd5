"""Kinds of jobs that only tests have, and the tables in which they leave traces."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from kimhub.core.jobs.handler import JobContext
from kimhub.core.jobs.models import Lane
from kimhub.core.jobs.registry import job
from tenants import Actor, db
from tenants.binding import bind_connection
from tenants.isolation import ME

LEASE = 1.5
FIRST_WAIT = 0.2

_TABLE = """
CREATE TABLE {name} (tenant_id integer NOT NULL, job_id uuid NOT NULL, attempt integer NOT NULL, label text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp());
ALTER TABLE {name} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {name} FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON {name} TO kimhub_app USING (tenant_id = {me}) WITH CHECK (tenant_id = {me});
CREATE POLICY operator ON {name} TO kimhub_owner USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON {name} TO kimhub_app
"""
_TRACE = "INSERT INTO {name} (tenant_id, job_id, attempt, label) VALUES (:tenant, :job, :attempt, :label)"


def create_trace_tables(owner: Connection) -> None:
    """`job_start`: one row per execution, committed at once. `job_result`: written with the job's completion.

    Neither has a unique constraint: that each job has one result must come from the jobs themselves.
    """
    for name in ("job_start", "job_result"):
        for statement in _TABLE.format(name=name, me=ME).split(";\n"):
            owner.execute(text(statement))


def _trace(name: str, actor: Actor, context: JobContext) -> tuple:
    values = {
        "tenant": actor.tenant_id, "job": context.job_id, "attempt": context.attempt, "label": actor.label,
    }  # fmt: skip
    return text(_TRACE.format(name=name)), values


def note_start(actor: Actor, context: JobContext) -> None:
    with db.engine.begin() as connection:
        bind_connection(connection, actor)
        connection.execute(*_trace("job_start", actor, context))


@contextmanager
def a_result(actor: Actor, context: JobContext) -> Iterator[Session]:
    """Leave a result early in the transaction that completes the job, so that a lost job has something to roll back."""
    with context.completing() as session:
        session.execute(*_trace("job_result", actor, context))
        yield session


@job("test.work", lane=Lane.SHORT, lease=LEASE, max_attempts=6, first_wait=FIRST_WAIT)
def work(actor, payload, context):
    """Take `ms` milliseconds (only in the attempts up to `slow_until`), showing progress."""
    note_start(actor, context)
    with a_result(actor, context):
        steps = payload.get("ms", 0) // 50 if context.attempt <= payload.get("slow_until", 99) else 0
        for step in range(steps):
            context.progress("Warten", step, steps)
            time.sleep(0.05)


@job("test.long", lane=Lane.LONG, lease=LEASE, max_attempts=6, first_wait=FIRST_WAIT)
def long(actor, payload, context):
    """The same, in the other lane."""
    work(actor, payload, context)


def _fill_memory() -> None:
    kept = []
    while True:
        kept.append(bytes(50_000_000))  # reserved, never touched: no time for the lease to end


def _spin() -> None:
    while True:
        pass


def _stumble() -> None:
    raise ValueError("Zelle B7")


HARM = {
    "none": lambda: None,
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "memory": _fill_memory,
    "time": _spin,
    "error": _stumble,
}
"""What a file can do to the process that reads it."""


@job("test.file", lane=Lane.LONG, lease=LEASE, max_attempts=6, reads_files=True, first_wait=FIRST_WAIT)
def file(actor, payload, context):
    """Work on somebody's file; `how` says what that does to the process."""
    note_start(actor, context)
    with a_result(actor, context):
        HARM[payload["how"]]()


@job("test.quiet", lane=Lane.SHORT, lease=LEASE, max_attempts=6, first_wait=FIRST_WAIT)
def quiet(actor, payload, context):
    """Take `ms` milliseconds in the first attempt without touching the database in between."""
    note_start(actor, context)
    with a_result(actor, context):
        if context.attempt == 1:
            time.sleep(payload["ms"] / 1000)


@job("test.poison", lane=Lane.SHORT, lease=LEASE, max_attempts=2, first_wait=FIRST_WAIT)
def poison(actor, payload, context):
    """Take the whole process down, every time."""
    note_start(actor, context)
    with a_result(actor, context):
        os.kill(os.getpid(), signal.SIGKILL)


@job("test.refused", lane=Lane.SHORT, lease=LEASE, max_attempts=2, first_wait=10 * FIRST_WAIT)
def refused(actor, payload, context):
    """Fail, every time, with a message that nobody may see."""
    note_start(actor, context)
    with a_result(actor, context):
        raise RuntimeError("Frau Muster, Musterweg 1")


@job("test.endless", lane=Lane.SHORT, lease=LEASE, max_attempts=1, time_limit=0.6)
def endless(actor, payload, context):
    """Never come back."""
    note_start(actor, context)
    time.sleep(3600)

"""Kinds of jobs that only tests have, and the tables in which they leave traces."""

from __future__ import annotations

import os
import signal
import time

from sqlalchemy import Connection, text

from kimhub.core.jobs.context import JobContext
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


def leave_result(actor: Actor, context: JobContext) -> None:
    context.session.execute(*_trace("job_result", actor, context))


@job("test.work", lease=LEASE, max_attempts=6, first_wait=FIRST_WAIT)
def work(actor, payload, context):
    """Take `ms` milliseconds (only in the attempts up to `slow_until`), showing progress."""
    note_start(actor, context)
    leave_result(actor, context)  # early, so that a lost job has something to roll back
    if context.attempt <= payload.get("slow_until", 99):
        steps = payload.get("ms", 0) // 50
        for step in range(steps):
            context.progress("Warten", step, steps)
            time.sleep(0.05)


@job("test.quiet", lease=LEASE, max_attempts=6, first_wait=FIRST_WAIT)
def quiet(actor, payload, context):
    """Take `ms` milliseconds in the first attempt without touching the database in between."""
    note_start(actor, context)
    leave_result(actor, context)
    if context.attempt == 1:
        time.sleep(payload["ms"] / 1000)


@job("test.poison", lease=LEASE, max_attempts=2, first_wait=FIRST_WAIT)
def poison(actor, payload, context):
    """Take the whole process down, every time."""
    note_start(actor, context)
    leave_result(actor, context)
    os.kill(os.getpid(), signal.SIGKILL)


@job("test.refused", lease=LEASE, max_attempts=2, first_wait=FIRST_WAIT)
def refused(actor, payload, context):
    """Fail, every time, with a message that nobody may see."""
    note_start(actor, context)
    leave_result(actor, context)
    raise RuntimeError("Frau Muster, Musterweg 1")


@job("test.endless", lease=LEASE, max_attempts=1, time_limit=0.6)
def endless(actor, payload, context):
    """Never come back."""
    note_start(actor, context)
    time.sleep(3600)

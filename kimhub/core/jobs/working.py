"""Doing one job: claim it, do it, complete it, or give it back."""

from __future__ import annotations

import traceback
from uuid import UUID

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from kimhub.core.jobs.claims import Claim, claim, give_back
from kimhub.core.jobs.context import RunningJob, Signs
from kimhub.core.jobs.errors import LeaseLostError, failure_of
from kimhub.core.jobs.pulse import Pulse
from tenants import db, transaction

_log = structlog.get_logger("kimhub.jobs")


def work_off(app: Flask, job_id: UUID, tenant_id: int, *, cpu: float | None = None) -> bool:
    """Do the job if it is there to be done; return whether this call has completed it.

    Called any number of times for one job, at the same moment too: one call does it. Each job has an app
    context of its own, with its actor bound. Errors of the handler are recorded, none is raised; where not
    even that is possible, the lease ends by itself and the relay finds the job again. `cpu`: how many seconds this
    process may have computed before it is ended.
    """
    with app.app_context():
        held = claim(job_id, tenant_id)
        engine = db.engine
    if held is None:
        return False
    with (
        structlog.contextvars.bound_contextvars(
            job_id=str(job_id), tenant_id=tenant_id, kind=held.kind.name, attempt=held.attempt,
            request_id=held.actor.request_id,
        ),
        app.app_context(),
        Pulse(engine, held, cpu=cpu) as pulse,
    ):  # fmt: skip
        return attempt(held, pulse)


def attempt(held: Claim, signs: Signs) -> bool:
    """Let the handler do its work and complete the job with it, or give the job back; return whether it is done.

    Needs an app context in which nobody acts yet.
    """
    context = RunningJob(held, signs)
    try:
        held.kind.handler(held.actor, held.payload, context)
        if not context.is_complete:
            raise RuntimeError(f"{held.kind.name} has not completed its job")  # noqa: TRY301 - recorded like any other
    except LeaseLostError:
        _log.warning("job-fenced")
        return False
    except Exception as error:  # noqa: BLE001 - whatever a handler raises becomes the job's state
        signs.rest()
        _give_back(held, error)
        return False
    _log.info("job-done")
    return True


def _give_back(held: Claim, error: Exception) -> None:
    failure = failure_of(error, reads_files=held.kind.reads_files)
    try:
        with transaction(held.actor) as session:
            state = give_back(session, held, failure)
    except (LeaseLostError, SQLAlchemyError) as trouble:
        _log.warning("job-not-given-back", error=failure.code, trouble=type(trouble).__name__)
        return
    _log.warning("job-failed", error=failure.code, state=str(state), where=_where(error))


def _where(error: Exception) -> list[str]:
    """Return the places that the error passed, without its message, which may quote somebody's data."""
    return [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]

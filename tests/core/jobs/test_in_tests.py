"""Features' tests do jobs in their own transaction; that works as a worker does."""

from __future__ import annotations

from kimhub.core.jobs.models import JobState, Lane
from kimhub.core.jobs.outbox import after_commit
from kimhub.core.jobs.registry import job
from tenants import Role, transaction
from tests.support.jobs import Recorder, do_jobs


@job("test.chain", lane=Lane.SHORT, max_attempts=1)
def chain(actor, payload, context):
    context.progress("Schritt", payload["left"], 3)
    with context.completing() as session:
        if not payload["left"]:
            raise ZeroDivisionError
        after_commit(session, actor, "test.chain", {"left": payload["left"] - 1})


def test_jobs_are_done_in_the_tests_own_transaction(ctx, district):
    actor = district.kreis.actor(Role.KI_COORDINATOR)
    with transaction(actor) as session:
        after_commit(session, actor, "test.chain", {"left": 2})
    recorder = Recorder()
    assert [status.state for status in do_jobs(actor, recorder)] == [
        JobState.DONE, JobState.DONE, JobState.PARKED,
    ]  # fmt: skip
    assert recorder.stages == [("Schritt", 2, 3), ("Schritt", 1, 3), ("Schritt", 0, 3)]
    assert do_jobs(actor) == []

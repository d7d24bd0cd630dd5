"""`kimhub jobs`, `kimhub relay`, `kimhub worker` as an operator calls them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from kimhub.cli import kimhub
from kimhub.core.jobs.models import JobState, Lane
from kimhub.core.jobs.registry import job
from kimhub.core.jobs.working import work_off
from kimhub.core.operator_error import OperatorError
from tests.support import job_kinds
from tests.support.job_processes import eventually
from tests.support.patience import PATIENCE

assert job_kinds  # declares the kinds


@pytest.fixture
def kimhub_cli(works):
    def run(*arguments):
        return CliRunner(env={**os.environ, **works.environ}).invoke(
            kimhub, [str(a) for a in arguments], catch_exceptions=False
        )

    return run


def parked(works, **options):
    job_id = works.ask("test.refused", **options)
    works.change("attempts = max_attempts - 1", job_id)
    work_off(works.app, job_id, works.district.kreis.id)
    assert works.status(job_id).state is JobState.PARKED
    return job_id


def test_the_operator_sees_parked_jobs_without_their_payload(works, kimhub_cli):
    job_id = parked(works, code="geheim-1")
    said = kimhub_cli("jobs", "list").output
    (line,) = [line for line in said.splitlines() if str(job_id) in line]
    assert "musterkreis  test.refused" in line
    assert "2 Versuche  runtime-error" in line
    assert "geheim-1" not in said
    kimhub_cli("jobs", "drop", job_id)


def test_the_operator_retries_and_drops(works, kimhub_cli):
    first, second = parked(works), parked(works)
    assert kimhub_cli("jobs", "retry", first).output == "1 neu begonnen\n"
    assert kimhub_cli("jobs", "drop", first, second).output == (
        "1 verworfen\n1 nicht gefunden oder nicht aufgegeben; sie bleiben, wie sie sind.\n"
    )
    assert works.status(first).state is JobState.WAITING
    assert works.status(second).state is JobState.DROPPED


def test_a_job_with_an_open_successor_is_not_retried(works, kimhub_cli):
    job_id = parked(works, dedup_key="same")
    works.ask("test.refused", dedup_key="same")
    with pytest.raises(OperatorError, match="kimhub jobs drop"):
        kimhub_cli("jobs", "retry", job_id)


@pytest.mark.faults
def test_relay_and_worker_start_do_their_work_and_end_when_told(works):
    @job("test.unknown-outside", lane=Lane.SHORT)
    def never(actor, payload, context):
        raise AssertionError

    unknown = works.ask("test.unknown-outside")
    environ = {**os.environ, **works.environ}
    command = [sys.executable, "-m", "kimhub"]
    processes = [
        subprocess.Popen([*command, *name], env=environ)
        for name in (("relay",), ("worker", "--lane", "short"))
    ]
    try:
        # This release's worker does not know the kind: it leaves the job alone, and comes back from it.
        eventually(lambda: works.status(unknown).state is JobState.DISPATCHED, "not handed over")
        with works.queue.client() as redis:
            eventually(lambda: redis.llen("rq:queue:kimhub-short") == 0, "not taken")
        assert works.status(unknown).attempts == 0
        for process in processes:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(PATIENCE) for process in processes] == [0, 0]
    finally:
        for process in processes:
            process.kill()
            process.wait()

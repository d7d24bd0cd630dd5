"""One job: asked for in a transaction, done once, with the rights of who asked."""

from __future__ import annotations

import threading
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from kimhub.core.errors import NotFoundError
from kimhub.core.jobs.models import JobState, Lane
from kimhub.core.jobs.outbox import after_commit
from kimhub.core.jobs.queries import job_figures, job_status
from kimhub.core.jobs.registry import JobKind, job, kind_named
from kimhub.core.jobs.working import work_off
from tenants import Permission, Role, transaction
from tests.support import job_kinds


def work(works, job_id, tenant=None):
    return work_off(works.app, job_id, (tenant or works.district.kreis).id)


def test_a_job_is_done_once_and_leaves_its_result_with_its_completion(works):
    job_id = works.ask("test.work")
    assert works.status(job_id).state is JobState.WAITING
    assert work(works, job_id)
    status = works.status(job_id)
    assert (status.state, status.attempts, status.percent, status.last_error) == (JobState.DONE, 1, 100, None)
    assert not work(works, job_id)
    assert (works.starts(job_id), works.results(job_id)) == (1, 1)


def test_what_is_rolled_back_was_never_asked_for(works):
    def ask_and_fail():
        with works.app.app_context(), transaction(works.actor) as session:
            asked.append(after_commit(session, works.actor, "test.work", {}))
            raise ZeroDivisionError

    asked = []
    with pytest.raises(ZeroDivisionError):
        ask_and_fail()
    assert not work(works, asked[0])
    assert works.starts(asked[0]) == 0


def test_five_wake_ups_at_once_are_one_execution(works):
    job_id = works.ask("test.work", ms=200)
    barrier = threading.Barrier(5)
    done = []

    def wake_up():
        barrier.wait()
        done.append(work(works, job_id))

    threads = [threading.Thread(target=wake_up) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, False, False, True]
    assert (works.starts(job_id), works.results(job_id)) == (1, 1)


def test_a_wake_up_for_another_tenant_finds_nothing(works):
    job_id = works.ask("test.work")
    assert not work(works, job_id, works.district.stadt)
    assert not work_off(works.app, job_id, 10**6)
    assert not work(works, uuid4())
    assert works.status(job_id).state is JobState.WAITING


def test_a_forged_wake_up_does_not_bring_a_waiting_job_forward(works):
    job_id = works.ask("test.work")
    works.change("run_at = clock_timestamp() + interval '1 hour'", job_id)
    assert not work(works, job_id)


def test_the_same_key_is_the_same_job_while_it_is_open(works):
    first = works.ask("test.work", dedup_key="plan-1")
    assert works.ask("test.work", dedup_key="plan-1") == first
    assert works.ask("test.work", dedup_key="plan-2") != first
    stadt = works.district.stadt.actor(Role.KI_COORDINATOR)
    assert works.ask("test.work", dedup_key="plan-1", actor=stadt) != first
    assert work(works, first)
    assert works.ask("test.work", dedup_key="plan-1") != first


def test_ten_requests_for_the_same_thing_at_once_are_one_job(works):
    barrier = threading.Barrier(10)
    asked = []

    def ask():
        barrier.wait()
        asked.append(works.ask("test.work", dedup_key="at-once"))

    threads = [threading.Thread(target=ask) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 10
    assert len(set(asked)) == 1


def test_a_job_has_the_rights_of_who_asked_and_no_others(works):
    seen = []

    @job("test.rights", lane=Lane.SHORT)
    def look(actor, payload, context):
        with context.completing():
            seen.append(actor)

    officer = works.district.gemeinde.actor(Role.OFFICER, request_id="r-1")
    job_id = works.ask("test.rights", actor=officer)
    assert work(works, job_id, works.district.gemeinde)
    (actor,) = seen
    assert actor.permissions == officer.permissions
    assert not actor.may(Permission.MEMBER_MANAGE)
    assert (actor.tenant_id, actor.kind, actor.label, actor.request_id) == (
        officer.tenant_id, officer.kind, "Sachbearbeitung", "r-1",
    )  # fmt: skip


def test_a_failed_attempt_leaves_nothing_and_is_tried_again_later_then_parked(works):
    job_id = works.ask("test.refused")
    assert not work(works, job_id)
    status = works.status(job_id)
    assert (status.state, status.attempts, status.last_error) == (JobState.WAITING, 1, "runtime-error")
    assert status.label == "wird erneut versucht"
    assert not work(works, job_id)
    assert works.starts(job_id) == 1, "not before its waiting time is over"
    works.change("run_at = clock_timestamp()", job_id)
    assert not work(works, job_id)
    status = works.status(job_id)
    assert (status.state, status.attempts, status.label) == (JobState.PARKED, 2, "fehlgeschlagen")
    assert (works.starts(job_id), works.results(job_id)) == (2, 0)


def test_a_message_of_an_error_is_kept_nowhere(works):
    job_id = works.ask("test.refused")
    with capture_logs(processors=[merge_contextvars]) as logged:
        work(works, job_id)
    with works.app.app_context(), transaction(works.actor) as session:
        row = session.scalar(text("SELECT to_jsonb(job)::text FROM job WHERE id = :job"), {"job": job_id})
    (line,) = logged
    assert (line["event"], line["error"], line["job_id"]) == ("job-failed", "runtime-error", str(job_id))
    assert "Muster" not in row + repr(logged)


def test_a_refusal_is_parked_at_once(works):
    @job("test.not-found", lane=Lane.SHORT)
    def miss(actor, payload, context):
        raise NotFoundError

    job_id = works.ask("test.not-found")
    assert not work(works, job_id)
    assert (works.status(job_id).state, works.status(job_id).last_error) == (JobState.PARKED, "not-found")


def test_what_does_not_fit_into_memory_is_parked_at_once_whatever_the_kind(works):
    @job("test.large", lane=Lane.LONG)
    def grow(actor, payload, context):
        raise MemoryError

    job_id = works.ask("test.large")
    assert not work(works, job_id)
    assert (works.status(job_id).state, works.status(job_id).last_error) == (JobState.PARKED, "memory-error")


def test_progress_is_seen_by_its_tenant_while_the_job_runs_and_by_nobody_else(works):
    seen = []

    @job("test.progress", lane=Lane.SHORT)
    def show(actor, payload, context):
        context.progress("Tabellen setzen", 1, 4)
        seen.append(works_status())
        with context.completing():
            context.progress("Diagramme zeichnen")
            seen.append(works_status())

    def works_status():
        outcome = []

        def ask():
            outcome.append(works.status(job_id))
            with works.app.app_context(), transaction(works.district.stadt.actor(Role.AUDITOR)) as session:
                outcome.append(job_status(session, job_id))

        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        assert outcome[1] is None
        return outcome[0]

    job_id = works.ask("test.progress")
    assert work(works, job_id)
    assert [(s.label, s.done, s.total, s.percent) for s in seen] == [
        ("Tabellen setzen", 1, 4, 25), ("Diagramme zeichnen", None, None, None),
    ]  # fmt: skip


def test_a_handler_completes_its_job_exactly_once(works):
    @job("test.never-complete", lane=Lane.SHORT, max_attempts=1)
    def never(actor, payload, context):
        job_kinds.note_start(actor, context)

    @job("test.twice-complete", lane=Lane.SHORT, max_attempts=1)
    def twice(actor, payload, context):
        for _ in range(2):
            with job_kinds.a_result(actor, context):
                pass

    forgotten, repeated = works.ask("test.never-complete"), works.ask("test.twice-complete")
    assert not work(works, forgotten)
    assert (works.status(forgotten).state, works.status(forgotten).last_error) == (
        JobState.PARKED,
        "runtime-error",
    )
    work(works, repeated)
    assert works.status(repeated).state is JobState.DONE
    assert works.results(repeated) == 1


def test_a_job_holds_no_transaction_while_it_reads_draws_or_talks_to_others(works):
    @job("test.outside", lane=Lane.LONG)
    def outside(actor, payload, context):
        with context.reading() as session:
            seen.append(session.scalar(text("SHOW transaction_read_only")))
        seen.append(works.open_transactions())
        with context.completing() as session:
            session.execute(text("SELECT 1"))
            seen.append(works.open_transactions())

    seen = []
    assert work(works, works.ask("test.outside"))
    assert seen == ["on", 0, 1]


def test_work_on_a_file_is_not_tried_again_when_the_file_is_the_reason(works):
    job_id = works.ask("test.file", how="error")
    assert not work(works, job_id)
    status = works.status(job_id)
    assert (status.state, status.attempts, status.last_error) == (JobState.PARKED, 1, "value-error")


def test_work_on_a_file_is_tried_again_when_the_database_is_the_reason(works):
    @job("test.cut-off", lane=Lane.LONG, reads_files=True)
    def be_cut_off(actor, payload, context):
        with context.completing() as session:
            pid = session.scalar(text("SELECT pg_backend_pid()"))
            assert works.cut(f"pid = {pid}") == 1
            session.execute(text("SELECT 1"))

    job_id = works.ask("test.cut-off")
    assert not work(works, job_id)
    assert works.status(job_id).state is JobState.WAITING


def test_a_worker_that_was_overtaken_writes_nothing(works):
    @job("test.overtaken", lane=Lane.SHORT)
    def be_overtaken(actor, payload, context):
        job_kinds.note_start(actor, context)
        with job_kinds.a_result(actor, context):
            if context.attempt == 1:
                works.change(
                    "state = 'waiting', run_at = clock_timestamp()", context.job_id
                )  # as the relay does
                thread = threading.Thread(target=lambda: overtaker.append(work(works, context.job_id)))
                thread.start()
                thread.join()

    overtaker = []
    job_id = works.ask("test.overtaken")
    assert not work(works, job_id)
    assert overtaker == [True]
    assert (works.starts(job_id), works.results(job_id)) == (2, 1)
    assert works.status(job_id).state is JobState.DONE


def test_a_lost_lease_shows_in_progress(works):
    @job("test.lost", lane=Lane.SHORT)
    def lose(actor, payload, context):
        works.change("fence = fence + 1", context.job_id)
        context.progress("Weiter")
        raise AssertionError("not reached")

    job_id = works.ask("test.lost")
    assert not work(works, job_id)
    assert works.status(job_id).last_error is None


def test_a_job_carries_ids_and_codes_only(works):
    for bad in ("Frau Muster", "a@example.org", "x" * 65, "Zeile\n"):
        with pytest.raises(ValueError, match="ids and codes"):
            works.ask("test.work", name=bad)
    with pytest.raises(LookupError, match=r"nobody\.knows"):
        works.ask("nobody.knows")


def test_waits_grow_and_end_at_an_hour():
    kind = JobKind("k", lambda *_: None, Lane.SHORT, first_wait=10)
    assert [kind.wait_after(n) for n in range(1, 7)] == [10, 40, 160, 640, 2560, 3600]
    with pytest.raises(ValueError, match=r"two handlers"):
        job("test.work", lane=Lane.SHORT)(lambda *_: None)
    assert kind_named("test.work").max_attempts == 6


def test_the_relay_sees_no_payload_and_no_person(works):
    for column in ("payload", "created_by", "permissions", "stage"):
        with works.relay.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(f"SELECT {column} FROM job"))
    with works.relay.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
        connection.execute(text("UPDATE job SET payload = '{}'"))


def test_figures_count_over_all_tenants_for_every_role(works):
    with works.app.app_context(), transaction(works.actor) as session:
        before = job_figures(session)
    job_id = works.ask("test.work", actor=works.district.stadt.actor(Role.OFFICER))
    with works.app.app_context(), transaction(works.actor) as session:
        after = job_figures(session)
    assert [figures.lane for figures in after] == [Lane.SHORT, Lane.LONG]
    assert (after[0].due, after[0].parked) == (before[0].due + 1, before[0].parked)
    assert after[1] == before[1]
    with works.relay.connect() as connection:
        assert [figures.due for figures in job_figures(connection)] == [figures.due for figures in after]
    assert work(works, job_id, works.district.stadt)

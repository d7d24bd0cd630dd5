"""Whatever dies, each job is done once: real processes, real servers, real signals.

The invariant of every test here: a job that is done has exactly one result, any other has none.
"""

from __future__ import annotations

import time

import pytest
from sqlalchemy import text

from kimhub.core.jobs.models import JobState, Lane
from kimhub.core.jobs.wakeups import WakeUp, WakeUps, queue_on
from tenants import Role
from tests.support.job_kinds import LEASE
from tests.support.job_processes import Crew, child_of, children, eventually, kill
from tests.support.patience import PATIENCE

pytestmark = pytest.mark.faults


@pytest.fixture
def crew(works):
    crew = Crew(works.environ)
    yield crew
    crew.dismiss()


@pytest.fixture(autouse=True)
def every_done_job_has_one_result_and_no_other_has_any(works):
    yield
    with works.owner.connect() as owner, works.relay.connect() as relay:
        done = relay.scalars(
            text("SELECT id FROM job WHERE state = 'done' AND kind LIKE 'test.%' ORDER BY id")
        ).all()
        results = owner.scalars(text("SELECT job_id FROM job_result ORDER BY job_id")).all()
    works.forget()
    assert results == done


def comes_to(works, job_id, state=JobState.DONE, *, seconds=PATIENCE):
    return eventually(
        lambda: works.status(job_id).state is state, f"{works.status(job_id)} not {state}", seconds=seconds
    )


def is_running(works, job_id):
    eventually(lambda: works.starts(job_id) > 0, "never started")


def test_a_worker_killed_with_its_child_costs_one_attempt(works, crew):
    crew.relay()
    first = crew.worker()
    job_id = works.ask("test.work", ms=60_000, slow_until=1)
    is_running(works, job_id)
    kill(first, child_of(first))
    crew.worker()
    comes_to(works, job_id)
    assert works.status(job_id).attempts == 2
    assert works.status(job_id).last_error is None


def test_a_child_that_lost_its_parent_finishes_alone(works, crew):
    crew.relay()
    first = crew.worker()
    job_id = works.ask("test.work", ms=int(LEASE * 2500))
    is_running(works, job_id)
    child_of(first)
    kill(first)
    crew.worker()
    comes_to(works, job_id)
    assert works.starts(job_id) == 1, "the orphan's signs of life kept the job"


def test_a_killed_child_is_replaced_and_its_worker_goes_on(works, crew):
    crew.relay()
    worker = crew.worker()
    job_id = works.ask("test.work", ms=60_000, slow_until=1)
    is_running(works, job_id)
    kill(child_of(worker))
    comes_to(works, job_id)
    assert worker.is_alive()
    assert works.starts(job_id) == 2


def test_a_job_that_kills_its_worker_is_parked_while_others_go_on(works, crew):
    crew.relay()
    worker = crew.worker()
    poison = works.ask("test.poison")
    others = [works.ask("test.work") for _ in range(5)]
    for job_id in others:
        comes_to(works, job_id)
    comes_to(works, poison, JobState.PARKED)
    assert works.status(poison).last_error == "worker-lost"
    assert works.starts(poison) == 2
    assert worker.is_alive()


def test_a_job_beyond_its_time_limit_is_ended(works, crew):
    crew.relay()
    worker = crew.worker()
    job_id = works.ask("test.endless")
    comes_to(works, job_id, JobState.PARKED)
    assert works.status(job_id).last_error == "time-limit"
    eventually(lambda: not children(worker), "the child is still there")


def test_an_emptied_redis_loses_nothing(works, crew):
    crew.relay()
    worker = crew.worker()
    first = works.ask("test.work", ms=1000)
    is_running(works, first)
    others = [works.ask("test.work") for _ in range(5)]
    with works.queue.client() as redis:
        eventually(lambda: redis.llen(queue_on(redis, Lane.SHORT).key) == 1, "not handed over")
        redis.flushall()
    for job_id in (first, *others):
        comes_to(works, job_id)
    assert works.starts(first) == 1
    assert worker.is_alive()


def test_a_file_that_eats_memory_is_parked_at_once_and_costs_nobody_else(works, crew):
    crew.relay()
    worker = crew.worker(job_memory_mb=1024)
    hungry, other = works.ask("test.file", how="memory"), works.ask("test.file", how="none")
    comes_to(works, hungry, JobState.PARKED)
    assert works.status(hungry).last_error == "memory-error"
    assert works.starts(hungry) == 1
    comes_to(works, other)
    assert worker.is_alive()


@pytest.mark.parametrize(("how", "code"), [("time", "cpu-limit"), ("kill", "worker-lost")])
def test_a_file_that_ends_two_processes_is_parked_and_costs_nobody_else(works, crew, how, code):
    crew.relay()
    worker = crew.worker(job_cpu_seconds=1)
    harmful, other = works.ask("test.file", how=how), works.ask("test.file", how="none")
    comes_to(works, harmful, JobState.PARKED)
    assert works.status(harmful).last_error == code
    assert works.starts(harmful) == 2
    comes_to(works, other)
    assert worker.is_alive()


def test_work_that_takes_longer_than_rq_remembers_it_leaves_nothing_behind(works, crew):
    crew.relay()
    worker = crew.worker()
    job_id = works.ask("test.work", ms=1500)
    is_running(works, job_id)
    with works.queue.client() as redis:
        assert redis.delete(*redis.keys("rq:execution:*")) == 1
        comes_to(works, job_id)
        eventually(lambda: not redis.keys("rq:job:*"), "the wake-up is still there")
        eventually(lambda: not children(worker), "the child is still there")
    assert worker.is_alive()


def test_short_work_does_not_wait_behind_long_work(works, crew):
    crew.relay()
    crew.worker(Lane.LONG)
    crew.worker(Lane.SHORT)
    books = [works.ask("test.long", ms=60_000) for _ in range(3)]
    is_running(works, books[0])
    mails = [works.ask("test.work") for _ in range(3)]
    for mail in mails:
        comes_to(works, mail)
    assert works.status(books[0]).state is JobState.RUNNING
    assert [works.starts(book) for book in books] == [1, 0, 0]


def test_a_thousand_jobs_of_one_tenant_hold_up_another_for_no_more_than_the_one_under_way(works, crew):
    crew.relay()
    crew.worker(Lane.LONG)
    first = works.ask("test.long", ms=200)
    works.multiply(first, 999)
    is_running(works, first)
    stadt = works.district.stadt.actor(Role.KI_COORDINATOR)
    lonely = works.ask("test.long", actor=stadt)
    asked = works.begun()
    eventually(lambda: works.status(lonely, stadt).state is JobState.DONE, "still waiting")
    crew.dismiss()
    assert works.begun(before=lonely) - asked <= 1, "jobs of the other tenant begun since it was asked for"


def test_a_redis_that_is_away_when_people_ask_is_waited_for(works, crew):
    relay, worker = crew.relay(), crew.worker()
    before = works.ask("test.work", ms=1500)
    is_running(works, before)
    works.queue.kill()
    asked = [works.ask("test.work") for _ in range(3)]
    comes_to(works, before)  # the job under way needs no Redis
    works.queue.start()
    for job_id in asked:
        comes_to(works, job_id)
    assert relay.is_alive()
    assert worker.is_alive()


def test_a_database_connection_cut_in_the_middle_is_another_attempt(works, crew):
    crew.relay()
    crew.worker()
    job_id = works.ask("test.quiet", ms=1500)
    is_running(works, job_id)
    assert works.cut("usename = 'kimhub_app' AND state = 'idle in transaction'") == 1
    comes_to(works, job_id)
    assert works.starts(job_id) == 2


def test_a_database_that_restarts_is_waited_for(works, crew):
    relay, worker = crew.relay(), crew.worker()
    job_id = works.ask("test.quiet", ms=1500)
    is_running(works, job_id)
    works.admit(connections=False)
    works.cut()
    time.sleep(2 * LEASE)
    works.admit(connections=True)
    later = works.ask("test.work")
    comes_to(works, job_id)
    comes_to(works, later)
    assert relay.is_alive()
    assert worker.is_alive()


def test_two_relays_and_two_workers_do_each_job_once(works, crew):
    relays = [crew.relay(), crew.relay()]
    crew.worker()
    crew.worker()
    asked = [works.ask("test.work") for _ in range(20)]
    kill(relays[0])
    asked += [works.ask("test.work") for _ in range(20)]
    for job_id in asked:
        comes_to(works, job_id)
        assert works.starts(job_id) == 1


def test_five_calls_at_once_are_one_execution(works, crew):
    workers = [crew.worker() for _ in range(3)]
    job_id = works.ask("test.work", ms=500)
    with works.queue.client() as redis:
        WakeUps(redis).send(
            Lane.SHORT, (WakeUp(job_id, works.district.kreis.id, call, 60) for call in range(5))
        )
        comes_to(works, job_id)
        eventually(lambda: redis.llen(queue_on(redis, Lane.SHORT).key) == 0, "calls left over")
    assert works.starts(job_id) == 1
    assert all(worker.is_alive() for worker in workers)


def test_a_worker_without_signs_of_life_is_overtaken_and_writes_nothing(works, crew):
    crew.relay()
    deaf = crew.worker(deaf=True)
    job_id = works.ask("test.quiet", ms=int(LEASE * 3000))
    is_running(works, job_id)
    crew.worker()
    comes_to(works, job_id)
    eventually(lambda: not children(deaf), "the slow one is still at it")
    assert works.starts(job_id) == 2


def test_a_worker_stopped_for_twice_its_lease_finds_its_job_taken(works, crew):
    crew.relay()
    first = crew.worker()
    job_id = works.ask("test.quiet", ms=1500)
    is_running(works, job_id)
    stopped = child_of(first)
    stopped.suspend()
    crew.worker()
    time.sleep(2 * LEASE)
    comes_to(works, job_id)
    stopped.resume()
    eventually(
        lambda: not stopped.is_running() or stopped.status() == "zombie", "it should have ended itself"
    )
    assert works.starts(job_id) == 2


def test_a_deployment_finishes_the_job_under_way_and_begins_no_other(works, crew):
    relay, worker = crew.relay(), crew.worker()
    first = works.ask("test.work", ms=1000)
    is_running(works, first)
    second = works.ask("test.work")
    child_of(worker).terminate()  # the service manager tells the whole group
    worker.terminate()
    relay.terminate()
    worker.join(PATIENCE)
    relay.join(PATIENCE)
    assert (worker.exitcode, relay.exitcode) == (0, 0)
    assert works.status(first).state is JobState.DONE
    assert works.starts(first) == 1
    assert works.starts(second) == 0
    crew.relay()
    crew.worker()
    comes_to(works, second)


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_worker_whose_clock_is_wrong_works_as_any_other(works, crew, hours):
    crew.relay()
    crew.worker(hours_off=hours)
    job_id = works.ask("test.work", ms=int(LEASE * 1500))
    failing = works.ask("test.refused")
    comes_to(works, job_id)
    comes_to(works, failing, JobState.PARKED)
    assert works.starts(job_id) == 1


def test_an_idle_worker_and_relay_end_at_once_when_told(works, crew):
    relay, worker = crew.relay(), crew.worker()
    comes_to(works, works.ask("test.work"))
    for process in (relay, worker):
        process.terminate()
        process.join(PATIENCE / 4)  # less than anything that it could wait for
        assert process.exitcode == 0


def test_a_call_names_a_function_that_is_never_run(works, crew, tmp_path):
    trace = tmp_path / "run"
    worker = crew.worker()
    with works.queue.client() as redis:
        queue_on(redis, Lane.SHORT).enqueue("os.mkdir", args=[str(trace)], job_timeout=5)
        eventually(lambda: redis.llen(queue_on(redis, Lane.SHORT).key) == 0, "not taken")
        comes_to_nothing = works.ask("test.work")
        WakeUps(redis).send(Lane.SHORT, [WakeUp(comes_to_nothing, works.district.kreis.id, 1, 60)])
    comes_to(works, comes_to_nothing)
    assert not trace.exists()
    assert worker.is_alive()

"""The relay: who is called, when, and how often."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import text

from kimhub.core.jobs import wakeups
from kimhub.core.jobs.models import JobState
from kimhub.core.jobs.operator import NewerJobError, drop_jobs, parked_jobs, retry_jobs
from kimhub.core.jobs.periodic import begin_periodic_work
from kimhub.core.jobs.registry import load_kinds
from kimhub.core.jobs.relay import Pace, Relay
from kimhub.core.jobs.schedule import SCHEDULE, Errand, Housekeeping, PerTenant
from kimhub.core.jobs.wakeups import WakeUps, job_in, queue_on
from kimhub.core.jobs.working import work_off
from tests.support import job_kinds  # noqa: F401 - declares the kinds

PACE = Pace(hand_over=30)


@pytest.fixture
def redis(works):
    with works.queue.client() as client:
        client.flushall()
        with works.owner.begin() as connection:
            connection.execute(text("TRUNCATE job, job_tick"))
        yield client


@pytest.fixture
def relay(works, redis):
    return Relay(works.relay, WakeUps(redis), pace=PACE)


def called(redis):
    return [job_in(queue_on(redis).fetch_job(rq_id).args)[0] for rq_id in queue_on(redis).get_job_ids()]


def test_a_due_job_is_called_once(works, relay, redis):
    job_id = works.ask("test.work")
    assert relay.step() == 1
    assert relay.step() == 0
    assert called(redis) == [job_id]
    assert works.status(job_id).state is JobState.DISPATCHED


def test_a_job_of_tomorrow_is_not_called_today(works, relay, redis):
    job_id = works.ask("test.work")
    works.change("run_at = clock_timestamp() + interval '1 day'", job_id)
    assert relay.step() == 0
    assert called(redis) == []


def test_nothing_is_called_twice_while_the_first_call_still_waits(works, relay, redis):
    job_id = works.ask("test.work")
    relay.step()
    works.change("run_at = clock_timestamp()", job_id)  # the hand-over is over, no worker came
    assert relay.step() == 1
    assert called(redis) == [job_id]


def test_a_call_that_got_lost_is_repeated(works, relay, redis):
    job_id = works.ask("test.work")
    relay.step()
    queue_on(redis).empty()
    assert relay.step() == 0, "not before the hand-over is over"
    works.change("run_at = clock_timestamp()", job_id)
    assert relay.step() == 1
    assert called(redis) == [job_id]


def test_an_emptied_redis_is_filled_at_once(works, relay, redis):
    asked = {works.ask("test.work") for _ in range(3)}
    relay.step()
    redis.flushall()
    relay.step()
    assert set(called(redis)) == asked
    assert len(called(redis)) == 3


def test_while_redis_is_away_nothing_changes_and_asking_goes_on(works, relay, redis):
    works.queue.kill()
    try:
        job_id = works.ask("test.work")
        with pytest.raises(RedisConnectionError):
            relay.step()
        assert works.status(job_id).state is JobState.WAITING
    finally:
        works.queue.start()
    assert relay.step() == 1
    assert called(redis) == [job_id]


def test_a_call_that_cannot_be_sent_takes_nothing(works, redis, monkeypatch):
    def fail(self, wake_ups):
        list(wake_ups)
        raise RedisConnectionError

    job_id = works.ask("test.work")
    monkeypatch.setattr(WakeUps, "send", fail)
    with pytest.raises(RedisConnectionError):
        Relay(works.relay, WakeUps(redis), pace=PACE).step()
    assert works.status(job_id).state is JobState.WAITING


def test_a_full_queue_is_not_filled_further(works, relay, redis, monkeypatch):
    monkeypatch.setattr("kimhub.core.jobs.relay.CAPACITY", 2)
    for _ in range(5):
        works.ask("test.work")
    while relay.step():
        pass
    assert len(called(redis)) == 2


def test_two_relays_share_the_work(works, redis):
    asked = {works.ask("test.work") for _ in range(60)}
    relays = [Relay(works.relay, WakeUps(works.queue.client()), pace=Pace(batch=7)) for _ in range(2)]
    WakeUps(redis).mark()

    def drain(relay):
        while relay.step():
            pass

    threads = [threading.Thread(target=drain, args=(relay,)) for relay in relays]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(called(redis)) == 60
    assert set(called(redis)) == asked


def test_a_lost_worker_costs_an_attempt_and_the_last_one_parks(works, relay):
    job_id = works.ask("test.work")
    running = "state = 'running', run_at = clock_timestamp() - interval '1 second'"
    works.change(f"{running}, attempts = 5", job_id)
    relay.step()
    assert (works.status(job_id).state, works.status(job_id).last_error) == (
        JobState.DISPATCHED,
        "worker-lost",
    )
    works.change(f"{running}, attempts = 6", job_id)
    relay.step()
    assert works.status(job_id).state is JobState.PARKED


def test_whatever_stands_in_redis_only_wakes(works, redis):
    assert wakeups.WAKE_UP.startswith("kimhub.")
    for strange in ([], ["x", 1], [str(works.ask("test.work"))], [1, 2], [str(works.ask("test.work")), "1"]):
        with pytest.raises(ValueError, match=r"wake-up|UUID"):
            job_in(strange)


def test_an_operator_retries_and_drops_what_was_parked(works, relay):
    def parked():
        job_id = works.ask("test.refused", dedup_key="k")
        works.change("attempts = max_attempts - 1", job_id)
        work_off(works.app, job_id, works.district.kreis.id)
        return job_id

    first, second = parked(), parked()
    with works.relay.begin() as connection:
        assert [(job.id, job.tenant, job.last_error) for job in parked_jobs(connection)] == [
            (second, "musterkreis", "runtime-error"), (first, "musterkreis", "runtime-error"),
        ]  # fmt: skip
        assert drop_jobs(connection, [first]) == 1
        assert retry_jobs(connection, [first]) == 0
        assert retry_jobs(connection, [second]) == 1
        assert parked_jobs(connection) == []
    assert works.status(second).state is JobState.WAITING
    assert works.status(second).attempts == 0
    assert works.status(first).state is JobState.DROPPED


def test_a_parked_job_does_not_come_back_beside_its_successor(works):
    job_id = works.ask("test.refused", dedup_key="k")
    works.change("state = 'parked', finished_at = now()", job_id)
    works.ask("test.refused", dedup_key="k")
    with pytest.raises(NewerJobError), works.relay.begin() as connection:
        retry_jobs(connection, [job_id])


def test_every_job_in_the_schedule_has_a_handler():
    assert {task.task for task in SCHEDULE if isinstance(task, PerTenant)} <= set(load_kinds())
    assert len({task.task for task in SCHEDULE}) == len(SCHEDULE)


def begin(works, task):
    with works.relay.begin() as connection:
        return begin_periodic_work(connection, task, load_kinds())


def test_periodic_work_is_begun_once_per_tick_for_every_tenant(works, redis):
    task = PerTenant("test.work", every=timedelta(days=1))
    barrier = threading.Barrier(4)
    begun = []

    def tick():
        barrier.wait()
        begun.append(begin(works, task))

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(begun) == [False, False, False, True]
    with works.relay.connect() as connection:
        tenants = connection.scalars(text("SELECT tenant_id FROM job ORDER BY tenant_id")).all()
    assert tenants == sorted(body.id for body in works.district.all())


def test_a_missed_tick_is_made_up_for_once(works, redis):
    task = PerTenant("test.work", every=timedelta(hours=1))
    begin(works, task)
    with works.relay.begin() as connection:
        connection.execute(
            text("UPDATE job_tick SET ticked_at = now() - interval '5 days' WHERE task = 'test.work'")
        )
    assert begin(works, task)
    assert not begin(works, task)
    with works.relay.connect() as connection:
        count = connection.scalar(text("SELECT count(*) FROM job"))
    assert count == len(works.district.all()), "whose last one is still open gets no second"


def test_an_errand_is_run_at_each_look_and_keeps_no_tick(works, redis):
    nothing, some = Errand("test.nothing", "SELECT 0"), Errand("test.some", "SELECT 2")
    assert [begin(works, task) for task in (nothing, some, some)] == [False, True, True]
    with works.relay.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM job_tick WHERE task LIKE 'test.%'")) == 0


def test_periodic_work_is_done_by_the_platform(works, relay, redis):
    begin(works, PerTenant("test.work", every=timedelta(seconds=1)))
    relay.step()
    job_id = next(job_id for job_id in called(redis) if work_off(works.app, job_id, works.district.kreis.id))
    with works.owner.connect() as connection:
        label = connection.scalar(text("SELECT label FROM job_result WHERE job_id = :job"), {"job": job_id})
    assert label == "KIMHub"


def test_the_relay_begins_no_work_in_a_persons_name(works):
    statement = text(
        "INSERT INTO job (tenant_id, id, kind, payload, max_attempts, actor_kind, actor_label, permissions)"
        " VALUES (:tenant, gen_random_uuid(), 'test.work', '{}', 1, 'person', 'x', '{}')"
    )
    with works.relay.begin() as connection, pytest.raises(Exception, match="row-level security"):
        connection.execute(statement, {"tenant": works.district.kreis.id})


def test_finished_jobs_are_cleared_away_after_thirty_days(works, redis):
    old, young, parked = (works.ask("test.work") for _ in range(3))
    works.change("state = 'done', finished_at = now() - interval '31 days'", old)
    works.change("state = 'done', finished_at = now() - interval '29 days'", young)
    works.change("state = 'parked', finished_at = now() - interval '31 days'", parked)
    (clear,) = [task for task in SCHEDULE if task.task == "jobs.clear"]
    assert isinstance(clear, Housekeeping)
    assert begin(works, clear)
    with works.relay.connect() as connection:
        left = set(connection.scalars(text("SELECT id FROM job")))
    assert left == {young, parked}

"""The relay: who is called, when, and how often."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from rq.worker import WorkerStatus
from sqlalchemy import text

from kimhub.core.jobs import wakeups
from kimhub.core.jobs.claims import claim, finish
from kimhub.core.jobs.limits import JobLimits
from kimhub.core.jobs.models import JobState, Lane
from kimhub.core.jobs.operator import NewerJobError, drop_jobs, parked_jobs, retry_jobs
from kimhub.core.jobs.periodic import begin_periodic_work
from kimhub.core.jobs.registry import load_kinds
from kimhub.core.jobs.relay import SPARE, Pace, Relay
from kimhub.core.jobs.schedule import SCHEDULE, Errand, Housekeeping, PerTenant
from kimhub.core.jobs.wakeups import WakeUps, job_in, queue_on
from kimhub.core.jobs.worker import JobWorker
from kimhub.core.jobs.working import work_off
from tenants import Role, transaction
from tests.support import job_kinds  # noqa: F401 - declares the kinds

PACE = Pace(hand_over=30)
KIND_OF = {Lane.SHORT: "test.work", Lane.LONG: "test.long"}


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


def called(redis, lane=Lane.SHORT):
    queue = queue_on(redis, lane)
    return [job_in(queue.fetch_job(rq_id).args)[0] for rq_id in queue.get_job_ids()]


def waiting_worker(works, redis, *lanes):
    """A worker as Redis knows it: it lives and waits for a wake-up."""
    worker = JobWorker(works.app, redis, threading.Event(), lanes or (Lane.SHORT,), JobLimits(10**9, 60))
    worker.register_birth()
    worker.set_state(WorkerStatus.IDLE)
    return worker


def drain(relay):
    while relay.step():
        pass


def take(works, redis, lane=Lane.SHORT):
    """As a worker does: take the next wake-up and claim its job; return both."""
    queue = queue_on(redis, lane)
    rq_id = queue.pop_job_id()
    job_id, tenant_id = job_in(queue.fetch_job(rq_id).args)
    with works.app.app_context():
        return claim(job_id, tenant_id)


def end(works, held):
    with works.app.app_context(), transaction(held.actor) as session:
        finish(session, held)


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
    queue_on(redis, Lane.SHORT).empty()
    assert relay.step() == 0, "not before the hand-over is over"
    works.change("run_at = clock_timestamp()", job_id)
    assert relay.step() == 1
    assert called(redis) == [job_id]


def test_an_emptied_redis_is_filled_at_once(works, relay, redis):
    asked = {works.ask("test.work") for _ in range(3)}
    for worker in [waiting_worker(works, redis) for _ in range(3)]:
        worker.heartbeat()
    drain(relay)
    redis.flushall()
    for _ in range(3):
        waiting_worker(works, redis)
    drain(relay)
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
    def fail(self, lane, wake_ups):
        list(wake_ups)
        raise RedisConnectionError

    job_id = works.ask("test.work")
    monkeypatch.setattr(WakeUps, "send", fail)
    with pytest.raises(RedisConnectionError):
        Relay(works.relay, WakeUps(redis), pace=PACE).step()
    assert works.status(job_id).state is JobState.WAITING


@pytest.mark.parametrize("lane", Lane)
def test_no_more_workers_are_called_than_wait_for_it(works, relay, redis, lane):
    for _ in range(9):
        works.ask(KIND_OF[lane])
    workers = [waiting_worker(works, redis, lane) for _ in range(3)]
    workers[0].set_state(WorkerStatus.BUSY)
    drain(relay)
    assert len(called(redis, lane)) == 2 + SPARE[lane]


@pytest.mark.parametrize("lane", Lane)
def test_where_no_worker_is_known_one_is_expected(works, relay, redis, lane):
    for _ in range(9):
        works.ask(KIND_OF[lane])
    drain(relay)
    assert len(called(redis, lane)) == 1 + SPARE[lane]


def test_an_emptied_redis_learns_anew_of_workers_that_live(works, relay, redis):
    worker = waiting_worker(works, redis, Lane.LONG)
    redis.flushall()
    assert WakeUps(redis).loads()[Lane.LONG].workers == 0
    worker.heartbeat()
    load = WakeUps(redis).loads()[Lane.LONG]
    assert (load.workers, load.free) == (1, 1)
    assert WakeUps(redis).loads()[Lane.SHORT].workers == 0


def test_a_worker_that_died_is_expected_no_longer_than_a_minute(works, redis):
    worker = waiting_worker(works, redis)
    worker.heartbeat()
    assert 0 < redis.ttl(worker.key) <= 60
    redis.delete(worker.key)
    assert WakeUps(redis).loads()[Lane.SHORT].workers == 0


def test_a_worker_of_both_lanes_is_free_for_either_until_it_works(works, redis):
    worker = waiting_worker(works, redis, *Lane)
    assert [load.free for load in WakeUps(redis).loads().values()] == [1, 1]
    worker.set_state(WorkerStatus.BUSY)
    assert [load.free for load in WakeUps(redis).loads().values()] == [0, 0]


@pytest.mark.parametrize("lane", Lane)
def test_a_thousand_jobs_of_one_tenant_do_not_stand_before_the_one_of_another(works, relay, redis, lane):
    worker = waiting_worker(works, redis, lane)
    first = works.ask(KIND_OF[lane])
    works.multiply(first, 999)
    drain(relay)
    held = take(works, redis, lane)
    worker.set_state(WorkerStatus.BUSY)
    drain(relay)
    lonely = works.ask(KIND_OF[lane], actor=works.district.stadt.actor(Role.KI_COORDINATOR))
    before = len(called(redis, lane))
    assert before == SPARE[lane]
    for _ in range(before + 1):
        end(works, held)
        worker.set_state(WorkerStatus.IDLE)
        drain(relay)
        held = take(works, redis, lane)
        worker.set_state(WorkerStatus.BUSY)
        drain(relay)
    assert held.job_id == lonely, "the next that was decided after it came"


def test_tenants_take_turns_whatever_they_have_waiting(works, relay, redis):
    """With one worker no tenant has a job in hand when it becomes free: who had the last turn must be known."""
    worker = waiting_worker(works, redis, Lane.LONG)
    kreis, stadt, gemeinde = (
        works.actor,
        works.district.stadt.actor(Role.OFFICER),
        works.district.gemeinde.actor(Role.OFFICER),
    )
    for actor, count in ((kreis, 6), (stadt, 3), (gemeinde, 2)):
        for _ in range(count):
            works.ask("test.long", actor=actor)
    turns = []
    for _ in range(11):
        drain(relay)
        held = take(works, redis, Lane.LONG)
        worker.set_state(WorkerStatus.BUSY)
        turns.append(held.actor.tenant_id)
        end(works, held)
        worker.set_state(WorkerStatus.IDLE)
    one, two, three = kreis.tenant_id, stadt.tenant_id, gemeinde.tenant_id
    assert turns == [one, two, three, one, two, three, one, two, one, one, one]


def test_no_tenant_has_two_long_jobs_in_hand_while_another_waits(works, relay, redis):
    stadt = works.district.stadt.actor(Role.OFFICER)
    workers = [waiting_worker(works, redis, Lane.LONG) for _ in range(2)]
    for _ in range(20):
        works.ask("test.long")
    works.ask("test.long", actor=stadt)
    drain(relay)
    tenants = [take(works, redis, Lane.LONG).actor.tenant_id for _ in workers]
    assert sorted(tenants) == sorted([works.actor.tenant_id, stadt.tenant_id])


def test_one_tenant_alone_has_all_workers(works, relay, redis):
    for _ in range(4):
        waiting_worker(works, redis, Lane.LONG)
    for _ in range(9):
        works.ask("test.long")
    drain(relay)
    assert len(called(redis, Lane.LONG)) == 4


def test_a_job_just_handed_over_has_taken_a_worker_even_if_that_still_says_it_waits(works, relay, redis):
    waiting_worker(works, redis, Lane.LONG)
    works.ask("test.long")
    works.ask("test.long")
    relay.step()
    queue_on(redis, Lane.LONG).empty()  # taken; between that and the claim the worker's word is old
    assert relay.step() == 0


def test_a_lane_does_not_wait_for_the_other(works, relay, redis):
    worker = waiting_worker(works, redis, Lane.LONG)
    worker.set_state(WorkerStatus.BUSY)
    waiting_worker(works, redis, Lane.SHORT)
    long, short = works.ask("test.long"), works.ask("test.work")
    drain(relay)
    assert (called(redis, Lane.LONG), called(redis, Lane.SHORT)) == ([], [short])
    worker.set_state(WorkerStatus.IDLE)
    drain(relay)
    assert called(redis, Lane.LONG) == [long]


class Watched(threading.Event):
    """Notes how long the relay wants to rest, and lets it look so many times without waiting."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks
        self.rests: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.rests.append(timeout or 0.0)
        return len(self.rests) > self.looks


def test_an_idle_relay_rests_from_its_first_look_on(works, redis):
    """It once looked without a pause until the first job came, and took half a processor for it."""
    watched = Watched(looks=12)
    Relay(works.relay, WakeUps(redis), schedule=()).run(watched)
    pace = Pace()
    first, *others = watched.rests
    assert first == 0
    assert others == sorted(others)
    assert others[0] >= pace.quick
    assert others[-1] == pace.poll


def test_two_relays_share_the_work(works, redis):
    asked = {
        works.ask("test.work", actor=body.actor(Role.OFFICER))
        for body in works.district.all()
        for _ in range(9)
    }
    relays = [Relay(works.relay, WakeUps(works.queue.client()), pace=Pace(batch=7)) for _ in range(2)]
    WakeUps(redis).mark()
    for _ in asked:
        waiting_worker(works, redis)
    threads = [threading.Thread(target=drain, args=(relay,)) for relay in relays]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    drain(relays[0])  # both may have stopped for the same rows, each skipping what the other held
    assert len(called(redis)) == len(asked)
    assert set(called(redis)) == asked


def test_a_lost_worker_costs_an_attempt_and_the_last_one_parks(works, relay):
    job_id = works.ask("test.work")
    running = "state = 'running', run_at = clock_timestamp() - interval '1 second'"
    works.change(f"{running}, attempts = 5", job_id)
    drain(relay)
    assert (works.status(job_id).state, works.status(job_id).last_error) == (
        JobState.DISPATCHED,
        "worker-lost",
    )
    works.change(f"{running}, attempts = 6", job_id)
    drain(relay)
    assert works.status(job_id).state is JobState.PARKED


def test_a_kind_that_bears_two_lost_workers_is_parked_at_the_second(works, relay):
    job_id = works.ask("test.file", how="none")
    for state in (JobState.DISPATCHED, JobState.PARKED):
        works.change(
            "state = 'running', attempts = attempts + 1, run_at = clock_timestamp() - interval '1 second'",
            job_id,
        )
        drain(relay)
        assert works.status(job_id).state is state
    assert works.status(job_id).last_error == "worker-lost"


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

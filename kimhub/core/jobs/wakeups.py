"""What is in Redis: wake-ups and who could follow one, nothing else. Losing all of it loses no job.

A wake-up is an RQ job with two arguments, the job's id and its tenant's, as JSON. The worker does not run the
function that RQ's data names (see worker.py), so whoever can write to Redis can wake workers and no more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.queue import EnqueueData
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus
from rq.worker_registration import WORKERS_BY_QUEUE_KEY

from kimhub.core.jobs.models import Lane

WAKE_UP = "kimhub.core.jobs.work_off"
"""A name for RQ's data; it is not imported."""
KEPT_SECONDS = 24 * 3600
"""After which Redis forgets a wake-up that nobody took."""
_SOCKET_SECONDS = 5
_FILLED = "kimhub:filled"
_UUID_LENGTH = 36
_FREE = (WorkerStatus.IDLE, WorkerStatus.STARTED)


@dataclass(frozen=True, slots=True)
class WakeUp:
    """A job that a worker should look at."""

    job_id: UUID
    tenant_id: int
    dispatch: int
    """The how-manieth wake-up of this job it is; part of RQ's id, which RQ wants unique."""
    time_limit: float


@dataclass(frozen=True, slots=True)
class LaneLoad:
    """How a lane fares now."""

    workers: int
    """Workers that have given a sign of life within the last minute."""
    free: int
    """How many of them wait for a wake-up."""
    called: frozenset[str]
    """The ids of jobs for which a worker has been called and has not come yet."""


def connect(redis_url: str) -> Redis:
    """Return a client that gives up on a silent server after five seconds. It connects when it is used."""
    return Redis.from_url(
        redis_url,
        socket_timeout=_SOCKET_SECONDS,
        socket_connect_timeout=_SOCKET_SECONDS,
        retry=Retry(
            NoBackoff(), 1
        ),  # a connection gone stale is renewed; longer waits are the callers' business
    )


class WakeUps:
    """The queues of wake-ups, one per lane, as the relay sees them."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._queues = {lane: queue_on(redis, lane) for lane in Lane}

    def are_lost(self) -> bool:
        """Tell whether Redis has been emptied since `mark` (or is new)."""
        return not self._redis.exists(_FILLED)

    def mark(self) -> None:
        """Leave the mark by which a relay knows that what was sent is still there."""
        self._redis.set(_FILLED, "1")

    def loads(self) -> Mapping[Lane, LaneLoad]:
        """Return how each lane fares, in two round trips."""
        asking = self._redis.pipeline(transaction=False)
        for queue in self._queues.values():
            asking.lrange(queue.key, 0, -1)
            asking.smembers(WORKERS_BY_QUEUE_KEY % queue.name)
        answers = iter(asking.execute())
        found: dict[Lane, tuple[list[bytes], list[bytes]]] = {
            lane: (next(answers), sorted(next(answers))) for lane in self._queues
        }
        asking = self._redis.pipeline(transaction=False)
        for _, workers in found.values():
            for key in workers:
                asking.hget(key, "state")  # None of a worker that died: its key expires, its name stays
        states: Iterator[Any] = iter(asking.execute())
        loads = {}
        for lane, (calls, workers) in found.items():
            known = [state.decode() for _ in workers if (state := next(states)) is not None]
            loads[lane] = LaneLoad(
                workers=len(known),
                free=sum(state in _FREE for state in known),
                called=frozenset(call.decode()[:_UUID_LENGTH] for call in calls),
            )
        return loads

    def send(self, lane: Lane, wake_ups: Iterable[WakeUp]) -> None:
        """Call workers of a lane, in one round trip."""
        self._queues[lane].enqueue_many([_data(wake_up) for wake_up in wake_ups])


def workers_known(redis_url: str) -> dict[Lane, int] | None:
    """Return how many workers of each lane live; None while Redis does not answer."""
    try:
        with connect(redis_url) as redis:
            return {lane: load.workers for lane, load in WakeUps(redis).loads().items()}
    except RedisError:
        return None


def queue_on(redis: Redis, lane: Lane) -> Queue:
    """Return the RQ queue of a lane; JSON instead of pickle, which would run what it reads."""
    return Queue(f"kimhub-{lane}", connection=redis, serializer=JSONSerializer)


def job_in(arguments: Sequence[object]) -> tuple[UUID, int]:
    """Return job and tenant of a wake-up. Raises ValueError for anything else."""
    if len(arguments) != 2 or not isinstance(arguments[0], str) or not isinstance(arguments[1], int):
        raise ValueError("not a wake-up")
    return UUID(arguments[0]), arguments[1]


def _data(wake_up: WakeUp) -> EnqueueData:
    return Queue.prepare_data(
        WAKE_UP,
        args=[str(wake_up.job_id), wake_up.tenant_id],
        job_id=f"{wake_up.job_id}-{wake_up.dispatch}",
        timeout=math.ceil(wake_up.time_limit),
        result_ttl=0,
        ttl=KEPT_SECONDS,
        description=str(wake_up.job_id),
    )

"""What is in Redis: wake-ups, nothing else. Losing all of them loses no job.

A wake-up is an RQ job with two arguments, the job's id and its tenant's, as JSON. The worker does not run the
function that RQ's data names (see worker.py), so whoever can write to Redis can wake workers and no more.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.queue import EnqueueData
from rq.serializers import JSONSerializer

QUEUE = "kimhub"
WAKE_UP = "kimhub.core.jobs.work_off"
"""A name for RQ's data; it is not imported."""
CAPACITY = 500
"""Wake-ups waiting at most; more jobs wait in the database, in the order in which they are due."""
KEPT_SECONDS = 24 * 3600
"""After which Redis forgets a wake-up that nobody took."""
_SOCKET_SECONDS = 5
_FILLED = "kimhub:filled"
_UUID_LENGTH = 36


@dataclass(frozen=True, slots=True)
class WakeUp:
    """A job that a worker should look at."""

    job_id: UUID
    tenant_id: int
    dispatch: int
    """The how-manieth wake-up of this job it is; part of RQ's id, which RQ wants unique."""
    time_limit: float


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
    """The queue of wake-ups, as the relay sees it."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._queue = queue_on(redis)

    def are_lost(self) -> bool:
        """Tell whether Redis has been emptied since `mark` (or is new)."""
        return not self._redis.exists(_FILLED)

    def mark(self) -> None:
        """Leave the mark by which a relay knows that what was sent is still there."""
        self._redis.set(_FILLED, "1")

    def waiting(self) -> set[str]:
        """Return the ids of jobs for which a worker has been called and has not come yet."""
        return {rq_id[:_UUID_LENGTH] for rq_id in self._queue.get_job_ids()}

    def send(self, wake_ups: Iterable[WakeUp]) -> None:
        """Call workers, in one round trip."""
        self._queue.enqueue_many([_data(wake_up) for wake_up in wake_ups])


def queue_on(redis: Redis) -> Queue:
    """Return the RQ queue; JSON instead of pickle, which would run what it reads."""
    return Queue(QUEUE, connection=redis, serializer=JSONSerializer)


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

"""How a job ends without having been done."""

from __future__ import annotations

import re
from dataclasses import dataclass

from redis.exceptions import RedisError
from sqlalchemy.exc import (
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    PendingRollbackError,
)

from kimhub.core.attempt import declared_error
from tenants.errors import KimhubError, TooManyRequestsError


class JobError(Exception):
    """A handler gives up this attempt. `code` is what the operator sees; `final`: trying again is no use."""

    def __init__(self, code: str, *, final: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.final = final


class LeaseLostError(Exception):
    """Another worker has, or may have, taken the job over: nothing of this attempt may be written."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed: a code without any content of the failed work, and whether another is of use."""

    code: str
    final: bool
    lost: bool = False
    """Whether it counts as the loss of a worker, of which some kinds of jobs bear fewer than of other failures."""


_ACCIDENTS = (OperationalError, InterfaceError, InternalError, PendingRollbackError, RedisError, OSError)
CPU_LIMIT = Failure("cpu-limit", final=False, lost=True)
TIME_LIMIT = Failure("time-limit", final=False, lost=True)
WORKER_LOST = "worker-lost"
"""The code of a job whose process ended without a word, which the relay finds."""


def failure_of(error: Exception, *, reads_files: bool = False) -> Failure:
    """Return what is recorded of `error`.

    A refusal (a `KimhubError` below 500) stands: the same rows would be refused again. The one exception is a
    limit on requests, which passes. What needs more memory than a job's process has would need it again. Everything
    else may be an accident of the moment and is tried again; of work on somebody's file only what the database, the
    queue or the network brought about, for the rest lies in the file.
    """
    if isinstance(error, JobError):
        return Failure(error.code, error.final)
    if isinstance(error, IntegrityError):
        error = declared_error(error) or error
    if isinstance(error, KimhubError):
        return Failure(error.code, error.status < 500 and not isinstance(error, TooManyRequestsError))
    final = isinstance(error, MemoryError) or (reads_files and not isinstance(error, _ACCIDENTS))
    return Failure(_code(type(error).__name__), final)


def _code(class_name: str) -> str:
    """``OperationalError`` becomes ``operational-error``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", class_name).lower()

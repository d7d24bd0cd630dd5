"""What the process of one job may use: a file or a drawing that wants more ends its own process, nobody else's."""

from __future__ import annotations

import resource
from dataclasses import dataclass

from kimhub.core.settings import Settings

_CPU_BEYOND = 30
"""Seconds of CPU after which the kernel ends a process that has not ended itself."""


@dataclass(frozen=True, slots=True)
class JobLimits:
    """Memory in bytes, CPU in seconds."""

    memory: int
    cpu: int

    @classmethod
    def of(cls, settings: Settings) -> JobLimits:
        """Return what the operator has set."""
        return cls(settings.job_memory_mb * 1024 * 1024, settings.job_cpu_seconds)


def confine(limits: JobLimits) -> None:
    """Let the kernel hold this process to its limits from now on.

    What counts is memory that can be written and is the process's own (RLIMIT_DATA): V8, which draws the charts,
    reserves far more addresses than it ever uses, so that RLIMIT_AS would have to be as large as that. Beyond it Python
    raises MemoryError, native code aborts. The CPU limit is the backstop of `Pulse`, which cannot end a process whose
    native code never lets Python in. A core dump would hold somebody's data.
    """
    for what, limit in (
        (resource.RLIMIT_DATA, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu + _CPU_BEYOND),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(what)
        lower = (
            limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        )  # a stricter one of the service's stands
        resource.setrlimit(what, (lower, lower))

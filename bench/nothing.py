"""A job that does nothing, and the relay and worker that carry it."""

from __future__ import annotations

import sys
from typing import Any

from kimhub.core.jobs.handler import JobContext
from kimhub.core.jobs.models import Lane
from kimhub.core.jobs.registry import job
from tenants import Actor

KIND = "bench.nothing"


@job(KIND, lane=Lane.SHORT)
def do_nothing(_actor: Actor, _payload: dict[str, Any], context: JobContext) -> None:
    """Do nothing, in a transaction of its own."""
    with context.completing():
        pass


if __name__ == "__main__":
    from kimhub.operator.commands import jobs as commands

    sys.modules["bench.nothing"] = sys.modules["__main__"]
    {"relay": commands.relay, "worker": commands.worker}[sys.argv[1]](args=[])

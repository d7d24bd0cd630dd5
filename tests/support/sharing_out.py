"""How cases are shared out among the workers of a run: module by module, the long ones first.

What a module makes once (a database, servers, a running platform) would otherwise be made by every worker that gets
one of its cases. Only those with hundreds of generated cases, which make little, are cut into parts, so that nobody
waits for the last one. Who takes long is known from `tests/times.json`; what is not in there comes in between.

There is one worker more than cores: many cases wait, for a lease to end or a server to start, while others calculate.
"""

from __future__ import annotations

import os
from collections import Counter
from math import ceil
from typing import Any
from zlib import crc32

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.support.times import KEPT, Times

CUT = (
    "tests/architecture/test_access_matrix.py",
    "tests/architecture/test_isolation_matrix.py",
    "tests/architecture/test_isolation_mutants.py",
)
LONGEST_PART = 60.0
"""Seconds that a part of such a module may take."""
UNKNOWN = 5.0


def kept_seconds() -> dict[str, float]:
    """Return what each module took when times were last kept."""
    kept = Times.read(KEPT)
    return kept.modules if kept else {}


class ByModule(LoadScopeScheduling):
    """Gives a worker one module, or one part of a large generated one, after the other."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False  # the cases come in order already
        self._parts = {
            module: max(1, ceil(seconds / LONGEST_PART))
            for module, seconds in kept_seconds().items()
            if module in CUT
        }

    def _split_scope(self, nodeid: str) -> str:
        module, _, case = nodeid.partition("::")
        return f"{module} {crc32(case.encode()) % self._parts.get(module, 1)}"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Take one more than cores for `-n auto`."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByModule:
    """Take ours for every run with workers."""
    return ByModule(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put long modules first, in a worker; whoever runs tests alone reads them in their own order."""
    if hasattr(config, "workerinput"):
        seconds = kept_seconds()
        sizes = Counter(item.nodeid.partition("::")[0] for item in items)
        items.sort(key=lambda item: -_length(item, seconds, sizes))


def _length(item: pytest.Item, seconds: dict[str, float], sizes: Counter[str]) -> float:
    module = item.nodeid.partition("::")[0]
    return seconds.get(module, min(UNKNOWN, sizes[module]))

"""Servers for the tests that really commit and really queue, shared within a module."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cluster import Cluster
from tests.support.queue_server import QueueServer, queue_server
from tests.support.works import Works, works_on


@pytest.fixture(scope="module")
def queue() -> Iterator[QueueServer]:
    with queue_server() as server:
        yield server


@pytest.fixture(scope="module")
def works(cluster: Cluster, queue: QueueServer, request: pytest.FixtureRequest) -> Iterator[Works]:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"test_{worker}_{Path(request.module.__file__).stem}"
    with works_on(cluster, queue, name) as works:
        yield works

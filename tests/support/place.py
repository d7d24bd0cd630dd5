"""Directories for servers. pytest's own is closed by every other pytest that starts (root, chmod).

Making a database cluster costs more than most of what is then tried on it. `made` has one already, a copy of one made
once; `migrated` has the tables, too. Tests about the making itself take `place`, which is empty.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kimhub.core.database.migrate import migrate
from kimhub.embedded.servers import EmbeddedServers

Fill = Callable[[Path], Path]
"""Puts a database cluster into a directory for servers, which is made if there is none; returns the directory."""


@contextmanager
def directory_for_servers() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kimhub-test-") as directory:
        yield Path(directory).resolve()


@pytest.fixture
def place() -> Iterator[Path]:
    with directory_for_servers() as place:
        yield place


@pytest.fixture(scope="session")
def made_once() -> Iterator[Path]:
    with directory_for_servers() as made:
        with EmbeddedServers(made, durable=False, redis=False):
            pass
        yield made


@pytest.fixture(scope="session")
def migrated_once(made_once: Path) -> Iterator[Path]:
    with directory_for_servers() as place:
        migrated = copy(made_once, place)
        with EmbeddedServers(migrated, durable=False, redis=False) as servers:
            migrate(servers.urls.owner)
        yield migrated


@pytest.fixture
def fill(made_once: Path) -> Fill:
    return lambda var: copy(made_once, var)


@pytest.fixture
def made(place: Path, made_once: Path) -> Path:
    return copy(made_once, place)


@pytest.fixture
def migrated(place: Path, migrated_once: Path) -> Path:
    return copy(migrated_once, place)


def copy(source: Path, var: Path) -> Path:
    """Copy the cluster with its owners and rights."""
    var.mkdir(exist_ok=True)
    subprocess.run(["cp", "-a", source / "postgres", var], check=True)
    return var


def copy_all(source: Path, var: Path) -> Path:
    """Copy everything of a run that has ended: cluster, queue, keys."""
    subprocess.run(["cp", "-a", source, var], check=True)
    return var

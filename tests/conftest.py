"""The real parts of every test: a PostgreSQL of its own, built by the migrations, used as the application's role.

The first process starts the server and migrates a template database; every xdist worker copies it. A test
runs inside one outer transaction with savepoints and leaves nothing behind; the few suites that must really
commit take the fixture `committing`, which gives them a database that is as good as new.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import settings
from sqlalchemy import Connection, Engine

from tenants import Actor, Role, db, signing
from tests.factories.tenants import District, create_district
from tests.support import cluster as test_cluster
from tests.support.as_new import AsNew
from tests.support.cluster import Cluster
from tests.support.examples import examples
from tests.support.hashing import hash_cheaply, todays_hashing
from tests.support.in_memory import files_in_memory
from tests.support.parts import pytest_make_collect_report, pytest_runtest_makereport
from tests.support.sharing_out import (
    pytest_collection_modifyitems,
    pytest_xdist_auto_num_workers,
    pytest_xdist_make_scheduler,
)
from tests.support.times import Clock

__all__ = [
    "pytest_collection_modifyitems",
    "pytest_make_collect_report",
    "pytest_runtest_makereport",
    "pytest_xdist_auto_num_workers",
    "pytest_xdist_make_scheduler",
    "todays_hashing",
]

gc.disable()  # while everything is imported and collected: it all stays, and looking through it takes seconds

_STACK = pytest.StashKey[ExitStack]()

settings.register_profile("kimhub", deadline=None, max_examples=examples(100))  # a busy machine is no failure
settings.load_profile("kimhub")


def pytest_configure(config: pytest.Config) -> None:
    signing.time = SimpleNamespace(time=_time_of_the_database)  # type: ignore[assignment]
    db.session.session_factory.configure(
        join_transaction_mode="create_savepoint"
    )  # matters only inside `connection`
    hash_cheaply()
    config.pluginmanager.register(Clock())
    if not hasattr(config, "workerinput"):
        stack = config.stash[_STACK] = ExitStack()
        stack.enter_context(files_in_memory())
        config.stash[test_cluster.KEY] = test_cluster.LazyCluster()


def pytest_collection_finish() -> None:
    """Look for garbage from now on, but not among what was collected."""
    gc.enable()
    gc.freeze()


def _time_of_the_database() -> float:
    """The database does not travel in time with a test, so neither does what is signed for it."""
    real = time_machine.escape_hatch
    return real.time.time() if real.is_travelling() else time.time()


def pytest_configure_node(node: Any) -> None:
    """Start the server once, before the xdist workers, and tell them where it is."""
    node.workerinput["kimhub_cluster"] = node.config.stash[test_cluster.KEY].get().to_json()


def pytest_unconfigure(config: pytest.Config) -> None:
    if test_cluster.KEY in config.stash:
        config.stash[test_cluster.KEY].stop()
        config.stash[_STACK].close()


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> Cluster:
    """The PostgreSQL server of this run with the migrated template database."""
    workerinput = getattr(request.config, "workerinput", None)
    if workerinput is not None:
        return Cluster.from_json(workerinput["kimhub_cluster"])
    return request.config.stash[test_cluster.KEY].get()


@pytest.fixture(scope="session")
def database(cluster: Cluster) -> Iterator[str]:
    """A database of this worker, a copy of the template."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with cluster.copy_of_template(name):
        yield name


@pytest.fixture(scope="session")
def owner_engine(cluster: Cluster, database: str) -> Iterator[Engine]:
    """The owner's connection, for arranging what only the operator may write (tenants, register)."""
    engine = cluster.engine(cluster.urls(database).owner)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def app(cluster: Cluster, database: str) -> Iterator[Flask]:
    """The application on this worker's database."""
    flask_app = cluster.create_app(database)
    yield flask_app
    test_cluster.hang_up(flask_app)


@pytest.fixture
def connection(app: Flask) -> Iterator[Connection]:
    """One outer transaction; everything that the test commits is a savepoint in it."""
    with app.app_context():
        engine = db.engine
    with engine.connect() as conn:
        outer = conn.begin()
        with _as_engine_of(app, conn):
            yield conn
        outer.rollback()


@contextmanager
def _as_engine_of(app: Flask, conn: Connection) -> Iterator[None]:
    engines = db._app_engines[app]
    real = engines[None]
    engines[None] = conn  # type: ignore[assignment]  # flask-sqlalchemy binds sessions to what lies here
    try:
        yield
    finally:
        engines[None] = real


@pytest.fixture
def ctx(app: Flask, connection: Connection) -> Iterator[Flask]:
    """An app context inside the outer transaction: for tests that call use cases."""
    with app.app_context():
        yield app


@pytest.fixture(scope="session")
def application_that_commits(cluster: Cluster) -> test_cluster.Committing:
    """The application of `committing`: making it costs more than a database, and all of those have one name."""
    return cluster.application(f"committing_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")


@pytest.fixture(scope="session")
def database_that_commits(
    cluster: Cluster, application_that_commits: test_cluster.Committing
) -> Iterator[AsNew]:
    """The database of `committing`, which one test after the other has for itself."""
    database = AsNew(cluster, application_that_commits.database)
    yield database
    database.drop()


@pytest.fixture
def committing(
    application_that_commits: test_cluster.Committing, database_that_commits: AsNew
) -> Iterator[test_cluster.Committing]:
    """A database as good as new that is really written to, with its application and urls."""
    database_that_commits.make()
    yield application_that_commits
    application_that_commits.dispose()


@pytest.fixture(scope="session")
def district(owner_engine: Engine) -> District:
    """Two Kreise with Gemeinden, a kreisfreie Stadt and an authority, committed once per worker."""
    with owner_engine.begin() as connection:
        return create_district(connection)


@pytest.fixture
def kreis(ctx: Flask, district: District) -> Actor:
    """The KI-Koordination of the Kreis."""
    return district.kreis.actor(Role.KI_COORDINATOR)


@pytest.fixture
def gemeinde(ctx: Flask, district: District) -> Actor:
    """The Sachbearbeitung of one of its Gemeinden."""
    return district.gemeinde.actor(Role.OFFICER)


@pytest.fixture
def sibling(ctx: Flask, district: District) -> Actor:
    """The Sachbearbeitung of another."""
    return district.sibling.actor(Role.OFFICER)

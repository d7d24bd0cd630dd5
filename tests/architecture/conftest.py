"""Databases that the tests of the architecture may take apart."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import Connection, Engine, NullPool, create_engine

from kimhub.app import load_models
from kimhub.core.database.urls import with_database
from tests.support.cluster import Cluster, hang_up
from tests.support.isolation import World, populate
from tests.support.site import Site

load_models()  # at collection: the tests are generated from the models


@pytest.fixture(scope="session")
def scratch(cluster: Cluster) -> Iterator[Engine]:
    """The migrated database once more, for the superuser; tests roll back what they break."""
    name = f"scratch_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with cluster.copy_of_template(name):
        engine = create_engine(with_database(cluster.urls(name).admin, name), poolclass=NullPool)
        yield engine
        engine.dispose()


@pytest.fixture
def superuser(scratch: Engine) -> Iterator[Connection]:
    """A superuser's transaction that is undone at the end; DDL included."""
    with scratch.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


@dataclass(frozen=True)
class Populated:
    """Rows of every table between tenants in every relation, really committed, and two ways to them."""

    world: World
    app: Engine
    superuser: Engine


@pytest.fixture(scope="session")
def populated(cluster: Cluster) -> Iterator[Populated]:
    """A database of its own for the tests that ask who sees and changes what."""
    name = f"populated_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with cluster.copy_of_template(name):
        urls = cluster.urls(name)
        app = cluster.engine(urls.app)
        superuser = cluster.engine(with_database(urls.admin, name))
        yield Populated(populate(app, superuser), app, superuser)
        app.dispose()
        superuser.dispose()


@pytest.fixture(scope="module")
def site(cluster: Cluster) -> Iterator[Site]:
    """The application on a database of its own, with everybody who may knock."""
    name = f"matrix_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with cluster.copy_of_template(name):
        admin = create_engine(with_database(cluster.urls(name).admin, name))
        app = cluster.create_app(name)
        yield Site(app, admin)
        hang_up(app)
        admin.dispose()

"""A site that really commits, for what happens between requests: sessions, brakes, tokens."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text

from kimhub.core.database.urls import with_database
from kimhub.core.jobs.periodic import begin_periodic_work
from kimhub.core.jobs.schedule import SCHEDULE, Errand
from tenants import Role
from tests.factories.identity import Person, create_person
from tests.factories.tenants import Body, District, create_district
from tests.support.cluster import Cluster, hang_up


@dataclass(frozen=True)
class Site:
    """An application with a district of its own; `admin` arranges and looks, past all rules."""

    app: Flask
    district: District
    admin: Engine
    relay: Engine

    def run(self, statement: str, **values: object) -> None:
        with self.admin.begin() as connection:
            connection.execute(text(statement), values)

    def value(self, statement: str, **values: object) -> object:
        with self.admin.connect() as connection:
            return connection.scalar(text(statement), values)

    def run_errands(self) -> None:
        """Do what the relay does about every second."""
        for task in SCHEDULE:
            if isinstance(task, Errand):
                with self.relay.begin() as connection:
                    begin_periodic_work(connection, task, {})


@pytest.fixture(scope="module")
def site(cluster: Cluster, request: pytest.FixtureRequest) -> Iterator[Site]:
    """One per module; each test brings its own people."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"site_{worker}_{request.module.__name__.rpartition('.')[2]}"
    with cluster.copy_of_template(name):
        admin = create_engine(with_database(cluster.urls(name).admin, name))
        with admin.begin() as connection:
            district = create_district(connection)
        app = cluster.create_app(name)
        relay = create_engine(cluster.urls(name).relay)
        yield Site(app, district, admin, relay)
        hang_up(app)
        relay.dispose()
        admin.dispose()


@pytest.fixture
def person(site: Site) -> Callable[..., Person]:
    """Makes somebody with an address that nobody else has; takes what `create_person` does."""

    def person(*belongs_to: tuple[Body, Role], **more: Any) -> Person:
        with site.admin.begin() as connection:
            return create_person(connection, f"{uuid4().hex[:12]}@kommune.example", *belongs_to, **more)

    return person


@pytest.fixture
def mails(site: Site) -> Callable[[str], list[str]]:
    """The texts of all mails to an address, the last first."""

    def mails(email: str) -> list[str]:
        site.run_errands()
        return site.value(
            "SELECT coalesce(array_agg(text ORDER BY created_at DESC), '{}') FROM mail WHERE recipient = :r",
            r=email,
        )

    return mails

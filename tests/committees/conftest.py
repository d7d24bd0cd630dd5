"""Committees of a district that is really written to, and people who may sit in them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, NullPool, create_engine, text

from kimhub.core.database.urls import with_database
from tenants import Actor, Role
from tests.factories.identity import create_person
from tests.factories.tenants import Body, District
from tests.support.committed import committed_district


@dataclass(frozen=True)
class Hall:
    """Where the committees meet."""

    app: Flask
    district: District
    superuser: Engine
    people: dict[str, UUID]
    """The accounts: anna, bert and olga of the Gemeinde, cem of its sibling, kim of the Kreis, fritz of a Fernstadt."""

    def office(self, body: Body) -> Actor:
        """Return the Geschäftsführung of a body's committees."""
        return body.actor(Role.COMMITTEE_OFFICE)

    @property
    def gemeinde(self) -> Actor:
        return self.office(self.district.gemeinde)

    @property
    def sibling(self) -> Actor:
        return self.office(self.district.sibling)

    @property
    def kreis(self) -> Actor:
        return self.office(self.district.kreis)


@pytest.fixture(scope="module")
def built(cluster) -> Iterator[Hall]:
    name = f"committees_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with cluster.committing(name) as here:
        district = committed_district(here)
        superuser = create_engine(with_database(here.urls.admin, name), poolclass=NullPool)
        homes = {
            "anna": district.gemeinde, "bert": district.gemeinde, "olga": district.gemeinde,
            "cem": district.sibling, "kim": district.kreis, "fritz": district.unrelated,
        }  # fmt: skip
        with superuser.begin() as connection:
            people = {
                person: create_person(
                    connection, f"{person}@kim.example", (home, Role.COMMITTEE_MEMBER)
                ).account_id
                for person, home in homes.items()
            }
        yield Hall(here.app, district, superuser, people)


@pytest.fixture
def hall(built) -> Iterator[Hall]:
    """The district without committees, inside the application."""
    with built.app.app_context():
        yield built
    with built.superuser.begin() as connection:
        connection.execute(text("TRUNCATE committee CASCADE"))

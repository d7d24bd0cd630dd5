"""Random histories: Hypothesis invents what bodies do, and in which order; a model says what each must see after it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, run_state_machine_as_test
from sqlalchemy import Connection, Engine, NullPool, TextClause, create_engine, text
from sqlalchemy.exc import DBAPIError

from kimhub.core.database.urls import with_database
from tenants import Base, Role, db, transaction
from tenants.ddl import isolation_of
from tests.factories.tenants import Body, District, create_district
from tests.support.cluster import Cluster, hang_up

BODIES = st.integers(0, 6)
"""A body by its number; a district has seven."""


class AtWork(RuleBasedStateMachine):
    """Bodies that work, err and cheat on one connection; what they did is undone after each history."""

    app: ClassVar[Flask]
    connection: ClassVar[Connection]
    district: ClassVar[District]

    def __init__(self) -> None:
        super().__init__()
        self.context = self.app.app_context()
        self.context.push()
        self.savepoint = self.connection.begin_nested()
        self.known: list[Any] = []

    @initialize()
    def begin(self) -> None:
        self.all = self.district.all()

    def teardown(self) -> None:
        self.savepoint.rollback()
        self.context.pop()

    def other_than(self, me: Body, number: int) -> Body:
        """Another body: the one with this number, or the next."""
        return self.all[number] if self.all[number] != me else self.all[(number + 1) % 7]

    def reaches_nothing(self, me: Body, forgery: str, values: Mapping[str, object]) -> None:
        """Have `me` try this statement: it is refused or finds no row."""
        used = {name: value for name, value in values.items() if f":{name}" in forgery}
        try:
            with transaction(me.actor(Role.OFFICER)) as session:
                assert session.execute(text(forgery), used).rowcount == 0
        except DBAPIError:
            pass

    def all_see(self, question: TextClause, seen_by: Callable[[list[Any], Body], set[Any]]) -> None:
        """Let every body ask, and compare with what the model says that it sees."""
        for body in getattr(self, "all", ()):
            with transaction(body.actor(Role.OFFICER), read_only=True) as session:
                seen = {tuple(row) for row in session.execute(question)}
            assert seen == seen_by(self.known, body), body.name


@dataclass(frozen=True)
class Stage:
    """A database of its own with a district."""

    app: Flask
    district: District
    superuser: Engine

    def play(
        self,
        machine: type[AtWork],
        *,
        examples: int,
        phases: tuple[Phase, ...] = tuple(Phase),
        **members: Any,
    ) -> None:
        """Run that many histories; raise `AssertionError` where one ends otherwise than the model says.

        `members` stand on the machine's class, beside the connection.
        """
        with self.app.app_context():
            engine = db.engine
        engines = db._app_engines[self.app]
        with engine.connect() as connection, connection.begin() as outer:
            engines[None] = connection
            try:
                run_state_machine_as_test(
                    type(
                        "Bound",
                        (machine,),
                        {"app": self.app, "connection": connection, "district": self.district, **members},
                    ),
                    settings=settings(
                        max_examples=examples,
                        stateful_step_count=20,
                        deadline=None,
                        derandomize=True,
                        database=None,
                        phases=phases,
                        suppress_health_check=list(HealthCheck),
                    ),
                )
            finally:
                engines[None] = engine
                outer.rollback()

    def finds(self, machine: type[AtWork], table: str, condition: str, **members: Any) -> None:
        """Break the read policy of `table`; raise unless some history ends otherwise than the model says."""
        right = isolation_of(Base.metadata.tables[table]).readable(table)
        self._read(table, condition)
        try:
            with pytest.raises(AssertionError):
                self.play(machine, examples=20, phases=(Phase.generate,), **members)
        finally:
            self._read(table, right)

    def _read(self, table: str, condition: str) -> None:
        with self.superuser.begin() as connection:
            connection.execute(text(f"ALTER POLICY {table}_read ON {table} USING ({condition})"))


@contextmanager
def staged(cluster: Cluster, name: str) -> Iterator[Stage]:
    """Make a stage called `name`."""
    name = f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with cluster.copy_of_template(name):
        app = cluster.create_app(name)
        superuser = create_engine(with_database(cluster.urls(name).admin, name), poolclass=NullPool)
        with superuser.begin() as connection:
            district = create_district(connection)
        yield Stage(app, district, superuser)
        hang_up(app)

"""The PostgreSQL server of a test run."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import Connection, NullPool, create_engine

from kimhub.app import create_app
from kimhub.core.database.migrate import migrate
from kimhub.core.database.prepare import prepare_cluster
from kimhub.core.database.urls import conninfo
from kimhub.core.layout import EmbeddedUrls, Layout
from kimhub.core.settings import Settings
from kimhub.embedded.servers import EmbeddedServers
from tenants import db

TEMPLATE = "kimhub_template"


@dataclass(frozen=True)
class Cluster:
    """A running server whose template database carries all migrations."""

    var: str

    def to_json(self) -> str:
        return json.dumps({"var": self.var})

    @classmethod
    def from_json(cls, data: str) -> Cluster:
        return cls(**json.loads(data))

    def urls(self, database: str) -> EmbeddedUrls:
        return Layout(Path(self.var)).urls(database)

    @contextmanager
    def copy_of_template(self, name: str) -> Iterator[None]:
        """Make database `name` a copy of the template, and drop it at the end."""
        admin = self.urls(TEMPLATE).admin
        prepare_cluster(admin, name, template=TEMPLATE)
        try:
            yield
        finally:
            with psycopg.connect(conninfo(admin), autocommit=True) as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def create_app(
        self, database: str, environ: Mapping[str, str] | None = None, **overrides: object
    ) -> Flask:
        urls = self.urls(database)
        variables = {
            "KIMHUB_VAR": self.var,
            "KIMHUB_DATABASE_URL": urls.app,
            "KIMHUB_DATABASE_OWNER_URL": urls.owner,
            "KIMHUB_DATABASE_RELAY_URL": urls.relay,
        }
        return create_app(Settings.from_environ({**variables, **(environ or {})}), TESTING=True, **overrides)


@dataclass(frozen=True)
class Committing:
    """An application on a database of its own."""

    app: Flask
    urls: EmbeddedUrls

    @contextmanager
    def as_owner(self) -> Iterator[Connection]:
        """Yield the owner's connection in a transaction that is committed at the end."""
        with create_engine(self.urls.owner, poolclass=NullPool).begin() as connection:
            yield connection

    def dispose(self) -> None:
        with self.app.app_context():
            db.engine.dispose()


def other_postgres() -> Path | None:
    """Return the installation named by KIMHUB_TEST_POSTGRES (`make test POSTGRES=15`), else None."""
    named = os.environ.get("KIMHUB_TEST_POSTGRES")
    return Path(named) if named else None


class LazyCluster:
    """Starts the server when the first test asks for it, and stops it with the run."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._cluster: Cluster | None = None

    def get(self) -> Cluster:
        if self._cluster is None:
            var = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="kimhub-")))
            self._stack.enter_context(EmbeddedServers(var, durable=False, postgres_programs=other_postgres()))
            cluster = Cluster(str(var))
            prepare_cluster(cluster.urls(TEMPLATE).admin, TEMPLATE)
            migrate(cluster.urls(TEMPLATE).owner)
            self._cluster = cluster
        return self._cluster

    def stop(self) -> None:
        self._stack.close()


KEY = pytest.StashKey[LazyCluster]()

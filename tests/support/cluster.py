"""The PostgreSQL server of a test run."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from psycopg import sql
from sqlalchemy import Connection, Engine, NullPool, create_engine

from kimhub.app import create_app
from kimhub.core.database.binding_key import use_binding_key
from kimhub.core.database.migrate import migrate
from kimhub.core.database.prepare import prepare_cluster
from kimhub.core.database.urls import conninfo
from kimhub.core.layout import EmbeddedUrls, Layout
from kimhub.core.settings import Settings
from kimhub.embedded.servers import EmbeddedServers
from tenants import db
from tenants.binding import sign_bindings
from tenants.signing import BindingKey

TEMPLATE = "kimhub_template"
NO_QUEUE = "redis://127.0.0.1:1/0"


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

    @contextmanager
    def committing(self, name: str) -> Iterator[Committing]:
        """Yield an application on a database `name` of its own."""
        with self.copy_of_template(name):
            committed = self.application(name)
            yield committed
            committed.dispose()

    def application(self, name: str) -> Committing:
        """Return an application for a database `name`, which need not be there yet."""
        return Committing(name, self.create_app(name), self.urls(name), self.environ(name))

    def environ(self, database: str) -> dict[str, str]:
        """The variables of a process that works on this database."""
        urls = self.urls(database)
        return {
            "KIMHUB_VAR": self.var,
            "KIMHUB_DATABASE_URL": urls.app,
            "KIMHUB_DATABASE_SIGNIN_URL": urls.sign_in,
            "KIMHUB_DATABASE_OWNER_URL": urls.owner,
            "KIMHUB_DATABASE_RELAY_URL": urls.relay,
        }

    def create_app(
        self, database: str, environ: Mapping[str, str] | None = None, **overrides: object
    ) -> Flask:
        settings = Settings.from_environ({**self.environ(database), **(environ or {})})
        app = create_app(settings, TESTING=True, **overrides)
        app.jinja_env.bytecode_cache = self._templates  # a run makes dozens of applications
        return app

    @property
    def _templates(self) -> FileSystemBytecodeCache:
        """What all processes of this run have compiled; Jinja compiles a template anew that has changed."""
        kept = Path(self.var) / "templates"
        kept.mkdir(mode=0o700, exist_ok=True)
        return FileSystemBytecodeCache(str(kept))

    def engine(self, url: str, **options: Any) -> Engine:
        """An engine on whose connections a test can act, whatever role they sign in as."""
        return sign_bindings(create_engine(url, **options), key_of(self.environ(TEMPLATE)))


def key_of(environ: Mapping[str, str]) -> BindingKey:
    """Return the key with which a process with these variables says who acts."""
    return BindingKey(Settings.from_environ(environ).binding_secret)


@dataclass(frozen=True)
class Committing:
    """An application on a database of its own."""

    database: str
    app: Flask
    urls: EmbeddedUrls
    environ: dict[str, str]
    """The variables of a process that works on this database."""

    def engine(self, url: str, **options: Any) -> Engine:
        """An engine on whose connections a test can act, whatever role they sign in as."""
        return sign_bindings(create_engine(url, **options), key_of(self.environ))

    def set_environ(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the commands that are called in this process work on this database."""
        for name, value in {**self.environ, "KIMHUB_REDIS_URL": NO_QUEUE}.items():
            monkeypatch.setenv(name, value)

    @contextmanager
    def as_owner(self) -> Iterator[Connection]:
        """Yield the owner's connection in a transaction that is committed at the end."""
        with self.engine(self.urls.owner, poolclass=NullPool).begin() as connection:
            yield connection

    def dispose(self) -> None:
        hang_up(self.app)


def hang_up(app: Flask) -> None:
    """Close the connections of an application, those of the sign-in, too."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


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
            use_binding_key(Settings.from_environ(cluster.environ(TEMPLATE)))
            self._cluster = cluster
        return self._cluster

    def stop(self) -> None:
        self._stack.close()


KEY = pytest.StashKey[LazyCluster]()

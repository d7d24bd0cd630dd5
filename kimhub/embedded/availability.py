"""Commands work whether `kimhub run` is running or not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from kimhub.core.database.urls import conninfo
from kimhub.core.settings import Settings
from kimhub.embedded.errors import EmbeddedError
from kimhub.embedded.servers import AlreadyRunningError, EmbeddedServers

SECONDS_TO_WAIT = 60


@contextmanager
def servers_of(settings: Settings) -> Iterator[None]:
    """Have database and queue of these settings answer within the block.

    Given servers are left alone. Embedded ones are used where another process runs them, else started and
    stopped again. Raises EmbeddedError where they cannot start.
    """
    if not (settings.embedded_postgres or settings.embedded_redis):
        yield
        return
    servers = EmbeddedServers(
        settings.var, postgres=settings.embedded_postgres, redis=settings.embedded_redis
    )
    try:
        servers.start()
    except AlreadyRunningError:
        if settings.embedded_postgres:
            _wait_for(settings.database_url)
        yield
        return
    try:
        yield
    finally:
        servers.stop()


def _wait_for(database_url: str) -> None:
    """Wait until the other process has its database up: it may just be starting."""
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while True:
        try:
            psycopg.connect(conninfo(database_url)).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise EmbeddedError(f"Die Datenbank antwortet nicht: {error}") from error
            time.sleep(0.1)
        else:
            return

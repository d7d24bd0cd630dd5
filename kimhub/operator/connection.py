"""The operator's ways to the database: one transaction as the owner's role, or as the relay's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, NullPool, create_engine

from kimhub.core.settings import Settings
from kimhub.embedded.availability import servers_of
from tenants.binding import sign_bindings
from tenants.signing import BindingKey


@contextmanager
def operator_transaction(*, keep: bool = True) -> Iterator[Connection]:
    """Yield a connection of the owner role in one transaction; `keep=False` undoes it at the end (dry run).

    Starts the embedded database for the moment if it is not running. What goes wrong is put into words by `kimhub.cli`.
    """
    settings = Settings.from_environ()
    with servers_of(settings):
        engine = signing_engine(settings.owner_url(), settings)
        with engine.connect() as connection, connection.begin() as transaction:
            yield connection
            if not keep:
                transaction.rollback()


@contextmanager
def relay_connection() -> Iterator[Connection]:
    """Yield a connection of the relay's role in one transaction: it sees jobs of all tenants, and no content."""
    settings = Settings.from_environ()
    engine = create_engine(settings.relay_url(), poolclass=NullPool)
    with servers_of(settings), engine.begin() as connection:
        yield connection


def signing_engine(url: str, settings: Settings) -> Engine:
    """Return an engine without a pool, on whose connections somebody can act."""
    return sign_bindings(create_engine(url, poolclass=NullPool), BindingKey(settings.binding_secret))

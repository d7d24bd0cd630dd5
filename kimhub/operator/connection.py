"""The operator's way to the database: one transaction as the owner role, refusals as plain messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg.errors import UndefinedFunction, UndefinedTable
from sqlalchemy import Connection, Engine, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from kimhub.core.database.trouble import cause_of, passing_trouble
from kimhub.core.errors import KimhubError
from kimhub.core.operator_error import OperatorError
from kimhub.core.settings import Settings
from kimhub.embedded.availability import servers_of
from tenants.binding import sign_bindings
from tenants.signing import BindingKey

LONGEST_LIST = 40
"""So many single findings are shown; whoever has more begins with these."""


@contextmanager
def operator_transaction(*, keep: bool = True) -> Iterator[Connection]:
    """Yield a connection of the owner role in one transaction; `keep=False` undoes it at the end (dry run).

    Starts the embedded database for the moment if it is not running. Raises `OperatorError` for everything
    that the operator can put right.
    """
    settings = Settings.from_environ()
    with refusals_explained(), servers_of(settings):
        engine = signing_engine(settings.owner_url(), settings)
        with engine.connect() as connection, connection.begin() as transaction:
            yield connection
            if not keep:
                transaction.rollback()


def signing_engine(url: str, settings: Settings) -> Engine:
    """Return an engine without a pool, on whose connections somebody can act."""
    return sign_bindings(create_engine(url, poolclass=NullPool), BindingKey(settings.binding_secret))


@contextmanager
def refusals_explained() -> Iterator[None]:
    """Turn what the database or a rule refuses into an `OperatorError` with all findings."""
    try:
        yield
    except KimhubError as error:
        raise OperatorError(_message(error)) from error
    except DBAPIError as error:
        if isinstance(error.orig, UndefinedTable | UndefinedFunction):
            raise OperatorError(
                "Die Datenbank ist nicht auf dem Stand dieser Fassung. Führen Sie zuerst „kimhub db migrate“ aus."
            ) from error
        trouble = passing_trouble(error)
        if trouble is None:
            raise
        raise OperatorError(f"{trouble.title}. {trouble.detail} ({cause_of(error)})") from error


def _message(error: KimhubError) -> str:
    findings = [message for messages in error.fields.values() for message in messages]
    lines = [f"{error.title}. {error.detail}".strip(), *(f"  - {line}" for line in findings[:LONGEST_LIST])]
    if len(findings) > LONGEST_LIST:
        lines.append(f"  … und {len(findings) - LONGEST_LIST} weitere Stellen.")
    return "\n".join(lines)

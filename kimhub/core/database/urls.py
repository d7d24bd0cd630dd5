"""Database addresses in the two spellings in use: SQLAlchemy's URL with driver, and libpq's keywords."""

from __future__ import annotations

from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError


def sqlalchemy_url(url: str) -> str:
    """Return a PostgreSQL address as SQLAlchemy wants it, with psycopg 3 as the driver.

    `postgres://`, `postgresql://` and `postgresql+psycopg://` are accepted.
    Raises ValueError for anything else.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise ValueError(
            "is not an address of the form postgresql://role:password@host:5432/database"
        ) from error
    if parsed.drivername not in {"postgres", "postgresql", "postgresql+psycopg"}:
        raise ValueError("must begin with postgresql://")
    return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def conninfo(url: str) -> str:
    """Return the same address as libpq's keywords and values, for psycopg, psql and pgbench."""
    parts = make_url(sqlalchemy_url(url))
    named = {
        "user": parts.username,
        "password": parts.password,
        "host": parts.host,
        "port": parts.port,
        "dbname": parts.database,
    }
    given = {key: str(value) for key, value in named.items() if value}
    options = {
        key: value if isinstance(value, str) else ",".join(value) for key, value in parts.query.items()
    }
    return make_conninfo("", **(given | options))


def with_database(url: str, database: str) -> str:
    """Return the address of another database on the same server, for the same role."""
    return make_url(sqlalchemy_url(url)).set(database=database).render_as_string(hide_password=False)

"""Database addresses in the two spellings in use: SQLAlchemy's (with driver) and libpq's (without)."""

from __future__ import annotations

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


def libpq_url(url: str) -> str:
    """Return the same address without the driver, for psycopg, psql and pgbench."""
    parsed = make_url(sqlalchemy_url(url))
    return parsed.set(drivername="postgresql").render_as_string(hide_password=False)


def with_database(url: str, database: str) -> str:
    """Return the address of another database on the same server, for the same role."""
    return make_url(sqlalchemy_url(url)).set(database=database).render_as_string(hide_password=False)

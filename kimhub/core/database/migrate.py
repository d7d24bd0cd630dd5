"""Bringing a database to the state that this version of KIMHub expects. Only the owner role may do that."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text

from kimhub.core.database.urls import sqlalchemy_url

SCRIPTS = Path(__file__).resolve().parents[3] / "migrations"
"""The numbered migrations. They travel with the source tree, beside the packages."""
_LOCK = 0x6D696772617465
"""Key of the advisory lock that lets one migration run at a time: "migrate" in ASCII."""


def migrate(owner_url: str, *, revision: str = "head") -> tuple[str, ...]:
    """Apply what is missing up to `revision`; return the numbers applied, oldest first, empty if there were none.

    Each migration is a transaction of its own with timeouts on locks (migrations/env.py), so a busy table makes
    it fail instead of stopping everybody. Several processes may migrate at once: one works, the others wait.
    """
    engine = create_engine(sqlalchemy_url(owner_url), poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        connection.commit()
        before = _applied(connection)
        command.upgrade(alembic_config(connection), revision)
        return tuple(sorted(_applied(connection) - before))


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration without a file; migrations use the given connection."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _applied(connection: Connection) -> set[str]:
    heads = MigrationContext.configure(connection).get_current_heads()
    connection.commit()
    script = ScriptDirectory.from_config(alembic_config())
    return {step.revision for head in heads for step in script.iterate_revisions(head, "base")}

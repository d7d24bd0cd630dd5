"""Bringing a database to the state that this version of KIMHub expects. Only the owner role may do that.

Beside Alembic's number stands the digest of each applied migration's text. So a database that was built by another
version of a file, as happens before a release, is noticed instead of failing later in a place of its own.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, inspect, text

from kimhub.core.database.unfit import UnfitDatabaseError
from kimhub.core.database.urls import sqlalchemy_url
from kimhub.core.layout import PROJECT

SCRIPTS = PROJECT / "migrations"
"""The numbered migrations. They travel with the source tree, beside the packages."""
_LOCK = 0x6D696772617465
"""Key of the advisory lock that lets one migration run at a time: "migrate" in ASCII."""
_TABLE = "alembic_version_text"
_MAKE_TABLE = text(
    f"CREATE TABLE IF NOT EXISTS {_TABLE} (version_num text PRIMARY KEY, sha256 text NOT NULL)"
)
_REMEMBER = text(f"INSERT INTO {_TABLE} VALUES (:number, :sha256)")  # noqa: S608 - a constant
_FORGET = text(f"DELETE FROM {_TABLE} WHERE version_num = :number")  # noqa: S608 - a constant
_REMEMBERED = text(f"SELECT version_num, sha256 FROM {_TABLE}")  # noqa: S608 - a constant


def migrate(owner_url: str, *, revision: str = "head") -> tuple[str, ...]:
    """Apply what is missing up to `revision`; return the numbers applied, oldest first, empty if there were none.

    Each migration is a transaction of its own with timeouts on locks (migrations/env.py), so a busy table makes
    it fail instead of stopping everybody. Several processes may migrate at once: one works, the others wait.
    Raises UnfitDatabaseError where the database was built by other migrations than these.
    """
    engine = create_engine(sqlalchemy_url(owner_url), poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        connection.commit()
        before = expect_own_migrations(connection)
        command.upgrade(alembic_config(connection), revision)
        return tuple(sorted(expect_own_migrations(connection) - before))


def expect_own_migrations(connection: Connection) -> set[str]:
    """Return the numbers of the applied migrations. Raises UnfitDatabaseError unless they are those of this version."""
    heads = MigrationContext.configure(connection).get_current_heads()
    remembered: dict[str, str] = {}
    if inspect(connection).has_table(_TABLE):
        remembered = {row.version_num: row.sha256 for row in connection.execute(_REMEMBERED)}
    connection.commit()
    script = ScriptDirectory.from_config(alembic_config())
    known = {step.revision: step for step in script.walk_revisions()}
    if unknown := set(heads) - set(known):
        raise _foreign(f"steht auf dem Stand {', '.join(sorted(unknown))}, den diese Fassung nicht kennt")
    applied = {step.revision for head in heads for step in script.iterate_revisions(head, "base")}
    if changed := sorted(number for number in applied if remembered.get(number) != _digest(known[number])):
        raise _foreign(
            f"ist aus anderen Migrationen entstanden als denen dieser Fassung ({', '.join(changed)})"
        )
    return applied


def alembic_config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration without a file; migrations use the given connection."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["on_version_apply"] = _note
    return config


def _note(*, ctx: MigrationContext, step: Any, **_: Any) -> None:
    """Keep the digest of a migration's text in its own transaction, as Alembic keeps its number."""
    connection = ctx.connection
    if connection is None:
        raise RuntimeError("migrations run on a connection")
    connection.execute(_MAKE_TABLE)
    connection.execute(_FORGET, {"number": step.up_revision_id})
    if step.is_upgrade:
        connection.execute(_REMEMBER, {"number": step.up_revision_id, "sha256": _digest(step.up_revision)})


def _digest(migration: Script) -> str:
    return hashlib.sha256(Path(migration.path).read_text(encoding="utf-8").encode()).hexdigest()


def _foreign(what: str) -> UnfitDatabaseError:
    return UnfitDatabaseError(
        f"Die Datenbank {what}.",
        "Verwenden Sie die Fassung von KIMHub, mit der sie zuletzt lief, oder spielen Sie eine Sicherung ein, die zu "
        "dieser Fassung gehört.",
    )

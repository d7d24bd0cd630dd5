"""One database that test after test really writes to, as good as new for each.

A copy of the template is a thousand files, and makes and removes them for a second of CPU. So what a test has written
is deleted instead, as long as nothing else has changed: no catalog (whoever takes the schema apart, grants or truncates
leaves rows there), and no row that a migration wrote. In all other cases there is a new copy.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass

import psycopg
from psycopg import sql

from kimhub.core.database.urls import conninfo, with_database
from tests.support.cluster import Cluster

_TABLES = """
SELECT c.oid::regclass::text, c.relnamespace = 'pg_catalog'::regnamespace FROM pg_class AS c
 WHERE c.relkind IN ('r', 'p') AND NOT c.relisshared
   AND c.relnamespace <> ALL (ARRAY['information_schema', 'pg_toast']::regnamespace[])
   AND c.relname NOT IN ('pg_statistic', 'pg_statistic_ext_data')
"""
_SHARED = """
SELECT d.xmin::text, (SELECT string_agg(s.xmin::text, ' ') FROM pg_db_role_setting AS s WHERE s.setdatabase = d.oid)
  FROM pg_database AS d WHERE d.datname = current_database()
"""
_OTHERS = """
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_SEQUENCES = "SELECT setval(seqrelid, seqstart, false) FROM pg_sequence"

Mark = tuple[int, int]
"""How many rows a table has, and how many of them were written since: one of the two differs after every change."""


@dataclass(frozen=True)
class Marks:
    """What a database looks like."""

    since: str
    """The transaction that looked first."""
    shared: tuple[str, ...]
    catalogs: dict[str, Mark]
    tables: dict[str, Mark]

    def same_but_for_new_rows(self, before: Marks) -> bool:
        """Tell whether only tables that were empty before have rows now."""
        return (self.shared, self.catalogs, self.tables.keys()) == (
            before.shared,
            before.catalogs,
            before.tables.keys(),
        ) and all(self.tables[name] == mark for name, mark in before.tables.items() if mark[0])


def marks_of(connection: psycopg.Connection, since: str | None = None) -> Marks:
    """Look at everything; at first with this transaction as the one `since` which rows count as new."""
    since = since or connection.execute("SELECT pg_current_xact_id()::xid::text").fetchone()[0]
    kinds: dict[str, bool] = dict(connection.execute(_TABLES).fetchall())
    counted = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {}, count(*), count(*) FILTER (WHERE age(xmin) <= age({}::xid)) FROM {}").format(
            sql.Literal(name), sql.Literal(since), sql.SQL(name)
        )  # type: ignore[arg-type]  # as the server quotes it
        for name in kinds
    )
    marks = {name: (count, written) for name, count, written in connection.execute(counted)}
    return Marks(
        since,
        connection.execute(_SHARED).fetchone() or (),
        {name: mark for name, mark in marks.items() if kinds[name]},
        {name: mark for name, mark in marks.items() if not kinds[name]},
    )


class AsNew:
    """The database `name`, a copy of the template."""

    def __init__(self, cluster: Cluster, name: str) -> None:
        self._cluster = cluster
        self._name = name
        self._copy = ExitStack()
        self._new: Marks | None = None

    def make(self) -> bool:
        """Make it as good as new; return whether it took a new copy."""
        if self._new is not None and self._emptied(self._new):
            return False
        self.drop()
        self._copy.enter_context(self._cluster.copy_of_template(self._name))
        with self._connect() as connection:
            self._new = marks_of(connection)
        return True

    def drop(self) -> None:
        """Remove it."""
        self._new = None
        self._copy.close()

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(conninfo(with_database(self._cluster.urls(self._name).admin, self._name)))

    def _emptied(self, new: Marks) -> bool:
        try:
            with self._connect() as connection:
                connection.execute(_OTHERS)
                now = marks_of(connection, new.since)
                if not now.same_but_for_new_rows(new):
                    return False
                connection.execute("SET LOCAL session_replication_role = replica")
                for name, mark in now.tables.items():
                    if mark != new.tables[name]:
                        connection.execute(sql.SQL("DELETE FROM {}").format(sql.SQL(name)))  # type: ignore[arg-type]
                connection.execute(_SEQUENCES)
                return True
        except psycopg.OperationalError:  # it takes no connections, or is not there any more
            return False

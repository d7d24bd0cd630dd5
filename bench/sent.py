"""The SQL that one request of the application sends, as a script for pgbench: taken down, never copied by hand."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import NamedTemporaryFile
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, event

from kimhub.core.database.urls import conninfo
from kimhub.embedded.programs import postgres_programs


@contextmanager
def taken_down() -> Iterator[list[str]]:
    """Yield a list that fills with what all engines of this process send, values and transactions included."""
    sent: list[str] = []
    begun: set[int] = set()

    def statement(connection: Connection, _cursor: object, sql: str, values: Any, *_: object) -> None:
        driver: Any = connection.connection.dbapi_connection
        assert isinstance(driver, psycopg.Connection)
        if not driver.autocommit and id(driver) not in begun:
            begun.add(id(driver))
            sent.append("BEGIN")
        sent.append(" ".join(psycopg.ClientCursor(driver).mogrify(sql, values or None).split()))

    def ended(word: str) -> Any:
        def end(connection: Connection) -> None:
            driver = id(connection.connection.dbapi_connection)
            if driver in begun:
                begun.remove(driver)
                sent.append(word)

        return end

    listeners = [
        ("before_cursor_execute", statement),
        ("commit", ended("COMMIT")),
        ("rollback", ended("ROLLBACK")),
    ]
    for name, listener in listeners:
        event.listen(Engine, name, listener)
    try:
        yield sent
    finally:
        for name, listener in listeners:
            event.remove(Engine, name, listener)


def repeated(statements: list[str], url: str, *, connections: int, seconds: float) -> float:
    """Return how often a second pgbench gets through all statements, prepared, as the role of `url`."""
    for sql in statements:
        if variable := re.search(r"(?<!:):\w+", sql):
            raise RuntimeError(f"pgbench would take {variable[0]} for a variable: {sql}")
    with NamedTemporaryFile("w", suffix=".sql") as script:
        script.writelines(f"{sql};\n" for sql in statements)
        script.flush()
        printed = subprocess.run(
            [
                str(postgres_programs() / "bin" / "pgbench"), "-n", "-M", "prepared", "-c", str(connections),
                "-j", str(min(connections, 2)), "-T", str(int(seconds)), "-f", script.name, conninfo(url),
            ],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
    match = re.search(r"tps = ([0-9.]+)", printed)
    if match is None:
        raise RuntimeError(f"pgbench said: {printed}")
    return float(match[1])

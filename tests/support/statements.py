"""How many statements something sends to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event


@contextmanager
def counted(source: Engine | Connection) -> Iterator[list[str]]:
    """Yield a list that fills with the statements sent through `source`; binding the actor is not counted."""
    sent: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("SELECT set_config(", "SAVEPOINT", "RELEASE")):
            sent.append(statement)

    event.listen(source, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(source, "before_cursor_execute", note)

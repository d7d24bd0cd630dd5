"""Rows that enter the database together are audited together: by one digest instead of an event for each.

A file of 100,000 bookings would write as many events, one after the other, and hold the end of its tenant's chain all
the while. Instead the rows name what they came with, their parent. The database computes a digest of them when the
parent is closed; it stands in the parent's row and so in the parent's event. That leaves no gap because

* the model says so (`Batch`), and `tenants.lint` finds every other row that escapes the audit,
* a row that names a parent is accepted only while that parent is open, and its transaction cannot end before the
  parent is closed: a deferred foreign key to a column that is empty until then,
* such rows never change; if one is changed or deleted all the same, that has its event like everything else.

The digest is SHA-256 over the digests of the rows in the order of their places. The text of a row (`row_line`) is a
JSON array of all its stored columns as PostgreSQL prints ``jsonb``; times are microseconds since 1970.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, DateTime, FetchedValue, LargeBinary, Table
from sqlalchemy.orm import Mapped, mapped_column

CHECK_BYTES = 3
"""Of each row's digest; enough to find the row that was changed, the whole digest proves that there is none."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Where the rows of a table say what they came with."""

    parent: str
    """The table that is `Batched`."""
    column: str
    """Holds the parent's id; empty in a row that came by itself, which then is audited by itself."""
    place: str
    """The row's number within its parent, from 1; never twice."""
    key: str
    """The deferred foreign key from the rows to their closed parent."""
    called: str
    """How people name the parent, in German."""

    def guards(self, table: str) -> tuple[str, ...]:
        """Return what must stand in the catalog for the rows of `table`, in the words of `tenants.lint`.

        A trigger after each INSERT statement that sees its new rows, one before each UPDATE of the parent, the key.
        """
        return (
            f"{table} {table}_batch_open 4 entered",
            f"{self.parent} {self.parent}_batch_digest 19 ",
            f"{table} {self.key} deferred true",
        )


class Batched:
    """Mixin of the parent: what the database knows of its rows once it is closed."""

    digest: Mapped[bytes | None] = mapped_column(LargeBinary, server_default=FetchedValue())
    """SHA-256 of the rows; only the database writes it, once."""
    row_checks: Mapped[str | None] = mapped_column(server_default=FetchedValue(), deferred=True)
    """`CHECK_BYTES` of each row's own digest in base64, in the order of their places."""


def row_line(table: Table, alias: str) -> str:
    """Return the SQL expression for the text of a row: all that is stored, nothing that is generated from it.

    A later column changes every line. The migration that adds one must keep the old form for what is closed.
    """
    columns = (column for column in table.columns if column.computed is None)
    return f"jsonb_build_array({', '.join(_exact(column, alias) for column in columns)})::text"


def _exact(column: Column[object], alias: str) -> str:
    """Return a column in a form that depends on no setting of a session."""
    name = f"{alias}.{column.name}"
    if isinstance(column.type, LargeBinary):
        raise TypeError(f"{column}: bytes have no form in a line yet; what jsonb makes of them is a setting")
    if isinstance(column.type, DateTime):
        return f"(extract(epoch FROM {name}) * 1000000)::bigint"
    return name

"""`audit compare` sees every audited table: rows of each as they are, changed, gone, and without their events."""

from __future__ import annotations

import pytest
from sqlalchemy import Text, delete, literal, text, update

from kimhub.core.audit import Deviation, compare_with_history
from kimhub.core.audit.compare import _differences, audited_tables
from tenants.audit import AuditEvent
from tenants.binding import bind_connection
from tests.factories.rows import HINTS, Hint

PLANTED = {"expenditure", "expenditure_import"}
"""Their rows are put there by the factory in a state that only several steps reach: without events."""
ELSEWHERE = {"tenant"}
"""Its rows are made with the district; see tests/core/audit/test_compare.py."""


def found(connection, row):
    """What differs in the table of `row`, as its tenant and the application see it."""
    connection.execute(text("SET LOCAL ROLE kimhub_app"))
    bind_connection(connection, row.pair.owner.actor())
    return list(_differences(connection, row.pair.owner.id, row.table, None, None))


def name_of(row):
    if "id" in row.table.c:
        return str(row.values["id"])
    return "/".join(str(row.values[key.name]) for key in row.table.primary_key if key.name != "tenant_id")


def of(row):
    return [key == row.values[key.name] for key in row.table.primary_key]


def change(row):
    """Another value in one column that is not the key's, and its name."""
    table = row.table
    if "created_at" in table.c:
        return "created_at", update(table).values(created_at=table.c.created_at + text("interval '1 second'"))
    if table.name == "document_content":
        return "sha256", update(table).values(content=b"%PDF-1.8")
    column = next(
        column
        for column in table.columns
        if isinstance(column.type, Text) and not column.primary_key and column.computed is None
    )
    return column.name, update(table).values({column: column + literal(" ")})


def rows_of(populated, table):
    return [row for row in populated.world.of(table) if not HINTS.get(table.name, Hint()).settled]


def test_what_nobody_tampered_with_is_as_its_history_says(populated):
    for body in populated.world.district.all():
        with populated.app.connect() as connection:
            bind_connection(connection, body.actor(), read_only=True)
            report = compare_with_history(connection, body.id)
            assert {difference.table for difference in report.named} <= PLANTED
            assert {difference.kind for difference in report.named} <= {Deviation.UNTOLD}


@pytest.mark.parametrize(
    "table", [table for table in audited_tables() if table.name not in PLANTED | ELSEWHERE], ids=str
)
def test_a_row_that_was_tampered_with_is_named(populated, table):
    rows = rows_of(populated, table)
    row = rows[0]
    changed, statement = change(row)
    told = delete(AuditEvent).where(
        AuditEvent.tenant_id == row.pair.owner.id, AuditEvent.table_name == table.name
    )
    if "id" in table.c:
        told = told.where(AuditEvent.row_id == name_of(row))
    tamperings = {
        Deviation.CHANGED: (statement.where(*of(row)), (changed,)),
        Deviation.VANISHED: (delete(table).where(*of(row)), ()),
        Deviation.UNTOLD: (told, ()),
    }
    for kind, (tampering, columns) in tamperings.items():
        with populated.superuser.connect() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            assert connection.execute(tampering).rowcount > 0
            differences = {difference.row_id: difference for difference in found(connection, row)}
            connection.rollback()
        assert (differences[name_of(row)].kind, differences[name_of(row)].columns) == (kind, columns)
        assert len(differences) == 1 or "id" not in table.c

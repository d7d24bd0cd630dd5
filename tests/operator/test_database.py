"""`kimhub db ddl` prints what migrations carry; `kimhub db check` finds what no longer is as declared."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from sqlalchemy import NullPool, create_engine, text

from kimhub.cli import kimhub
from kimhub.core.database.migrate import SCRIPTS
from kimhub.core.operator_error import OperatorError


def run(*arguments, status=0):
    result = CliRunner().invoke(kimhub, ["db", *arguments], catch_exceptions=False)
    assert result.exit_code == status, result.output
    return result.stdout


def test_the_printed_statements_are_those_of_the_migration():
    migration = (SCRIPTS / "versions" / "0001_kernel.py").read_text(encoding="utf-8")
    printed = run("ddl", "proceeding_note").strip().split(";\n\n")
    assert printed[0].startswith("CREATE TABLE proceeding_note (")
    assert any("CREATE POLICY proceeding_note_read" in statement for statement in printed)
    assert [statement for statement in printed if statement not in migration] == []


def test_parents_come_before_children_whatever_the_order_of_the_names():
    printed = run("ddl", "proceeding_note", "proceeding")
    assert printed.index("CREATE TABLE proceeding (") < printed.index("CREATE TABLE proceeding_note (")


def test_a_table_that_no_model_declares_is_named():
    with pytest.raises(OperatorError, match="sternwarte"):
        run("ddl", "proceeding", "sternwarte")


@pytest.fixture
def database(committing, monkeypatch):
    """A real database as the operator's settings name it; yields the owner's engine."""
    committing.set_environ(monkeypatch)
    engine = create_engine(committing.urls.owner, poolclass=NullPool)
    yield engine
    engine.dispose()


def test_a_migrated_database_passes_the_check(database):
    assert "wie die Modelle sie erklären" in run("check")


def test_a_broken_policy_fails_the_check_by_its_name(database):
    with database.begin() as owner:
        owner.execute(text("ALTER TABLE proceeding_note NO FORCE ROW LEVEL SECURITY"))
    assert "proceeding_note" in run("check", status=1)

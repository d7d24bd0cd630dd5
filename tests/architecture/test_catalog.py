"""The migrations build exactly what the models declare: no table, right or policy more, none less."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import NullPool, create_engine, text

from kimhub.core.database.migrate import alembic_config, migrate
from kimhub.core.database.prepare import prepare_cluster
from kimhub.core.database.urls import with_database
from kimhub.core.layout import PROJECT
from tenants.ddl import metadata_ddl
from tenants.rules import rules_in
from tests.support.catalog import OTHER_FACTS, TABLE_FACTS, difference, facts, make_functions

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"


@pytest.fixture
def blank(cluster):
    """A database as an administrator prepares it, without a migration; the address for the superuser."""
    name = f"blank_{WORKER}"
    admin = cluster.urls(name).admin
    prepare_cluster(admin, name)
    yield with_database(admin, name)
    engine = create_engine(admin, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def test_the_migrated_database_is_what_the_models_declare(superuser, blank):
    rules = rules_in(PROJECT / "tenants", PROJECT / "kimhub").values()
    with create_engine(blank, poolclass=NullPool).connect() as declared:
        declared.execute(text("CREATE SCHEMA app"))
        make_functions(declared, rules)
        for statement in metadata_ddl():
            declared.exec_driver_sql(statement.replace("%", "%%"))
        make_functions(declared, rules)
        expected = facts(declared, TABLE_FACTS)
    migrated = facts(superuser, TABLE_FACTS)
    assert migrated
    assert difference(migrated, expected, ("in the migrations", "on the models")) == ""


def test_a_forgotten_policy_a_further_right_and_another_type_are_noticed(superuser):
    before = facts(superuser, TABLE_FACTS)
    for statement, topic in {
        "DROP POLICY proceeding_read ON proceeding": "policies",
        "ALTER POLICY proceeding_note_read ON proceeding_note TO kimhub_app, kimhub_relay": "policies",
        "GRANT UPDATE (note) ON proceeding_entry TO kimhub_app": "column rights",
        "GRANT DELETE ON proceeding_entry TO kimhub_app": "table rights",
        "ALTER TABLE proceeding_note ALTER text TYPE varchar(100)": "columns",
        "ALTER TABLE proceeding_entry ALTER about DROP DEFAULT": "columns",
        "DROP INDEX ix_proceeding_own": "indexes",
        "ALTER TABLE proceeding DROP CONSTRAINT ck_proceeding_two_sides": "constraints",
        "ALTER TABLE proceeding NO FORCE ROW LEVEL SECURITY": "row-level security",
        "DROP TRIGGER proceeding_audit ON proceeding": "triggers",
    }.items():
        savepoint = superuser.begin_nested()
        superuser.execute(text(statement))
        changed = before ^ facts(superuser, TABLE_FACTS)
        assert topic in {fact[0] for fact in changed}, statement
        savepoint.rollback()


def test_the_owner_owns_everything(superuser):
    owners = facts(superuser, {"owners": OTHER_FACTS["owners"]})
    assert {owner for _, _, owner in owners} == {"kimhub_owner"}


def test_down_and_up_again_gives_the_same_database(cluster, superuser, blank):
    name = f"blank_{WORKER}"
    owner = cluster.urls(name).owner
    everything = TABLE_FACTS | OTHER_FACTS
    migrate(owner)
    with create_engine(blank, poolclass=NullPool).connect() as inside:
        once = facts(inside, everything)
    engine = create_engine(owner, poolclass=NullPool)
    with engine.connect() as connection:
        command.downgrade(alembic_config(connection), "base")
    with engine.connect() as connection:
        left = facts(connection, {k: v for k, v in everything.items() if k != "workflow"})
    assert {fact for fact in left if fact[0] not in {"schemas", "default rights"}} == set()
    assert {fact[1] for fact in left if fact[0] == "schemas"} == {"public"}
    migrate(owner)
    with create_engine(blank, poolclass=NullPool).connect() as inside:
        twice = facts(inside, everything)
    assert difference(once, twice, ("after the first time", "after the second")) == ""
    assert difference(once, facts(superuser, everything), ("here", "in the template")) == ""


def test_there_is_one_head_and_the_numbers_are_the_order():
    script = ScriptDirectory.from_config(alembic_config())
    assert len(script.get_heads()) == 1
    revisions = [step.revision for step in script.walk_revisions()][::-1]
    assert revisions == [f"{number:04}" for number in range(1, len(revisions) + 1)]


@pytest.mark.parametrize("path", sorted(VERSIONS.glob("*.py")), ids=lambda path: path.stem)
def test_a_migration_stands_for_itself(path):
    """It is a document of what was done: it imports nothing that may change after it."""
    imports = re.findall(r"^(?:from|import) (\S+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert set(imports) <= {"__future__", "alembic", "sqlalchemy"}

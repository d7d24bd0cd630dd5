"""Functions in the database are those of the files, word for word; the page about triggers tells of all of them."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from kimhub.app import load_models
from kimhub.core.layout import PROJECT
from kimhub.operator.trigger_page import trigger_page
from tenants.errors import error_for_constraint
from tenants.rules import rules_ddl, rules_in

load_models()
PAGE = trigger_page()
RULES = rules_in(PROJECT / "tenants", PROJECT / "kimhub")
IN_THE_CATALOG = text(
    "SELECT p.proname, p.oid::regprocedure::text AS called, p.proowner::regrole::text AS owner,"
    " pg_get_functiondef(p.oid) AS definition FROM pg_proc AS p WHERE p.pronamespace = 'app'::regnamespace"
)


def catalog(connection):
    return {
        row.proname: (row.called, row.owner, row.definition) for row in connection.execute(IN_THE_CATALOG)
    }


def test_the_functions_of_the_database_are_those_of_the_files(superuser):
    migrated = catalog(superuser)
    assert set(migrated) == set(RULES)
    for name, rule in RULES.items():
        superuser.execute(text(f"DROP FUNCTION {migrated[name][0]} CASCADE"))
        superuser.exec_driver_sql(rule.statement.replace("%", "%%"))
        superuser.execute(text(f"ALTER FUNCTION {migrated[name][0]} OWNER TO {rule.owner}"))
    assert catalog(superuser) == migrated


def test_what_is_printed_for_a_migration_leaves_the_database_as_it_is(superuser):
    before = catalog(superuser)
    superuser.execute(text("SET LOCAL ROLE kimhub_owner"))
    for statement in rules_ddl(RULES.values()):
        superuser.exec_driver_sql(
            statement.replace("%", "%%").replace("RESET ROLE", "SET LOCAL ROLE kimhub_owner")
        )
    assert catalog(superuser) == before


def test_every_function_is_used():
    used = {name for rule in RULES.values() for name in rule.uses}
    sources = [
        path.read_text(encoding="utf-8")
        for package in ("kimhub", "tenants") for path in (PROJECT / package).rglob("*.py")
    ]  # fmt: skip
    called = {name for source in sources for name in re.findall(r"\bapp\.(\w+)\(", source)}
    assert {name for name in RULES if name not in used | called} == set()


@pytest.mark.parametrize("name", sorted({name for rule in RULES.values() for name in rule.refuses}))
def test_whoever_is_refused_is_told_why_in_german(name):
    """All but what no page and no API can bring about: bookings of a file are written by its job alone."""
    assert error_for_constraint(name, _EVIDENCE.get(name)) is not None or name in _OF_THE_PROGRAM


_EVIDENCE = {
    "fund_overdrawn": "[]", "grant_below_allocated": "[]", "bescheid_years": "[2026]", "drawdown_received_more": "1.00",
    "allocation_period": '{"from": null, "to": null}',
    "grant_period_allocated": '{"from": "2026-01-01", "to": "2026-12-31"}',
    "drawdown_exceeded": '{"year": 2026, "baustein": 2, "granted": "1.00", "drawn": "0.00"}',
}  # fmt: skip
_OF_THE_PROGRAM = {
    "expenditure_batch_open",
    "expenditure_import_whole",
    "allocation_issued",
    "position_request_released",
}


def test_the_page_about_triggers_is_true():
    assert (PROJECT / "docs" / "triggers.md").read_text(encoding="utf-8") == PAGE, "kimhub db triggers"


def test_the_page_has_every_trigger_of_the_catalog(superuser):
    named = superuser.execute(text(
        "SELECT c.relname, p.proname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid"
        " JOIN pg_proc AS p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND p.proname <> 'audit_row'"
    )).all()  # fmt: skip
    for table, rule in named:
        assert re.search(rf"^\| `{table}` \| .+ \| \[{rule}\]", PAGE, re.MULTILINE), (table, rule)
    assert PAGE.count("\n| `") == len(named)

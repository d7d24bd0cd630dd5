"""Who acts is said in one place. Nothing else in the program sets anything for a connection."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for package in ("kimhub", "tenants", "migrations")
    for path in (ROOT / package).rglob("*.py")
    if path.parent.name != "versions"
)
BINDING = ROOT / "tenants" / "binding.py"
SPENDING = ROOT / "kimhub" / "spending"
ALLOWED = {
    ROOT / "migrations" / "env.py": "timeouts of the migrating session",
    ROOT / "tenants" / "rules.py": "text for a migration, printed and not sent",
    SPENDING / "usecases" / "book_expenditure.py": "how long one statement waits for a file",
    SPENDING / "imports" / "books.py": "one look-up is planned for its own values",
}
SETS = re.compile(
    r"set_config\s*\(|[\"'\s(](?:SET|RESET|DISCARD)\s+(?:LOCAL|SESSION|ROLE|ALL|app\.|row_security|search_path)",
)
"""Statements that change a setting of the session or transaction."""
CONNECTS = re.compile(r"\bdb\.engine\.(?:connect|begin)\(|\bdb\.session\.(?:commit|rollback|begin)\(")


def lines_of(path, pattern):
    """Statements, not sentences about them: docstrings and comments write set_config in double backticks."""
    text = path.read_text(encoding="utf-8")
    return [
        line.strip()
        for line in text.splitlines()
        if pattern.search(line) and "``" not in line and not line.strip().startswith("#")
    ]


def test_settings_are_made_in_one_place():
    assert BINDING in SOURCES
    found = {path: lines for path in SOURCES if (lines := lines_of(path, SETS))}
    assert set(found) - {BINDING, *ALLOWED} == set(), found


def test_the_binding_holds_for_the_transaction_only():
    found = re.findall(r"set_config\('[a-z_.]+', :[a-z_]+, (\w+)\)", BINDING.read_text(encoding="utf-8"))
    assert len(found) >= 5
    assert set(found) == {"true"}


def test_exceptions_are_needed():
    assert [path for path in ALLOWED if not lines_of(path, SETS)] == []


@pytest.mark.parametrize(
    "line",
    [
        """connection.execute(text("SELECT set_config('app.tenant', '1', true)"))""",
        """connection.execute(text("SET LOCAL app.tenant = '1'"))""",
        """connection.execute(text("SET ROLE kimhub_owner"))""",
        """connection.execute(text("SET SESSION AUTHORIZATION x"))""",
        """connection.execute("DISCARD ALL")""",
    ],
)
def test_the_pattern_finds_what_it_is_for(line):
    assert SETS.search(line)

"""The page docs/triggers.md: every trigger, when it fires, what it refuses, and which error people get."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from kimhub.core.layout import PROJECT
from kimhub.features import FEATURES
from tenants.ddl import metadata_ddl
from tenants.errors import error_declared_for
from tenants.rules import Rule, refusals, rules_in

_TRIGGER = re.compile(
    r"CREATE (?:CONSTRAINT )?TRIGGER (?P<name>\w+) (?P<when>(?:AFTER|BEFORE) .+?) ON (?P<table>\w+)"
    r"(?: REFERENCING .+?)?(?: DEFERRABLE INITIALLY DEFERRED)? FOR EACH (?P<each>ROW|STATEMENT)"
    r"(?: WHEN \((?P<condition>.+)\))? EXECUTE FUNCTION app\.(?P<rule>\w+)\(.*\)",
    re.DOTALL,
)
_HEAD = """\
# What the database watches over

Printed by `kimhub db triggers` from the models and from the files in `rules/`; a test keeps it true. Not listed are
the triggers that write the audit: every audited table has one (`app.audit_row`, deferred to the commit, ADR 5).

| Table | When | Rule | What it refuses, and as which error |
| --- | --- | --- | --- |
"""


def trigger_page() -> str:
    """Return the page as Markdown. The models of all features must be loaded."""
    for feature in FEATURES:
        if find_spec(f"kimhub.{feature}.errors"):
            import_module(f"kimhub.{feature}.errors")
    rules = rules_in(PROJECT / "tenants", PROJECT / "kimhub")
    return _HEAD + "".join(sorted(_lines(rules)))


def _lines(rules: dict[str, Rule]) -> Iterator[str]:
    for statement in metadata_ddl():
        trigger = _TRIGGER.fullmatch(statement)
        if trigger is None or trigger["rule"] == "audit_row":
            continue
        rule = rules[trigger["rule"]]
        condition = f", if `{' '.join(trigger['condition'].split())}`" if trigger["condition"] else ""
        names = sorted(refusals(rule, rules))
        path = rule.path.relative_to(PROJECT)
        yield (
            f"| `{trigger['table']}` | {trigger['when'].lower()}{condition} | [{rule.name}](../{path}): {rule.about}"
            f" | {'<br>'.join(f'`{name}`: {_error(name)}' for name in names) or 'nothing'} |\n"
        ).replace("||", "\\|\\|")


def _error(name: str) -> str:
    error = error_declared_for(name)
    return f"{error.__name__}, „{error.title}“" if error else "none, only a fault of ours can bring it about"

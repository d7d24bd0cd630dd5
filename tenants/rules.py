"""Functions of the database: one readable file each, beside the models whose rules they are.

``<package>/rules/<name>.sql`` holds the function ``app.<name>``. Its head says, in lines of comment, the rule and where
it comes from, and last ``-- owner: role``. Then follows the statement that creates it, word for word as a migration has
it: ``kimhub db ddl --rule`` prints it, `tests/architecture/test_rules.py` compares files and catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tenants.calls import calls

_FILE = re.compile(
    r"(?P<about>(?:-- [^\n]+\n)+)-- owner: (?P<owner>\w+)\n(?P<statement>CREATE FUNCTION app\.(?P<name>\w+)\(.+);\n",
    re.DOTALL,
)
_REFUSES = re.compile(r"CONSTRAINT = '(\w+)'")
_CALLS = re.compile(r"\bapp\.(\w+)\(")


@dataclass(frozen=True)
class Rule:
    """One function of the database as its file says it."""

    path: Path
    about: str
    """The rule, as one paragraph."""
    owner: str
    """The role whose rights it has where it is SECURITY DEFINER."""
    name: str
    statement: str

    @cached_property
    def refuses(self) -> frozenset[str]:
        """The names under which it refuses something; `tenants.errors` says what people are told."""
        return frozenset(_REFUSES.findall(self.statement))

    @cached_property
    def uses(self) -> frozenset[str]:
        """The functions that it calls itself."""
        return frozenset(_CALLS.findall(self.statement)) - {self.name}


def rules_in(*roots: Path) -> dict[str, Rule]:
    """Return all functions below these directories by name; raises ValueError for a file of another form."""
    found: dict[str, Rule] = {}
    for path in sorted(path for root in roots for path in root.rglob("rules/*.sql")):
        parts = _FILE.fullmatch(path.read_text(encoding="utf-8"))
        if not parts or parts["name"] != path.stem or path.stem in found:
            raise ValueError(f"{path} is not the one file of a function of its name")
        about = " ".join(line.removeprefix("-- ") for line in parts["about"].splitlines())
        found[path.stem] = Rule(path, about, parts["owner"], parts["name"], parts["statement"])
    return found


def refusals(rule: Rule, rules: dict[str, Rule]) -> frozenset[str]:
    """Return under which names the rule refuses, itself or by what it calls."""
    known, open_ones = {rule.name}, [rule]
    names: set[str] = set()
    while open_ones:
        current = open_ones.pop()
        names |= current.refuses
        new = current.uses - known
        known |= new
        open_ones += [rules[name] for name in sorted(new)]
    return frozenset(names)


def rules_ddl(rules: Iterable[Rule]) -> Iterator[str]:
    """Yield the statements that make or replace these functions, for a migration: owner and rights included.

    Run as kimhub_owner. A function whose arguments or answer change must be dropped before.
    """
    for rule in rules:
        of_another = rule.owner != "kimhub_owner"
        if of_another:
            yield f"SET LOCAL ROLE {rule.owner}"
        yield rule.statement.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
        for (function, role), _reason in sorted(calls().items()):
            if function.startswith(f"app.{rule.name}("):
                yield f"GRANT EXECUTE ON FUNCTION {function} TO {role}"
        if of_another:
            yield "RESET ROLE"

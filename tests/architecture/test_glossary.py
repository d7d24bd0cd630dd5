"""Every class of the domain has its German term, meaning and source in docs/glossar.md, and no other class has."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import pkgutil
import sys
from functools import cache
from importlib import import_module

import kimhub
import tenants
from tests.documentation.support import ROOT, text_of

GLOSSARY = "docs/glossar.md"
SPEAKING = frozenset({
    "access", "actor", "bodies", "criteria", "document", "foerderrichtlinien", "letterhead", "models", "plan",
    "proceedings", "register_file", "result", "terms", "workflow",
})  # fmt: skip
"""Modules that speak of the domain: their public enums and dataclasses are terms, and so is every mapped class."""


@cache
def classes():
    """Every class defined in kimhub and tenants, by its name."""
    return {value.__name__: value for value in everything()}


def everything():
    for package in (tenants, kimhub):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                import_module(module.name)
    for name, module in sorted(sys.modules.items()):
        if name.split(".")[0] in {"kimhub", "tenants"}:
            for value in list(vars(module).values()):
                if inspect.isclass(value) and value.__module__ == name:
                    yield value


def is_of_the_domain(value):
    if value.__name__.startswith("_"):
        return False
    if value in {mapper.class_ for mapper in tenants.Base.registry.mappers}:
        return True
    speaks = value.__module__.rpartition(".")[2] in SPEAKING
    return speaks and (issubclass(value, enum.Enum) or dataclasses.is_dataclass(value))


@cache
def domain():
    return sorted({value.__name__ for value in everything() if is_of_the_domain(value)})


def lines():
    """The cells of each line."""
    for line in text_of(GLOSSARY).splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip().strip("|").split(" | ")]


EXPLAINED = [name.strip("` ") for cells in lines() for name in cells[0].split(",")]


def test_a_class_of_the_domain_has_a_line():
    missing = [name for name in domain() if name not in EXPLAINED]
    assert missing == [], f"add to {GLOSSARY}: | `{missing[0]}` | Begriff | Bedeutung | Quelle |"


def test_every_line_explains_a_class_that_exists():
    assert [name for name in EXPLAINED if name not in classes()] == []


def test_every_line_says_term_meaning_and_source():
    for cells in lines():
        assert len(cells) == 4, cells
        assert all(cells), cells


def test_the_terms_of_the_domain_are_found():
    """The rule reaches what it is meant to reach."""
    assert {
        "Tenant",
        "Proceeding",
        "PositionRequest",
        "Criterion",
        "FinancingPlan",
        "Baustein",
        "Role",
    } <= set(domain())
    assert (ROOT / GLOSSARY).exists()

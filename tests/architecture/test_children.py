"""A child that is seen with its parent is read by its tenant, too: its policy names none, its index leads with one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

import kimhub.app  # noqa: F401 - whoever has the application has all models
from kimhub.core.layout import PROJECT
from tenants import Base, Within


def children() -> dict[str, str]:
    """The models that are seen with their parent, and the column that names it."""
    return {
        mapper.class_.__name__: mapper.class_.__isolation__.via
        for mapper in Base.registry.mappers
        if isinstance(getattr(mapper.class_, "__isolation__", None), Within)
    }


def without_tenant(source: str, via: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Yield line and name of each child that a statement finds by its parent and not by its tenant."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.stmt) or isinstance(
            node, ast.FunctionDef | ast.ClassDef | ast.With | ast.If
        ):
            continue
        used = {
            (inner.value.id, inner.attr)
            for inner in ast.walk(node)
            if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name)
        }
        helped = any(isinstance(inner, ast.Name) and inner.id == "children_of" for inner in ast.walk(node))
        for model, column in via.items():
            if (model, column) in used and (model, "tenant_id") not in used and not helped:
                yield node.lineno, model


def test_there_are_such_children():
    assert children()["SpendingStatementItem"] == "statement_id"
    assert len(children()) >= 5


def test_every_statement_names_the_tenant_of_the_children_it_finds():
    via = children()
    wrong = {
        f"{path.relative_to(PROJECT)}:{line}": model
        for path in sorted((PROJECT / "kimhub").rglob("*.py"))
        if "models" not in path.parts and path.stem != "models"
        for line, model in without_tenant(path.read_text(encoding="utf-8"), via)
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("rows = select(Child).where(Child.parent_id == one)", [(1, "Child")]),
        ("rows = select(Child).where(Child.tenant_id == me, Child.parent_id == one)", []),
        ("rows = select(Child).where(children_of(Child.parent_id, found))", []),
        ("rows = select(Child.id)", []),
    ],
)
def test_what_is_looked_for_is_found(source, found):
    assert list(without_tenant(source, {"Child": "parent_id"})) == found

"""What was typed has one meaning, and the field says which: nobody behind it repairs what it got.

A text that was left empty is ``""``, as its column is (`kimhub.core.fields.words.Text`); every other field that was
left empty is None. A caller that writes ``data["note"] or ""`` has misread a field.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from kimhub.core.layout import PROJECT
from kimhub.features import FEATURES

EMPTY = ("", None)


def repaired(source: str) -> Iterator[int]:
    """Lines on which something looked up by its name is followed by ``or ""`` or ``or None``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            *asked, last = node.values
            if isinstance(last, ast.Constant) and last.value in EMPTY and any(map(_looked_up, asked)):
                yield node.lineno


def _looked_up(node: ast.expr) -> bool:
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, (ast.Constant, ast.Name)) and _is_input(node.value)
    called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get"
    return called and _is_input(node.func.value)  # type: ignore[attr-defined]  # it is a call of .get


def _is_input(node: ast.expr) -> bool:
    """Tell whether it is called as loaded input is called in features."""
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name in {"command", "data", "given", "row", "said"}


def test_no_feature_repairs_what_a_field_returns():
    found = [
        f"{path.relative_to(PROJECT)}:{line}"
        for feature in FEATURES
        for path in sorted((PROJECT / "kimhub" / feature).rglob("*.py"))
        for line in repaired(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_a_repair_is_noticed():
    assert [*repaired('a = form.data["note"] or ""\nb = data.get("x") or None\nc = x or ""')] == [1, 2]

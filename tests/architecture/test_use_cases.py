"""What is called to change something takes who acts, then what; the session is that of the transaction."""

from __future__ import annotations

import ast
import inspect
import re
from importlib import import_module

from kimhub.core.layout import PROJECT

IMPORT = re.compile(r"kimhub\.\w+\.(?:usecases\.\w+|public)")


def called_from_outside():
    """Every function of a use case module that something other than a use case imports, by its name."""
    found = {}
    for path in sorted((PROJECT / "kimhub").rglob("*.py")):
        if "usecases" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and IMPORT.fullmatch(node.module or ""):
                module = import_module(str(node.module))
                for name in node.names:
                    thing = getattr(module, name.name)
                    if inspect.isfunction(thing) and ".usecases." in thing.__module__:
                        found[f"{thing.__module__}.{thing.__name__}"] = thing
    return found


def test_a_use_case_takes_who_acts_and_what():
    """Where nobody acts yet (signing in) or nothing is written (a rule that a page shows), there is no actor."""
    called = called_from_outside()
    assert len(called) > 60
    for name, thing in called.items():
        parameters = [*inspect.signature(thing).parameters]
        assert "session" not in parameters, name
        assert "actor" not in parameters[1:], name

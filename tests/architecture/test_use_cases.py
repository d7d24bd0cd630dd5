"""What is called to change something takes who acts, then what; the session is that of the transaction.

The whole signature is ``(actor, thing_id, command, *, expected_…)``, of which each use case has what it needs. The id
stands beside the command, not in it: a command is what a schema loads, so that form and API write
``Happening(**data)`` and ``OrganizationDetails(**data)`` with nothing to add, and the one command serves making a
thing and changing it. The id is the address, and comes from there. Where the command is no schema's (an answer of one
field, a step), it may hold the id. What the person has seen (`expected_version`, `expected_seq`) is named, since
forms and API find it elsewhere.
"""

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


RULES = {"kimhub.positions.usecases.loading.require_side"}
"""Rules that a page asks, too; they change nothing."""


def mistakes(use_case):
    """What is wrong with what it takes. Where nobody acts yet (signing in) there is no actor."""
    parameters = inspect.signature(use_case).parameters
    places = [place.name for place in parameters.values() if place.kind is not place.KEYWORD_ONLY]
    if "session" in parameters:
        yield "takes a session"
    if "actor" in [*parameters][1:]:
        yield "takes something before the actor"
    if places[:1] != ["actor"]:
        return
    if len(places) > 3:
        yield "takes more than who, what thing and one command"
    if len(places) == 3 and not places[1].endswith("_id"):
        yield f"takes {places[1]} where the thing's id stands"
    if len(places) == 3 and places[2].endswith("_id"):
        yield f"takes a second id ({places[2]}): it belongs into a command"


def test_a_use_case_takes_who_acts_what_thing_and_one_command():
    called = called_from_outside()
    assert len(called) > 60
    found = [f"{name} {text}" for name, one in called.items() if name not in RULES for text in mistakes(one)]
    assert found == []


def test_another_order_is_noticed():
    def overloaded(actor, a_id, b, c):
        """Do nothing."""

    def turned(actor, command, a_id):
        """Do nothing."""

    def old(session, actor, command):
        """Do nothing."""

    assert [len([*mistakes(one)]) for one in (overloaded, turned, old)] == [1, 2, 2]

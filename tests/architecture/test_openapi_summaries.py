"""Every operation of the API has a German summary of its own: docstrings are English and for who reads the code."""

from __future__ import annotations

import re

import pytest

from kimhub.core.api import ApiBlueprint, openapi_document

METHODS = {"get", "post", "put", "patch", "delete"}
ENGLISH = re.compile(
    r"\b(the|a|an|of|and|with|without|its|list|read|create|replace|store|begin|record|return|calculate)\b",
    re.IGNORECASE,
)
"""Words that stand in an English summary and in no German one."""


def operations(app):
    return [
        (f"{method.upper()} {path}", operation)
        for path, item in openapi_document(app)["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def views(app):
    """Yield endpoint and view of every operation."""
    for blueprint in app.blueprints.values():
        if isinstance(blueprint, ApiBlueprint):
            for rule in app.url_map.iter_rules():
                if rule.endpoint.startswith(f"{blueprint.name}."):
                    yield rule, app.view_functions[rule.endpoint]


def test_every_operation_says_in_german_what_it_does(app):
    found = operations(app)
    assert len(found) > 10
    wrong = {
        name: operation.get("summary")
        for name, operation in found
        if not operation.get("summary") or ENGLISH.search(operation["summary"])
    }
    assert wrong == {}


def test_no_summary_or_description_comes_from_a_docstring(app):
    docstrings = {
        line.strip().rstrip(".")
        for _, view in views(app)
        for line in (view.__doc__ or "").splitlines()
        if line.strip()
    }
    assert docstrings
    taken = {
        name: text
        for name, operation in operations(app)
        for text in (operation.get("summary", ""), operation.get("description", ""))
        if text and text.strip().rstrip(".") in docstrings
    }
    assert taken == {}


@pytest.mark.parametrize("summary", ["List the stored plans", "Replace a draft", "Read an application"])
def test_an_english_summary_is_noticed(summary):
    assert ENGLISH.search(summary)

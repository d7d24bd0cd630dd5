"""Files of features say by their names what is in them: what asks the database, what answers people and programs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from kimhub.core.layout import PROJECT
from kimhub.features import FEATURES

ANSWERING = {
    "Blueprint", "Response", "abort", "flash", "g", "make_response", "redirect", "render_template", "request",
    "session",
}  # fmt: skip
"""What of Flask only those need who answer requests."""
ASKING = {"delete", "exists", "func", "insert", "select", "text", "update"}
"""What of SQLAlchemy only those need who write statements."""
WEB = {"api", "desk", "pages"}
SQL = {"models", "queries", "usecases"}
MACHINERY = {
    "identity": "signing in is no feature like the others: cookies, seals and tokens are its own frame",
    "spending/imports/books": "sets how one look-up is planned",
}


def modules() -> Iterator[Path]:
    for feature in FEATURES:
        yield from sorted((PROJECT / "kimhub" / feature).rglob("*.py"))


def imported(source: str, package: str) -> set[str]:
    return {
        name.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == package
        for name in node.names
    }


def kinds(place: tuple[str, ...]) -> set[str]:
    """What a file is by its name: that of its folder in the feature, and the last word of its own."""
    return {place[0], place[-1].rpartition("_")[2]}


def findings(place: tuple[str, ...], source: str) -> Iterator[str]:
    if not kinds(place) & WEB and (used := imported(source, "flask") & ANSWERING):
        yield f"answers requests ({', '.join(sorted(used))})"
    if not kinds(place) & SQL and (used := imported(source, "sqlalchemy") & ASKING):
        yield f"writes statements ({', '.join(sorted(used))})"


def is_machinery(path: Path) -> bool:
    named = path.relative_to(PROJECT / "kimhub").with_suffix("").as_posix()
    return any(named == known or named.startswith(f"{known}/") for known in MACHINERY)


def test_files_do_what_their_names_say():
    """Statements stand in models, queries or use cases (``…_queries``), answers in pages, api or desk (``…_pages``)."""
    wrong = {}
    for path in modules():
        _, *place = path.relative_to(PROJECT / "kimhub").with_suffix("").parts
        if not is_machinery(path) and (found := [*findings(tuple(place), path.read_text(encoding="utf-8"))]):
            wrong[str(path.relative_to(PROJECT))] = found
    assert wrong == {}


def test_the_exceptions_are_needed():
    for known in MACHINERY:
        mine = [path for path in modules() if is_machinery(path) and known in path.as_posix()]
        assert any(
            [
                *findings(
                    path.relative_to(PROJECT / "kimhub").with_suffix("").parts[1:], path.read_text("utf-8")
                )
            ]
            for path in mine
        ), known


@pytest.mark.parametrize(
    ("place", "source", "expected"),
    [
        (("figures",), "from sqlalchemy import select", 1),
        (("figures",), "from sqlalchemy.orm import Session", 0),
        (("grant_queries",), "from sqlalchemy import select", 0),
        (("usecases", "book"), "from sqlalchemy import func", 0),
        (("queries",), "from flask import request", 1),
        (("presenting",), "from flask import url_for", 0),
        (("client_pages",), "from flask import request", 0),
    ],
)
def test_what_a_name_does_not_say_is_noticed(place, source, expected):
    assert len([*findings(place, source)]) == expected

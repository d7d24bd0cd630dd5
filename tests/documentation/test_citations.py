"""A source that a docstring, a comment or a template names can be opened by whoever reads the repository."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.documentation.support import ROOT

PLACES = ("kimhub", "tenants", "migrations", "tests", "bench")
SUFFIXES = {".py", ".html", ".sql", ".typ", ".txt"}
PAGE = re.compile(r"\b([\w-]+\.md)(?: §(\d+)((?:, §\d+| to §\d+| and §\d+)*))?")
DECISION = re.compile(r"\bADR (\d+)")


def _sources() -> Iterator[tuple[str, str]]:
    files = [path for place in PLACES for path in (ROOT / place).rglob("*") if path.suffix in SUFFIXES]
    for path in [*files, ROOT / "gunicorn.conf.py", ROOT / "wsgi.py"]:
        if "vendor" not in path.parts and "documentation" not in path.parts:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def test_cited_pages_sections_and_decisions_exist():
    pages = {path.name: path for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]}
    decisions = {int(path.name[:4]) for path in (ROOT / "docs" / "adr").glob("*.md")}
    seen, wrong = 0, []
    for where, text in _sources():
        for name, section, more in PAGE.findall(text):
            seen += 1
            if name not in pages:
                if not where.endswith("/assets.py"):  # names the licences of the packages it copies
                    wrong.append(f"{where}: {name} is not in the repository")
                continue
            headings = set(re.findall(r"^## (\d+)\.", pages[name].read_text(encoding="utf-8"), re.MULTILINE))
            wrong += [
                f"{where}: {name} has no § {number}"
                for number in ([section] if section else []) + re.findall(r"\d+", more)
                if number not in headings
            ]
        for number in DECISION.findall(text):
            seen += 1
            if int(number) not in decisions:
                wrong.append(f"{where}: there is no ADR {number}")
    assert wrong == []
    assert seen > 50

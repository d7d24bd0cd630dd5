"""Words that nobody reads in KIMHub, because an authority says them otherwise, and what it says instead.

Read are the texts of templates, of SQL and of the program (not its docstrings, which are English), and the documents in
German.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.documentation.support import ROOT, name_of, text_of

INSTEAD = {
    r"\bT[oö]pf(e|en|s|es)?\b": "Zuwendung, Pauschale, erhaltene Mittel, oder nur Mittel",
    r"\bFonds\b": "Zuwendung, Pauschale, erhaltene Mittel, oder nur Mittel",
    r"\b(neu )?[Bb]estell(en|t|te|ter|ung)\b": "erstellen, in Auftrag geben",
    r"als da ist": "übersteigt die Mittel",
    r"Kein Hindernis, aber": "Bitte beachten",
    r"Augenblicks fest|hält die Summe|Das gilt dann": "so spricht keine Behörde",
    r"\bNur (Stadt|Gemeinde|Kreis|Städteregion|Bezirksregierung)\b": "mit Artikel: tenants.naming.only",
    r"\bNur [\"']? ?~|\bNur \{(?!nominative|names)": "mit Artikel: tenants.naming.only",
    r"(?<=unter )„Anträge“|(?<=unter )\*\*Anträge\*\*": "Förderanträge oder Stellenanträge",
}
DOCUMENTS = ["docs/handbuch.md", "docs/rundgang.md", "docs/glossar.md", "docs/betrieb.md", "CHANGELOG.md"]


@cache
def texts() -> list[tuple[str, str]]:
    """Where something is read, and what."""
    return list(_texts())


def _texts() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "kimhub").rglob("*")):
        if path.suffix in {".html", ".sql"} or (path.suffix == ".txt" and "templates" in path.parts):
            yield name_of(path), re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        elif path.suffix == ".py":
            yield name_of(path), "\n".join(literals(path))
    for name in DOCUMENTS:
        yield name, text_of(name)


def literals(path: Path) -> Iterator[str]:
    """The texts of a module, formatted ones with `{name}` for what they fill in; without docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped.update(node.values)
        elif isinstance(node, ast.Expr):
            skipped.add(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield ast.unparse(node)


@pytest.mark.parametrize("word", INSTEAD)
def test_nobody_reads_words_that_no_authority_uses(word):
    found = [
        f"{name}: {line.strip()}"
        for name, text in texts()
        for line in text.splitlines()
        if re.search(word, line)
    ]
    assert not found, f"{INSTEAD[word]}\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (r"\bT[oö]pf(e|en|s|es)?\b", "aus 2 Töpfen"),
        (r"\b(neu )?[Bb]estell(en|t|te|ter|ung)\b", "Bericht bestellen"),
        (r"\bNur [\"']? ?~|\bNur \{(?!nominative|names)", '{{ files.visible_to("Nur " ~ tenant_name) }}'),
        (r"\bNur [\"']? ?~|\bNur \{(?!nominative|names)", "f'Nur {actor.tenant_name}.'"),
    ],
)
def test_the_words_are_found_where_they_stood(word, said):
    assert word in INSTEAD
    assert re.search(word, said)

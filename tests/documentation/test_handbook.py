"""docs/handbuch.md calls buttons, areas and roles what the portal calls them."""

from __future__ import annotations

import re
from functools import cache

from tenants import Permission, Role, permissions_of
from tests.documentation.support import ROOT, table_under, text_of

HANDBOOK = "docs/handbuch.md"
SENTENCES = re.compile(r"[.:]$")
LABELS = sorted(
    {label for label in re.findall(r"\*\*([^*]+)\*\*", text_of(HANDBOOK)) if not SENTENCES.search(label)}
)
"""What is printed in bold is what stands on the screen; bold ends with a full stop or colon are only emphasised."""


@cache
def screen_texts() -> str:
    """Everything that could be shown: the sources of pages and their templates."""
    sources = [*(ROOT / "kimhub").rglob("*.py"), *(ROOT / "kimhub").rglob("*.html")]
    return "\n".join(path.read_text(encoding="utf-8") for path in sources)


def is_shown(label: str) -> bool:
    shown = re.compile(rf"(?<!\w){re.escape(label)}(?!\w)", re.IGNORECASE if label == "Ungeprüft" else 0)
    return bool(shown.search(screen_texts()))


def test_every_label_stands_on_a_page():
    assert len(LABELS) > 30
    assert [label for label in LABELS if not is_shown(label)] == []


def test_the_table_says_who_may_do_what():
    head = next(line for line in text_of(HANDBOOK).splitlines() if line.startswith("| Berechtigung |"))
    roles = [cell.strip() for cell in head.strip("|").split(" | ")[1:]]
    assert roles == [role.label for role in Role]
    told = {row[0]: row[1:] for row in table_under(HANDBOOK, "Berechtigung")}
    assert told == {
        permission.label: ["ja" if permission in permissions_of([role]) else "–" for role in Role]
        for permission in Permission
    }


def test_every_role_has_its_first_two_minutes():
    chapter = text_of(HANDBOOK).split("## Ihre ersten zwei Minuten")[1].split("\n## ")[0]
    assert [role.label for role in Role if f"### {role.label}" not in chapter] == []

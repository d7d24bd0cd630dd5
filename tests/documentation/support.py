"""What README, CHANGELOG and docs/ say, taken apart: links, code, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
"""Every page of Markdown that belongs to the project."""

_BLOCK = re.compile(r"^```[^\n]*\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`(?P<code>[^`\n]+)`(?!`)")
_LINK = re.compile(r"!?\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def text_of(page: str | Path) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: Path) -> list[str]:
    """The fenced blocks of code."""
    return [match["code"] for match in _BLOCK.finditer(text_of(page))]


def prose(page: Path) -> str:
    """The page without its blocks of code."""
    return _BLOCK.sub("", text_of(page))


def spans(page: Path) -> list[str]:
    """Inline code."""
    return [match["code"] for match in _SPAN.finditer(prose(page))]


def links(page: Path) -> list[tuple[str, str]]:
    """(text, target) of every link and picture."""
    return [(match["text"], match["target"]) for match in _LINK.finditer(_SPAN.sub("", prose(page)))]


def anchors(page: Path) -> set[str]:
    """The fragments by which headings can be linked, as GitLab and GitHub make them."""
    headings = re.findall(r"^#+ +(.+?)\s*$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.casefold()).replace(" ", "-") for heading in headings}


def table_under(page: str, first_cell: str) -> Iterator[list[str]]:
    """The rows of the table whose head begins with `first_cell`, as cells without the head."""
    lines = iter(text_of(page).splitlines())
    for line in lines:
        if line.startswith(f"| {first_cell} |"):
            break
    next(lines, None)
    for line in lines:
        if not line.startswith("|"):
            return
        yield [cell.strip() for cell in re.split(r" \| ", line.strip().strip("|"))]

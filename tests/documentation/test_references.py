"""What the documentation points at is there: pages, headings, files, names in the code."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree as ET

from tests.documentation.support import PAGES, ROOT, anchors, links, name_of, spans

OURS = ("kimhub", "tenants", "migrations", "tests", "docs", "bench", "examples", ".ci")
SUFFIXES = {".py", ".toml", ".md", ".yaml", ".yml", ".csv", ".html", ".css", ".svg", ".lock", ".typ", ".png"}
PLACEHOLDER = re.compile(r"<\w+>|NNNN_name|verb_noun")
SVG = "{http://www.w3.org/2000/svg}"


def test_links_lead_to_pages_and_headings_that_exist():
    inside = [
        (page, target)
        for page in PAGES
        for _, target in links(page)
        if not re.match(r"https?://|mailto:", target)
    ]
    assert len(inside) > len(PAGES)
    assert [f"{name_of(page)}: {wrong}" for page, target in inside if (wrong := dead(page, target))] == []


def dead(page: Path, target: str) -> str | None:
    """Return what is wrong with a link on `page`, None if it leads somewhere."""
    path, _, fragment = target.partition("#")
    found = (page.parent / path).resolve() if path else page
    if not found.exists():
        return target
    if fragment and fragment not in anchors(found):
        return f"{target} – {name_of(found)} has no such heading"
    return None


def test_pictures_say_in_words_what_they_show():
    pictures = [
        (page, match)
        for page in PAGES
        for match in re.finditer(r"!\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)", page.read_text())
    ]
    assert pictures
    wrong = [f"{name_of(page)}: {match['target']}" for page, match in pictures if len(match["text"]) <= 15]
    assert wrong == [], "a picture needs a text alternative"


def test_drawings_carry_title_and_description():
    drawings = sorted((ROOT / "docs").rglob("*.svg"))
    assert drawings
    for drawing in drawings:
        root = ET.parse(drawing).getroot()
        assert root.get("role") == "img", name_of(drawing)
        named = set(root.get("aria-labelledby", "").split())
        for tag in ("title", "desc"):
            element = root.find(f"{SVG}{tag}")
            assert element is not None, name_of(drawing)
            assert element.text, name_of(drawing)
            assert element.get("id") in named, name_of(drawing)


@cache
def project_files() -> tuple[Path, ...]:
    kept = [path for path in ROOT.iterdir() if path.is_file()]
    for name in OURS:
        kept += [path for path in (ROOT / name).rglob("*") if path.is_file() and "vendor" not in path.parts]
    return tuple(path.relative_to(ROOT) for path in kept)


def is_there(mentioned: str) -> bool:
    """Whether a file or directory of the project has this path, or ends with it where only the end is given."""
    pattern = PLACEHOLDER.sub("*", mentioned.rstrip("/"))
    if mentioned.split("/", maxsplit=1)[0] in OURS:
        return any(ROOT.glob(pattern))
    return any(path.match(pattern) for path in project_files())


def test_mentioned_files_exist():
    mentioned = [(page, span) for page in PAGES for span in spans(page) if is_a_path(span)]
    assert len(mentioned) > len(PAGES)
    assert [f"{name_of(page)}: {span}" for page, span in mentioned if not is_there(without_line(span))] == []


def without_line(span: str) -> str:
    return re.sub(r"::\w+$|:\d+$", "", span)


def is_a_path(span: str) -> bool:
    path = without_line(span)
    if not re.fullmatch(r"[\w.*<>/-]+", path) or path.startswith("/"):
        return False
    return (path.split("/")[0] in OURS and "/" in path) or Path(path).suffix in SUFFIXES


def test_mentioned_names_of_the_code_exist():
    names = [
        (page, span)
        for page in PAGES
        for span in spans(page)
        if re.fullmatch(r"(kimhub|tenants)(\.\w+)+", span) and Path(span).suffix not in SUFFIXES
    ]
    assert names
    assert [f"{name_of(page)}: {span}" for page, span in names if not resolves(span)] == []


def resolves(dotted: str) -> bool:
    parts = dotted.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[end:]:
            found = getattr(found, attribute, None)
        return found is not None
    return False


def test_decisions_are_numbered_without_a_gap_and_built_alike():
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))
    for number, page in enumerate(pages, start=1):
        text = page.read_text(encoding="utf-8")
        assert page.name.startswith(f"{number:04}-")
        assert text.startswith(f"# {number}. ")
        sections = re.findall(r"^(?:## (\w+)|(Status): \w)", text, re.MULTILINE)
        found = [a or b for a, b in sections if a != "Why"]
        assert found == ["Status", "Context", "Decision", "Consequences"], page.name
        assert len(text.splitlines()) <= 60, f"{page.name}: a decision fits on one screen"

"""Commands that the documentation, the program's own texts and comments name exist, and all of them are documented."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from kimhub.cli import kimhub
from tests.documentation.support import PAGES, ROOT, blocks, name_of, spans, text_of
from tests.support.commands import commands

QUOTED = re.compile(r"``?(?:kimhub)((?: [^`\n]+)?)``?|„kimhub( [^“\n]+)“")
TARGETS = set(re.findall(r"^([a-z0-9-]+):.*## ", text_of("Makefile"), re.MULTILINE))
SOURCES = sorted(
    path for package in ("kimhub", "tenants", "bench") for path in (ROOT / package).rglob("*.py")
)


def problem(arguments: str) -> str | None:
    """Return what is wrong with `kimhub ARGUMENTS`, None if there is such a command with such options."""
    command: click.Command = kimhub
    words = shlex.split(arguments.replace("…", " "), comments=True)
    while words and isinstance(command, click.Group) and re.fullmatch(r"[a-z][a-z-]*", words[0]):
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            return f"kimhub{arguments}: there is no command {words[0]}"
        command, words = found, words[1:]
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)} | {
        "--help",
        "--version",
    }
    for word in words:
        if word.startswith("--") and word.split("=")[0] not in known:
            return f"kimhub{arguments}: there is no option {word}"
    return None


def calls_in(page: Path) -> Iterator[str]:
    """What follows `kimhub` wherever a page shows a command."""
    for span in spans(page):
        if match := re.match(r"(?:\.venv/bin/)?kimhub( .+)", span):
            yield match[1]
    for block in blocks(page):
        for line in block.replace("\\\n", " ").splitlines():
            if match := re.search(r"(?:^|[\s/])kimhub( .*)", line):
                yield match[1].split(" | ")[0].split(" > ")[0]


def test_the_pages_name_only_commands_and_options_that_exist():
    calls = [(name_of(page), call) for page in PAGES for call in calls_in(page)]
    assert len(calls) > len(list(commands(kimhub)))
    assert [f"{page}: {text}" for page, call in calls if (text := problem(call))] == []


def test_the_programs_own_texts_name_only_commands_that_exist():
    wrong = []
    for source in SOURCES:
        for match in QUOTED.finditer(source.read_text(encoding="utf-8")):
            arguments = re.sub(r"[{}]", "", match[1] or match[2] or "")
            if text := problem(arguments):
                wrong.append(f"{name_of(source)}: {text}")
    assert wrong == []


def test_the_pages_name_only_targets_of_the_makefile():
    code = [
        (name_of(page), text)
        for page in PAGES
        for text in (*spans(page), *(line for block in blocks(page) for line in block.splitlines()))
    ]
    named = [(page, match[1]) for page, text in code if (match := re.match(r"make ([a-z][\w-]*)", text))]
    assert named
    assert [f"{page}: make {target}" for page, target in named if target not in TARGETS] == []


def test_every_command_is_described_for_those_who_operate_kimhub():
    described = re.findall(r"^\| `kimhub ([a-z -]+)", text_of("docs/betrieb.md"), re.MULTILINE)
    known = {name.strip() for name in described}
    missing = [name for path, _ in commands(kimhub) if (name := " ".join(path)) not in known]
    assert missing == [], "add them to docs/betrieb.md"


def test_every_target_of_the_makefile_is_described():
    readme = text_of("README.md")
    assert [target for target in sorted(TARGETS) if f"make {target}" not in readme] == []

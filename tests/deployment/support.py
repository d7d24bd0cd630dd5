"""What the files at the top of the source tree say, read as data."""

from __future__ import annotations

import re
import tomllib
from itertools import takewhile
from pathlib import Path
from typing import Any

import click
import yaml

from kimhub.cli import kimhub

ROOT = Path(__file__).resolve().parents[2]


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def dockerfile() -> list[str]:
    """The instructions, one per element, without comments and line breaks."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    return [line for line in re.sub(r"\\\n\s*", "", text).splitlines() if line]


def locked(name: str) -> dict[str, set[str]]:
    """Package with version (and marker) → its hashes."""
    packages: dict[str, set[str]] = {}
    for block in (ROOT / name).read_text().replace("\\\n", " ").splitlines():
        requirement, *hashes = block.split("--hash=")
        if requirement.strip():
            packages[requirement.strip()] = {digest.strip() for digest in hashes}
    return packages


def resolve(arguments: list[str]) -> click.Command:
    """Return the command that `kimhub ARGUMENTS` calls. Raises where there is none or it has no such option."""
    command: click.Command = kimhub
    names = list(takewhile(lambda argument: not argument.startswith("-"), arguments))
    for name in names:
        assert isinstance(command, click.Group), f"kimhub {' '.join(arguments)}: {name} is one too many"
        found = command.get_command(click.Context(command), name)
        assert found is not None, f"kimhub {' '.join(arguments)}: there is no {name}"
        command = found
    assert not isinstance(command, click.Group), f"kimhub {' '.join(arguments)} is a group"
    command.make_context(command.name, arguments[len(names) :], resilient_parsing=False)
    return command

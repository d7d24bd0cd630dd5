"""docs/betrieb.md names every setting and every process."""

from __future__ import annotations

import re

from kimhub.core.database.roles import ROLES
from kimhub.core.settings import known_variables
from kimhub.supervisor.children import CHILDREN
from tests.deployment.support import ROOT, resolve

TEXT = (ROOT / "docs" / "betrieb.md").read_text()


def test_every_setting_is_explained_and_no_other():
    assert set(re.findall(r"^\| `(KIMHUB_\w+)` \|", TEXT, re.MULTILINE)) == known_variables()


def test_every_role_is_explained():
    assert set(re.findall(r"^\| `(kimhub_\w+)` \|", TEXT, re.MULTILINE)) == set(ROLES)


def test_every_process_is_listed_with_its_command():
    for child in CHILDREN:
        command = " ".join(
            part for part in child.module if not part.startswith("--") and part != "gunicorn.conf.py"
        )
        assert f"`{command}`" in TEXT


def test_every_command_exists():
    for command in re.findall(r"`kimhub ([a-z ]+?)(?: --[\w-]+)?`", TEXT):
        if command not in {"tenants", "jobs"}:  # groups, named as such
            resolve(command.split())

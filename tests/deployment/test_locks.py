"""Both locks name what pyproject.toml asks for; production gets the part without servers and tests."""

from __future__ import annotations

import re

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deployment.support import ROOT, locked, pyproject

ALL = locked("requirements.lock")
PRODUCTION = locked("requirements-production.lock")


def versions(lock: dict[str, set[str]]) -> dict[str, list[tuple[str, set[str]]]]:
    """Name → the locked versions with their hashes (markers may divide a package into several)."""
    found: dict[str, list[tuple[str, set[str]]]] = {}
    for requirement, hashes in lock.items():
        parsed = Requirement(requirement)
        (specifier,) = parsed.specifier
        found.setdefault(canonicalize_name(parsed.name), []).append((specifier.version, hashes))
    return found


def assert_satisfies(lock: dict[str, set[str]], requirements: list[str]) -> None:
    named = versions(lock)
    for text in requirements:
        requirement = Requirement(text)
        candidates = named.get(canonicalize_name(requirement.name), [])
        assert any(requirement.specifier.contains(version) for version, _ in candidates), (
            f"{text} is not locked; the locks are older than pyproject.toml"
        )


def test_the_lock_satisfies_the_project_and_all_its_extras():
    project = pyproject()["project"]
    extras = [requirement for extra in project["optional-dependencies"].values() for requirement in extra]
    assert_satisfies(ALL, project["dependencies"] + extras)


def test_production_satisfies_the_project():
    assert_satisfies(PRODUCTION, pyproject()["project"]["dependencies"])


def test_production_is_a_part_of_the_lock_with_the_same_files():
    everything = versions(ALL)
    for name, candidates in versions(PRODUCTION).items():
        for candidate in candidates:
            assert candidate in everything[name], f"{name} differs between the locks"


def test_production_has_no_servers_and_no_tools():
    extras = pyproject()["project"]["optional-dependencies"]
    names = {canonicalize_name(Requirement(text).name) for extra in extras.values() for text in extra}
    assert not names & set(versions(PRODUCTION))


def test_the_locks_name_hashes_and_no_download_address():
    for name in ("requirements.lock", "requirements-production.lock", "requirements-setup.lock"):
        text = (ROOT / name).read_text()
        assert not re.search(r"https?://|--index-url|--find-links", text)
        assert all(locked(name).values()), "every package has its hashes"

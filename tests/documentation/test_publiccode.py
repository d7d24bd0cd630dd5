"""publiccode.yml has what version 0.4 of the standard demands, and says nothing else than the project does."""

from __future__ import annotations

import tomllib

import yaml

from tests.documentation.support import text_of

PUBLICCODE = yaml.safe_load(text_of("publiccode.yml"))
MANDATORY = (
    "publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus", "softwareType",
    "description", "legal", "maintenance", "localisation",
)  # fmt: skip


def test_the_mandatory_keys_are_filled():
    assert [key for key in MANDATORY if not PUBLICCODE.get(key)] == []


def test_the_description_has_the_demanded_length():
    for text in PUBLICCODE["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert text["features"]


def test_internal_maintenance_names_a_contact():
    assert PUBLICCODE["maintenance"]["type"] == "internal"
    assert all(contact["name"] for contact in PUBLICCODE["maintenance"]["contacts"])


def test_the_licence_is_the_projects():
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    assert PUBLICCODE["legal"]["license"] == project["license"]
    assert text_of("LICENSE").startswith("# EUROPÄISCHE UNION PUBLIC LICENCE v. 1.2")


def test_no_release_is_claimed_before_there_is_one():
    unreleased = "noch nicht veröffentlicht" in text_of("CHANGELOG.md").split("\n## ")[1].splitlines()[0]
    assert ("releaseDate" in PUBLICCODE) is not unreleased

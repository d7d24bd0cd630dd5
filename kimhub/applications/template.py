"""The sections with which a Förderskizze begins: a data file with a source and a `verified` flag for each."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from tenants import TenantKind


@dataclass(frozen=True, slots=True)
class SectionTemplate:
    """A section as the template suggests it. `only_for` None: for every kind of recipient."""

    key: str
    heading: str
    hint: str
    verified: bool
    source: str
    only_for: TenantKind | None = None


@cache
def section_templates() -> tuple[SectionTemplate, ...]:
    """Return the sections in their order."""
    file = resources.files("kimhub.applications") / "data" / "foerderskizze.toml"
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["sections"]
    return tuple(
        SectionTemplate(**{**row, "only_for": TenantKind(row["only_for"]) if "only_for" in row else None})
        for row in rows
    )


def sections_for(kind: TenantKind) -> list[SectionTemplate]:
    """Return the sections that such a recipient's Förderskizze begins with."""
    return [section for section in section_templates() if section.only_for in {None, kind}]


def template_of(key: str) -> SectionTemplate | None:
    """Return what the template says about a section; None for one of the applicant's own."""
    return next((section for section in section_templates() if section.key == key), None)

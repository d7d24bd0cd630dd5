"""What other features use of releases: giving parts of applications and groups, and the list of what was given."""

from __future__ import annotations

from kimhub.releases.models import PartKind
from kimhub.releases.queries import find_given
from kimhub.releases.usecases.give_release import (
    PartsDetails,
    Readers,
    release_of_group,
    release_parts,
    release_plan,
)

__all__ = [
    "PartKind",
    "PartsDetails",
    "Readers",
    "find_given",
    "release_of_group",
    "release_parts",
    "release_plan",
]

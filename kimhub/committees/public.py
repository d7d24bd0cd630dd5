"""What other features use of committees."""

from __future__ import annotations

from kimhub.committees.models import Committee
from kimhub.committees.queries import NAMED_NOW, committees_at, seats_of_people
from kimhub.committees.terms import CommitteeKind

__all__ = ["NAMED_NOW", "Committee", "CommitteeKind", "committees_at", "seats_of_people"]

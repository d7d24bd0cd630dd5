"""What other features use of occurrences: saying that something happened, and whom it concerns."""

from __future__ import annotations

from kimhub.occurrences.models import Occurrence, OccurrenceLine
from kimhub.occurrences.queries import find_happened, own_occurrences, reach_of
from kimhub.occurrences.terms import OccurrenceKind
from kimhub.occurrences.usecases.reach import WITH_GEMEINDEN, show_to_gemeinden
from kimhub.occurrences.usecases.record import Happened, Source, add_lines, record, revoke

__all__ = [
    "WITH_GEMEINDEN",
    "Happened",
    "Occurrence",
    "OccurrenceKind",
    "OccurrenceLine",
    "Source",
    "add_lines",
    "find_happened",
    "own_occurrences",
    "reach_of",
    "record",
    "revoke",
    "show_to_gemeinden",
]

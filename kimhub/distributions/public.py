"""What other features use of distributions."""

from __future__ import annotations

from kimhub.distributions.models import StoredDistribution
from kimhub.distributions.queries import list_distributions
from kimhub.distributions.usecases.allocate_distribution import (
    DraftAllocations,
    draft_allocations,
    issue_distribution,
)
from kimhub.distributions.usecases.store_distribution import create_distribution

__all__ = [
    "DraftAllocations",
    "StoredDistribution",
    "create_distribution",
    "draft_allocations",
    "issue_distribution",
    "list_distributions",
]

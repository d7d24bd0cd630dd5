"""What other features use of the inbox: how far back it goes, and that whoever dealt with a thing has read of it."""

from __future__ import annotations

from kimhub.inbox.queries import A_YEAR, people_told_of
from kimhub.inbox.usecases.read_lines import read_about

__all__ = ["A_YEAR", "people_told_of", "read_about"]

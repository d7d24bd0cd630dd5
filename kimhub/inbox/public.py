"""What other features use of the inbox."""

from __future__ import annotations

from kimhub.inbox.queries import UNTOLD

__all__ = ["UNTOLD"]

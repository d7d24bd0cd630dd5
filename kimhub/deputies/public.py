"""What other features use of deputies."""

from __future__ import annotations

from kimhub.deputies.models import Deputation
from kimhub.deputies.queries import StandIn, stand_ins

__all__ = ["Deputation", "StandIn", "stand_ins"]

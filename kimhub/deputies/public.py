"""What other features use of deputies."""

from __future__ import annotations

from kimhub.deputies.models import Deputation
from kimhub.deputies.queries import StandIn, deputations_of, stand_ins

__all__ = ["Deputation", "StandIn", "deputations_of", "stand_ins"]

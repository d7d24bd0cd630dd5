"""What commands of other features use: the ways to the database."""

from __future__ import annotations

from kimhub.operator.connection import operator_transaction
from kimhub.operator.terminal import Desk, working_for

__all__ = ["Desk", "operator_transaction", "working_for"]

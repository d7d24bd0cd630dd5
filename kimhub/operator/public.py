"""What commands of other features use: the operator's way to the database."""

from __future__ import annotations

from kimhub.operator.connection import operator_transaction, refusals_explained

__all__ = ["operator_transaction", "refusals_explained"]

"""The tables of the feature: the books, and the files imported into them."""

from __future__ import annotations

from kimhub.spending.models.books import (
    ALREADY_BOOKED,
    FIRST_DAY,
    LAST_DAY,
    MAX_AMOUNT,
    MAX_REASON,
    MAX_RECEIPT,
    MAX_RECIPIENT,
    MAX_REFERENCE,
    MAX_TEXT,
    STAFF_OF_POSITIONS,
    Expenditure,
    fingerprint_sql,
)
from kimhub.spending.models.files import ExpenditureImport, ImportFinding, ImportState, Severity

__all__ = [
    "ALREADY_BOOKED",
    "FIRST_DAY",
    "LAST_DAY",
    "MAX_AMOUNT",
    "MAX_REASON",
    "MAX_RECEIPT",
    "MAX_RECIPIENT",
    "MAX_REFERENCE",
    "MAX_TEXT",
    "STAFF_OF_POSITIONS",
    "Expenditure",
    "ExpenditureImport",
    "ImportFinding",
    "ImportState",
    "Severity",
    "fingerprint_sql",
]

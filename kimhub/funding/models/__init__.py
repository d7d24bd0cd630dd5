"""The tables of the ledger: address book, grants, funds, allocations."""

from __future__ import annotations

from kimhub.funding.models.allocations import Allocation, AllocationItem, AllocationVersion
from kimhub.funding.models.funds import Fund, FundCell, FundSource
from kimhub.funding.models.grants import (
    Grant,
    GrantBaustein,
    GrantDocument,
    GrantItem,
    GrantKind,
    GrantVersion,
)
from kimhub.funding.models.letters import Letter, LetterFile, PaperConfirmation
from kimhub.funding.models.organizations import Organization, OrganizationKind
from kimhub.funding.models.statements import SpendingStatement, SpendingStatementItem

__all__ = [
    "Allocation",
    "AllocationItem",
    "AllocationVersion",
    "Fund",
    "FundCell",
    "FundSource",
    "Grant",
    "GrantBaustein",
    "GrantDocument",
    "GrantItem",
    "GrantKind",
    "GrantVersion",
    "Letter",
    "LetterFile",
    "Organization",
    "OrganizationKind",
    "PaperConfirmation",
    "SpendingStatement",
    "SpendingStatementItem",
]

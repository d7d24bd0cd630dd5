"""What other features use of the ledger."""

from __future__ import annotations

from kimhub.funding.in_force_queries import ITEMS_IN_FORCE, LAST_STEP
from kimhub.funding.models import (
    Allocation,
    AllocationItem,
    AllocationVersion,
    Fund,
    FundCell,
    FundSource,
    Grant,
    GrantItem,
    GrantKind,
    GrantVersion,
    Organization,
    OrganizationKind,
)
from kimhub.funding.organization_queries import find_organizations
from kimhub.funding.queries import (
    AllocationFile,
    AllocationRow,
    Balance,
    FundView,
    GrantFile,
    Scope,
    allocation_file,
    allocation_items,
    funds,
    get_fund,
    grant_file,
    grant_items,
    list_allocations,
    list_grants,
)
from kimhub.funding.statement_queries import StatedCell, Statement, latest_statements
from kimhub.funding.terms import Bescheid, CellAmount, Terms
from kimhub.funding.usecases.allocate import Allocate, allocate, discard_allocation
from kimhub.funding.usecases.answer_allocation import (
    confirm_allocation,
    object_to_allocation,
    uphold_allocation,
    waive_allocation,
)
from kimhub.funding.usecases.change_allocation import EndAllocation, amend_allocation, end_allocation
from kimhub.funding.usecases.enter_grant import EnterGrant, enter_amendment, enter_grant
from kimhub.funding.usecases.issue_allocations import issue_allocations
from kimhub.funding.usecases.organizations import OrganizationDetails, add_organization
from kimhub.funding.usecases.record_bescheid import note_finality, record_bescheid
from kimhub.funding.usecases.share_statement import share_statement
from kimhub.funding.workflow import WORKFLOW, State

__all__ = [
    "ITEMS_IN_FORCE",
    "LAST_STEP",
    "WORKFLOW",
    "Allocate",
    "Allocation",
    "AllocationFile",
    "AllocationItem",
    "AllocationRow",
    "AllocationVersion",
    "Balance",
    "Bescheid",
    "CellAmount",
    "EndAllocation",
    "EnterGrant",
    "Fund",
    "FundCell",
    "FundSource",
    "FundView",
    "Grant",
    "GrantFile",
    "GrantItem",
    "GrantKind",
    "GrantVersion",
    "Organization",
    "OrganizationDetails",
    "OrganizationKind",
    "Scope",
    "State",
    "StatedCell",
    "Statement",
    "Terms",
    "add_organization",
    "allocate",
    "allocation_file",
    "allocation_items",
    "amend_allocation",
    "confirm_allocation",
    "discard_allocation",
    "end_allocation",
    "enter_amendment",
    "enter_grant",
    "find_organizations",
    "funds",
    "get_fund",
    "grant_file",
    "grant_items",
    "issue_allocations",
    "latest_statements",
    "list_allocations",
    "list_grants",
    "note_finality",
    "object_to_allocation",
    "record_bescheid",
    "share_statement",
    "uphold_allocation",
    "waive_allocation",
]

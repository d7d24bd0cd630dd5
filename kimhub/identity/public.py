"""What other features use of identity."""

from __future__ import annotations

from kimhub.identity.administration import administration_tabs, in_administration
from kimhub.identity.operator import accept_memberships, disable_account, provide_account, reset_password
from kimhub.identity.passwords import first_password
from kimhub.identity.queries import IN_OFFICE, in_office
from kimhub.identity.usecases.add_membership import AddedMember, AddMembership, Handover, add_membership
from kimhub.identity.usecases.end_membership import end_membership
from kimhub.identity.usecases.sign_in import normalised

__all__ = [
    "IN_OFFICE",
    "AddMembership",
    "AddedMember",
    "Handover",
    "accept_memberships",
    "add_membership",
    "administration_tabs",
    "disable_account",
    "end_membership",
    "first_password",
    "in_administration",
    "in_office",
    "normalised",
    "provide_account",
    "reset_password",
]

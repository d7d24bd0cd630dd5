"""People with accounts, whose own a follow-up can be."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from kimhub.identity.public import AddMembership, Handover, add_membership
from tenants import Role, transaction


@pytest.fixture
def person(ctx):
    """Return a function: somebody of a body with roles, and with an account."""

    def person(body, *roles):
        administrator = body.actor(Role.ADMINISTRATOR)
        invited = AddMembership(f"{uuid4()}@kim.example", "Muster", Role.AUDITOR, Handover.PASSWORD)
        with transaction(administrator):
            account_id = add_membership(administrator, invited).membership.account_id
        return replace(body.actor(*roles), subject=account_id)

    return person


@pytest.fixture
def officer(person, district):
    return person(district.gemeinde, Role.OFFICER)

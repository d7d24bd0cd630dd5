"""Which roles exist where, and what they may do."""

from __future__ import annotations

import pytest

from tenants import Permission, Role, TenantKind, permissions_of, roles_for
from tenants.errors import ForbiddenError


def test_only_a_grant_recipient_has_a_ki_coordinator():
    assert Role.KI_COORDINATOR in roles_for(TenantKind.KREIS, grant_recipient=True)
    assert Role.KI_COORDINATOR in roles_for(TenantKind.GEMEINDE, grant_recipient=True), "Stadt Aachen"
    assert Role.KI_COORDINATOR not in roles_for(TenantKind.GEMEINDE, grant_recipient=False)


def test_only_a_bezirksregierung_has_the_authoritys_role():
    for kind in TenantKind:
        roles = roles_for(kind, grant_recipient=kind is not TenantKind.BEZIRKSREGIERUNG)
        assert (Role.AUTHORITY in roles) is (kind is TenantKind.BEZIRKSREGIERUNG)


def test_a_committee_member_decides_nothing():
    assert permissions_of([Role.COMMITTEE_MEMBER]) == {
        Permission.DESK_READ, Permission.INBOX_READ, Permission.NOTICE_READ, Permission.NOTICE_ACKNOWLEDGE,
        Permission.COMMITTEE_READ, Permission.MEETING_READ,
    }  # fmt: skip


def test_nobody_who_asks_for_a_position_also_decides_about_it():
    for role in Role:
        assert not {Permission.REQUEST_WRITE, Permission.REQUEST_DECIDE} <= permissions_of([role])


def test_a_missing_permission_is_refused(district):
    with pytest.raises(ForbiddenError):
        district.gemeinde.actor(Role.COMMITTEE_MEMBER).require(Permission.PLAN_WRITE)

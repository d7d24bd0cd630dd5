"""Who belongs to the own tenant, and which machines work for it."""

from __future__ import annotations

from sqlalchemy import Text, bindparam, or_, select

from kimhub.core.keyset import KeysetList, Order, alphabetical
from kimhub.identity.models import OAuthClient
from tenants import Membership

_FEW = "an administration has some dozens of people with a role"
MEMBERS = KeysetList(
    select(
        Membership.id, Membership.display_name, alphabetical(Membership.display_name).label("name_key"),
        Membership.role, Membership.email, Membership.created_at, Membership.ended_at,
    ),
    scope=Membership.tenant_id,
    orders={
        "name": Order("name_key", "role", "id", few_rows=_FEW),
        "role": Order("role", "name_key", "id", few_rows=_FEW),
        "since": Order("-created_at", "-id", few_rows=_FEW),
    },
    conditions={
        "present": Membership.ended_at.is_(None),
        "role": Membership.role == bindparam("role", type_=Text()),
        "words": or_(
            *(
                column.icontains(bindparam("words", type_=Text()))
                for column in (Membership.display_name, Membership.email)
            )
        ),
    },
)  # fmt: skip
CLIENTS = KeysetList(
    select(
        OAuthClient.id, OAuthClient.name, OAuthClient.scopes, OAuthClient.created_at, OAuthClient.ended_at
    ),
    scope=OAuthClient.tenant_id,
    orders={"created": Order("-created_at", "-id")},
)

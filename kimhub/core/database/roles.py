"""The database roles of KIMHub. None is a superuser, none has BYPASSRLS (ADR 4)."""

from __future__ import annotations

ROLE_OWNER = "kimhub_owner"
"""Owns database and tables: migrations and operator commands only."""
ROLE_APP = "kimhub_app"
"""Signs in for pages, API and jobs. Owns nothing; row-level security holds for it."""
ROLE_SIGN_IN = "kimhub_signin"
"""Signs in for the pages on which people sign in and look after their account; sees no tenant's data at all."""
ROLE_RELAY = "kimhub_relay"
"""Signs in for the relay, which hands due job ids of all tenants to the queue and sees nothing else."""
ROLE_GATE = "kimhub_gate"
"""Owns the few functions that answer one exact question before a tenant is known. Nobody signs in as it."""

ROLES = (ROLE_OWNER, ROLE_APP, ROLE_SIGN_IN, ROLE_RELAY, ROLE_GATE)
LOGIN_ROLES = (ROLE_OWNER, ROLE_APP, ROLE_SIGN_IN, ROLE_RELAY)
SERVING_ROLES = (ROLE_APP, ROLE_SIGN_IN, ROLE_RELAY)
"""What runs all day: nothing of theirs may hold up others for long."""

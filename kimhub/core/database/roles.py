"""The database roles of KIMHub. None is a superuser, none has BYPASSRLS (ADR 4)."""

from __future__ import annotations

ROLE_OWNER = "kimhub_owner"
"""Owns database and tables: migrations and operator commands only."""
ROLE_APP = "kimhub_app"
"""Signs in for pages, API and jobs. Owns nothing; row-level security holds for it."""
ROLE_RELAY = "kimhub_relay"
"""Signs in for the relay, which hands due job ids of all tenants to the queue and sees nothing else."""
ROLE_GATE = "kimhub_gate"
"""Owns the few functions that answer one exact question before a tenant is known. Nobody signs in as it."""

ROLES = (ROLE_OWNER, ROLE_APP, ROLE_RELAY, ROLE_GATE)
SIGN_IN_ROLES = (ROLE_OWNER, ROLE_APP, ROLE_RELAY)

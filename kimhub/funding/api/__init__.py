"""The ledger as API: grants, funds, allocations, organisations."""

from __future__ import annotations

from flask import Flask

from kimhub.core.api import register_api
from kimhub.funding.api.allocations import allocations
from kimhub.funding.api.funds import api as funds
from kimhub.funding.api.grants import grants
from kimhub.funding.api.organizations import organizations


def init_app(app: Flask) -> None:
    """Add the routes to the API."""
    for blueprint in (grants.blueprint, funds, allocations.blueprint, organizations.blueprint):
        register_api(app, blueprint)

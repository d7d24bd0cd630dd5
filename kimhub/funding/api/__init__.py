"""The ledger as API: grants, funds, allocations, organisations."""

from __future__ import annotations

from flask import Flask

from kimhub.core.api import register_api
from kimhub.funding.api import allocations, funds, grants, organizations

BLUEPRINTS = (grants.api, funds.api, allocations.api, organizations.api)


def init_app(app: Flask) -> None:
    """Add the routes to the API."""
    for blueprint in BLUEPRINTS:
        register_api(app, blueprint)

"""Applications and decisions about Bausteine over the API."""

from __future__ import annotations

from flask import Flask

from kimhub.applications.api.applications import applications
from kimhub.applications.api.decisions import api as decisions
from kimhub.core.api import register_api


def init_app(app: Flask) -> None:
    """Add the routes to the API."""
    register_api(app, applications.blueprint)
    register_api(app, decisions)

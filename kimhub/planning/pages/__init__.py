"""Pages under „Mittel“: the list of plans, a plan with its what-if grid, its rows, and scenarios side by side."""

from __future__ import annotations

from flask import Flask

from kimhub.core.web.navigation import add_section
from kimhub.desk.public import add_source
from kimhub.planning.desk import FIRST_PLAN
from kimhub.planning.pages import correcting, listing, plans, scenarios
from kimhub.planning.pages.blueprint import blueprint

__all__ = ["correcting", "init_app", "listing", "plans", "scenarios"]


def init_app(app: Flask) -> None:
    """Register the pages, their place in the navigation and their part of the desk."""
    app.register_blueprint(blueprint)
    add_section(app, "Mittel", 20, "Finanzierungspläne", "planning.plans", group="Planen")
    add_source(app, FIRST_PLAN)

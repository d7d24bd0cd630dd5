"""The pages of releases: two lists, the release itself, its form and the check before it is given."""

from __future__ import annotations

from flask import Flask

from kimhub.core.web.navigation import add_section
from kimhub.planning.public import PlanAction, add_plan_action
from kimhub.releases.pages import file, giving, listing
from kimhub.releases.pages.blueprint import pages

__all__ = ["file", "giving", "init_app", "listing"]


def init_app(app: Flask) -> None:
    """Add the pages to the application, with their place below „Gremien“: what committees ask is answered from them."""
    app.register_blueprint(pages)
    add_section(app, "Gremien", 30, "Vom Kreis freigegeben", "releases.received", group="Freigeben")
    add_section(app, "Gremien", 40, "Freigaben an Gemeinden", "releases.given", group="Freigeben")
    add_plan_action(app, PlanAction("Den Gemeinden freigeben", "releases.new"))

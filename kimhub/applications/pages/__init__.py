"""The pages of the application: list, file, forms by section, check page, and the decisions about Bausteine."""

from __future__ import annotations

from flask import Flask

from kimhub.applications.pages import decisions, editing, file, foerderskizze, listing, steps
from kimhub.applications.pages.blueprint import pages
from kimhub.applications.pages.desk import UNDECIDED_APPLICATIONS
from kimhub.core.web.navigation import add_section
from kimhub.desk.public import add_source
from kimhub.planning.public import PlanAction, add_plan_action

__all__ = ["decisions", "editing", "file", "foerderskizze", "init_app", "listing", "steps"]


def init_app(app: Flask) -> None:
    """Add the pages, their place in the navigation, their part of the desk, and the way from a plan to them."""
    app.register_blueprint(pages)
    app.register_blueprint(decisions.pages)
    add_section(app, "Mittel", 25, "Genutzte Bausteine", "bausteine.decisions", group="Planen")
    add_section(app, "Mittel", 30, "Förderanträge", "applications.listing", group="Planen")
    add_plan_action(app, PlanAction("Förderantrag vorbereiten", "applications.new"))
    add_source(app, UNDECIDED_APPLICATIONS)

"""The pages of the application: list, file, forms by section, check page, and the decisions about Bausteine."""

from __future__ import annotations

from flask import Flask

from kimhub.applications.pages import decisions, editing, file, foerderskizze, listing, steps
from kimhub.applications.pages.blueprint import pages
from kimhub.applications.pages.desk import UNDECIDED_APPLICATIONS
from kimhub.applications.pages.editing import may_apply
from kimhub.core.web.navigation import add_section
from kimhub.desk.public import add_source
from kimhub.planning.public import PlanAction, add_plan_action
from tenants import Permission

__all__ = ["decisions", "editing", "file", "foerderskizze", "init_app", "listing", "steps"]


def init_app(app: Flask) -> None:
    """Add the pages, their place in the navigation, their part of the desk, and the way from a plan to them."""
    app.register_blueprint(pages)
    add_section(app, "Mittel", 30, "Anträge", "applications.listing", Permission.FUNDING_READ)
    add_source(app, UNDECIDED_APPLICATIONS)
    add_plan_action(
        app,
        PlanAction(
            "Förderantrag vorbereiten", "applications.new", Permission.FUNDING_WRITE, offered_to=may_apply
        ),
    )

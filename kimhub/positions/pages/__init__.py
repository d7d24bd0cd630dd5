"""The pages of the request: list, file (Vorgang), forms, check page, and one page for each step."""

from __future__ import annotations

from flask import Flask

from kimhub.core.web.navigation import add_area
from kimhub.desk.public import add_source
from kimhub.positions.pages import editing, file, listing, steps
from kimhub.positions.pages.blueprint import pages
from kimhub.positions.pages.desk import OWN, SHARED
from tenants import Permission

__all__ = ["editing", "file", "init_app", "listing", "steps"]


def init_app(app: Flask) -> None:
    """Add the pages to the application, with their place in the navigation and their part of the desk."""
    app.register_blueprint(pages)
    add_area(
        app, 30, "Stellen", "positions.listing", Permission.REQUEST_READ,
    )  # fmt: skip
    for source in (OWN, SHARED):
        add_source(app, source)

"""The pages of committees: the directory, one committee, and the forms for its names, rules and seats."""

from __future__ import annotations

from flask import Flask

from kimhub.committees.pages import editing, file, listing, seats
from kimhub.committees.pages.blueprint import pages
from kimhub.core.web.navigation import add_section

__all__ = ["editing", "file", "init_app", "listing", "seats"]


def init_app(app: Flask) -> None:
    """Add the pages to the application, with their place in the navigation."""
    app.register_blueprint(pages)
    add_section(app, "Gremien", 25, "Alle Gremien", "committees.directory", group="Beraten")

"""The pages under „Gremien › Maßnahmen“: the list, the form, one measure with what became of it."""

from __future__ import annotations

from flask import Flask

from kimhub.core.web.navigation import add_section
from kimhub.desk.public import add_source
from kimhub.measures.desk import TO_DO
from kimhub.measures.pages import editing, file, listing, steps
from kimhub.measures.pages.blueprint import pages

__all__ = ["editing", "file", "init_app", "listing", "steps"]


def init_app(app: Flask) -> None:
    """Add the pages to the application, with their place in the navigation and their part of Heute."""
    app.register_blueprint(pages)
    add_section(app, "Gremien", 28, "Maßnahmen", "measures.listing", group="Beraten")
    add_source(app, TO_DO)

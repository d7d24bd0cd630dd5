"""The pages under „Mittel › Ausgaben“: list, entry, booking with its reversal, import."""

from __future__ import annotations

from flask import Flask

from kimhub.core.web.navigation import add_section
from kimhub.desk.public import add_source
from kimhub.spending.pages import booking, entering, importing, listing
from kimhub.spending.pages.blueprint import pages
from kimhub.spending.pages.desk import FILES

__all__ = ["booking", "entering", "importing", "init_app", "listing"]


def init_app(app: Flask) -> None:
    """Add the pages to the application, with their place in the navigation and their part of the desk."""
    app.register_blueprint(pages)
    add_section(app, "Mittel", 70, "Ausgaben", "spending.listing", group="Verwenden")
    add_source(app, FILES)

"""The pages under „Mittel › Mittelabruf“: what may be drawn, one Haushaltsjahr of a grant, calls and what came in."""

from __future__ import annotations

from flask import Flask

from kimhub.core.web.navigation import add_section
from kimhub.desk.public import add_source
from kimhub.drawdowns.pages import calling, entries, listing, payments, standing
from kimhub.drawdowns.pages.blueprint import pages
from kimhub.drawdowns.pages.desk import NOT_IN, RULES

__all__ = ["calling", "entries", "init_app", "listing", "payments", "standing"]


def init_app(app: Flask) -> None:
    """Add the pages to the application, with their place in the navigation and their part of the desk."""
    app.register_blueprint(pages)
    add_section(app, "Mittel", 45, "Mittelabruf", "mittelabruf.listing", group="Erhalten")
    for source in (NOT_IN, RULES):
        add_source(app, source)

"""The pages of coverage: what happened and who heard of it, one event, and what a body says of it."""

from __future__ import annotations

from flask import Flask

from kimhub.core.web.navigation import add_section
from kimhub.coverage.desk import GAPS_AT_HEUTE, GAPS_IN_GEMEINDEN
from kimhub.coverage.pages import editing, file, gemeinden, listing, rules
from kimhub.coverage.pages.blueprint import of_kreis, pages
from kimhub.desk.public import add_source

__all__ = ["editing", "file", "gemeinden", "init_app", "listing", "rules"]


def init_app(app: Flask) -> None:
    """Add the pages to the application, with their place in the navigation and their part of Heute."""
    app.register_blueprint(pages)
    app.register_blueprint(of_kreis)
    add_section(app, "Gremien", 22, "Unterrichtungsstand", "coverage.overview", group="Unterrichten")
    add_section(
        app, "Gremien", 23, "Stand der Gemeinden", "coverage_gemeinden.elsewhere", group="Unterrichten"
    )
    for source in (GAPS_AT_HEUTE, GAPS_IN_GEMEINDEN):
        add_source(app, source)

"""The pages under „Mittel › Verteilungen“: list, working out, preparing and issuing."""

from __future__ import annotations

from flask import Flask

from kimhub.core.web.navigation import add_section
from kimhub.distributions.pages import allocating, key_figures, listing, working
from kimhub.distributions.pages.blueprint import pages

__all__ = ["allocating", "init_app", "key_figures", "listing", "working"]


def init_app(app: Flask) -> None:
    """Add the pages to the application, with their place in the navigation: before what comes of them."""
    app.register_blueprint(pages)
    add_section(app, "Mittel", 50, "Verteilungen", "distributions.listing", group="Verwenden")

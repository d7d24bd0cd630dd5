"""The pages under „Mittel › Weiterleitungen › Verteilungen“: list, working out, preparing and issuing."""

from __future__ import annotations

from flask import Flask

from kimhub.distributions.pages import allocating, listing, working
from kimhub.distributions.pages.blueprint import pages

__all__ = ["allocating", "init_app", "listing", "working"]


def init_app(app: Flask) -> None:
    """Add the pages; their place in the navigation is that of the Weiterleitungen."""
    app.register_blueprint(pages)

"""The pages of the request: list, file (Vorgang), forms, check page, and one page for each step."""

from __future__ import annotations

from flask import Flask

from kimhub.positions.pages import editing, file, listing, steps
from kimhub.positions.pages.blueprint import pages

__all__ = ["editing", "file", "init_app", "listing", "steps"]


def init_app(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(pages)

"""The pages of meetings: two lists, one meeting with its agenda, one paper with its meetings, their forms."""

from __future__ import annotations

from flask import Flask

from kimhub.committees.public import add_block
from kimhub.core.web.navigation import add_section
from kimhub.meetings.pages import agenda, block, file, listing, meetings, papers
from kimhub.meetings.pages.blueprint import pages

__all__ = ["agenda", "block", "file", "init_app", "listing", "meetings", "papers"]


def init_app(app: Flask) -> None:
    """Add the pages to the application, with their place in the navigation and on the page of a committee."""
    app.register_blueprint(pages)
    add_section(app, "Gremien", 26, "Sitzungen", "meetings.listing", group="Beraten")
    add_section(app, "Gremien", 27, "Vorlagen", "meetings.papers", group="Beraten")
    add_block(app, block.meetings_of)

"""The pages of notices: two lists, the notice itself, its form, the questions before it is sent or deleted."""

from __future__ import annotations

from flask import Flask

from kimhub.core.web.navigation import add_area, add_section
from kimhub.desk.public import add_source
from kimhub.notices.desk import TO_NOTE, TO_SEND
from kimhub.notices.pages import editing, file, listing
from kimhub.notices.pages.blueprint import pages
from tenants import Permission

__all__ = ["editing", "file", "init_app", "listing"]


def init_app(app: Flask) -> None:
    """Add the pages to the application, with their place in the navigation and their part of Heute."""
    app.register_blueprint(pages)
    add_area(app, 40, "Gremien", "notices.received", Permission.NOTICE_READ)
    add_section(app, "Gremien", 10, "Unterrichtungen", "notices.received", group="Unterrichten")
    add_section(app, "Gremien", 20, "Eigene Unterrichtungen", "notices.given", group="Unterrichten")
    for source in (TO_NOTE, TO_SEND):
        add_source(app, source)

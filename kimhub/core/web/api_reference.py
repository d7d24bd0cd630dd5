"""The reference pages of the API, drawn on the server from its own OpenAPI document: an index and a page per group.

Pages like any other: German, in KERN's design, readable without scripts and by screen readers. The usual viewers are
neither (their generated markup fails WCAG 2.2 AA and they weigh more than all other assets together).

The document never changes while a process runs, and everybody may ask for these pages. So it is read once, and what
stands in a page is drawn once; a request draws only the frame around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property

from flask import Flask, current_app, render_template
from markupsafe import Markup

from kimhub.core.api import OPENAPI_PATH, openapi_document
from kimhub.core.errors import NotFoundError
from kimhub.core.routing import public
from kimhub.core.web.openapi import Group, Json, Reference, read_reference
from kimhub.core.web.view import Crumb

ADDRESS = "/schnittstelle"
TITLE = "Referenz der Schnittstelle"
_INDENTATION = re.compile(r"\n\s+")
"""A third of these pages would be the indentation of the templates; nothing in them is preformatted."""
_PAGES = "kimhub.api_reference"


class ReferencePages:
    """What stands in the pages of one application's API, made when the first of them is asked for."""

    def __init__(self, app: Flask, document: Callable[[], Json]) -> None:
        self._app = app
        self._document = document

    @cached_property
    def reference(self) -> Reference:
        """The document as read; not before all features have added their operations."""
        return read_reference(self._document(), ADDRESS)

    @cached_property
    def groups(self) -> Mapping[str, Group]:
        """The groups by the last part of their address."""
        return {group.slug: group for group in self.reference.groups}

    @cached_property
    def index(self) -> Markup:
        """What the index says."""
        return self._draw("web/_api_index.html", reference=self.reference)

    @cached_property
    def contents(self) -> Mapping[str, Markup]:
        """What the page of each group says."""
        return {slug: self._draw("web/_api_group.html", group=group) for slug, group in self.groups.items()}

    def _draw(self, template: str, **values: object) -> Markup:
        """Draw a part that knows nothing of a request, so that it can be kept for all of them."""
        drawn = self._app.jinja_env.get_template(template).render(
            address=ADDRESS,
            spec_url=OPENAPI_PATH,
            **values,
        )
        return Markup(_INDENTATION.sub("\n", drawn))  # noqa: S704 - a template drew it


def init_api_reference(app: Flask, document: Callable[[], Json] | None = None) -> None:
    """Serve the pages of `document` (default: this application's own API)."""
    app.extensions[_PAGES] = ReferencePages(app, document or (lambda: openapi_document(app)))
    app.add_url_rule(ADDRESS, endpoint="api_reference", view_func=_index)
    app.add_url_rule(f"{ADDRESS}/<group>", endpoint="api_reference_group", view_func=_group)


@public(TITLE, transaction=False)
def _index() -> str:
    return render_template("web/api_reference.html", heading=TITLE, content=_pages().index)


@public(TITLE, transaction=False)
def _group(group: str) -> str:
    found = _pages().groups.get(group)
    if found is None:
        raise NotFoundError
    return render_template(
        "web/api_reference.html",
        heading=found.title,
        crumbs=[Crumb(TITLE, ADDRESS), Crumb(found.title)],
        content=_pages().contents[group],
    )


def _pages() -> ReferencePages:
    pages: ReferencePages = current_app.extensions[_PAGES]
    return pages

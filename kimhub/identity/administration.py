"""The pages of „Verwaltung“: each feature names its own once, a person sees those that they may open."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for

from kimhub.core.routing import admitted, current_actor
from kimhub.core.web.view import NavigationEntry

_PAGES = "kimhub.administration"


@dataclass(frozen=True, order=True)
class _Page:
    order: int
    label: str
    endpoint: str


def in_administration(app: Flask, order: int, label: str, endpoint: str) -> None:
    """Put a page below ``/t/<slug>/verwaltung`` among those of „Verwaltung“; `order` is its place there."""
    pages: list[_Page] = app.extensions.setdefault(_PAGES, [])
    pages.append(_Page(order, label, endpoint))
    pages.sort()


def administration_tabs() -> list[NavigationEntry]:
    """Return the pages of „Verwaltung“ that the actor may open; the present one is the current."""
    actor = current_actor()
    pages: list[_Page] = current_app.extensions[_PAGES]
    return [
        NavigationEntry(
            page.label,
            url_for(page.endpoint, slug=actor.tenant_slug),
            current=page.endpoint == request.endpoint,
        )
        for page in pages
        if admitted(page.endpoint, actor)
    ]

"""The main navigation: each feature names its area once, a person sees those that one of their roles uses.

Order and names are those of the portal (Heute · Mittel · Stellen · Gremien · Berichte · Fristen · Verwaltung).
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for

from kimhub.core.web.view import NavigationEntry
from tenants import Actor, Permission

_AREAS = "kimhub.navigation"


@dataclass(frozen=True)
class Area:
    """An area of the portal. `endpoint` is its first page, below ``/t/<slug>/``; any of `permissions` opens it."""

    order: int
    label: str
    endpoint: str
    permissions: frozenset[Permission]
    hint: str
    """What one does there, in one sentence; the desk shows it."""


def add_area(app: Flask, order: int, label: str, endpoint: str, *permissions: Permission, hint: str) -> None:
    """Put an area into the navigation; `order` is its place (10 Heute, 20 Mittel … 70 Verwaltung)."""
    areas: list[Area] = app.extensions.setdefault(_AREAS, [])
    areas.append(Area(order, label, endpoint, frozenset(permissions), hint))
    areas.sort(key=lambda area: (area.order, area.label))


def areas_of(actor: Actor) -> list[Area]:
    """Return the areas that `actor` may use, in order."""
    areas: list[Area] = current_app.extensions.get(_AREAS, [])
    return [area for area in areas if area.permissions & actor.permissions]


def navigation_for(actor: Actor) -> list[NavigationEntry]:
    """Return the navigation of a person; the area that the present page belongs to is the current one."""
    return [
        NavigationEntry(area.label, url, current=_part_of(request.path) == _part_of(url))
        for area in areas_of(actor)
        for url in [url_for(area.endpoint, slug=actor.tenant_slug)]
    ]


def _part_of(path: str) -> list[str]:
    """Return what tells the areas of a tenant apart: ``/t/<slug>/verwaltung/personen`` lies in ``verwaltung``."""
    return path.split("/")[:4]

"""The main navigation: each feature names its area once, a person sees those that they can use.

Order and names are those of the portal (Heute · Mittel · Stellen · Gremien · Berichte · Fristen · Verwaltung).
An area that several features share, like Mittel, has sections; they show while one is in the area. Who can
use an area or a section is asked of its page (`kimhub.core.routing.admitted`): an entry that would be refused does not
exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Flask, current_app, request

from kimhub.core.routing import admitted
from kimhub.core.web.addresses import known_url
from kimhub.core.web.view import NavigationEntry, NavigationGroup
from tenants import Actor, Permission

_AREAS = "kimhub.navigation"
_SECTIONS = "kimhub.navigation_sections"
MOST = 6
"""So many sections can be taken in at a glance; where there are more, headings part them."""


@dataclass(frozen=True)
class Area:
    """An area of the portal. `endpoint` is its first page, below ``/t/<slug>/``; any of `permissions` opens it."""

    order: int
    label: str
    endpoint: str
    permissions: frozenset[Permission]


@dataclass(frozen=True)
class Section:
    """A list inside the area that is called `area`; its address lies at least one step below ``/t/<slug>/…/``."""

    area: str
    order: int
    label: str
    endpoint: str
    group: str
    """The step of the work that it belongs to; sections of one group follow each other."""


def add_area(app: Flask, order: int, label: str, endpoint: str, *permissions: Permission) -> None:
    """Put an area into the navigation; `order` is its place (10 Heute, 20 Mittel … 70 Verwaltung)."""
    areas: list[Area] = app.extensions.setdefault(_AREAS, [])
    areas.append(Area(order, label, endpoint, frozenset(permissions)))
    areas.sort(key=lambda area: (area.order, area.label))


def add_section(app: Flask, area: str, order: int, label: str, endpoint: str, *, group: str = "") -> None:
    """Put a list into the area that is called `area`; `order` is its place there."""
    sections: list[Section] = app.extensions.setdefault(_SECTIONS, [])
    sections.append(Section(area, order, label, endpoint, group))
    sections.sort(key=lambda section: (section.order, section.label))


def areas_of(actor: Actor) -> list[Area]:
    """Return the areas that `actor` may use, in order."""
    areas: list[Area] = current_app.extensions.get(_AREAS, [])
    return [area for area in areas if area.permissions & actor.permissions and admitted(area.endpoint, actor)]


def navigation_for(actor: Actor) -> list[NavigationEntry]:
    """Return the navigation of a person; the area that the present page belongs to is the current one."""
    entries = []
    for area in areas_of(actor):
        url = known_url(area.endpoint, slug=actor.tenant_slug)
        current = _within(request.path, url, steps=4)
        groups = _grouped(actor, _sections_of(actor, area)) if current else []
        entries.append(NavigationEntry(area.label, url, current=current, groups=groups))
    return entries


def _sections_of(actor: Actor, area: Area) -> list[Section]:
    sections: list[Section] = current_app.extensions.get(_SECTIONS, [])
    return [
        section for section in sections if section.area == area.label and admitted(section.endpoint, actor)
    ]


def _grouped(actor: Actor, sections: Sequence[Section]) -> list[NavigationGroup]:
    """Return the entries under their headings, or all in one group without any where they are few."""
    if len(sections) <= MOST:
        return [NavigationGroup("", _entries(actor, sections))] if sections else []
    return [
        NavigationGroup(label, _entries(actor, list(those)))
        for label, those in groupby(sections, key=lambda section: section.group)
    ]


def _entries(actor: Actor, sections: Sequence[Section]) -> list[NavigationEntry]:
    return [
        NavigationEntry(section.label, url, current=_within(request.path, url, steps=5))
        for section in sections
        for url in [known_url(section.endpoint, slug=actor.tenant_slug)]
    ]


def _within(path: str, url: str, *, steps: int) -> bool:
    """Return whether both share their first `steps` parts: ``/t/<slug>/mittel/plaene`` is area and section."""
    return path.split("/")[:steps] == url.split("/")[:steps]

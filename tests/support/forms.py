"""The forms of the portal, as the pages of the URL map show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.core.web.html import Element, parse
from tests.support.site import Route, Site, Who

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Found:
    """A form on a page, who has it before them, and what stands in it."""

    who: Who
    page: str
    action: str
    hidden: Fields
    typed: Fields
    buttons: Fields
    """Those that say which of several things is to be done."""

    def __str__(self) -> str:
        return f"{self.action} on {self.page} as {self.who}"


def _fields(form: Element, *, hidden: bool) -> Iterator[tuple[str, str]]:
    for entry in form.walk():
        name, kind = entry.get("name"), entry.get("type", "text")
        if name and kind not in {"submit", "file"} and (kind == "hidden") is hidden:
            yield name, entry.text if entry.tag == "textarea" else entry.get("value")


def _buttons(form: Element) -> Iterator[tuple[str, str]]:
    for button in form.all("button"):
        if button.get("name"):
            yield button["name"], button.get("value")


def _forms(site: Site, who: Who, page: str) -> Iterator[Found]:
    answer = site.visit(who, "GET", page)
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return
    for form in parse(answer.text).all("form", method="post"):
        yield Found(
            who, page, form["action"],
            tuple(_fields(form, hidden=True)), tuple(_fields(form, hidden=False)), tuple(_buttons(form)),
        )  # fmt: skip


def found_forms(site: Site) -> list[Found]:
    """Return every form once, as somebody of the Kreis, of its Gemeinde or of the kreisfreie Stadt sees it."""
    found: dict[object, Found] = {}
    addresses = site.app.url_map.bind("localhost")
    bodies = (site.district.kreis, site.district.gemeinde, site.district.stadt)
    everything = {body: site.with_every_role(body) for body in bodies}
    for route in sorted(site.rules):
        if route[0] != "GET" or route[1].startswith("/api/"):
            continue
        for body in bodies:
            for who in _readers(site, route, everything[body]):
                for form in _forms(site, who, site.path(route, body.slug, body)):
                    endpoint = addresses.match(urlsplit(form.action).path, "POST")[0]
                    if endpoint != "identity.sign_out":
                        names = frozenset(name for name, _ in form.typed)
                        found.setdefault((endpoint, names, form.buttons), form)
    return list(found.values())


def _readers(site: Site, route: Route, everything: Who) -> list[Who]:
    """Return who sees all that a page can show: who may do everything, and who may do least beyond reading it."""
    access = site.access(*route)
    if not everything.may(access):
        return []
    colleagues = [who for who in site.people if who.body == everything.body and who.may(access)]
    return [min(colleagues, key=lambda who: len(who.permissions)), everything]

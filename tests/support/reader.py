"""Pages as a person without JavaScript uses them: read a page, fill in its form, follow what comes.

Every page that is read must be well-formed. Forms are sent with the hidden fields that the page holds, so a page
that forgets its token or its version fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urljoin

from flask import Flask
from werkzeug.test import TestResponse

from tenants import Actor
from tests.core.web.html import Element, parse
from tests.support.acting import Acting, acting

_SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Seen:
    """An answer as it is seen: status, address, and the page as a tree."""

    response: TestResponse
    page: Element

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def path(self) -> str:
        return self.response.request.path

    @property
    def main(self) -> str:
        """The text of the page's main part."""
        return self.page.one("main").text

    @property
    def links(self) -> dict[str, str]:
        """The links of the main part: words to address."""
        return {link.text: link["href"] for link in self.page.one("main").all("a")}

    @property
    def next_step(self) -> str | None:
        """The words of the one filled button, or None."""
        filled = self.page.one("main").all(class_="kern-btn--primary")
        outside = [button for button in filled if not button.inside("form")]
        assert len(outside) <= 1, "more than one filled button"
        return outside[0].text if outside else None


@dataclass
class Reader:
    """A person at the portal."""

    acting: Acting

    def open(self, path: str) -> Seen:
        """Read a page."""
        return self._seen(self.acting.client.get(path, headers=_SAME_SITE, follow_redirects=True))

    def send(self, path: str, values: dict[str, object], *, to: str | None = None) -> Seen:
        """Fill in the form of the page at `path` (the one that goes `to`, else to `path` itself) and follow on."""
        target = to or path
        page = self.open(path)
        return self.fill(page, values, to=target)

    def fill(self, page: Seen, values: dict[str, object], *, to: str | None = None) -> Seen:
        """Send a form of a page that was read before."""
        target = to or page.path
        form = next(
            form
            for form in page.page.all("form", method="post")
            if urljoin(page.path, form["action"]) == target
        )
        hidden = {field["name"]: field["value"] for field in form.all("input", type_="hidden")}
        assert hidden.get("csrf_token"), f"the form to {target} has no token"
        files = {
            name: (BytesIO(value[1]), value[0]) for name, value in values.items() if isinstance(value, tuple)
        }
        typed = {name: value for name, value in values.items() if name not in files}
        response = self.acting.client.post(
            target,
            data={**hidden, **typed, **files},
            headers=_SAME_SITE,
            content_type="multipart/form-data" if form.get("enctype") else None,
            follow_redirects=True,
        )
        return self._seen(response)

    def _seen(self, response: TestResponse) -> Seen:
        return Seen(response, parse(response.get_data(as_text=True)))


@contextmanager
def reading(app: Flask, actor: Actor) -> Iterator[Reader]:
    """Let `actor` sit at the portal."""
    with acting(app) as stand_in:
        stand_in.actor = actor
        yield Reader(stand_in)

"""The whole portal, started once as a newcomer starts it, and people who sign in there."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.embedded.support import eventually
from tests.support.chromium import browser, chromium, silent_context
from tests.support.postbox import Postbox, open_postbox
from tests.support.processes import gone
from tests.support.running import Run

__all__ = ["browser", "chromium"]

PICTURES = "KIMHUB_TEST_PICTURES"
"""The directory that takes the pictures of the main job; without it none are taken."""
SECONDS = 30
"""How long a page may take on a busy machine before the test gives up."""
WINDOW: ViewportSize = {"width": 1280, "height": 900}


@dataclass(frozen=True)
class Portal:
    """Where it is, the password of its demo accounts, and the mail server to which it sends."""

    address: str
    password: str
    postbox: Postbox

    def sign_in(self, page: Page, email: str) -> None:
        """Sign in through the page, up to the own desk."""
        page.goto(f"{self.address}/anmelden")
        page.get_by_label("E-Mail-Adresse").fill(email)
        page.get_by_label("Passwort").fill(self.password)
        page.get_by_role("button", name="Anmelden").click()
        page.wait_for_url(lambda url: urlsplit(url).path.startswith("/t/"))


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    """`kimhub run` with the demo district: servers, web, relay and worker; nothing of it is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="kimhub-e2e-") as place, open_postbox() as postbox:
        var = Path(place).resolve() / "var"
        sends_to = f"smtp://127.0.0.1:{postbox.port}"
        running = Run(var, SMTP_URL=sends_to, MAIL_FROM="KIMHub <kim@kim.example>")
        try:
            address = running.address()
            family = running.family()
            yield Portal(address, (var / "demo_password").read_text(encoding="utf-8").strip(), postbox)
            running.signal(signal.SIGTERM)
            assert running.end() == 0, running.text
            assert eventually(lambda: gone(family))
            assert "Traceback" not in running.text, running.text
        finally:
            running.clean_up()


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, portal: Portal) -> Iterator[Visit]:
    """Returns a function: a page of a browser of its own, signed in as somebody if an address is given.

    Options are those of Playwright's `new_context`. Every page's console must have been silent.
    """
    with ExitStack() as stack:

        def somebody(email: str | None = None, **options: Any) -> Page:
            given = {"locale": "de-DE", "viewport": WINDOW} | options
            page = stack.enter_context(silent_context(browser, **given)).new_page()
            page.set_default_timeout(SECONDS * 1000)
            if email is not None:
                portal.sign_in(page, email)
            return page

        yield somebody


@dataclass(frozen=True)
class Album:
    """Takes the pictures of the documentation while the tests do what they show; without a place it takes none."""

    place: Path | None

    def take(self, page: Page, name: str) -> None:
        """Keep what the window shows, from its top."""
        if self.place:
            page.screenshot(path=self.place / f"{name}.png", animations="disabled")

    def take_sheet(self, file: Path, name: str) -> None:
        """Keep the first sheet of a PDF (needs pdftoppm of poppler-utils)."""
        if self.place:
            command = [
                "pdftoppm",
                "-png",
                "-r",
                "90",
                "-f",
                "1",
                "-l",
                "1",
                "-singlefile",
                file,
                self.place / name,
            ]
            subprocess.run(command, check=True)


@pytest.fixture(scope="session")
def album() -> Album:
    place = os.environ.get(PICTURES)
    return Album(Path(place).resolve() if place else None)


@pytest.fixture
def koeln(visit: Visit) -> Page:
    """Köln's KI-Koordination."""
    return visit("ki@koeln.example")


@pytest.fixture
def troisdorf(visit: Visit) -> Page:
    """Troisdorf's Sachbearbeitung."""
    return visit("integration@troisdorf.example")


@pytest.fixture
def kreis(visit: Visit) -> Page:
    """The KI-Koordination of the Rhein-Sieg-Kreis."""
    return visit("ki@rhein-sieg-kreis.example")


@pytest.fixture
def bornheim(visit: Visit) -> Page:
    """Bornheim's Sachbearbeitung."""
    return visit("integration@bornheim.example")

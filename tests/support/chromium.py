"""Headless Chromium: how it is started, a page that must not complain, and what axe says of a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, sync_playwright

EXECUTABLE = which("chromium") or which("chromium-browser") or "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",  # root has none; the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[BrowserType]:
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="module")
def browser(chromium: BrowserType) -> Iterator[Browser]:
    started = chromium.launch(executable_path=EXECUTABLE, args=FLAGS)
    yield started
    started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose console must stay silent: a blocked script or style would speak there."""
    with silent_context(browser) as context:
        yield context.new_page()


@contextmanager
def silent_context(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """A browser of somebody else; what its pages said on the console is an error at the end.

    Two things that the browser itself says there are none: that an answer is no success (a refused form, 422), and
    its advice on how it could fill in forms.
    """
    context = browser.new_context(**options)
    spoken: list[str] = []
    context.on("console", lambda message: spoken.append(f"{message.type}: {message.text}"))
    context.on("weberror", lambda error: spoken.append(str(error.error)))
    yield context
    context.close()
    unexpected = [
        line for line in spoken if "Failed to load resource" not in line and not line.startswith("verbose:")
    ]
    assert not unexpected, unexpected


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA and its own best practices, with the element.

    axe comes through the debugger, past the content security policy, which so stays in force for the page.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, preload: false})", RULES)
    return [f"{rule['id']}: {node['html']}" for rule in found["violations"] for node in rule["nodes"]]


SPILLING = """
buttons => buttons.filter(button => {
  const label = button.querySelector(".kern-label")
  return label && label.getClientRects().length
    && label.getBoundingClientRect().width > button.getBoundingClientRect().width
}).map(button => button.innerText)
"""


def spilling(page: Page) -> list[str]:
    """Return the words of the buttons that are narrower than their words."""
    found: list[str] = page.eval_on_selector_all(".kern-btn", SPILLING)
    return found


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    return page.evaluate("Math.max(0, document.documentElement.scrollWidth - window.innerWidth)")

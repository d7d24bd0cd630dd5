"""Every page that a role can reach by links: usable by everybody, on a phone and by keyboard, and silent.

WCAG 2.2 AA through axe (dark colours are tried on the patterns); the frame that every page promises (title, one
heading, skip link); 320 pixels wide (WCAG 1.4.10); nothing on the console, where a broken content security policy
would speak.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from kimhub.demo.district import ACCOUNTS, DemoAccount
from tests.e2e.conftest import WINDOW, Portal, Visit
from tests.support.chromium import overflow, spilling, violations

pytestmark = pytest.mark.e2e

MOST_PAGES = 160
"""More than a role has; reaching it means that links lead on without end."""
PHONE = {"width": 320, "height": 640}
ONE_OF_MANY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Addresses that differ in an id only lead to the same page of different things; one of them is looked at."""

FILE = re.compile(r"\.(csv|json|pdf|xlsx)$")


def one_of_each() -> list[DemoAccount]:
    """The accounts that see different pages: one for each role in each kind of body."""
    kinds = {"koeln": "Stadt", "troisdorf": "Gemeinde", "bornheim": "Gemeinde", "aachen": "Gemeinde"}
    found = {(account.role, kinds.get(account.slug, "Kreis")): account for account in reversed(ACCOUNTS)}
    return list(reversed(found.values()))


@pytest.mark.parametrize("account", one_of_each(), ids=lambda account: account.email)
def test_every_page_of_a_role_is_accessible(account: DemoAccount, visit: Visit, portal: Portal) -> None:
    page = visit(account.email)
    tenant = page.locator(".kh-brand__tenant").inner_text()
    places = (f"/t/{account.slug}/", "/konto")
    flaws = {path: flaws_of(page, tenant) for path in walk(page, portal, *places, below=places)}
    assert {path: found for path, found in flaws.items() if found} == {}
    assert len(flaws) >= 3, sorted(flaws)


def test_every_public_page_is_accessible(visit: Visit, portal: Portal) -> None:
    page = visit()
    flaws = {path: flaws_of(page) for path in walk(page, portal, "/anmelden", "/gibt-es-nicht", below=("/",))}
    assert {path: found for path, found in flaws.items() if found} == {}
    assert {"/anmelden", "/barrierefreiheit", "/impressum", "/datenschutz", "/feedback"} <= set(flaws)


def walk(page: Page, portal: Portal, *begin: str, below: tuple[str, ...]) -> Iterator[str]:
    """Go to each page that links lead to from `begin` and yield its path while the window shows it.

    Downloads, other sites and what is not below one of the paths are left alone.
    """
    waiting, met = deque(begin), {kind_of(path) for path in begin}
    while waiting:
        path = waiting.popleft()
        answer = page.goto(portal.address + path)
        assert answer is not None
        assert answer.status < 500, path
        links = page.eval_on_selector_all("a[href]:not([download])", "links => links.map(link => link.href)")
        yield path
        for link in links:
            parts = urlsplit(link)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            if (
                link.startswith(portal.address + "/")
                and parts.path.startswith(below)
                and kind_of(target) not in met
                and not parts.path.endswith((".csv", ".xlsx"))
                and "/dateien/" not in target
                and "/dokumente/" not in target
                and not FILE.search(parts.path)
            ):
                met.add(kind_of(target))
                waiting.append(target)
        assert len(met) <= MOST_PAGES, sorted(met)


def kind_of(path: str) -> str:
    """The address without what only names one of many things, and without the filters of a list."""
    return ONE_OF_MANY.sub("…", path.partition("?")[0])


def flaws_of(page: Page, tenant: str | None = None) -> list[str]:
    """Return what is wrong with the page in the window."""
    found = []
    heading = page.locator("h1")
    if heading.count() != 1:
        found.append(f"{heading.count()} h1")
    title = page.title()
    own, *rest = title.removeprefix("Fehler: ").split(" – ")
    if not own or rest[-1:] != ["KIMHub"] or (tenant and tenant not in rest):
        found.append(f"title: {title}")
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement.className") != "kh-skip":
        found.append("the first Tab does not reach the skip link")
    found += violations(page)
    found += [f"a button narrower than its words: {words}" for words in spilling(page)]
    page.set_viewport_size(PHONE)
    if overflow(page):
        found.append(f"{overflow(page)} pixels too wide for a phone")
    page.set_viewport_size(WINDOW)
    return found

"""What people do on pages, in the words of the page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


def main(page: Page) -> Locator:
    return page.locator("main")


def tile(part: Locator, label: str) -> Locator:
    """The number of this name on a desk."""
    return part.locator(".kh-tile").filter(has=part.page.get_by_text(label, exact=True))


def follow(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).locator("visible=true").first.click()


def press(page: Page, name: str) -> None:
    main(page).get_by_role("button", name=name, exact=True).click()


def expect_state(page: Page, state: str) -> None:
    expect(page.locator(".kh-file-head__state")).to_contain_text(state)


def words(text: str) -> str:
    """Text without the accidents of its lines and spaces."""
    return " ".join(text.split())

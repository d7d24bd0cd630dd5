"""The patterns in a real browser: accessibility, small screens, no script, large text, the content security policy."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserType, Page, expect
from werkzeug.serving import make_server

from tests.core.web.test_pages import PAGES
from tests.support.chromium import EXECUTABLE, FLAGS, overflow, violations

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def address(sample: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, sample, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(browser: Browser, address: str, path: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(address + path)
    assert violations(page) == []
    context.close()


def test_axe_finds_nothing_in_a_form_full_of_errors(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/stellen/antraege/neu")
    page.get_by_role("button", name="Weiter zur Prüfung").click()
    assert violations(page) == []
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_320_pixels(page: Page, address: str, path: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(address + path)
    assert overflow(page) == 0


def test_pages_fit_at_twice_the_text_size(chromium: BrowserType, address: str) -> None:
    browser = chromium.launch(
        executable_path=EXECUTABLE, args=[*FLAGS, "--blink-settings=defaultFontSize=32"]
    )
    page = browser.new_page(viewport={"width": 1024, "height": 768})
    wide = []
    for path in PAGES:
        page.goto(address + path)
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "36px"
        if overflow(page):
            wide.append(path)
    browser.close()
    assert wide == []


def test_the_menu_opens_on_a_phone_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{address}/heute")
    link = page.locator("details.kh-menu").get_by_role("link", name="Berichte")
    assert not link.is_visible()
    page.get_by_text("Menü").click()
    assert link.is_visible()
    assert page.locator("details.kh-menu").get_by_role("button", name="Abmelden").is_visible()
    context.close()


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(page: Page, address: str) -> None:
    page.goto(f"{address}/stellen/antraege/neu")
    page.get_by_label("Jährliche Personalkosten").fill("1,234")
    page.get_by_role("button", name="Weiter zur Prüfung").click()
    expect(page.locator(".kh-error-summary")).to_be_focused()
    page.get_by_role("link", name="Jährliche Personalkosten:").click()
    expect(page.locator("#feld-amount")).to_be_focused()
    assert page.get_by_label("Jährliche Personalkosten").input_value() == "1,234"


def test_progress_goes_on_by_itself_under_the_policy(page: Page, address: str) -> None:
    page.goto(f"{address}/berichte/lauf")
    page.get_by_text("Finanzierungsübersicht 2026: fertig").wait_for(timeout=10_000)
    assert page.get_by_role("link", name="Ergebnis öffnen").is_visible()
    assert page.locator("[hx-get]").count() == 0


def test_an_injected_script_or_style_does_nothing(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/heute")
    page.evaluate(
        """() => {
          const place = document.createElement("div");
          place.innerHTML = '<p id="p" style="color: red" onclick="window.hit = 1">x</p>';
          document.body.append(place);
          const script = document.createElement("script");
          script.textContent = "window.hit = 1";
          document.body.append(script);
          document.getElementById("p").click();
        }"""
    )
    assert page.evaluate("window.hit") is None
    assert page.evaluate("getComputedStyle(document.getElementById('p')).color") != "rgb(255, 0, 0)"
    context.close()


def test_htmx_swaps_no_script_and_evaluates_nothing(page: Page, address: str) -> None:
    page.goto(f"{address}/heute")
    assert page.evaluate("[htmx.config.allowEval, htmx.config.allowScriptTags]") == [False, False]
    page.evaluate(
        """htmx.swap(document.getElementById("inhalt"), '<p>neu</p><script src="/x.js"></script>',
                     {swapStyle: "innerHTML"})"""
    )
    assert page.locator("#inhalt p").inner_text() == "neu"
    assert page.locator("#inhalt script").count() == 0
    assert page.evaluate("localStorage.length") == 0


def test_the_first_tab_offers_to_skip_and_focus_can_be_seen(page: Page, address: str) -> None:
    page.goto(f"{address}/heute")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Zum Inhalt springen")
    expect(skip).to_be_focused()
    assert skip.bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    expect(page.locator("#inhalt")).to_be_focused()
    outlines = page.evaluate(
        """() => [...document.querySelectorAll("header a, header button, nav a, main a, footer a")]
          .filter(element => element.offsetParent)
          .filter(element => {
            element.focus({focusVisible: true});
            const own = getComputedStyle(element), after = getComputedStyle(element, "::after");
            const tile = element.closest(".kh-tile");
            return ![own, after, tile && getComputedStyle(tile)].some(
              style => style && style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 3);
          })
          .map(element => element.outerHTML.slice(0, 80))"""
    )
    assert outlines == []


def test_paper_carries_the_file_and_nothing_of_the_screen(page: Page, address: str) -> None:
    page.emulate_media(media="print")
    page.goto(f"{address}/stellen/antraege/17")
    for hidden in (".kh-nav", ".kh-menu", ".kh-search", ".kh-footer", ".kern-btn"):
        assert all(not place.is_visible() for place in page.locator(hidden).all())
    assert page.get_by_role("heading", name="Antrag der Stadt Troisdorf").is_visible()
    assert page.get_by_text("Intern – nur für den Rhein-Sieg-Kreis sichtbar").is_visible()

"""A committee member signs in on a phone, without a password: ask, open the mail, press one button."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import SECONDS, Portal, Visit
from tests.e2e.doing import follow, main, press
from tests.embedded.support import eventually
from tests.support.chromium import overflow, violations

pytestmark = pytest.mark.e2e

PHONE = {"width": 390, "height": 780}
MEMBER = "ausschuss@bornheim.example"


def test_a_committee_member_signs_in_by_mail_on_a_phone(portal: Portal, visit: Visit) -> None:
    page = visit(viewport=PHONE, is_mobile=True, has_touch=True)
    page.goto(f"{portal.address}/t/bornheim/posteingang")  # what a mail about a matter leads to
    follow(page, "Ohne Passwort anmelden: Link per E-Mail")
    page.get_by_label("E-Mail-Adresse").fill(MEMBER)
    assert (overflow(page), violations(page)) == (0, [])
    press(page, "Link anfordern")
    expect(page.locator("h1")).to_have_text("Sehen Sie in Ihr Postfach")
    assert (overflow(page), violations(page)) == (0, [])

    assert eventually(lambda: bool(portal.postbox.mails_to(MEMBER)), SECONDS)
    (mail, *_) = portal.postbox.mails_to(MEMBER)
    found = re.search(r"/anmelden/link\?link=[\w-]{43}(?=\s)", mail.get_content())
    assert found, mail.get_content()
    phone = visit(viewport=PHONE, is_mobile=True, has_touch=True)  # the mail program opens its own browser
    phone.goto(f"{portal.address}{found[0]}")
    expect(main(phone)).to_contain_text(MEMBER)
    assert (overflow(phone), violations(phone)) == (0, [])
    press(phone, "Jetzt anmelden")
    phone.wait_for_url(lambda url: urlsplit(url).path == "/t/bornheim/posteingang")
    expect(phone.locator("h1")).to_contain_text("Posteingang")

    page.goto(f"{portal.address}{found[0]}")
    expect(page.locator("h1")).to_have_text("Dieser Link gilt nicht mehr")
    assert (overflow(page), violations(page)) == (0, [])
    expect(main(page).get_by_role("link", name="Neuen Link anfordern")).to_be_visible()

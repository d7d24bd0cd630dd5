"""What opens something is never compressed, and a password that was typed never stands on a page."""

from __future__ import annotations

from itertools import count

import pytest

from kimhub.identity.forwarding import keep, kept
from tenants import Role
from tests.factories.identity import PASSWORD, create_person
from tests.support.browser import Browser

_numbers = count()
ADMINISTRATION = "/t/freistadt/verwaltung"


@pytest.fixture
def administrator(site) -> Browser:
    with site.admin.begin() as connection:
        person = create_person(
            connection, f"secretive{next(_numbers)}@stadt.example", (site.district.stadt, Role.ADMINISTRATOR)
        )
    browser = Browser(site.app)
    browser.sign_in(person.email, PASSWORD)
    return browser


def take_compressed(browser: Browser) -> None:
    """Ask for compressed answers from now on."""
    browser.client.environ_base["HTTP_ACCEPT_ENCODING"] = "gzip"


def test_other_pages_are(administrator):
    take_compressed(administrator)
    answer = administrator.get(f"{ADMINISTRATION}/personen")
    assert answer.headers["Content-Encoding"] == "gzip"


def test_a_first_password_is_not(administrator):
    administrator.get(f"{ADMINISTRATION}/personen/neu")
    take_compressed(administrator)
    shown = administrator.submit(
        f"{ADMINISTRATION}/personen/neu",
        email=f"new{next(_numbers)}@stadt.example", display_name="Neu", role="officer", handover="password",
    )  # fmt: skip
    assert "Startpasswort" in shown.text
    assert "Content-Encoding" not in shown.headers


def test_the_secret_of_a_machine_is_not(administrator):
    administrator.get(f"{ADMINISTRATION}/maschinenzugaenge/neu")
    take_compressed(administrator)
    shown = administrator.submit(
        f"{ADMINISTRATION}/maschinenzugaenge/neu", name="Finanzverfahren", scopes=["plan:read"]
    )
    assert "client_secret" in shown.text
    assert "Content-Encoding" not in shown.headers


def test_the_page_behind_a_link_is_not(site):
    with site.admin.begin() as connection:
        person = create_person(
            connection, f"linked{next(_numbers)}@stadt.example", (site.district.stadt, Role.OFFICER)
        )
    browser = Browser(site.app)
    browser.get("/konto/passwort-vergessen")
    browser.submit("/konto/passwort-vergessen", email=person.email)
    site.run_errands()
    mail = str(site.value("SELECT text FROM mail WHERE recipient = :r", r=person.email))
    take_compressed(browser)
    shown = browser.get(next(word for word in mail.split() if "/konto/einrichten" in word))
    assert 'name="link"' in shown.text
    assert "Content-Encoding" not in shown.headers


def test_of_an_interrupted_form_everything_is_kept_but_passwords_and_the_token():
    typed = [
        ("title", "Plan"),
        ("current_password", "x"),
        ("new_password", "y"),
        ("csrf_token", "z"),
        ("a", "1"),
    ]
    assert kept(keep(typed)) == [("title", "Plan"), ("a", "1")]

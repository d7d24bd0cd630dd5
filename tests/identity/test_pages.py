"""The pages of sign-in and account, as a browser sees them."""

from __future__ import annotations

from itertools import count

import pytest
from werkzeug.http import parse_cookie

from kimhub.identity.cookies import Cookie
from kimhub.identity.sessions import hash_of
from tenants import Role
from tests.factories.identity import PASSWORD, create_person
from tests.support.browser import Browser

_numbers = count()
NEW = "Distel im Querschiff"


@pytest.fixture
def someone(site):
    def someone(*belongs_to, **more):
        with site.admin.begin() as connection:
            return create_person(connection, f"page{next(_numbers)}@kreis.example", *belongs_to, **more)

    return someone


@pytest.fixture
def coordinator(someone, site):
    return someone((site.district.kreis, Role.KI_COORDINATOR))


@pytest.fixture
def browser(site):
    return Browser(site.app, f"203.0.113.{next(_numbers) % 250}")


def test_one_signs_in_and_begins_at_the_desk(browser, coordinator):
    answer = browser.sign_in(coordinator.email, PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/t/musterkreis/")
    page = browser.follow()
    assert page.status_code == 200
    assert browser.page.one("h1").text == "Heute"
    assert "KI-Koordination" in page.text
    assert "Musterkreis" in browser.page.one("title").text


def test_the_master_data_of_the_body_stand_under_verwaltung(browser, someone, site):
    person = someone((site.district.gemeinde, Role.ADMINISTRATOR))
    browser.sign_in(person.email, PASSWORD)
    browser.follow()
    navigation = [link.text for link in browser.page.all("nav", class_="kh-nav")[0].all("a")]
    assert navigation == ["Heute", "Verwaltung"]
    browser.get(f"/t/{site.district.gemeinde.slug}/verwaltung/stammdaten")
    facts = {
        item.one("dt").text: item.one("dd").text
        for item in browser.page.all(class_="kern-description-list-item")
    }
    assert facts["Kreis"] == "Musterkreis"
    assert facts["Eigenes Jugendamt"] == "ja"
    assert facts["Zuwendungsempfänger"] == "nein"
    browser.get("/konto")
    assert "Ihre Rolle bei Musterstadt: Administration." in browser.page.one("main").text


def test_the_session_cookie_is_for_this_host_and_no_script(browser, coordinator):
    answer = browser.sign_in(coordinator.email, PASSWORD)
    (cookie,) = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("sid=")]
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert attributes == {"httponly", "samesite=lax", "path=/"}  # the tests run without TLS


def test_over_https_cookies_are_secure_and_bound_to_the_host(cluster, site, coordinator):
    settings = site.app.extensions["kimhub.settings"]
    app = cluster.create_app(settings.database_url.rpartition("/")[2].partition("?")[0])
    from dataclasses import replace

    app.extensions["kimhub.settings"] = replace(settings, base_url="https://kim.example")
    answer = app.test_client().get("/anmelden", base_url="https://localhost")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-form=")
    assert {"secure", "httponly", "path=/", "samesite=lax"} == {
        part.strip().lower() for part in cookie.split(";")[1:]
    }


def test_a_session_id_that_was_planted_is_not_used(site, browser, coordinator):
    browser.client.set_cookie(Cookie.SESSION, "planted" * 6)
    browser.sign_in(coordinator.email, PASSWORD)
    assert browser.cookie(Cookie.SESSION) != "planted" * 6
    assert (
        site.value("SELECT count(*) FROM sign_in_session WHERE token_hash = :h", h=hash_of("planted" * 6))
        == 0
    )
    stranger = Browser(site.app)
    stranger.client.set_cookie(Cookie.SESSION, "planted" * 6)
    assert stranger.get("/t/musterkreis/").status_code == 303


@pytest.mark.parametrize("email", ["known", "nobody@kreis.example"])
def test_a_refusal_says_the_same_for_everybody_and_keeps_the_address(browser, coordinator, email):
    email = coordinator.email if email == "known" else email
    answer = browser.sign_in(email, "wrong wrong wrong")
    assert answer.status_code == 422
    page = browser.page
    assert (
        "Die E-Mail-Adresse oder das Passwort ist nicht richtig." in page.one(class_="kh-error-summary").text
    )
    assert page.one("input", name="email")["value"] == email
    assert "value" not in page.one("input", name="password").attributes
    assert browser.cookie(Cookie.SESSION) is None


def test_an_empty_form_is_answered_at_its_fields(browser):
    assert browser.sign_in("", "").status_code == 422
    assert len(browser.page.all(class_="kern-error")) == 2


def test_who_tries_too_often_is_told_how_long_to_wait(browser, coordinator):
    tries = 0
    while (answer := browser.sign_in(coordinator.email, "wrong wrong wrong")).status_code != 429:
        tries += 1
        assert tries < 15
    assert tries >= 5, "after five, or some more where the machine is slower than the wait is long"
    seconds = int(answer.headers["Retry-After"])
    words = "1 Sekunde" if seconds == 1 else f"{seconds} Sekunden"
    assert f"Bitte warten Sie {words}" in browser.page.one(class_="kh-error-summary").text


def test_signing_out_ends_the_session_and_forgets_the_cookie(site, browser, coordinator):
    browser.sign_in(coordinator.email, PASSWORD)
    browser.follow()
    token = browser.cookie(Cookie.SESSION)
    answer = browser.submit("/abmelden")
    assert (answer.status_code, answer.location) == (303, "/anmelden")
    assert browser.cookie(Cookie.SESSION) is None
    browser.client.set_cookie(Cookie.SESSION, token)
    assert browser.get("/t/musterkreis/").status_code == 303


def test_after_signing_in_one_is_where_one_wanted_to_go(browser, coordinator):
    answer = browser.get("/t/musterkreis/verwaltung/personen?a=b")
    assert answer.location == "/anmelden?weiter=/t/musterkreis/verwaltung/personen?a%3Db"
    browser.follow()
    answer = browser.submit("/anmelden", email=coordinator.email, password=PASSWORD)
    assert answer.location == "/t/musterkreis/verwaltung/personen?a=b"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "/\t/evil.example/",
        "\n//evil.example",
        "javascript:alert(1)",
        "evil",
        "http:/t/x",
        "/t/nachbarkreis/",
        "/" + "x" * 3000,
    ],
)
def test_nobody_is_led_elsewhere(browser, coordinator, target):
    browser.client.get("/anmelden")
    browser.response = browser.client.get("/anmelden", query_string={"weiter": target})
    answer = browser.submit("/anmelden", email=coordinator.email, password=PASSWORD)
    assert answer.location == "/t/musterkreis/"
    browser.response = browser.client.get("/anmelden", query_string={"weiter": target})
    assert browser.response.location == "/t/musterkreis/"


def test_a_form_sent_after_the_session_ended_is_kept_and_can_be_sent_again(site, browser, someone):
    """Nothing typed is ever lost (pages.md), and nothing is stored for it on the server."""
    person = someone((site.district.kreis, Role.ADMINISTRATOR))
    browser.sign_in(person.email, PASSWORD)
    browser.get("/t/musterkreis/verwaltung/personen/neu")
    site.run(
        "UPDATE sign_in_session SET last_seen_at = now() - interval '31 minutes' WHERE token_hash = :h",
        h=hash_of(browser.cookie(Cookie.SESSION)),
    )
    path = "/t/musterkreis/verwaltung/personen/neu"
    typed = {
        "display_name": 'Ö "quoted" <b>',
        "email": f"kept{next(_numbers)}@kreis.example",
        "role": "auditor",
        "handover": "password",
    }
    answer = browser.submit(path, **typed)
    assert answer.status_code == 401
    assert "Ihre Eingaben sind noch da" in answer.text
    answer = browser.submit("/anmelden", email=person.email, password="wrong wrong wrong")
    assert answer.status_code == 422
    answer = browser.submit("/anmelden", email=person.email, password=PASSWORD)
    assert answer.status_code == 200
    assert browser.page.one("h1").text == "Ihre Eingaben sind noch da"
    form = browser.page.one("form", action=path)
    assert {each["name"]: each["value"] for each in form.all("input", type="hidden")}.items() >= typed.items()
    answer = browser.submit(path)
    assert answer.status_code == 200
    assert "Startpasswort" in answer.text
    assert (
        site.value("SELECT display_name FROM membership WHERE email = :e", e=typed["email"])
        == typed["display_name"]
    )


def test_htmx_is_told_to_sign_in_without_losing_the_page(browser):
    answer = browser.get("/t/musterkreis/", **{"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/anmelden?weiter=/t/musterkreis/"
    browser.get("/anmelden")
    token = browser.page.one("input", name="csrf_token")["value"]
    answer = browser.post(
        "/t/musterkreis/verwaltung/personen/neu",
        {"email": "x"},
        **{"HX-Request": "true", "X-CSRF-Token": token},
    )
    assert answer.status_code == 401
    assert answer.headers["HX-Retarget"] == "#inhalt"
    assert answer.headers["HX-Reswap"] == "afterbegin"
    assert "Ihre Anmeldung ist abgelaufen" in answer.text


def test_who_belongs_to_two_tenants_chooses_and_can_change(site, browser, someone):
    person = someone((site.district.kreis, Role.AUDITOR), (site.district.gemeinde, Role.OFFICER))
    assert browser.sign_in(person.email, PASSWORD).location == "/zugang"
    browser.follow()
    before = browser.cookie(Cookie.SESSION)
    assert [each.text for each in browser.page.all("p", class_="kern-title")] == [
        "Musterkreis",
        "Musterstadt",
    ]
    assert browser.get("/t/musterkreis/").status_code == 303  # nobody acts yet
    browser.get("/zugang")
    answer = browser.submit("/zugang", kommune="musterstadt")
    assert answer.location == "/t/musterstadt/"
    assert browser.cookie(Cookie.SESSION) != before
    assert browser.follow().status_code == 200
    assert browser.get("/t/musterkreis/").status_code == 404
    assert "Wechseln" in browser.get("/t/musterstadt/").text
    browser.get("/zugang")
    browser.submit("/zugang", kommune="musterkreis")
    assert browser.follow().status_code == 200


def test_a_wanted_page_decides_for_which_tenant_one_signs_in(site, browser, someone):
    person = someone((site.district.kreis, Role.AUDITOR), (site.district.gemeinde, Role.OFFICER))
    browser.get("/t/musterstadt/verwaltung/personen")
    browser.follow()
    answer = browser.submit("/anmelden", email=person.email, password=PASSWORD)
    assert answer.location == "/t/musterstadt/verwaltung/personen"
    assert browser.follow().status_code == 200


def test_a_foreign_or_invented_tenant_cannot_be_chosen(browser, coordinator):
    browser.sign_in(coordinator.email, PASSWORD)
    browser.get("/zugang")
    assert browser.submit("/zugang", kommune="nachbarkreis").status_code == 404
    browser.get("/zugang")
    assert browser.submit("/zugang", kommune="gibt-es-nicht").status_code == 404


def test_who_has_no_role_is_told_so_and_can_only_leave(browser, someone):
    browser.sign_in(someone().email, PASSWORD)
    answer = browser.follow()
    assert "Ihr Konto gehört zurzeit zu keiner Kommune" in answer.text
    assert browser.get("/").location == "/anmelden"
    assert browser.follow().location == "/zugang"
    assert browser.get("/konto").status_code == 200


def test_a_first_password_must_be_replaced_before_anything_else(site, browser, someone):
    person = someone((site.district.kreis, Role.OFFICER), initial=True)
    browser.sign_in(person.email, PASSWORD)
    assert browser.get("/t/musterkreis/").status_code == 303
    assert browser.follow().location == "/konto/passwort"
    browser.follow()
    assert browser.page.one("label", for_="feld-current_password").text == "Startpasswort"
    before = browser.cookie(Cookie.SESSION)
    answer = browser.submit(
        "/konto/passwort", current_password=PASSWORD, new_password=NEW, repeated_password=NEW
    )
    assert answer.status_code == 303
    assert browser.cookie(Cookie.SESSION) != before
    assert browser.get("/t/musterkreis/").status_code == 200


def test_a_weak_password_is_answered_at_its_field(browser, coordinator):
    browser.sign_in(coordinator.email, PASSWORD)
    browser.get("/konto/passwort")
    answer = browser.submit(
        "/konto/passwort",
        current_password=PASSWORD,
        new_password="Sommer2026!!!",
        repeated_password="Sommer2026!!!",
    )
    assert answer.status_code == 422
    assert "leicht zu erraten" in browser.page.one("p", id="feld-new_password-fehler").text
    assert browser.get("/konto").status_code == 200


def test_one_sees_where_one_is_signed_in_and_ends_it(site, coordinator):
    here, there = Browser(site.app), Browser(site.app)
    here.sign_in(coordinator.email, PASSWORD)
    there.sign_in(coordinator.email, PASSWORD)
    here.get("/konto")
    assert len(here.page.all("tbody")[0].all("tr")) == 2
    (action,) = {
        form["action"] for form in here.page.all("form") if form["action"].startswith("/konto/anmeldungen/")
    } - {"/konto/anmeldungen/beenden"}
    assert here.submit(action).location == "/konto"
    here.follow()
    assert "Die Anmeldung ist beendet." in here.page.text
    assert there.get("/konto").status_code == 303
    assert here.get("/konto").status_code == 200
    there.sign_in(coordinator.email, PASSWORD)
    here.get("/konto")
    here.submit("/konto/anmeldungen/beenden")
    assert there.get("/konto").status_code == 303


def test_a_page_of_nobody_leaves_only_the_cookie_its_form_needs(browser):
    answer = browser.get("/anmelden")
    cookies = [parse_cookie(line.partition(";")[0]) for line in answer.headers.getlist("Set-Cookie")]
    assert [list(cookie) for cookie in cookies] == [["form"]]
    assert browser.get("/anmelden").headers.getlist("Set-Cookie") == []

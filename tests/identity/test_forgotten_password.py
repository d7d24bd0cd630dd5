"""A forgotten password: a link to one's own mailbox, and no word about who has an account."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from kimhub.core.jobs.registry import kind_named
from kimhub.core.jobs.working import work_off
from kimhub.identity.brake import MAILBOX
from tenants import Role, db
from tenants.binding import sign_in_engine
from tests.factories.identity import PASSWORD
from tests.support.browser import Browser
from tests.support.statements import counted

PATH = "/konto/passwort-vergessen"
LINK = re.compile(r"/konto/einrichten\?link=[\w-]+")
NEW = "Ampel hinterm Obstgarten"
_numbers = count()


@pytest.fixture
def browser(site):
    return Browser(site.app, address=f"198.51.100.{next(_numbers)}")


def ask(browser, email):
    browser.get(PATH)
    return browser.submit(PATH, email=email)


def follow(browser, text, password=NEW):
    browser.get(LINK.search(text)[0])
    return browser.submit("/konto/einrichten", new_password=password, repeated_password=password)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COMMITTEE_MEMBER])
def test_who_forgot_the_password_gets_a_link_and_sets_a_new_one(site, person, mails, browser, role):
    known = person((site.district.gemeinde, role))
    elsewhere = Browser(site.app)
    elsewhere.sign_in(known.email, PASSWORD)
    assert browser.get("/anmelden").status_code == 200
    assert PATH in [link["href"] for link in browser.page.one("main").all("a")]
    assert ask(browser, f" {known.email.upper()} ").status_code == 200
    assert "Sehen Sie in Ihr Postfach" in browser.page.one("h1").text
    (text,) = mails(known.email)
    assert "2 Stunden" in text
    assert Browser(site.app).sign_in(known.email, PASSWORD).status_code == 303  # nothing has changed yet
    assert follow(browser, text).location == "/anmelden"
    assert elsewhere.get("/t/musterstadt/").status_code == 303  # all sessions end
    assert Browser(site.app).sign_in(known.email, PASSWORD).status_code == 422
    assert Browser(site.app).sign_in(known.email, NEW).location == "/t/musterstadt/"
    assert browser.get(LINK.search(text)[0]).status_code == 410


@pytest.mark.parametrize("why", ["unknown", "disabled", "without a role", "role ended"])
def test_nobody_learns_who_has_an_account(site, person, mails, browser, why):
    known = person((site.district.gemeinde, Role.OFFICER))
    ask(browser, known.email)
    answer = browser.page.one("main").text.replace(known.email, "…")
    if why == "unknown":
        email = "niemand@kommune.example"
    elif why == "without a role":
        email = person().email
    else:
        other = person((site.district.gemeinde, Role.OFFICER))
        email = other.email
        statement = (
            "UPDATE account SET disabled_at = now() WHERE id = :id"
            if why == "disabled"
            else "UPDATE membership SET ended_at = now() WHERE account_id = :id"
        )
        site.run(statement, id=other.account_id)
    assert ask(browser, email).status_code == 200
    assert browser.page.one("main").text.replace(email, "…") == answer
    assert mails(email) == []


def test_the_page_does_the_same_work_whether_anybody_has_the_address(site, person, browser):
    """F7: what differs is done later, by the relay; so the time of the answer tells nothing."""
    known = person((site.district.gemeinde, Role.OFFICER))
    with site.app.app_context():
        engines = (db.engine, sign_in_engine(db))
    browser.get(PATH)
    work = []
    for email in (known.email, "niemand-sonst@kommune.example", person().email):
        with counted(engines[0]) as as_app, counted(engines[1]) as as_sign_in:
            assert browser.submit(PATH, email=email).status_code == 200
        work.append((as_app, as_sign_in))
        browser.get(PATH)
    assert work[0] == work[1] == work[2]
    assert any("link_ask" in each for each in work[0][1])
    assert site.value("SELECT count(*) FROM password_link WHERE account_id = :id", id=known.account_id) == 0


def test_the_relay_learns_nothing_of_a_wish_and_nobody_else_decides_it(site):
    statements = ["SELECT * FROM link_request", "SELECT text FROM mail", "SELECT * FROM account"]
    for statement in statements:
        with site.relay.connect() as connection, pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(sql(statement))
    with site.app.app_context():
        engines = (db.engine, sign_in_engine(db))
    for engine in engines:
        with engine.connect() as connection, pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(sql("SELECT app.links_send()"))


def test_two_relays_send_each_link_once(site, person, mails, browser):
    known = person((site.district.gemeinde, Role.OFFICER))
    ask(browser, known.email)
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(site.run_errands) for _ in range(4)]:
            done.result()
    assert len(mails(known.email)) == 1
    assert site.value("SELECT count(*) FROM link_request") == 0


def test_a_wish_that_nobody_decided_in_time_is_forgotten(site, person, mails, browser):
    known = person((site.district.gemeinde, Role.OFFICER))
    ask(browser, known.email)
    site.run(
        "UPDATE link_request SET asked_at = now() - interval '2 hours' WHERE email = :e",
        e=known.email,
    )
    assert mails(known.email) == []
    assert site.value("SELECT count(*) FROM link_request") == 0


def test_the_mail_is_delivered_as_any_other(site, person, mails, browser):
    known = person((site.district.gemeinde, Role.OFFICER))
    ask(browser, known.email)
    mails(known.email)
    kind = kind_named("mail.deliver")
    with site.admin.connect() as connection:
        job = connection.execute(
            sql(
                "SELECT j.tenant_id, j.id, j.max_attempts FROM job AS j JOIN mail AS m ON j.tenant_id = m.tenant_id"
                " AND j.payload = jsonb_build_object('mail_id', m.id)"
                " WHERE m.recipient = :r AND j.kind = :k"
            ),
            {"r": known.email, "k": kind.name},
        ).one()
    tried_for = sum(kind.wait_after(attempt) for attempt in range(1, job.max_attempts))
    assert 2 <= tried_for / 3600 < 4, "as long as the link lives, and not for days"
    assert work_off(site.app, job.id, job.tenant_id)
    assert site.value("SELECT sent_at IS NOT NULL FROM mail WHERE recipient = :r", r=known.email)


def test_the_link_ends_after_two_hours(site, person, mails, browser):
    known = person((site.district.gemeinde, Role.OFFICER))
    ask(browser, known.email)
    (mail,) = mails(known.email)
    left = site.value(
        "SELECT extract(epoch FROM expires_at - now()) / 3600 FROM password_link WHERE account_id = :id",
        id=known.account_id,
    )
    assert 1.9 < left <= 2
    site.run("UPDATE password_link SET expires_at = now() WHERE account_id = :id", id=known.account_id)
    assert browser.get(LINK.search(mail)[0]).status_code == 410
    assert "Passwort vergessen" in browser.page.text


def test_one_used_link_ends_all_others(site, person, mails, browser):
    known = person((site.district.gemeinde, Role.OFFICER))
    ask(browser, known.email)
    (first,) = mails(known.email)
    ask(browser, known.email)
    second, _ = mails(known.email)
    follow(browser, second)
    assert browser.get(LINK.search(first)[0]).status_code == 410


@pytest.mark.parametrize("exists", [True, False])
def test_a_mailbox_is_not_filled_by_strangers(site, person, mails, exists):
    """The brake counts the address, whether anybody has it, whatever network the requests come from."""
    email = person((site.district.gemeinde, Role.OFFICER)).email if exists else "leer@kommune.example"
    answers = [
        ask(Browser(site.app, address=f"203.0.113.{number}"), email)
        for number in range(MAILBOX.tolerated + 2)
    ]
    assert [answer.status_code for answer in answers] == [200] * MAILBOX.tolerated + [429, 429]
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert "einen Link anzufordern" in answers[-1].text
    assert len(mails(email)) == (MAILBOX.tolerated if exists else 0)
    assert Browser(site.app).sign_in(email, PASSWORD).status_code == (303 if exists else 422)  # not braked


def test_an_account_whose_invitation_ran_out_gets_in_this_way(site, person, mails, browser):
    """The first password has expired and nobody has confirmed the address: the link proves whose it is."""
    known = person((site.district.gemeinde, Role.COMMITTEE_MEMBER))
    site.run(
        "UPDATE credential SET initial_until = now(), vouched_by = :t WHERE account_id = :id",
        t=site.district.gemeinde.id,
        id=known.account_id,
    )
    ask(browser, known.email)
    follow(browser, mails(known.email)[0])
    assert Browser(site.app).sign_in(known.email, NEW).location == "/t/musterstadt/"


def test_the_mail_goes_in_the_name_of_a_tenant_that_the_address_may_learn_of(site, person, mails, browser):
    """As long as nobody has confirmed the address, only the tenant that made the account speaks to it."""
    known = person((site.district.gemeinde, Role.OFFICER), (site.district.kreis, Role.OFFICER))
    site.run(
        "UPDATE credential SET vouched_by = :t WHERE account_id = :id",
        t=site.district.gemeinde.id,
        id=known.account_id,
    )
    ask(browser, known.email)
    site.run_errands()
    tenant = site.value("SELECT tenant_id FROM mail WHERE recipient = :r", r=known.email)
    assert tenant == site.district.gemeinde.id


@pytest.mark.parametrize("email", ["", "kein", "a@b\nBcc: c@d.example", "x" * 400 + "@kommune.example"])
def test_what_is_no_address_is_refused_at_its_field(browser, email):
    assert ask(browser, email).status_code == 422
    assert browser.page.all(class_="kern-error")

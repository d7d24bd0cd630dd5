"""Committee members sign in by a link in a mail, once; nobody else does, and nobody learns who could."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier

import pytest
from sqlalchemy import text as sql

from kimhub.core.jobs.registry import kind_named
from kimhub.core.jobs.working import work_off
from kimhub.identity.brake import MAILBOX
from kimhub.identity.cookies import Cookie
from kimhub.identity.sessions import hash_of
from tenants import Role, db
from tenants.binding import sign_in_engine
from tests.factories.identity import PASSWORD, create_membership
from tests.support.browser import Browser
from tests.support.statements import counted

ASK = "/anmelden/per-mail"
FOLLOW = "/anmelden/link"
LINK = re.compile(r"/anmelden/link\?link=([\w-]{43})\n")
HOME = "/t/musterstadt/"
_numbers = count()


@pytest.fixture
def member(site, person):
    return person((site.district.gemeinde, Role.COMMITTEE_MEMBER))


@pytest.fixture
def browser(site):
    return fresh_browser(site)


def fresh_browser(site):
    return Browser(site.app, address=f"192.0.2.{next(_numbers) % 250}")


def ask(browser, email, target=None):
    browser.get(ASK if target is None else f"{ASK}?weiter={target}")
    return browser.submit(ASK, email=email)


def follow(browser, mail):
    """Open the link of a mail and press its button."""
    opened = browser.get(LINK.search(mail)[0].strip())
    return browser.submit(FOLLOW) if opened.status_code == 200 else opened


def give(site, known, role, *, accepted=True, body=None):
    with site.admin.begin() as connection:
        body = body or site.district.gemeinde
        create_membership(connection, known.account_id, known.email, body, role, accepted=accepted)


def sessions(site, known):
    return site.value("SELECT count(*) FROM sign_in_session WHERE account_id = :id", id=known.account_id)


def test_a_committee_member_asks_opens_the_mail_presses_one_button_and_is_in(site, member, mails, browser):
    browser.get("/anmelden")
    assert ASK in [link["href"] for link in browser.page.one("main").all("a")]
    assert ask(browser, f" {member.email.upper()} ").status_code == 200
    assert browser.page.one("h1").text == "Sehen Sie in Ihr Postfach"
    (mail,) = mails(member.email)
    assert "30 Minuten" in mail
    phone = fresh_browser(site)  # another browser than the one that asked
    phone.get(LINK.search(mail)[0].strip())
    assert member.email in phone.page.one("main").text
    assert [button.text for button in phone.page.one("main").all("button")] == ["Jetzt anmelden"]
    assert phone.submit(FOLLOW).location == HOME
    assert phone.follow().status_code == 200
    assert phone.page.one("h1").text == "Heute"
    phone.get("/konto")
    assert "mit einem Link" in phone.page.one("main").text
    assert Browser(site.app).sign_in(member.email, PASSWORD).location == HOME, "the password stays"


def test_the_table_holds_only_the_hash_and_the_log_nothing(site, member, mails, browser, capfd):
    ask(browser, member.email)
    (mail,) = mails(member.email)
    follow(browser, mail)
    token = LINK.search(mail)[1]
    stored = site.value("SELECT token_hash FROM sign_in_link WHERE account_id = :id", id=member.account_id)
    assert bytes(stored) == hash_of(token)
    assert token not in "".join(capfd.readouterr())


def test_looking_at_a_link_uses_nothing_up(site, member, mails, browser):
    """Programs that check mails open each link in them, some of them twice."""
    ask(browser, member.email)
    (mail,) = mails(member.email)
    for _ in range(3):
        scanner = Browser(site.app)
        address = LINK.search(mail)[0].strip()
        assert scanner.get(address).status_code == 200
        assert scanner.client.head(address).status_code == 200
        assert scanner.cookie(Cookie.SESSION) is None
    assert sessions(site, member) == 0
    assert follow(browser, mail).location == HOME


def test_a_link_signs_in_once(site, member, mails, browser):
    ask(browser, member.email)
    (mail,) = mails(member.email)
    assert follow(browser, mail).status_code == 303
    other = fresh_browser(site)
    assert follow(other, mail).status_code == 410
    assert "nur einmal" in other.page.one("main").text
    assert [link["href"] for link in other.page.one("main").all("a")] == [ASK]
    assert other.cookie(Cookie.SESSION) is None
    assert follow(browser, mail).location == HOME, "who is signed in already goes on"
    assert sessions(site, member) == 1


def test_of_two_who_press_at_the_same_moment_one_is_signed_in(site, member, mails):
    ask(fresh_browser(site), member.email)
    (mail,) = mails(member.email)
    browsers = [fresh_browser(site) for _ in range(4)]
    for each in browsers:
        assert each.get(LINK.search(mail)[0].strip()).status_code == 200
    together = Barrier(len(browsers))

    def press(each):
        together.wait()
        return each.submit(FOLLOW).status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        assert sorted(pool.map(press, browsers)) == [303, 410, 410, 410]
    assert sessions(site, member) == 1


def test_of_two_links_of_one_person_used_at_the_same_moment_one_counts(site, member, mails):
    browsers = [fresh_browser(site) for _ in range(2)]
    for each in browsers:
        ask(each, member.email)
    for each, mail in zip(browsers, mails(member.email), strict=True):
        each.get(LINK.search(mail)[0].strip())
    together = Barrier(len(browsers))

    def press(each):
        together.wait()
        return each.submit(FOLLOW).status_code

    with ThreadPoolExecutor(len(browsers)) as pool:
        assert sorted(pool.map(press, browsers)) == [303, 410]


def test_a_second_mail_does_not_take_the_first_away_but_using_one_ends_the_others(
    site, member, mails, browser
):
    """Who is impatient asks twice and opens the mail that comes first; a stranger who asks takes nothing away."""
    ask(browser, member.email)
    ask(fresh_browser(site), member.email)
    second, first = mails(member.email)
    assert follow(browser, first).status_code == 303
    other = fresh_browser(site)
    assert follow(other, second).status_code == 410
    assert "Inzwischen" in other.page.one("main").text


def test_a_link_ends_after_half_an_hour_and_says_so(site, member, mails, browser):
    ask(browser, member.email, target=f"{HOME}posteingang")
    (mail,) = mails(member.email)
    left = "SELECT extract(epoch FROM expires_at - now()) / 60 FROM sign_in_link WHERE account_id = :id"
    assert 29 < site.value(left, id=member.account_id) <= 30
    browser.get(LINK.search(mail)[0].strip())
    site.run("UPDATE sign_in_link SET expires_at = now() WHERE account_id = :id", id=member.account_id)
    assert browser.submit(FOLLOW).status_code == 410
    assert "30 Minuten" in browser.page.one("main").text
    (again,) = browser.page.one("main").all("a")
    assert (again.text, again["href"]) == ("Neuen Link anfordern", f"{ASK}?weiter={HOME}posteingang")
    browser.get(again["href"])
    browser.submit(ASK, email=member.email)
    assert follow(browser, mails(member.email)[0]).location == f"{HOME}posteingang"


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "ä" * 43, "x" * 2000])
def test_an_invented_link_is_none(browser, token):
    assert browser.get(f"{FOLLOW}?link={token}").status_code == 410
    assert "gibt es nicht" in browser.page.one("main").text


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        (f"{HOME}posteingang", f"{HOME}posteingang"),
        ("/t/musterkreis/posteingang", HOME),
        ("https://evil.example/", HOME),
        ("//evil.example/", HOME),
        ("/\\evil.example/", HOME),
    ],
)
def test_the_link_leads_on_to_the_page_that_was_wanted_and_never_elsewhere(
    member, mails, browser, target, leads_to
):
    ask(browser, member.email, target)
    (mail,) = mails(member.email)
    assert "evil" not in mail
    assert "posteingang" not in mail
    assert follow(browser, mail).location == leads_to


def test_who_is_asked_to_sign_in_keeps_the_page_by_this_way_too(site, member, mails, browser):
    browser.get(f"{HOME}posteingang")
    browser.follow()
    (way,) = [link["href"] for link in browser.page.one("main").all("a") if link["href"].startswith(ASK)]
    browser.get(way)
    browser.submit(ASK, email=member.email)
    assert follow(browser, mails(member.email)[0]).location == f"{HOME}posteingang"


@pytest.mark.parametrize("why", ["unknown", "disabled", "without a role", "role ended", "other role"])
def test_the_page_says_and_does_the_same_whoever_asks(site, person, member, browser, why):
    other = person(*[(site.district.gemeinde, Role.OFFICER)] if why != "without a role" else [])
    if why == "disabled":
        site.run("UPDATE account SET disabled_at = now() WHERE id = :id", id=other.account_id)
    elif why == "role ended":
        site.run("UPDATE membership SET ended_at = now() WHERE account_id = :id", id=other.account_id)
    with site.app.app_context():
        engines = (db.engine, sign_in_engine(db))
    seen = []
    for email in (member.email, "niemand@gremium.example" if why == "unknown" else other.email):
        browser.get(ASK)
        with counted(engines[0]) as as_app, counted(engines[1]) as as_sign_in:
            answer = browser.submit(ASK, email=email)
        text = browser.page.one("main").text.replace(email, "…")
        seen.append((answer.status_code, dict(answer.headers).keys(), text, as_app, as_sign_in))
    assert seen[0] == seen[1]
    assert site.value("SELECT count(*) FROM sign_in_link WHERE account_id = :id", id=member.account_id) == 0


@pytest.mark.parametrize("why", ["disabled", "without a role", "role ended"])
def test_who_can_sign_in_nowhere_gets_no_mail(site, person, mails, browser, why):
    other = person(*[(site.district.gemeinde, Role.COMMITTEE_MEMBER)] if why != "without a role" else [])
    if why == "disabled":
        site.run("UPDATE account SET disabled_at = now() WHERE id = :id", id=other.account_id)
    elif why == "role ended":
        site.run("UPDATE membership SET ended_at = now() WHERE account_id = :id", id=other.account_id)
    ask(browser, other.email)
    assert mails(other.email) == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COMMITTEE_MEMBER])
def test_a_mailbox_is_no_way_into_any_other_role(site, person, mails, browser, role):
    body = {Role.AUTHORITY: site.district.authority}.get(role, site.district.kreis)
    other = person((site.district.gemeinde, Role.COMMITTEE_MEMBER), (body, role))
    ask(browser, other.email)
    (mail,) = mails(other.email)
    assert not LINK.search(mail)
    assert "Melden Sie sich mit Ihrem Passwort an" in mail
    assert site.value("SELECT count(*) FROM sign_in_link WHERE account_id = :id", id=other.account_id) == 0


def test_a_committee_member_of_two_bodies_chooses_and_an_offered_role_takes_nothing_away(
    site, member, mails, browser
):
    """Only what was taken up counts: no administration can take somebody's way in by inviting them."""
    give(site, member, Role.COMMITTEE_MEMBER, body=site.district.kreis)
    give(site, member, Role.ADMINISTRATOR, body=site.district.stadt, accepted=False)
    ask(browser, member.email)
    assert follow(browser, mails(member.email)[0]).location == "/zugang"
    browser.follow()
    assert browser.post_form("/zugang", kommune="musterkreis").location == "/t/musterkreis/"


def test_a_role_that_was_given_between_asking_and_pressing_counts(site, member, mails, browser):
    ask(browser, member.email)
    (mail,) = mails(member.email)
    browser.get(LINK.search(mail)[0].strip())
    give(site, member, Role.ADMINISTRATOR)
    assert browser.submit(FOLLOW).status_code == 410
    assert "mit Ihrem Passwort" in browser.page.one("main").text
    assert [link["href"] for link in browser.page.one("main").all("a")] == ["/anmelden"]
    assert sessions(site, member) == 0


def test_a_session_that_began_by_a_link_ends_with_another_role(site, member, mails, browser):
    """Whoever reads the mailbox today must not be an administrator tomorrow by the session of today."""
    ask(browser, member.email)
    follow(browser, mails(member.email)[0])
    assert browser.get(HOME).status_code == 200
    give(site, member, Role.ADMINISTRATOR)
    assert browser.get(HOME).status_code == 303
    by_password = Browser(site.app)
    by_password.sign_in(member.email, PASSWORD)
    assert by_password.get(HOME).status_code == 200


@pytest.mark.parametrize("tenants", [1, 2])
def test_who_takes_up_another_role_in_such_a_session_signs_in_by_password(
    site, member, mails, browser, tenants
):
    if tenants == 2:  # the session has got another id meanwhile, and is still one by a link
        give(site, member, Role.COMMITTEE_MEMBER, body=site.district.kreis)
    give(site, member, Role.AUDITOR, body=site.district.stadt, accepted=False)
    ask(browser, member.email)
    follow(browser, mails(member.email)[0])
    if tenants == 2:
        browser.follow()
        browser.post_form("/zugang", kommune="musterkreis")
    browser.get("/zugang")
    assert browser.submit("/zugang/einladung", antwort="annehmen").location == "/anmelden"
    browser.follow()
    assert "mit einem Passwort" in browser.page.text
    assert browser.get(HOME).status_code == 303
    accepted = "SELECT accepted_at IS NOT NULL FROM membership WHERE account_id = :id AND role = 'auditor'"
    assert site.value(accepted, id=member.account_id) is True


@pytest.mark.parametrize("opened_again", [False, True])
def test_links_die_with_the_account(site, member, mails, browser, opened_again):
    ask(browser, member.email)
    (mail,) = mails(member.email)
    browser.get(LINK.search(mail)[0].strip())
    site.run("SELECT app.account_disable(:e, true)", e=member.email)
    if opened_again:
        site.run("SELECT app.account_disable(:e, false)", e=member.email)
    assert browser.submit(FOLLOW).status_code == 410
    assert sessions(site, member) == 0


@pytest.mark.parametrize("how", ["by the operator", "by a link"])
def test_links_die_with_a_new_password(site, member, mails, browser, how):
    ask(browser, member.email)
    (mail,) = mails(member.email)
    if how == "by the operator":
        site.run("SELECT app.account_reset(:e, 'hash', 14)", e=member.email)
    else:
        browser.get("/konto/passwort-vergessen")
        browser.submit("/konto/passwort-vergessen", email=member.email)
        setting = re.search(r"/konto/einrichten\?link=[\w-]+", mails(member.email)[0])
        browser.get(setting[0])
        new = "Ampel hinterm Obstgarten"
        browser.submit("/konto/einrichten", new_password=new, repeated_password=new)
    assert follow(browser, mail).status_code == 410


def test_who_never_had_a_password_needs_none(site, person, mails, browser):
    """The link confirms the address; a first password, which others have seen, ends."""
    known = person(
        (site.district.gemeinde, Role.COMMITTEE_MEMBER), initial=True, vouched_by=site.district.gemeinde
    )
    ask(browser, known.email)
    assert follow(browser, mails(known.email)[0]).location == HOME
    assert browser.get(HOME).status_code == 200
    assert Browser(site.app).sign_in(known.email, PASSWORD).status_code == 422
    assert site.value("SELECT vouched_by IS NULL FROM credential WHERE account_id = :id", id=known.account_id)


def test_the_link_takes_the_account_from_whoever_had_it_first(site, person, mails, browser):
    """A tenant took the address, and somebody there chose a password: confirmed, the account must not open to them."""
    squatted = person((site.district.gemeinde, Role.COMMITTEE_MEMBER), vouched_by=site.district.gemeinde)
    squatter = fresh_browser(site)
    squatter.sign_in(squatted.email, PASSWORD)
    assert squatter.get(HOME).status_code == 200
    ask(browser, squatted.email)
    assert follow(browser, mails(squatted.email)[0]).location == HOME
    assert squatter.get(HOME).status_code == 303
    assert squatter.sign_in(squatted.email, PASSWORD).status_code == 422
    assert browser.get(HOME).status_code == 200


def test_the_session_of_the_browser_before_ends(site, person, member, mails, browser):
    browser.sign_in(member.email, PASSWORD)
    before = browser.cookie(Cookie.SESSION)
    other = person((site.district.kreis, Role.COMMITTEE_MEMBER))
    elsewhere = fresh_browser(site)
    elsewhere.sign_in(member.email, PASSWORD)
    ask(browser, other.email)
    assert follow(browser, mails(other.email)[0]).location == "/t/musterkreis/"
    ended = "SELECT ended_at IS NOT NULL FROM sign_in_session WHERE token_hash = :h"
    assert site.value(ended, h=hash_of(before))
    assert elsewhere.get(HOME).status_code == 200


def test_a_mailbox_is_not_filled_and_nobody_is_kept_out(site, member, mails):
    """Strangers' wishes are counted by address and network; the browser that the person knows is counted by itself."""
    own = fresh_browser(site)
    ask(own, member.email)
    follow(own, mails(member.email)[0])
    own.follow()
    own.submit("/abmelden")
    answers = [
        ask(Browser(site.app, address=f"203.0.113.{number}"), member.email)
        for number in range(MAILBOX.tolerated + 2)
    ]
    assert [answer.status_code for answer in answers][-1] == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert "gelten weiter" in answers[-1].text
    assert ask(own, member.email).status_code == 200
    assert follow(own, mails(member.email)[0]).status_code == 303
    assert Browser(site.app).sign_in(member.email, PASSWORD).status_code == 303, "nor by password"


@pytest.mark.parametrize("email", ["", "kein", "a@b\nBcc: c@d.example", "x" * 400 + "@gremium.example"])
def test_what_is_no_address_is_refused_at_its_field(browser, email):
    assert ask(browser, email).status_code == 422
    assert browser.page.all(class_="kern-error")


def test_the_mail_goes_at_once_and_is_tried_no_longer_than_the_link_lives(site, member, mails, browser):
    ask(browser, member.email)
    mails(member.email)
    kind = kind_named("mail.deliver")
    with site.admin.connect() as connection:
        job = connection.execute(
            sql(
                "SELECT j.tenant_id, j.id, j.lane, j.max_attempts FROM job AS j JOIN mail AS m"
                " ON j.tenant_id = m.tenant_id AND j.payload = jsonb_build_object('mail_id', m.id)"
                " WHERE m.recipient = :r AND j.kind = :k"
            ),
            {"r": member.email, "k": kind.name},
        ).one()
    assert job.lane == "short"
    tried_for = sum(kind.wait_after(attempt) for attempt in range(1, job.max_attempts))
    assert 10 < tried_for / 60 < 20
    assert work_off(site.app, job.id, job.tenant_id)
    assert site.value("SELECT sent_at IS NOT NULL FROM mail WHERE recipient = :r", r=member.email)


def test_a_wish_that_nobody_decided_in_time_is_forgotten(site, member, mails, browser):
    ask(browser, member.email)
    site.run(
        "UPDATE link_request SET asked_at = now() - interval '30 minutes' WHERE email = :e", e=member.email
    )
    assert mails(member.email) == []


def test_links_of_a_month_ago_are_removed(site, member, mails, browser):
    ask(browser, member.email)
    mails(member.email)
    site.run(
        "UPDATE sign_in_link SET expires_at = now() - interval '31 days' WHERE account_id = :id",
        id=member.account_id,
    )
    ask(browser, member.email)
    assert len(mails(member.email)) == 2
    assert site.value("SELECT count(*) FROM sign_in_link WHERE account_id = :id", id=member.account_id) == 1


def test_the_page_behind_a_link_is_not_compressed(member, mails, browser):
    ask(browser, member.email)
    browser.client.environ_base["HTTP_ACCEPT_ENCODING"] = "gzip"
    shown = browser.get(LINK.search(mails(member.email)[0])[0].strip())
    assert 'name="link"' in shown.text
    assert "Content-Encoding" not in shown.headers


def test_only_the_role_of_the_sign_in_asks_for_links_and_nobody_reads_them(site, member):
    with site.app.app_context():
        as_app, as_sign_in = db.engine, sign_in_engine(db)
    refused = [
        (as_app, "SELECT app.sign_in_link_use('x')"),
        (as_app, "SELECT app.link_ask('x', 'sign_in', '', '', '', '', '', '', 1)"),
        (as_app, "SELECT * FROM sign_in_link"),
        (as_sign_in, "SELECT * FROM sign_in_link"),
        (as_sign_in, "SELECT app.signs_in_by_link(gen_random_uuid(), 1)"),
        (site.relay, "SELECT * FROM sign_in_link"),
        (site.relay, "SELECT app.sign_in_link_use('x')"),
    ]
    for engine, statement in refused:
        with engine.connect() as connection, pytest.raises(Exception, match="permission denied"):
            connection.execute(sql(statement))
    with as_sign_in.connect() as connection:
        assert connection.scalar(sql("SELECT app.sign_in_link_use('\\x00')")) is None

"""Signing in is a database role of its own: only the pages of sign-in and of the own account work as it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import event, text

from kimhub.app import create_app
from kimhub.core.routing import access_of
from kimhub.core.settings import Settings
from kimhub.identity import gate
from tenants import NOBODY, Role, SigningIn, db, transaction
from tenants.binding import SIGN_IN, NoSignInError
from tests.factories.identity import PASSWORD, create_person
from tests.support.browser import Browser

WHO = text("SELECT session_user")
SIGN_IN_PAGES = {
    "identity.sign_in", "identity.submit_sign_in", "identity.sign_out", "identity.access", "identity.choose_access",
    "identity.answer",
    "identity.account", "identity.password", "identity.submit_password", "identity.end_session", "identity.end_others",
    "identity.forgotten_password", "identity.request_link", "identity.show_link", "identity.follow_link",
    "identity.accept_link", "identity.ask_by_mail", "identity.submit_ask_by_mail", "identity.show_sign_in_link",
    "identity.follow_sign_in_link",
}  # fmt: skip


@pytest.fixture
def used(site):
    """The roles as which statements are sent, with what they call."""
    sent = []

    def note(connection, _cursor, statement, *_):
        if "set_config(" not in statement:
            sent.append((connection.engine.url.username, statement))

    with site.app.app_context():
        engines = list(db.engines.values())
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield sent
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def test_the_transaction_chooses_the_role(site):
    with site.app.app_context():
        for bound, role in (
            (NOBODY, "kimhub_app"),
            (site.district.kreis.actor(Role.OFFICER), "kimhub_app"),
            (SigningIn(), "kimhub_signin"),
        ):
            with transaction(bound) as session:
                assert session.scalar(WHO) == role


def test_only_the_pages_of_sign_in_and_of_the_own_account_work_as_it(app):
    found = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if (access := access_of(view)) and access.at_sign_in
    }
    assert found == SIGN_IN_PAGES


def test_what_reads_hashes_and_begins_sessions_is_asked_as_that_role_and_nothing_else_is(site, used):
    with site.admin.begin() as connection:
        person = create_person(connection, "roles@kreis.example", (site.district.kreis, Role.ADMINISTRATOR))
    browser = Browser(site.app)
    browser.sign_in(person.email, PASSWORD)
    browser.follow()
    browser.get("/t/musterkreis/verwaltung/personen")
    browser.get("/konto")
    browser.get("/zugang")
    browser.get("/t/musterkreis/")
    browser.submit("/abmelden")
    by_role = {role: " ".join(text for who, text in used if who == role) for role in {who for who, _ in used}}
    assert set(by_role) == {"kimhub_app", "kimhub_signin"}
    for function in (
        "credential_for",
        "session_start",
        "brake_enter",
        "sessions_of",
        "tenants_of",
        "session_end",
    ):
        assert f"app.{function}" in by_role["kimhub_signin"]
        assert f"app.{function}" not in by_role["kimhub_app"]
    assert "app.session_open" in by_role["kimhub_app"]


def test_a_worker_has_no_way_to_sign_anybody_in(site):
    settings = replace(site.app.extensions["kimhub.settings"], database_sign_in_url=None)
    worker = create_app(settings, TESTING=True)
    with worker.app_context():
        assert SIGN_IN not in db.engines
        with pytest.raises(NoSignInError), transaction(SigningIn()) as session:
            session.scalar(WHO)
        with pytest.raises(NoSignInError):
            gate.ask_at_sign_in(gate.CREDENTIAL_FOR, email="ki@kreis.example")
        db.engine.dispose()


def test_a_web_process_without_the_address_says_so_before_the_first_request(site):
    settings = replace(Settings.from_environ({"KIMHUB_VAR": "/nowhere"}), database_sign_in_url=None)
    with pytest.raises(Exception, match="KIMHUB_DATABASE_SIGNIN_URL"):
        settings.sign_in_url()

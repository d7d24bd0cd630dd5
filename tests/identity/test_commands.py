"""`kimhub accounts` and `kimhub clients` on a real database."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine

from kimhub.cli import kimhub
from kimhub.core.database.urls import with_database
from kimhub.core.operator_error import OperatorError
from tests.factories.identity import create_person
from tests.factories.tenants import create_district
from tests.support.browser import Browser

FIRST = re.compile(r"Startpasswort \(wird nur jetzt angezeigt\): ([a-z2-9-]{23})\n")
CHOSEN = "Distel im Querschiff"


@pytest.fixture
def admin(committing):
    engine = create_engine(with_database(committing.urls.admin, _database(committing)))
    yield engine
    engine.dispose()


def _database(committing):
    return committing.urls.app.rpartition("/")[2].partition("?")[0]


@pytest.fixture
def district(admin):
    with admin.begin() as connection:
        return create_district(connection)


@pytest.fixture
def run(committing, monkeypatch, district):
    """Run a command as the operator; return what it printed, raise what it refused."""
    committing.set_environ(monkeypatch)

    def run(*arguments, stdin=None):
        return CliRunner().invoke(kimhub, arguments, input=stdin, catch_exceptions=False).stdout

    return run


@pytest.fixture
def browser(committing):
    return Browser(committing.app)


ADD = ("accounts", "add", "--email", "Neu@Kreis.example", "--tenant", "musterkreis", "--role", "officer")


def test_a_new_person_signs_in_with_the_password_shown_and_replaces_it(run, browser):
    shown = run(*ADD)
    assert shown.startswith("Neu@Kreis.example: Sachbearbeitung bei Musterkreis\n")
    browser.sign_in("neu@kreis.example", FIRST.search(shown)[1])
    browser.follow()
    assert browser.follow().location == "/konto/passwort"


def test_a_password_from_standard_input_lasts_and_is_not_shown(run, browser):
    shown = run(*ADD, "--password-from-stdin", stdin=CHOSEN + "\n")
    assert CHOSEN not in shown
    assert browser.sign_in("neu@kreis.example", CHOSEN).location == "/t/musterkreis/"


def test_a_weak_password_is_refused_before_anything_is_made(run, admin):
    with pytest.raises(OperatorError, match="leicht zu erraten"):
        run(*ADD, "--password-from-stdin", stdin="Sommer2026!!!\n")
    with admin.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM account").scalar() == 0


def test_adding_twice_changes_nothing(run):
    run(*ADD)
    again = run(*ADD)
    assert "(schon vorhanden)" in again
    assert "Das Konto gab es schon; sein Passwort ist unverändert." in again


def test_a_role_that_does_not_exist_there_is_refused_and_makes_no_account(run, admin):
    with pytest.raises(OperatorError, match=r"KI-Koordination.*gibt es bei Musterstadt nicht"):
        run(
            "accounts", "add", "--email", "x@y.example", "--tenant", "musterstadt", "--role", "ki_coordinator"
        )
    with admin.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM account").scalar() == 0


def test_an_unknown_tenant_is_named(run):
    with pytest.raises(OperatorError, match="„atlantis“ nimmt nicht teil"):
        run("accounts", "add", "--email", "x@y.example", "--tenant", "atlantis", "--role", "officer")


def test_the_operator_does_not_vouch_in_passing_for_an_account_that_a_tenant_made(
    run, admin, district, browser
):
    with admin.begin() as connection:
        create_person(connection, "neu@kreis.example", vouched_by=district.gemeinde)
    with pytest.raises(OperatorError, match="kimhub accounts password"):
        run(*ADD)
    first = FIRST.search(run("accounts", "password", "--email", "neu@kreis.example"))[1]
    run(*ADD)
    browser.sign_in("neu@kreis.example", first)
    browser.get("/konto/passwort")
    browser.submit("/konto/passwort", current_password=first, new_password=CHOSEN, repeated_password=CHOSEN)
    assert browser.get("/t/musterkreis/").status_code == 200


def test_a_new_password_ends_all_sessions(run, browser):
    run(*ADD, "--password-from-stdin", stdin=CHOSEN + "\n")
    browser.sign_in("neu@kreis.example", CHOSEN)
    run("accounts", "password", "--email", "neu@kreis.example")
    assert browser.get("/t/musterkreis/").status_code == 303
    assert browser.sign_in("neu@kreis.example", CHOSEN).status_code == 422


def test_a_disabled_account_is_out_at_once_until_it_is_enabled(run, browser):
    run(*ADD, "--password-from-stdin", stdin=CHOSEN + "\n")
    browser.sign_in("neu@kreis.example", CHOSEN)
    run("accounts", "disable", "--email", "neu@kreis.example")
    assert browser.get("/t/musterkreis/").status_code == 303
    assert browser.sign_in("neu@kreis.example", CHOSEN).status_code == 422
    run("accounts", "enable", "--email", "neu@kreis.example")
    assert browser.sign_in("neu@kreis.example", CHOSEN).status_code == 303


@pytest.mark.parametrize("command", ["password", "disable", "enable"])
def test_an_unknown_address_is_named(run, command):
    with pytest.raises(OperatorError, match=r"kein Konto mit der Adresse niemand@kreis\.example"):
        run("accounts", command, "--email", "niemand@kreis.example")


def test_a_machine_gets_a_token_until_its_access_is_ended(run, committing):
    shown = run(
        "clients", "add", "--tenant", "musterkreis", "--name", "Finanzverfahren", "--scope", "plan:read"
    )
    client_id = re.search(r"client_id:\s+(\S+)", shown)[1]
    secret = re.search(r"client_secret:\s+(\S+)", shown)[1]

    def ask():
        return committing.app.test_client().post(
            "/oauth/token", data={"grant_type": "client_credentials"}, auth=(client_id, secret)
        )

    assert ask().json["scope"] == "plan:read"
    assert f"{client_id}  Finanzverfahren  plan:read" in run("clients", "list", "--tenant", "musterkreis")
    assert run("clients", "list", "--tenant", "musterstadt") == ""
    with pytest.raises(OperatorError, match="Nicht gefunden"):
        run("clients", "end", "--tenant", "musterstadt", "--id", client_id)
    run("clients", "end", "--tenant", "musterkreis", "--id", client_id)
    assert ask().status_code == 401


def test_a_machine_never_decides_who_may_do_what(run):
    with pytest.raises(OperatorError, match=r"entscheiden nur Menschen.*\(member:manage\)"):
        run("clients", "add", "--tenant", "musterkreis", "--name", "X", "--scope", "member:manage")


def test_the_one_scope_that_does_not_fit_is_named(run):
    with pytest.raises(OperatorError, match=r"gibt es bei Musterstadt nicht: [^,]+ \(request:decide\)\."):
        run(
            "clients", "add", "--tenant", "musterstadt", "--name", "X", "--scope", "request:read", "--scope",
            "request:decide",
        )  # fmt: skip

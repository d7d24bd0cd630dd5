"""Signing in: who may, who may not, and that nobody learns why."""

from __future__ import annotations

import contextlib
from itertools import count
from statistics import median
from time import process_time

import pytest
from sqlalchemy import text as sql

from kimhub.core.errors import TooManyRequestsError
from kimhub.identity.brake import ACCOUNT, attempt_sign_in
from kimhub.identity.seals import seal
from kimhub.identity.sessions import hash_of, open_session
from kimhub.identity.usecases.sign_in import SignInCommand, SignInRefusedError, sign_in, sign_out
from tenants import Role, SigningIn, transaction
from tests.factories.identity import PASSWORD, create_person

_numbers = count()


@pytest.fixture
def person(site):
    """Somebody with one role in the Kreis."""
    with site.admin.begin() as connection:
        return create_person(
            connection, f"person{next(_numbers)}@kreis.example", (site.district.kreis, Role.KI_COORDINATOR)
        )


@pytest.fixture
def attempt(site):
    """Sign in as the page does: in one transaction of nobody."""

    def attempt(email, password=PASSWORD, **more):
        with site.app.app_context(), transaction(SigningIn()):
            return sign_in(SignInCommand(email, password, **more))

    return attempt


def test_who_knows_the_password_is_signed_in_for_the_only_tenant(site, person, attempt):
    signed_in = attempt(f"  {person.email.upper()} ", device="Firefox unter Windows")
    assert signed_in.tenant_id == site.district.kreis.id
    with site.app.app_context():
        opened = open_session(signed_in.token)
    actor = opened.actor("r1")
    assert (actor.tenant_slug, actor.roles, actor.subject) == (
        "musterkreis",
        frozenset({Role.KI_COORDINATOR}),
        person.account_id,
    )
    assert actor.request_id == "r1"


def test_the_database_holds_only_the_hash_of_the_session_id(site, person, attempt):
    token = attempt(person.email).token
    stored = site.value("SELECT token_hash FROM sign_in_session WHERE account_id = :id", id=person.account_id)
    assert bytes(stored) == hash_of(token)
    assert len(token) >= 43  # 256 bits


@pytest.mark.parametrize("why", ["wrong password", "unknown address", "disabled", "first password expired"])
def test_every_refusal_reads_alike(site, person, attempt, why):
    email, password = person.email, PASSWORD
    if why == "wrong password":
        password = PASSWORD + "x"
    elif why == "unknown address":
        email = f"nobody{next(_numbers)}@kreis.example"
    elif why == "disabled":
        site.run("UPDATE account SET disabled_at = now() WHERE id = :id", id=person.account_id)
    else:
        site.run(
            "UPDATE credential SET initial_until = now() - interval '1 second' WHERE account_id = :id",
            id=person.account_id,
        )
    with pytest.raises(SignInRefusedError) as refusal:
        attempt(email, password)
    assert str(refusal.value) == "Die E-Mail-Adresse oder das Passwort ist nicht richtig."


def test_a_password_is_compared_also_for_an_unknown_address(attempt, person, monkeypatch):
    """Not by the clock: the same hash function runs as often, with the same settings."""
    from kimhub.identity import passwords

    seen = []

    class Recorder:
        def verify(self, stored, password):
            seen.append(stored.rpartition("$")[0].rpartition("$")[0])
            return real.verify(stored, password)

        def __getattr__(self, name):
            return getattr(real, name)

    real = passwords._HASHER
    monkeypatch.setattr(passwords, "_HASHER", Recorder())
    for email in (person.email, f"nobody{next(_numbers)}@kreis.example"):
        with pytest.raises(SignInRefusedError):
            attempt(email, "not the password at all")
    assert len(seen) == 2
    assert seen[0] == seen[1]


def test_from_the_fifth_failure_on_the_account_has_to_wait_longer_and_longer(site, person, attempt):
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            attempt(person.email, "wrong wrong wrong")
    with site.app.app_context():
        key = seal("brake:account", person.email)
    waits = []
    for _ in range(4):
        waits.append(
            site.value(
                "SELECT extract(epoch FROM open_at - forget_at)::integer + :memory FROM sign_in_brake WHERE key = :key",
                memory=ACCOUNT.memory,
                key=key,
            )
        )
        site.run("UPDATE sign_in_brake SET open_at = now() + interval '1 minute' WHERE key = :key", key=key)
        with pytest.raises(TooManyRequestsError) as refusal:
            attempt(person.email)  # the right password does not help either
        assert 1 <= refusal.value.extra["retry_after"] <= 60
        site.run("UPDATE sign_in_brake SET open_at = now()")
        with pytest.raises(SignInRefusedError):
            attempt(person.email, "wrong wrong wrong")
    assert waits == [2, 4, 8, 16]
    site.run("UPDATE sign_in_brake SET open_at = now()")
    assert attempt(person.email).account_id == person.account_id
    with pytest.raises(SignInRefusedError):  # the count began anew
        attempt(person.email, "wrong wrong wrong")
    assert attempt(person.email)


def _until_braked(attempt, email):
    """Fail on: each wait is twice the one before, so that it outlasts a slow machine, too."""
    for _ in range(10):
        with contextlib.suppress(SignInRefusedError):
            attempt(email)


def test_an_unknown_address_is_braked_like_a_known_one(site, attempt):
    email = f"nobody{next(_numbers)}@kreis.example"
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            attempt(email)
    with pytest.raises(TooManyRequestsError):
        _until_braked(attempt, email)


def test_strangers_cannot_lock_out_a_browser_that_is_known(attempt, person):
    mark = attempt(person.email).browser_mark
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            attempt(person.email, "wrong wrong wrong")
    with pytest.raises(TooManyRequestsError):
        attempt(person.email)
    assert attempt(person.email, browser_mark=mark).account_id == person.account_id


def test_the_mark_of_a_browser_counts_only_for_the_account_it_was_made_for(site, attempt, person):
    with site.admin.begin() as connection:
        other = create_person(connection, f"other{next(_numbers)}@kreis.example")
    mark = attempt(other.email).browser_mark
    for _ in range(5):
        with pytest.raises(SignInRefusedError):
            attempt(person.email, "wrong wrong wrong", browser_mark=mark)
    with pytest.raises(TooManyRequestsError):
        attempt(person.email)


def test_a_network_that_fails_too_often_has_to_wait_whatever_the_account(site, attempt, person):
    address = "198.51.100.7"
    for number in range(3):
        with pytest.raises(SignInRefusedError):
            attempt(f"guess{number}@kreis.example", address=address)
    site.run("UPDATE sign_in_brake SET failures = 49 WHERE failures = 3")
    with pytest.raises(SignInRefusedError):
        attempt("guess49@kreis.example", address=address)
    with pytest.raises(TooManyRequestsError):
        attempt(person.email, address=address)
    assert attempt(person.email, address="203.0.113.9").account_id == person.account_id


def test_failures_of_a_network_wash_away_so_that_honest_mistakes_never_add_up(site, attempt):
    address = "198.51.100.9"
    site.run("TRUNCATE sign_in_brake")
    with pytest.raises(SignInRefusedError):
        attempt("guess@kreis.example", address=address)
    site.run(
        "UPDATE sign_in_brake SET failures = 60, open_at = now(), since = now() - interval '30 minutes'"
        " WHERE key = :key",
        key=_network_key(site, address),
    )
    with pytest.raises(SignInRefusedError):
        attempt("another@kreis.example", address=address)
    left = "SELECT failures, open_at <= now() FROM sign_in_brake WHERE key = :key"
    with site.admin.connect() as connection:
        assert connection.execute(sql(left), {"key": _network_key(site, address)}).one() == (
            36,
            True,
        )  # 60 - 25 + 1


def _network_key(site, address):
    with site.app.app_context():
        return seal("brake:network", "sign-in", address)


def test_success_is_not_counted_against_the_network(site, attempt, person):
    address = "198.51.100.8"
    for _ in range(3):
        attempt(person.email, address=address)
    with pytest.raises(SignInRefusedError):
        attempt("guess@kreis.example", address=address)
    assert site.value("SELECT count(*) FROM sign_in_brake WHERE failures = 4") == 0


def test_many_guesses_at_once_are_not_cheaper_than_one_after_the_other(site, person, monkeypatch):
    from concurrent.futures import ThreadPoolExecutor

    # Comparing takes no time here: on a slow machine the first wait, two seconds, would else be over meanwhile.
    monkeypatch.setattr("kimhub.identity.passwords.matches", lambda *_: False)

    def guess(_):
        try:
            with site.app.app_context(), transaction(SigningIn()):
                sign_in(SignInCommand(person.email, "wrong wrong wrong"))
        except (SignInRefusedError, TooManyRequestsError) as refusal:
            return type(refusal)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(guess, range(12)))
    assert answers.count(SignInRefusedError) == 5
    assert answers.count(TooManyRequestsError) == 7


def test_many_right_passwords_at_once_all_get_in(site, person):
    """F10: an attempt that is being looked at counts as failed, but nobody is sent away for it."""
    from concurrent.futures import ThreadPoolExecutor

    def enter(_):
        with site.app.app_context(), transaction(SigningIn()):
            return sign_in(SignInCommand(person.email, PASSWORD, address="203.0.113.77")).account_id

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(enter, range(12))) == [person.account_id] * 12
    assert site.value("SELECT max(undecided) FROM sign_in_brake WHERE failures = 0") in {0, None}


def test_a_town_hall_that_signs_in_at_once_is_not_slowed_down(site, person, attempt):
    """As many as a network may fail: the count of those that are right is taken back, and the wait with it."""
    address = "203.0.113.78"
    with pytest.raises(SignInRefusedError):
        attempt(person.email, "wrong wrong wrong", address=address)
    site.run("UPDATE sign_in_brake SET failures = 49 WHERE key = :key", key=_network_key(site, address))
    for _ in range(3):
        assert attempt(person.email, address=address)


def test_an_attempt_whose_process_died_counts_as_failed(site, person, attempt):
    with site.app.app_context():
        for _ in range(5):
            attempt_sign_in(person.email, None, None)  # and nobody decides it
    site.run("UPDATE sign_in_brake SET decided_at = now() - interval '1 second'")
    with pytest.raises(TooManyRequestsError):
        attempt(person.email)


def test_who_is_slowed_down_is_told_of_the_usual_browser_whoever_it_is(person, attempt):
    for email in (person.email, f"nobody{next(_numbers)}@kreis.example"):
        for _ in range(5):
            with pytest.raises(SignInRefusedError):
                attempt(email, "wrong wrong wrong")
        with pytest.raises(
            TooManyRequestsError, match="schon einmal angemeldet haben, brauchen Sie nicht zu warten"
        ):
            attempt(email)


def test_no_address_and_no_network_stands_in_the_brake(site, attempt):
    with pytest.raises(SignInRefusedError):
        attempt("readable@kreis.example", address="192.0.2.44")
    dump = site.value("SELECT string_agg(b::text, ' ') FROM sign_in_brake AS b")
    assert "readable" not in dump
    assert "192.0.2.44" not in dump


def test_signing_in_again_ends_the_session_before(site, person, attempt):
    first = attempt(person.email).token
    second = attempt(person.email, previous_token=first).token
    with site.app.app_context():
        assert open_session(first) is None
        assert open_session(second).account_id == person.account_id


def test_a_session_is_over_after_signing_out(site, person, attempt):
    token = attempt(person.email).token
    with site.app.app_context(), transaction(SigningIn()):
        sign_out(token)
    with site.app.app_context():
        assert open_session(token) is None


@pytest.mark.usefixtures("todays_hashing")
def test_a_hash_of_older_settings_is_replaced_at_sign_in(site, person, attempt):
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    site.run("UPDATE credential SET password_hash = :h WHERE account_id = :id", h=weak, id=person.account_id)
    attempt(person.email)
    stored = site.value("SELECT password_hash FROM credential WHERE account_id = :id", id=person.account_id)
    assert "m=47104,t=1,p=1" in stored
    assert attempt(person.email)


@pytest.mark.usefixtures("todays_hashing")
def test_known_and_unknown_addresses_cost_about_the_same(attempt, person, site):
    """A coarse check on top of the exact one: no step of tens of milliseconds may tell them apart.

    Counted is the processor time of this process, so that it does not matter what else the machine does.
    """

    def cost(email):
        site.run("TRUNCATE sign_in_brake")
        begin = process_time()
        with pytest.raises(SignInRefusedError):
            attempt(email, "wrong wrong wrong")
        return process_time() - begin

    cost(person.email)
    known, unknown = zip(
        *((cost(person.email), cost("never-seen@kreis.example")) for _ in range(5)), strict=True
    )
    assert 0.5 < median(known) / median(unknown) < 2

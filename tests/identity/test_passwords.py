"""What may be a password, and how it is kept."""

from __future__ import annotations

import threading

import pytest

from kimhub.core.errors import TooManyRequestsError
from kimhub.identity import passwords
from kimhub.identity.passwords import first_password, hash_password, matches, outdated, weaknesses


@pytest.mark.parametrize(
    "password",
    [
        "Sommer2026!!!",
        "Passwort123456",
        "p4$$w0rtP4ssw0rt",
        "qwertzuiopasdf",
        "123456789012",
        "abababababab",
        "aaaaaaaaaaaaaaaa",
        "KIMHub-Verwaltung-2026",
        "Willkommen_2025",
        "ErikaMusterfrau1",
        "erika.musterfrau",
        "lkjhgfdsa12345",
        "Köln-Köln-Köln-1",
    ],
)
def test_what_everybody_guesses_is_refused(password):
    about = ("erika.musterfrau@stadt.example", "Erika Musterfrau")
    assert weaknesses(password, about=about) == [passwords._GUESSABLE]


@pytest.mark.parametrize(
    "password",
    ["Kranich neben Regenrinne", "vrz8-kwq2-nnbt-x7dd", "Löffelmoos/Tangente 4", "ß≈ç√∫µ≤≥æœ∑®"],
)
def test_anything_else_of_twelve_characters_is_accepted(password):
    assert weaknesses(password, about=("erika@stadt.example",)) == []


def test_eleven_characters_are_too_few_and_two_hundred_and_one_too_many():
    assert "mindestens 12 Zeichen" in weaknesses("vrz8-kwq2-n")[0]
    assert "höchstens 200 Zeichen" in weaknesses("vrz8" * 50 + "x")[0]
    assert weaknesses("vrz8kwq2nnbt" * 16) == []


def test_first_passwords_meet_the_rule_and_differ():
    made = {first_password() for _ in range(50)}
    assert len(made) == 50
    assert all(weaknesses(password) == [] for password in made)


def test_the_same_letters_from_another_keyboard_match():
    stored = hash_password("Fu\u0308nfte Flo\u0308te im Fluss")  # decomposed, as macOS types it
    assert matches(stored, "Fünfte Flöte im Fluss")
    assert not matches(stored, "Funfte Flote im Fluss")


def test_nothing_matches_where_there_is_no_password():
    assert not matches(None, "")
    assert not matches(None, "anything at all")


def test_an_overlong_attempt_is_refused_without_hashing_it(monkeypatch):
    stored = hash_password("x" * 200)
    hashed = []
    monkeypatch.setattr(passwords, "prepared", lambda password: hashed.append(password) or password)
    assert not matches(stored, "x" * 10_000_000)
    assert hashed == [""]


@pytest.mark.usefixtures("todays_hashing")
def test_todays_settings_are_46_mib_one_pass_one_lane():
    stored = hash_password("Kranich neben Regenrinne")
    assert stored.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert not outdated(stored)


def test_only_two_hashes_are_computed_at_a_time(monkeypatch):
    monkeypatch.setattr(passwords, "_PATIENCE", 0.05)
    inside, leave = threading.Barrier(3), threading.Event()

    def occupy():
        with passwords._one_of_few():
            inside.wait()
            leave.wait()

    busy = [threading.Thread(target=occupy) for _ in range(2)]
    for thread in busy:
        thread.start()
    inside.wait()
    try:
        with pytest.raises(TooManyRequestsError) as refusal:
            matches(None, "anything at all")
    finally:
        leave.set()
        for thread in busy:
            thread.join()
    assert refusal.value.extra == {"retry_after": 5}
    assert not matches(None, "anything at all")

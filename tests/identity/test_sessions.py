"""How long a session lasts, and what ends it."""

from __future__ import annotations

from itertools import count
from uuid import uuid4

import pytest

from kimhub.core.errors import InvalidInputError, NotFoundError, NotSignedInError
from kimhub.identity.sessions import device_of, hash_of, open_session
from kimhub.identity.usecases.change_password import ChangePassword, change_password
from kimhub.identity.usecases.choose_tenant import choose_tenant, tenant_choices
from kimhub.identity.usecases.end_sessions import end_other_sessions, end_own_session, own_sessions
from kimhub.identity.usecases.sign_in import SignInCommand, SignInRefusedError, sign_in
from tenants import Role, SigningIn, transaction
from tests.factories.identity import PASSWORD, create_membership, create_person

_numbers = count()
NEW = "Distel im Querschiff"


@pytest.fixture
def someone(site):
    """Make a person with roles; further arguments as for `create_person`."""

    def someone(*belongs_to, **more):
        with site.admin.begin() as connection:
            return create_person(connection, f"someone{next(_numbers)}@kreis.example", *belongs_to, **more)

    return someone


@pytest.fixture
def as_nobody(site):
    """Run a use case in a transaction of nobody, as account pages do."""

    def as_nobody(use_case, *arguments):
        with site.app.app_context(), transaction(SigningIn()):
            return use_case(*arguments)

    return as_nobody


@pytest.fixture
def enter(as_nobody):
    """Sign in and return the session id."""
    return lambda person, password=PASSWORD: as_nobody(sign_in, SignInCommand(person.email, password)).token


@pytest.fixture
def opened(site):
    """Ask who is signed in, as every request does."""

    def opened(token):
        with site.app.app_context():
            return open_session(token)

    return opened


def _age(site, token, **columns):
    for column, interval in columns.items():
        site.run(
            f"UPDATE sign_in_session SET {column} = {column} - interval '{interval}' WHERE token_hash = :hash",
            hash=hash_of(token),
        )


@pytest.fixture
def coordinator(someone, site):
    return someone((site.district.kreis, Role.KI_COORDINATOR))


def test_a_session_is_over_after_thirty_idle_minutes(site, coordinator, enter, opened):
    token = enter(coordinator)
    _age(site, token, last_seen_at="29 minutes 58 seconds")
    assert opened(token)
    _age(site, token, last_seen_at="30 minutes")
    assert opened(token) is None
    assert opened(token) is None  # and asking does not wake it up


def test_use_keeps_a_session_alive_but_is_noted_once_a_minute(site, coordinator, enter, opened):
    token = enter(coordinator)
    last_seen = "SELECT last_seen_at FROM sign_in_session WHERE token_hash = :hash"
    begin = site.value(last_seen, hash=hash_of(token))
    opened(token)
    assert site.value(last_seen, hash=hash_of(token)) == begin
    _age(site, token, last_seen_at="61 seconds")
    opened(token)
    assert site.value(last_seen, hash=hash_of(token)) > begin


def test_a_session_is_over_ten_hours_after_the_password_however_busy(site, coordinator, enter, opened):
    token = enter(coordinator)
    _age(site, token, signed_in_at="9 hours 59 minutes 58 seconds")
    assert opened(token)
    _age(site, token, signed_in_at="2 seconds")
    assert opened(token) is None


def test_changing_the_tenant_does_not_prolong_the_ten_hours(site, someone, enter, opened, as_nobody):
    kreis, gemeinde = site.district.kreis, site.district.gemeinde
    token = enter(someone((kreis, Role.AUDITOR), (gemeinde, Role.OFFICER)))
    _age(site, token, signed_in_at="9 hours 59 minutes")
    fresh, _ = as_nobody(choose_tenant, token, gemeinde.slug)
    _age(site, fresh, signed_in_at="61 seconds")
    assert opened(fresh) is None


def test_a_disabled_account_is_out_at_the_next_request(site, coordinator, enter, opened):
    token = enter(coordinator)
    site.run("UPDATE account SET disabled_at = now() WHERE id = :id", id=coordinator.account_id)
    assert opened(token) is None


def test_an_ended_role_is_gone_at_the_next_request(site, coordinator, enter, opened):
    token = enter(coordinator)
    site.run("UPDATE membership SET ended_at = now() WHERE account_id = :id", id=coordinator.account_id)
    sign_in_now = opened(token)
    assert sign_in_now.account_id == coordinator.account_id
    assert sign_in_now.actor() is None
    assert sign_in_now.tenants == 0


def test_who_belongs_to_several_tenants_acts_for_none_until_one_is_chosen(
    site, someone, enter, opened, as_nobody
):
    kreis, gemeinde = site.district.kreis, site.district.gemeinde
    token = enter(someone((kreis, Role.AUDITOR), (gemeinde, Role.OFFICER), (gemeinde, Role.ADMINISTRATOR)))
    assert opened(token).actor() is None
    choices = as_nobody(tenant_choices, token)
    assert [(each.slug, each.roles) for each in choices] == [
        ("musterkreis", (Role.AUDITOR,)),
        ("musterstadt", (Role.OFFICER, Role.ADMINISTRATOR)),
    ]
    fresh, choice = as_nobody(choose_tenant, token, "musterstadt")
    assert choice.tenant_id == gemeinde.id
    actor = opened(fresh).actor()
    assert (actor.tenant_slug, actor.roles) == ("musterstadt", {Role.OFFICER, Role.ADMINISTRATOR})
    assert opened(token) is None  # the old id is worth nothing


def test_no_one_can_choose_a_tenant_without_a_role_in_it(site, coordinator, enter, opened, as_nobody):
    token = enter(coordinator)
    for slug in ("musterstadt", "no-such-tenant"):
        with pytest.raises(NotFoundError):
            as_nobody(choose_tenant, token, slug)
    assert opened(token).actor().tenant_slug == "musterkreis"


def test_a_tenant_opens_only_itself_with_a_password_it_handed_out(site, someone, enter, opened, as_nobody):
    """Else a tenant could take the address of another tenant's future member and wait."""
    kreis, gemeinde = site.district.kreis, site.district.gemeinde
    person = someone((gemeinde, Role.OFFICER), vouched_by=gemeinde)
    with site.admin.begin() as connection:
        create_membership(connection, person.account_id, person.email, kreis, Role.KI_COORDINATOR)
    token = enter(person)
    assert opened(token).actor().tenant_slug == gemeinde.slug
    with pytest.raises(NotFoundError):
        as_nobody(choose_tenant, token, kreis.slug)
    site.run("UPDATE credential SET vouched_by = NULL WHERE account_id = :id", id=person.account_id)
    assert as_nobody(choose_tenant, token, kreis.slug)


def test_a_person_sees_and_ends_only_own_sessions(coordinator, someone, enter, opened, as_nobody):
    here, there = enter(coordinator), enter(coordinator)
    foreign = enter(someone())
    listed = as_nobody(own_sessions, here)
    assert [each.is_current for each in listed] == [True, False]
    with pytest.raises(NotFoundError):
        as_nobody(end_own_session, here, opened(foreign).session_id)
    with pytest.raises(NotFoundError):
        as_nobody(end_own_session, here, uuid4())
    as_nobody(end_own_session, here, opened(there).session_id)
    assert opened(there) is None
    assert opened(here)
    assert opened(foreign)


def test_all_other_sessions_end_at_once(coordinator, enter, opened, as_nobody):
    tokens = [enter(coordinator) for _ in range(3)]
    assert as_nobody(end_other_sessions, tokens[1]) == 2
    assert [bool(opened(token)) for token in tokens] == [False, True, False]


def test_an_ended_session_ends_nothing_and_lists_nothing(coordinator, enter, opened, as_nobody):
    first, second = enter(coordinator), enter(coordinator)
    as_nobody(end_other_sessions, second)
    assert as_nobody(end_other_sessions, first) == 0
    assert as_nobody(own_sessions, first) == []
    assert opened(second)


def test_a_new_password_ends_all_other_sessions_and_changes_the_id_of_this_one(
    coordinator, enter, opened, as_nobody
):
    here, there = enter(coordinator), enter(coordinator)
    fresh = as_nobody(change_password, opened(here), here, ChangePassword(PASSWORD, NEW, NEW))
    assert opened(here) is None
    assert opened(there) is None
    assert opened(fresh).actor().tenant_slug == "musterkreis"
    with pytest.raises(SignInRefusedError):
        enter(coordinator)
    assert enter(coordinator, NEW)


def test_while_the_first_password_is_in_use_nobody_acts(someone, site, enter, opened, as_nobody):
    person = someone((site.district.kreis, Role.OFFICER), initial=True)
    token = enter(person)
    assert opened(token).must_change_password
    assert opened(token).actor() is None
    fresh = as_nobody(change_password, opened(token), token, ChangePassword(PASSWORD, NEW, NEW))
    assert opened(fresh).actor().roles == {Role.OFFICER}


@pytest.mark.parametrize(
    "mistake",
    [
        ("current_password", ChangePassword("not the one I have", NEW, NEW)),
        ("new_password", ChangePassword(PASSWORD, "Sommer2026!!!", "Sommer2026!!!")),
        ("new_password", ChangePassword(PASSWORD, PASSWORD, PASSWORD)),
        ("repeated_password", ChangePassword(PASSWORD, NEW, NEW + "x")),
    ],
)
def test_a_password_is_not_changed_like_this(coordinator, enter, opened, as_nobody, mistake):
    field, command = mistake
    token = enter(coordinator)
    with pytest.raises(InvalidInputError) as refusal:
        as_nobody(change_password, opened(token), token, command)
    assert list(refusal.value.fields) == [field]
    assert opened(token)
    assert enter(coordinator)


def test_a_session_that_is_over_cannot_change_the_password(site, coordinator, enter, opened, as_nobody):
    token = enter(coordinator)
    found = opened(token)
    _age(site, token, last_seen_at="31 minutes")
    with pytest.raises(NotSignedInError):
        as_nobody(change_password, found, token, ChangePassword(PASSWORD, NEW, NEW))


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox unter Windows"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML) Chrome/141.0 Safari/537.36 Edg/141.0",
            "Edge unter Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1",
            "Safari unter iOS",
        ),
        ("curl/8.0", "Browser"),
        ("", "Browser"),
    ],
)  # fmt: skip
def test_a_device_has_a_name_that_people_know(user_agent, device):
    assert device_of(user_agent) == device

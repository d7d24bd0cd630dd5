"""Machines of a tenant, as its administration looks after them."""

from __future__ import annotations

from itertools import count

import pytest

from kimhub.core.errors import ForbiddenError, InvalidInputError, NotFoundError
from kimhub.identity.usecases.end_client import end_client
from kimhub.identity.usecases.register_client import (
    NOT_FOR_MACHINES,
    RegisterClient,
    available_scopes,
    register_client,
)
from tenants import Permission, Role, transaction
from tests.factories.identity import PASSWORD, create_person
from tests.support.browser import Browser

_numbers = count()
READ = frozenset({Permission.DESK_READ})


@pytest.fixture
def as_(site):
    def as_(actor, use_case, *arguments):
        with site.app.app_context(), transaction(actor):
            return use_case(actor, *arguments)

    return as_


@pytest.fixture
def administrator(site):
    return site.district.kreis.actor(Role.ADMINISTRATOR)


def test_the_secret_is_shown_once_and_kept_nowhere(site, as_, administrator):
    registered = as_(administrator, register_client, RegisterClient("Verfahren", READ))
    everything = site.value(
        "SELECT string_agg(t::text, ' ') FROM (SELECT c::text FROM oauth_client c"
        " UNION ALL SELECT e::text FROM audit_event e WHERE table_name = 'oauth_client') AS t"
    )
    assert str(registered.client.id) in everything
    assert registered.secret not in everything
    assert registered.client.secret_hash.hex() not in site.value(
        "SELECT string_agg(e::text, ' ') FROM audit_event e WHERE table_name = 'oauth_client'"
    )


def test_a_machine_can_be_allowed_what_some_role_may_do_there_but_never_to_decide_on_access(site, as_):
    kreis = as_(site.district.kreis.actor(Role.ADMINISTRATOR), available_scopes)
    gemeinde = as_(site.district.gemeinde.actor(Role.ADMINISTRATOR), available_scopes)
    assert Permission.REQUEST_DECIDE in kreis
    assert Permission.REQUEST_DECIDE not in gemeinde
    assert not NOT_FOR_MACHINES & set(kreis)


@pytest.mark.parametrize(
    "scopes",
    [frozenset(), NOT_FOR_MACHINES, READ | {Permission.MEMBER_MANAGE}],
    ids=["none", "access", "both"],
)
def test_other_scopes_are_refused(as_, administrator, scopes):
    with pytest.raises(InvalidInputError) as refusal:
        as_(administrator, register_client, RegisterClient("X", scopes))
    assert list(refusal.value.fields) == ["scopes"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_the_administration_looks_after_machines(site, as_, administrator, role):
    client = as_(administrator, register_client, RegisterClient("X", READ)).client
    actor = site.district.kreis.actor(role)
    with pytest.raises(ForbiddenError):
        as_(actor, register_client, RegisterClient("X", READ))
    with pytest.raises(ForbiddenError):
        as_(actor, end_client, client.id)


def test_nobody_ends_a_machine_of_another_tenant(site, as_, administrator):
    client = as_(administrator, register_client, RegisterClient("X", READ)).client
    with pytest.raises(NotFoundError):
        as_(site.district.gemeinde.actor(Role.ADMINISTRATOR), end_client, client.id)
    assert as_(administrator, end_client, client.id).ended_at


def test_the_pages_register_and_end_a_machine(site):
    with site.admin.begin() as connection:
        person = create_person(
            connection, f"admin{next(_numbers)}@stadt.example", (site.district.stadt, Role.ADMINISTRATOR)
        )
    browser = Browser(site.app)
    browser.sign_in(person.email, PASSWORD)
    path = "/t/freistadt/verwaltung/maschinenzugaenge"
    assert "Noch kein Maschinenzugang" in browser.get(path).text
    browser.get(f"{path}/neu")
    assert browser.submit(f"{path}/neu", name="Finanzverfahren").status_code == 422
    shown = browser.submit(f"{path}/neu", name="Finanzverfahren", scopes=["plan:read", "report:read"])
    assert shown.status_code == 200
    facts = {
        item.one("dt").text: item.one("dd").text
        for item in browser.page.all(class_="kern-description-list-item")
    }
    answer = site.app.test_client().post(
        "/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(facts["Kennung (client_id)"], facts["Geheimer Schlüssel (client_secret)"]),
    )
    assert answer.json["scope"] == "plan:read report:read"
    browser.get(path)
    assert "Pläne lesen, Berichte lesen" in browser.page.text
    end = f"{path}/{facts['Kennung (client_id)']}/beenden"
    assert "ab sofort nicht mehr" in browser.get(end).text
    browser.submit(end)
    browser.follow()
    assert "Der Zugang „Finanzverfahren“ ist beendet." in browser.page.text
    assert "beendet am" in browser.page.one("table").text


def test_every_permission_has_a_german_name():
    assert all(permission.label for permission in Permission)

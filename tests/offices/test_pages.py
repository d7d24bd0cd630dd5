"""Contact data on pages: the administration's own, and at the other side of a file."""

from __future__ import annotations

import pytest

from kimhub.offices.usecases.offices import NewOffice, add_office
from tenants import Role, transaction
from tests.factories.ledger import euro, granted, issued
from tests.factories.requests import submitted
from tests.support.acting import acting

PAGE = "/t/musterkreis/verwaltung/kontaktdaten"


@pytest.fixture
def somebody(ctx):
    with acting(ctx) as somebody:
        yield somebody


@pytest.fixture
def offices(ctx, district):
    for body, role, email in (
        (district.kreis, Role.KI_COORDINATOR, "ki@kreis.example"),
        (district.gemeinde, Role.OFFICER, "amt@stadt.example"),
    ):
        admin = body.actor(Role.ADMINISTRATOR)
        with transaction(admin):
            add_office(admin, NewOffice(role=role, name="Fachdienst", email=email, phone="02241 13-0"))


def file_of(somebody, actor, path):
    page = somebody.as_(actor).get(f"/t/{actor.tenant_slug}/{path}")
    assert page.status_code == 200
    return page.text


def test_the_administration_names_changes_and_removes_an_office(somebody, district):
    browser = somebody.as_(district.kreis.actor(Role.ADMINISTRATOR))
    assert "Noch keine Kontaktdaten" in browser.get(PAGE).text
    assert "keine Personen" in browser.get(f"{PAGE}/neu").text
    typed = {"role": "officer", "name": "Sozialamt", "email": "amt@kreis.example", "phone": ""}
    refused = browser.post(f"{PAGE}/neu", data={**typed, "email": ""})
    assert refused.status_code == 422
    assert "Geben Sie ein Funktionspostfach oder ein Telefon an." in refused.text
    assert browser.post(f"{PAGE}/neu", data=typed).status_code == 303
    assert "Sozialamt" in browser.get(PAGE).text
    assert "Sachbearbeitung" not in browser.get(f"{PAGE}/neu").text


def test_who_may_not_change_them_reads_them(somebody, offices, district):
    browser = somebody.as_(district.kreis.actor(Role.OFFICER))
    page = browser.get(PAGE).text
    assert "Fachdienst" in page
    assert f"{PAGE}/" not in page
    assert browser.get(f"{PAGE}/neu").status_code == 403


def test_each_side_of_a_request_reads_whom_to_turn_to_at_the_other(somebody, offices, district):
    officer, coordinator = district.gemeinde.actor(Role.OFFICER), district.kreis.actor(Role.KI_COORDINATOR)
    request_id = submitted(officer)
    for reader, seen, own in (
        (officer, "ki@kreis.example", "amt@stadt.example"), (coordinator, "amt@stadt.example", "ki@kreis.example"),
    ):  # fmt: skip
        page = file_of(somebody, reader, f"stellen/antraege/{request_id}")
        assert f'href="mailto:{seen}"' in page
        assert own not in page


def test_each_side_of_a_weiterleitung_reads_it_too_where_the_other_has_named_an_office(
    somebody, offices, district
):
    kreis = district.kreis.actor(Role.KI_COORDINATOR)
    fund = granted(kreis, euro(1000))
    given = issued(kreis, fund, district.gemeinde.id, euro(10))
    assert "amt@stadt.example" in file_of(somebody, kreis, f"mittel/weiterleitungen/{given}")
    officer = district.gemeinde.actor(Role.OFFICER)
    assert "ki@kreis.example" in file_of(somebody, officer, f"mittel/weiterleitungen/{given}")
    silent = issued(kreis, fund, district.sibling.id, euro(10))
    assert "Ansprechstelle" not in file_of(somebody, kreis, f"mittel/weiterleitungen/{silent}")

"""„Vertretungen“ in the browser."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kimhub.core import clock
from tenants import Role
from tests.support.acting import acting
from tests.support.browser import hidden_fields

PAGE = "/t/musterstadt/verwaltung/vertretungen"


@pytest.fixture
def browse(town, people):
    """Return the browser of a person of the Gemeinde."""
    roles = {
        "olga": Role.OFFICER, "adam": Role.ADMINISTRATOR, "ruth": Role.AUDITOR, "carla": Role.COMMITTEE_MEMBER,
        "cem": Role.COMMITTEE_MEMBER,
    }  # fmt: skip
    with acting(town.works.app) as somebody:
        yield lambda name: somebody.as_(town.actor(name, town.district.gemeinde, roles[name]))


def typed(deputy, **more):
    begin, end = clock.today(), clock.today() + timedelta(days=7)
    return {"deputy_id": str(deputy), "starts_on": f"{begin:%d.%m.%Y}", "ends_on": f"{end:%d.%m.%Y}", **more}


def test_a_person_names_a_deputy_and_reads_what_that_one_may_not_do(browse, people):
    browser = browse("olga")
    assert "Keine Vertretung" in browser.get(PAGE).text
    form = browser.get(f"{PAGE}/neu").text
    assert "Rechte bekommt sie dadurch nicht" in form
    assert "erhält deren Vertretung davon nichts" in form
    assert str(people["olga"]) not in form
    assert "Wer abwesend ist" not in form
    assert browser.post(f"{PAGE}/neu", data=typed(people["paula"])).status_code == 303
    page = browser.get(PAGE).text
    assert "darf nicht:" in page
    assert "Stellenanträge stellen" in page
    assert "läuft" in page


def test_the_administration_says_for_whom(browse, people):
    browser = browse("adam")
    assert "Wer abwesend ist" in browser.get(f"{PAGE}/neu").text
    values = typed(people["paula"], account_id=str(people["olga"]))
    assert browser.post(f"{PAGE}/neu", data=values).status_code == 303
    assert "Sachbearbeitung Musterstadt" in browser.get(PAGE).text


@pytest.mark.parametrize("deputy", ["", "niemand", "00000000-0000-4000-8000-000000000000"])
def test_a_person_who_is_not_offered_is_refused_at_the_field(browse, deputy):
    assert browse("olga").post(f"{PAGE}/neu", data=typed(deputy)).status_code == 422


def test_a_deputation_that_was_ended_shows_when_it_is_asked_for(browse, people):
    browser = browse("olga")
    browser.post(f"{PAGE}/neu", data=typed(people["paula"]))
    page = browser.get(PAGE).text
    address = page.split("/beenden")[0].rsplit('"', 1)[1] + "/beenden"
    question = browser.get(address).text
    assert "Vertretung beenden?" in question
    seen = hidden_fields(question, address)
    assert "/beenden" not in browse("ruth").get(PAGE).text
    assert "nur die beiden Personen selbst" in browse("ruth").post(address, data=seen).text
    assert browse("olga").post(address, data=seen).status_code == 303
    assert (
        "Prüfung Musterstadt"
        not in browse("olga").get(PAGE).text.split("<main")[1].split("Vertretung nennen")[1]
    )
    assert "beendet am" in browse("olga").get(f"{PAGE}?beendete=auch").text


def test_both_read_in_their_posteingang_what_they_are_party_to_and_end_it_there(browse, people):
    """Also who may not read people and roles: their mail is theirs."""
    values = typed(people["carla"], account_id=str(people["olga"]))
    assert browse("adam").post(f"{PAGE}/neu", data=values).status_code == 303
    inbox = "/t/musterstadt/posteingang"
    assert "Gremienmitglied Musterstadt vertritt Sie" in browse("olga").get(inbox).text
    page = browse("carla").get(inbox).text
    assert "Sie vertreten Sachbearbeitung Musterstadt" in page
    address = page.split("/beenden")[0].rsplit('"', 1)[1] + "/beenden"
    assert "Sie vertreten" not in browse("cem").get(inbox).text
    refused = browse("cem").get(address)
    assert refused.status_code == 409
    assert "Sachbearbeitung" not in refused.text, "who is away is not told to others"
    question = browse("carla").get(address).text
    assert PAGE not in question.replace(address, ""), "no way to a page that she may not open"
    assert "Beendete Vertretungen" not in question
    seen = hidden_fields(question, address)
    assert browse("cem").post(address, data=seen).status_code == 409
    answer = browse("carla").post(address, data=seen)
    assert (answer.status_code, answer.location) == (303, inbox)
    assert "Sie vertreten" not in browse("carla").get(inbox).text
    assert browse("carla").get(PAGE).status_code == 403

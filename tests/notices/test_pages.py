"""Notices in the browser: the Kreis writes and sends, a member takes note, its office sees who has."""

from __future__ import annotations

import pytest

from kimhub.notices.usecases.drafts import NoticeDetails
from tenants import Role
from tests.notices.acts import sent, withdrawn
from tests.support.acting import acting
from tests.support.browser import save

KREIS, GEMEINDE = "/t/musterkreis/gremien", "/t/musterstadt/gremien"
TYPED = {"subject": "Bescheid 2026", "text": "Der Bescheid ist da.\n\nMehr folgt.", "to_gemeinden": "true"}


@pytest.fixture
def browse(site):
    """Return the browser of a person."""
    d = site.district
    who = {
        "ki": (d.kreis, Role.KI_COORDINATOR),
        "anna": (d.gemeinde, Role.COMMITTEE_MEMBER),
        "office": (d.gemeinde, Role.COMMITTEE_OFFICE),
        "cem": (d.sibling, Role.COMMITTEE_MEMBER),
    }
    site.settle("olga", (d.gemeinde, Role.OFFICER))
    who["olga"] = (d.gemeinde, Role.OFFICER)
    with acting(site.works.app) as somebody:
        yield lambda name: somebody.as_(site.actor(name, *who[name]))


def test_a_kreis_writes_a_notice_looks_at_its_recipients_and_sends_it(site, browse):
    browser = browse("ki")
    made = browser.post(f"{KREIS}/eigene-unterrichtungen/neu", data=TYPED)
    assert made.status_code == 303
    page = browser.get(made.location).text
    assert "Entwurf" in page
    assert "Dazu jede Gemeinde des Kreises, die später teilnimmt" in page
    notice_id = made.location.rpartition("/")[2]
    sending = f"{KREIS}/eigene-unterrichtungen/{notice_id}/versenden"
    question = browser.get(sending).text
    assert "2 Kommunen" in question
    assert "Mehr folgt." in question
    assert save(browser, sending, {}).status_code == 303
    page = browser.get(made.location).text
    assert "noch niemand" in page
    assert f"/eigene-unterrichtungen/{notice_id}/empfaenger.xlsx" in page
    assert browser.get(f"{KREIS}/eigene-unterrichtungen/{notice_id}/empfaenger.csv").status_code == 200
    assert "Bescheid 2026" in browser.get(f"{KREIS}/eigene-unterrichtungen").text


def test_a_draft_says_what_is_missing_and_shows_no_way_to_send_it(browse):
    browser = browse("ki")
    made = browser.post(f"{KREIS}/eigene-unterrichtungen/neu", data={"subject": "Leer"})
    page = browser.get(made.location).text
    assert "Geben Sie einen Text ein." in page
    assert "Sagen Sie, wer unterrichtet werden soll." in page
    assert "/versenden" not in page


def test_it_can_be_taken_back_from_one_body(site, ki, browse):
    notice_id = sent(ki)
    here = f"{KREIS}/eigene-unterrichtungen/{notice_id}/zuruecknehmen"
    sibling = site.district.sibling
    browser = browse("ki")
    assert save(browser, here, {"recipient": "niemand", "reason": "x"}).status_code == 422
    assert save(browser, here, {"recipient": sibling.slug, "reason": "Nicht gemeint"}).status_code == 303
    page = browser.get(f"{KREIS}/eigene-unterrichtungen/{notice_id}").text
    assert page.count("Nicht gemeint") == 1
    assert "versendet" in page
    assert browse("anna").get(f"{GEMEINDE}/unterrichtungen/{notice_id}").status_code == 200


def test_a_gemeinde_is_offered_its_own_committees_alone(browse):
    form = browse("olga").get(f"{GEMEINDE}/eigene-unterrichtungen/neu").text
    assert "Eigene Gremien" in form
    assert "aller Gemeinden" not in form


def test_a_member_reads_takes_note_and_is_not_asked_again(site, ki, browse):
    notice_id = sent(ki)
    site.deliver()
    browser = browse("anna")
    assert "Zur Kenntnis nehmen" in browser.get("/t/musterstadt/").text
    here = f"{GEMEINDE}/unterrichtungen/{notice_id}"
    assert f"{here}/kenntnisnahme" in browser.get(here).text
    assert browser.post(f"{here}/kenntnisnahme").status_code == 303
    page = browser.get(here).text
    assert "Sie haben das am" in page
    assert f"{here}/kenntnisnahme" not in page
    assert "Zur Kenntnis nehmen" not in browser.get("/t/musterstadt/").text
    assert "Bescheid 2026" not in browser.get(f"{GEMEINDE}/unterrichtungen?stand=offen").text
    assert "Bescheid 2026" in browser.get(f"{GEMEINDE}/unterrichtungen").text
    assert "gelesen" in browser.get("/t/musterstadt/posteingang").text


def test_names_are_for_the_own_office_alone(site, ki, browse):
    notice_id = sent(ki)
    browse("anna").post(f"{GEMEINDE}/unterrichtungen/{notice_id}/kenntnisnahme")
    office = browse("office").get(f"{GEMEINDE}/unterrichtungen/{notice_id}").text
    assert "Kenntnisnahme in Ihrer Kommune" in office
    assert "noch nicht" in office
    for page in (
        browse("olga").get(f"{GEMEINDE}/unterrichtungen/{notice_id}").text,
        browse("anna").get(f"{GEMEINDE}/unterrichtungen/{notice_id}").text,
        browse("ki").get(f"{KREIS}/eigene-unterrichtungen/{notice_id}").text,
    ):
        assert "Kenntnisnahme in Ihrer Kommune" not in page
    assert "1 von 3" in browse("ki").get(f"{KREIS}/eigene-unterrichtungen/{notice_id}").text


def test_an_officer_reads_without_being_asked_to_take_note(ki, browse):
    notice_id = sent(ki)
    browser = browse("olga")
    assert "Der Bescheid ist da." in browser.get(f"{GEMEINDE}/unterrichtungen/{notice_id}").text
    assert browser.post(f"{GEMEINDE}/unterrichtungen/{notice_id}/kenntnisnahme").status_code == 403


def test_what_was_withdrawn_says_so_where_it_stood(site, ki, browse):
    notice_id = sent(ki)
    site.deliver()
    withdrawn(ki, notice_id)
    site.deliver()
    browser = browse("anna")
    here = f"{GEMEINDE}/unterrichtungen/{notice_id}"
    gone = browser.get(here)
    assert gone.status_code == 410
    assert "Der Musterkreis hat diese Unterrichtung am" in gone.text
    assert "Der Bescheid ist da." not in gone.text
    assert "Inzwischen überholt" in browser.get("/t/musterstadt/posteingang").text
    late = browser.post(f"{here}/kenntnisnahme")
    assert (late.status_code, late.location) == (303, here)
    assert "Ihre Kenntnisnahme ist festgehalten" not in browser.get(here).text
    own = browse("ki").get(f"{KREIS}/eigene-unterrichtungen/{notice_id}").text
    assert "zurückgenommen" in own
    assert "Falscher Betrag" in own
    assert "die Kommunen, die unten stehen" not in own


def test_a_withdrawal_asks_for_the_reason(ki, browse):
    notice_id = sent(ki)
    here = f"{KREIS}/eigene-unterrichtungen/{notice_id}/zuruecknehmen"
    browser = browse("ki")
    assert save(browser, here, {"reason": ""}).status_code == 422
    assert save(browser, here, {"reason": "Falscher Betrag"}).status_code == 303


def test_a_member_of_another_gemeinde_finds_nothing(site, ki, browse):
    notice_id = sent(ki, NoticeDetails(subject="Nur eine", text="Text", named=[site.district.gemeinde.slug]))
    gone = browse("cem").get(f"/t/{site.district.sibling.slug}/gremien/unterrichtungen/{notice_id}")
    assert gone.status_code == 404
    assert "zurückgenommen" not in gone.text

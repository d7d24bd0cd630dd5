"""The application in the browser: from a plan to a submitted application, with nothing lost on the way."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest

from kimhub.applications.queries import application_file
from kimhub.applications.usecases.write_foerderskizze import write_section
from tenants import Role, transaction
from tests.applications.conftest import make_draft, submit, version_of
from tests.factories.files import PDF
from tests.support.browser import save


@pytest.fixture
def base(district):
    return f"/t/{district.stadt.slug}/mittel/antraege"


def plain(text):
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))


def sections_of(actor, application_id):
    with transaction(actor, read_only=True) as session:
        return application_file(session, application_id).sections


def test_from_a_plan_to_a_submitted_application(browser, base, plan, stadt, district):
    client = browser.client
    of_plan = client.get(f"/t/{district.stadt.slug}/mittel/plaene/{plan}").text
    way = f"{base}/neu?plan={plan}"
    assert way in of_plan
    begun = client.get(way).text
    assert 'value="01.05.2021"' in begun
    assert 'value="31.12.2022"' in begun
    details = {
        "title": "KIM in Freistadt",
        "starts_on": "1.5.2021",
        "ends_on": "31.12.2022",
        "plan_id": str(plan),
    }
    file = client.post(way, data=details).location
    application_id = file.rsplit("/", 1)[1]
    for section in sections_of(stadt, application_id):
        saved = client.post(
            f"{base}/abschnitte/{section.id}",
            data={"heading": section.heading, "text": "So ist es.", "version": "1"},
        )
        assert saved.status_code == 303
    check = plain(client.get(f"{file}/einreichen").text)
    for figure in ("238.100,00", "1.686.708,05", "1.306.600,00", "380.108,05", "463.500,00"):
        assert figure in check
    typed = {
        "submitted_on": "1.3.2021",
        "version": str(version_of(stadt, application_id)),
        "reference": "KI 12/21",
    }
    assert client.post(f"{file}/einreichen", data=typed).status_code == 303
    page = plain(client.get(file).text)
    assert "eingereicht" in page
    assert "KI 12/21" in page
    assert "Bearbeiten" not in page
    assert "Berichtigung beginnen" in page


def test_a_gemeinde_reads_why_it_does_not_apply_here(browser, district):
    browser.as_(district.gemeinde.actor(Role.OFFICER))
    here = f"/t/{district.gemeinde.slug}/mittel/antraege"
    for path in (here, f"{here}/neu"):
        refused = browser.client.get(path)
        assert refused.status_code == 403
        assert "Kommunalen Integrationszentrum" in refused.text


def test_two_who_write_the_same_section_both_see_both_texts(browser, base, stadt, draft):
    section = sections_of(stadt, draft)[0]
    with transaction(stadt):
        write_section(
            stadt, section.id, heading=section.heading, text="Text der Kollegin",
            expected_version=section.version,
        )  # fmt: skip
    typed = {"heading": section.heading, "text": "Mein Text", "version": str(section.version)}
    answer = browser.client.post(f"{base}/abschnitte/{section.id}", data=typed)
    assert answer.status_code == 409
    assert "Text der Kollegin" in answer.text
    assert "Mein Text" in answer.text
    version = re.search(r'name="version" value="(\d+)"', answer.text)[1]
    again = browser.client.post(f"{base}/abschnitte/{section.id}", data={**typed, "version": version})
    assert again.status_code == 303
    assert sections_of(stadt, draft)[0].text == "Mein Text"


def test_save_and_go_on_leads_to_the_next_section(browser, base, stadt, draft):
    first, second, *_ = sections_of(stadt, draft)
    typed = {"heading": first.heading, "text": "x", "version": str(first.version), "weiter": "1"}
    assert browser.client.post(f"{base}/abschnitte/{first.id}", data=typed).location.endswith(str(second.id))


def test_what_was_typed_stays_when_the_heading_is_missing(browser, base, stadt, draft):
    section = sections_of(stadt, draft)[0]
    typed = {"heading": "", "text": "Ein langer Text.", "version": "2"}
    answer = browser.client.post(f"{base}/abschnitte/{section.id}", data=typed)
    assert answer.status_code == 422
    assert "Ein langer Text." in answer.text


def test_the_gemeinden_are_answered_on_one_page(browser, district, kreis):
    browser.as_(kreis)
    application_id = make_draft(kreis)
    here = f"/t/{district.kreis.slug}/mittel/antraege/{application_id}"
    form = browser.client.get(f"{here}/gemeinden").text
    assert form.index("Altdorf") < form.index("Musterstadt")
    typed = {
        "gemeinden.0.ags": "05901002", "gemeinden.0.involved": "no", "gemeinden.0.how": "Hat verzichtet.",
        "gemeinden.1.ags": "05901001", "gemeinden.1.involved": "yes", "gemeinden.1.how": "Projektgruppe.",
    }  # fmt: skip
    assert save(browser.client, f"{here}/gemeinden", typed).status_code == 303
    page = plain(browser.client.get(here).text)
    for words in ("Hat verzichtet.", "Projektgruppe."):
        assert words in page


def test_participants_are_entered_changed_and_removed(browser, base, draft):
    here = f"{base}/{draft}"
    typed = {"name": "Jobcenter", "contribution": "Hat mitberaten."}
    assert browser.client.post(f"{here}/beteiligte/neu", data=typed).status_code == 303
    page = browser.client.get(here).text
    change = re.search(rf"{base}/beteiligte/[0-9a-f-]{{36}}(?=\")", page)[0]
    assert save(browser.client, change, {**typed, "inside": "1"}).status_code == 303
    assert "innerhalb" in browser.client.get(here).text
    assert save(browser.client, f"{change}/entfernen", {}).status_code == 303
    assert "Jobcenter" not in browser.client.get(here).text.split('id="beteiligte"')[1].split("</section>")[0]


def test_a_file_is_attached_downloaded_and_refused_when_it_is_something_else(browser, base, draft):
    here = f"{base}/{draft}"
    wrong = browser.client.post(f"{here}/dokumente/neu", data={"file": (BytesIO(b"MZ"), "konzept.pdf")})
    assert wrong.status_code == 422
    assert "kein vollständiges PDF" in wrong.text
    sent = browser.client.post(f"{here}/dokumente/neu", data={"file": (BytesIO(PDF), "konzept.pdf")})
    assert sent.status_code == 303
    link = re.search(rf'href="({base}/dokumente/[0-9a-f-]+)"', browser.client.get(here).text)[1]
    answer = browser.client.get(link)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert save(browser.client, f"{link}/entfernen", {}).status_code == 303


def test_the_check_page_says_what_is_missing_and_offers_no_submission(browser, base, stadt):
    page = browser.client.get(f"{base}/{make_draft(stadt)}/einreichen").text
    assert "noch kein Finanzierungsplan" in page
    assert "Die Förderskizze ist noch leer" in page
    assert ">Antrag einreichen<" not in page


def test_a_check_that_is_out_of_date_is_shown_again(browser, base, stadt, draft):
    typed = {"submitted_on": "1.3.2021", "version": str(version_of(stadt, draft) - 1)}
    answer = browser.client.post(f"{base}/{draft}/einreichen", data=typed)
    assert answer.status_code == 409
    assert "noch nicht eingereicht" in answer.text


@pytest.mark.parametrize("ending", ["angaben", "einreichen", "abschnitte/neu", "beteiligte/neu", "gemeinden"])
def test_a_form_that_could_not_be_saved_is_not_shown(browser, base, submitted, ending):
    answer = browser.client.get(f"{base}/{submitted}/{ending}")
    assert answer.status_code == 409
    assert "Berichtigung" in answer.text


def test_receipt_withdrawal_and_correction(browser, base, stadt, draft):
    here = f"{base}/{submit(stadt, draft)}"
    typed = {"happened_on": "3.3.2021", "reference": "36.01-12"}
    assert browser.client.post(f"{here}/eingang", data=typed).status_code == 303
    assert "36.01-12" in browser.client.get(here).text
    without_reason = browser.client.post(f"{here}/zurueckziehen", data={"happened_on": "1.4.2021"})
    assert without_reason.status_code == 422
    corrected = browser.client.post(f"{here}/berichtigen")
    assert "berichtigt einen früheren" in browser.client.get(corrected.location).text
    reason = {"happened_on": "1.4.2021", "note": "Neu geplant."}
    assert browser.client.post(f"{here}/zurueckziehen", data=reason).status_code == 303
    assert "Neu geplant." in browser.client.get(here).text


def test_a_decision_about_a_baustein_is_read_with_its_reasons(browser, stadt):
    here = f"/t/{stadt.tenant_slug}/mittel/bausteine"
    typed = {
        "baustein": "3", "use": "not_used", "from_year": "2021", "decided_on": "6.5.2021",
        "reason": "Beschlossen sind nur die Bausteine 1 und 2.", "reference": "Rat, 06.05.2021",
    }  # fmt: skip
    assert browser.client.post(f"{here}/neu", data=typed).status_code == 303
    page = plain(browser.client.get(here).text)
    assert "Baustein 3 ab 2021" in page
    assert "Beschlossen sind nur die Bausteine 1 und 2." in page
    assert "Rat, 06.05.2021" in page


def test_an_empty_decision_says_what_to_do_at_each_field(browser, stadt):
    answer = browser.client.post(f"/t/{stadt.tenant_slug}/mittel/bausteine/neu", data={})
    assert answer.status_code == 422
    assert answer.text.count("kern-error") >= 4


def test_who_only_reads_sees_everything_and_no_way_to_change_it(browser, base, draft, district):
    browser.as_(district.stadt.actor(Role.AUDITOR))
    page = browser.client.get(f"{base}/{draft}").text
    assert "Ein Absatz." in page
    for word in ("Bearbeiten", "Prüfen und einreichen", "Entwurf ablegen", "Angaben ändern"):
        assert word not in page


def test_the_desk_shows_drafts_with_their_deadline(browser, district, stadt):
    make_draft(stadt, title="Antrag für 2027", starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    desk = browser.client.get(f"/t/{district.stadt.slug}/").text
    assert "Antrag für 2027" in desk
    assert "30.10.2026" in desk, "the earliest of the readings: 31.10. is a Saturday"


def test_what_is_typed_is_kept_while_writing(browser, base, stadt, draft):
    section = sections_of(stadt, draft)[0]
    typed = {"heading": section.heading, "text": "Halber Satz", "version": str(section.version)}
    kept = browser.client.post(f"{base}/abschnitte/{section.id}/zwischenspeichern", data=typed)
    assert "Entwurf gespeichert" in kept.text
    assert f'value="{section.version + 1}"' in kept.text
    assert sections_of(stadt, draft)[0].text == "Halber Satz"
    stale = browser.client.post(
        f"{base}/abschnitte/{section.id}/zwischenspeichern", data={**typed, "text": "x"}
    )
    assert stale.status_code == 200
    assert "Noch nicht gespeichert" in stale.text
    assert f'value="{section.version}"' in stale.text, "the page's own button must meet the conflict"
    assert sections_of(stadt, draft)[0].text == "Halber Satz"
    empty = browser.client.post(
        f"{base}/abschnitte/{section.id}/zwischenspeichern", data={**typed, "heading": ""}
    )
    assert "Noch nicht gespeichert" in empty.text

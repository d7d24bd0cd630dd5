"""The pages of coverage: gaps are seen and closed, one event costs what twenty do, nothing is told too much."""

from __future__ import annotations

import pytest

from kimhub.core.errors import InvalidInputError
from kimhub.coverage.usecases.rules import RuleDetails, concern_committee
from kimhub.notices.usecases.send_notice import send_notice
from kimhub.occurrences.public import OccurrenceKind, show_to_gemeinden
from kimhub.occurrences.usecases.record import give_lines_to_gemeinden
from tenants import Role, db, transaction
from tests.coverage.acts import consulted, elsewhere, happened, in_days, listed, state_of, told, waived
from tests.support.acting import acting
from tests.support.browser import save
from tests.support.statements import counted

KREIS, GEMEINDE = "/t/musterkreis/gremien", "/t/musterstadt/gremien"


@pytest.fixture
def browse(site):
    """Return the browser of a person."""
    d = site.district
    who = {
        "ki": (d.kreis, Role.KI_COORDINATOR),
        "anna": (d.gemeinde, Role.COMMITTEE_MEMBER),
        "office": (d.gemeinde, Role.COMMITTEE_OFFICE),
    }
    with acting(site.works.app) as somebody:
        yield lambda name: somebody.as_(site.actor(name, *who[name]))


def statements(browser, path):
    with counted(db.engine) as found:
        assert browser.get(path).status_code == 200
    return len(found)


def test_a_kreis_closes_its_gaps_with_one_draft(site, ki, office, seats, browse):
    first, second = happened(ki, in_days(-40)), happened(ki, in_days(-20))
    browser = browse("ki")
    assert "2 Vorgänge ohne Unterrichtung der Gremien" in browser.get("/t/musterkreis/").text
    form = browser.get(f"{KREIS}/stand/unterrichten").text
    assert form.count("Pauschale 2026") == 2
    typed = {"occurrences": [str(first), str(second)], "to_own": "true", "to_gemeinden": "true"}
    made = browser.post(f"{KREIS}/stand/unterrichten", data=typed)
    assert made.status_code == 303
    assert state_of(ki, first) == {"Ausschuss": "planned"}
    draft = browser.get(made.location).text
    assert "Zuwendung oder Pauschale des Landes: Pauschale 2026." in draft
    notice_id = made.location.rpartition("/")[2]
    sending = f"{KREIS}/eigene-unterrichtungen/{notice_id}/versenden"
    assert save(browser, sending, {}).status_code == 303
    assert listed(ki, gap=True) == listed(office, gap=True) == {}
    assert "ohne Unterrichtung der Gremien" not in browser.get("/t/musterkreis/").text


def test_nothing_chosen_is_said_at_its_field(site, ki, seats, browse):
    happened(ki, in_days(-40))
    browser = browse("ki")
    answer = browser.post(f"{KREIS}/stand/unterrichten", data={"to_own": "true"})
    assert answer.status_code == 422
    assert "Wählen Sie" in answer.text


def test_a_gemeinde_tells_its_own_committee_of_what_the_kreis_did(site, ki, office, seats, browse):
    occurrence = happened(ki, in_days(-40))
    browser = browse("office")
    made = browser.post(
        f"{GEMEINDE}/stand/unterrichten", data={"occurrences": str(occurrence), "to_own": "true"}
    )
    assert made.status_code == 303
    draft = browser.get(made.location).text
    assert "Pauschale 2026" not in draft
    assert "Kreis" in draft
    notice_id = made.location.rpartition("/")[2]
    assert save(browser, f"{GEMEINDE}/eigene-unterrichtungen/{notice_id}/versenden", {}).status_code == 303
    assert state_of(office, occurrence) == {"Ausschuss": "after"}
    assert set(elsewhere(ki).values()) == {None}


def test_a_member_reads_the_state_and_no_titles_of_the_kreis(site, ki, office, seats, browse):
    occurrence = happened(ki, in_days(-40))
    consulted(office, seats[office], in_days(-3), occurrence)
    browser = browse("anna")
    page = browser.get(f"{GEMEINDE}/stand").text
    assert "danach unterrichtet" in page
    assert "Pauschale 2026" not in page
    file = browser.get(f"{GEMEINDE}/stand/{occurrence}").text
    assert "TOP 1" in file
    assert "Pauschale 2026" not in file
    assert "Gremien unterrichten" not in file
    assert browser.get(f"{GEMEINDE}/stand/unterrichten").status_code == 403


def test_of_a_kreis_it_is_said_what_it_shows_or_not_known_never_none(site, ki, seats, browse):
    page = browse("office").get(f"{GEMEINDE}/stand").text
    assert "Vorgänge des Kreises sind hier nicht bekannt." in page
    assert "zeigt hier" not in page
    happened(ki, in_days(-40))
    page = browse("office").get(f"{GEMEINDE}/stand").text
    assert "zeigt hier Art und Tag dieser Vorgänge" in page
    with transaction(ki):
        show_to_gemeinden(ki, [])
    page = browse("office").get(f"{GEMEINDE}/stand").text
    assert "zeigt hier Art und Tag" not in page
    assert "Andere Vorgänge sind hier nicht bekannt." in page


def test_a_kind_that_is_shown_from_now_on_follows_for_what_happened(site, ki, office, seats):
    with transaction(ki):
        show_to_gemeinden(ki, [])
    occurrence = happened(ki, in_days(-40))
    assert listed(office) == {}
    with transaction(ki):
        show_to_gemeinden(ki, [OccurrenceKind.GRANT])
    with transaction(ki):
        assert give_lines_to_gemeinden(ki) == 2
    with transaction(ki):
        assert give_lines_to_gemeinden(ki) == 0
    assert listed(office) == {occurrence: ["missing"]}


def test_a_rule_decides_what_concerns_a_committee(site, ki, seats, browse):
    occurrence = happened(ki, in_days(-40))
    with transaction(ki):
        concern_committee(ki, seats[ki], RuleDetails(kinds=[OccurrenceKind.MEASURE]))
    assert listed(ki) == {occurrence: []}
    page = browse("ki").get(f"{KREIS}/stand/regeln").text
    assert "Beschluss der Lenkungsgruppe über eine Maßnahme (KI-Koordination" in page
    with transaction(ki):
        concern_committee(ki, seats[ki], RuleDetails(kinds=[OccurrenceKind.GRANT]))
    assert listed(ki) == {occurrence: ["missing"]}


def test_not_needed_has_a_reason_and_can_be_taken_back(site, ki, seats, browse):
    occurrence = happened(ki, in_days(-40))
    browser = browse("ki")
    path = f"{KREIS}/stand/{occurrence}/nicht-erforderlich"
    assert browser.post(path, data={"committee": str(seats[ki]), "reason": ""}).status_code == 422
    answer = browser.post(path, data={"committee": str(seats[ki]), "reason": "Im Kreistag behandelt"})
    assert answer.status_code == 303
    page = browser.get(f"{KREIS}/stand/{occurrence}").text
    assert "Im Kreistag behandelt" in page
    back = next(part for part in page.split('"') if part.endswith("/zuruecknehmen"))
    assert save(browser, back, {}).status_code == 303
    assert state_of(ki, occurrence) == {"Ausschuss": "missing"}


def test_a_paper_is_related_and_let_go(site, ki, seats, browse):
    occurrence = happened(ki, in_days(-40))
    paper = consulted(ki, seats[ki], in_days(-50), None)
    browser = browse("ki")
    path = f"{KREIS}/stand/{occurrence}/vorlage"
    assert browser.post(path, data={"paper": str(paper)}).status_code == 303
    assert state_of(ki, occurrence) == {"Ausschuss": "before"}
    again = browser.post(path, data={"paper": str(paper)})
    assert again.status_code == 422
    assert "schon zugeordnet" in again.text
    page = browser.get(f"{KREIS}/stand/{occurrence}").text
    free = next(part for part in page.split('"') if part.endswith("/entfernen"))
    assert save(browser, free, {}).status_code == 303
    assert state_of(ki, occurrence) == {"Ausschuss": "missing"}


def test_lists_cost_the_same_for_one_event_and_for_twenty(site, ki, office, seats, browse):
    told(ki, happened(ki, in_days(-40)), to_own=True, to_gemeinden=True)
    pages = {f"{KREIS}/stand": "ki", f"{KREIS}/stand-gemeinden": "ki", f"{GEMEINDE}/stand": "office"}
    few = {path: statements(browse(name), path) for path, name in pages.items()}
    for day in range(20):
        occurrence = happened(ki, in_days(-day))
        if day % 3 == 0:
            told(ki, occurrence, to_own=True)
        elif day % 3 == 1:
            waived(ki, seats[ki], occurrence)
    assert {path: statements(browse(name), path) for path, name in pages.items()} == few


def test_a_body_tells_nobody_else_of_what_happened_elsewhere(site, ki, office, seats):
    occurrence = happened(ki, in_days(-40))
    draft = told(office, occurrence, draft=True, to_own=True)
    with site.superuser.begin() as connection:
        connection.exec_driver_sql("UPDATE notice SET to_own = false, to_gemeinden = true")
    with pytest.raises(InvalidInputError), transaction(office):
        send_notice(office, draft)

"""Releases in the browser: the Kreis chooses, checks and releases; a Gemeinde reads, quotes, and sees what is over."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from kimhub.applications.public import Participation, add_participant
from kimhub.releases.models import PartKind
from tenants import Role, db, transaction
from tests.applications.conftest import make_draft, make_plan
from tests.releases.acts import released, withdrawn
from tests.support.acting import acting
from tests.support.browser import hidden_fields, save
from tests.support.statements import counted

KREIS, GEMEINDE = "/t/musterkreis/gremien", "/t/musterstadt/gremien"
BOTH = {"parts": ["participants", "involvement"], "to_gemeinden": "true"}


@pytest.fixture
def browse(site):
    """Return the browser of a person."""
    d = site.district
    site.settle("office", (d.gemeinde, Role.COMMITTEE_OFFICE))
    site.settle("karl", (d.kreis, Role.OFFICER))
    who = {
        "ki": (d.kreis, Role.KI_COORDINATOR),
        "karl": (d.kreis, Role.OFFICER),
        "olga": (d.gemeinde, Role.OFFICER),
        "office": (d.gemeinde, Role.COMMITTEE_OFFICE),
        "anna": (d.gemeinde, Role.COMMITTEE_MEMBER),
        "otto": (d.sibling, Role.OFFICER),
    }
    with acting(site.works.app) as somebody:
        yield lambda name: somebody.as_(site.actor(name, *who[name]))


def test_a_kreis_chooses_sees_every_word_and_releases(browse, application):
    browser = browse("ki")
    form = f"{KREIS}/freigaben/antrag/{application}"
    assert form in browser.get(f"{KREIS}/freigaben/neu").text
    assert form in browser.get(f"/t/musterkreis/mittel/antraege/{application}").text
    chosen = browser.post(form, data=BOTH)
    assert chosen.status_code == 303
    check = browser.get(chosen.location).text
    for words in ("Ausländeramt", "Beratung.", "Mitglied der Projektgruppe.", "Geheim für andere."):
        assert words in check
    assert "Das lesen Gemeinden, sobald sie teilnehmen" in check
    assert "Entwurf, Fassung" in check
    assert "Kommt später." in check
    assert save(browser, chosen.location, {}).location == f"{KREIS}/freigaben"
    page = browser.get(f"{KREIS}/freigaben").text
    assert "Beteiligte an der Förderskizze" in page
    assert "Einbindung der Gemeinde" in page
    assert browser.get(f"{KREIS}/freigaben/liste.csv").status_code == 200


def test_a_check_of_a_state_that_has_changed_releases_nothing(ki, browse, application):
    browser = browse("ki")
    check = browser.post(f"{KREIS}/freigaben/antrag/{application}", data=BOTH).location
    seen = hidden_fields(browser.get(check).text, check)
    with transaction(ki):
        add_participant(ki, application, Participation(name="Schulamt", inside=True, contribution=""))
    late = browser.post(check, data=seen)
    assert late.status_code == 409
    assert "inzwischen geändert" in late.text
    assert "Noch keine Freigabe" in browser.get(f"{KREIS}/freigaben").text


@pytest.mark.parametrize(
    "typed",
    [
        {"to_gemeinden": "true"},
        {"parts": ["participants"]},
        {"parts": ["participants"], "named": ["fernstadt"]},
    ],
)
def test_without_a_part_or_a_reader_the_form_says_so(browse, application, typed):
    assert browse("ki").post(f"{KREIS}/freigaben/antrag/{application}", data=typed).status_code == 422


@pytest.mark.parametrize(
    "query", ["", "?teil=participants", "?alle=ja", "?teil=plan&alle=ja", "?teil=participants&gemeinde=x"]
)
def test_an_address_without_a_choice_leads_to_the_form(browse, application, query):
    form = f"{KREIS}/freigaben/antrag/{application}"
    for method in ("get", "post"):
        answer = getattr(browse("ki"), method)(f"{form}/pruefen{query}")
        assert (answer.status_code, answer.location) == (303, form)


def test_what_is_empty_is_refused_in_the_form(ki, browse):
    answer = browse("ki").post(f"{KREIS}/freigaben/antrag/{make_draft(ki)}", data=BOTH)
    assert answer.status_code == 422
    assert "Wer hat mitgewirkt?" in answer.text


def test_the_figures_of_a_plan_are_released_from_its_page(ki, browse):
    plan_id, browser = make_plan(ki), browse("ki")
    plan = browser.get(f"/t/musterkreis/mittel/plaene/{plan_id}").text
    assert f"{KREIS}/freigaben/neu?plan={plan_id}" in plan
    form = browser.get(f"{KREIS}/freigaben/neu?plan={plan_id}").location
    check = browser.post(form, data={"to_gemeinden": "true"}).location
    assert "518.400,00" in browser.get(check).text
    made = save(browser, check, {})
    assert "518.400,00" in browser.get(made.location).text
    here = f"{GEMEINDE}/vom-kreis/{made.location.rpartition('/')[2]}"
    page = browse("olga").get(here).text
    assert "518.400,00" in page
    assert "Fassung 1, Stand" in page
    assert "E13" not in page


def test_a_gemeinde_reads_and_quotes_with_date_and_source(site, ki, browse, application):
    sibling = f"/t/{site.district.sibling.slug}/gremien"
    people, own = released(ki, application)
    browser = browse("olga")
    assert "Vom Kreis freigegeben" in browser.get(f"{GEMEINDE}/unterrichtungen").text
    page = browser.get(f"{GEMEINDE}/vom-kreis/{people}").text
    assert (
        "innerhalb der Kreisverwaltung: Ausländeramt; außerhalb der Kreisverwaltung: Jobcenter (Beratung)."
        in page
    )
    assert "Auskunft des Musterkreises vom " in page
    assert "Entwurf, Fassung" in page
    page = browser.get(f"{GEMEINDE}/vom-kreis/{own}").text
    assert "Die Gemeinde ist nach der Förderskizze eingebunden: Mitglied der Projektgruppe." in page
    assert "Geheim" not in page
    assert browse("office").get(f"{GEMEINDE}/vom-kreis/{own}").status_code == 200
    assert "Geheim für andere." in browse("otto").get(f"{sibling}/vom-kreis/{own}").text


def test_a_newer_state_is_named_on_the_older_one_which_stays_readable(ki, browse, application):
    (older,) = released(ki, application, PartKind.PARTICIPANTS)
    (newer,) = released(ki, application, PartKind.PARTICIPANTS)
    browser = browse("olga")
    page = browser.get(f"{GEMEINDE}/vom-kreis/{older}").text
    assert f"{GEMEINDE}/vom-kreis/{newer}" in page
    assert "Ausländeramt" in page
    assert "überholt" in browser.get(f"{GEMEINDE}/vom-kreis").text
    assert "Dieser Stand ist überholt" not in browser.get(f"{GEMEINDE}/vom-kreis/{newer}").text
    assert "liest einen neueren Stand" in browse("ki").get(f"{KREIS}/freigaben/{older}").text


def test_what_was_withdrawn_says_when_and_what_stays_quotable(site, ki, browse, application):
    people, _ = released(ki, application)
    withdrawn(ki, people)
    site.deliver()
    browser = browse("olga")
    gone = browser.get(f"{GEMEINDE}/vom-kreis/{people}")
    assert gone.status_code == 410
    assert "Der Musterkreis hat diese Freigabe am" in gone.text
    assert "Auskunft des Musterkreises vom" in gone.text
    assert "Ausländeramt" not in gone.text
    assert "Falsche Angabe" not in gone.text
    assert f"{GEMEINDE}/vom-kreis/{people}" in browser.get(f"{GEMEINDE}/vom-kreis").text
    assert "Inzwischen überholt" in browser.get("/t/musterstadt/posteingang").text
    own = browse("ki").get(f"{KREIS}/freigaben/{people}").text
    assert "Falsche Angabe" in own
    assert f"{people}/zuruecknehmen" not in own


def test_it_is_taken_back_from_one_gemeinde_on_the_page(site, ki, browse, application):
    (release_id,) = released(ki, application, PartKind.PARTICIPANTS)
    here, browser = f"{KREIS}/freigaben/{release_id}/zuruecknehmen", browse("ki")
    assert save(browser, here, {"reason": ""}).status_code == 422
    typed = {"reason": "Irrtum", "recipient": site.district.sibling.slug}
    assert save(browser, here, typed).status_code == 303
    assert browse("olga").get(f"{GEMEINDE}/vom-kreis/{release_id}").status_code == 200
    assert (
        browse("otto").get(f"/t/{site.district.sibling.slug}/gremien/vom-kreis/{release_id}").status_code
        == 410
    )


def test_where_nothing_is_released_nobody_says_that_there_is_nothing(browse):
    page = browse("olga").get(f"{GEMEINDE}/vom-kreis").text
    assert "Der Musterkreis hat hier noch nichts freigegeben" in page
    assert "ist hier nicht bekannt" in page
    assert "keine " not in page.partition("<main")[2].partition("</main>")[0]


def test_who_may_not_finds_nothing(ki, browse, application):
    (release_id,) = released(ki, application, PartKind.PARTICIPANTS)
    assert browse("anna").get(f"{GEMEINDE}/vom-kreis/{release_id}").status_code == 403
    assert "Vom Kreis freigegeben" not in browse("anna").get(f"{GEMEINDE}/unterrichtungen").text
    assert browse("olga").get(f"{GEMEINDE}/freigaben").status_code == 403
    assert browse("ki").get(f"{KREIS}/vom-kreis").status_code == 403
    assert browse("karl").get(f"{KREIS}/freigaben/{release_id}").status_code == 200
    assert browse("karl").get(f"{KREIS}/freigaben/{release_id}/zuruecknehmen").status_code == 403
    assert "Angaben freigeben" not in browse("karl").get(f"{KREIS}/freigaben").text


def test_pages_cost_the_same_however_many_read_and_however_much_was_released(site, ki, browse, application):
    (first,) = released(ki, application, PartKind.INVOLVEMENT)
    pages = {
        "ki": (f"{KREIS}/freigaben", f"{KREIS}/freigaben/{first}"),
        "olga": (f"{GEMEINDE}/vom-kreis", f"{GEMEINDE}/vom-kreis/{first}"),
    }

    def statements():
        found = {}
        for name, addresses in pages.items():
            browser = browse(name)
            for address in addresses:
                browser.get(address)
                with counted(db.engine) as sent:
                    assert browser.get(address).status_code == 200
                found[urlsplit(address).path] = len(sent)
        return found

    before = statements()
    for _ in range(5):
        released(ki, application)
    with site.superuser.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM release_recipient")) == 22
    assert statements() == before
    assert max(before.values()) <= 12, before

"""Weiterleitungen in the browser: both sides, from the draft to the last step."""

from __future__ import annotations

import pytest

from kimhub.funding.public import object_to_allocation, waive_allocation
from tenants import Role, transaction
from tenants.proceedings import Proceeding, Step
from tests.factories.ledger import (
    confirmed,
    drafted,
    euro,
    granted,
    issued,
    left,
    plain,
    state,
    traeger,
)
from tests.support.reader import reading


@pytest.fixture
def page(ctx, kreis):
    with reading(ctx, kreis) as reader:
        yield reader


@pytest.fixture
def fund(kreis):
    return granted(kreis, euro("57000.00", fte="1"))


def at(actor, *more):
    return "/".join([f"/t/{actor.tenant_slug}/mittel/weiterleitungen", *[str(part) for part in more]])


def sit(reader, actor):
    reader.acting.actor = actor
    return reader


def typed(**more):
    return {
        "title": "Case Management 2026", "issued_on": "1.3.2026", "period_from": "1.1.2026", "period_to": "31.12.2026",
        "items.0.amount": "28.500", "items.0.fte": "0,5", **more,
    }  # fmt: skip


def test_empty_lists_say_how_to_begin(page, kreis, gemeinde):
    assert "Noch keine Mittel zum Weiterleiten" in page.open(at(kreis)).main
    assert "Noch nichts weitergegeben" in page.open(at(kreis) + "?liste=darunter").main
    assert "Noch nichts erhalten" in sit(page, gemeinde).open(at(gemeinde) + "?liste=erhalten").main


def tabs(seen):
    return [
        (link.text, link.get("aria-current") == "page") for link in seen.page.one("nav", "kh-tabs").all("a")
    ]


def test_a_kreis_opens_on_what_it_gave_and_a_gemeinde_on_what_it_received(page, kreis, gemeinde):
    assert tabs(page.open(at(kreis))) == [("Weitergeleitet", True), ("Von Empfängern weitergeleitet", False)]
    assert tabs(sit(page, gemeinde).open(at(gemeinde))) == [
        ("Erhalten", True), ("Weitergeleitet", False), ("Von Empfängern weitergeleitet", False),
    ]  # fmt: skip
    assert tabs(page.open(at(gemeinde) + "?liste=unsinn"))[0] == ("Erhalten", True)


def test_the_list_says_who_takes_part_and_can_confirm(page, kreis, gemeinde, fund):
    start = f"{at(kreis, 'neu')}?mittel={fund}"
    for recipient in (f"gemeinde-{gemeinde.tenant_id}", f"stelle-{traeger(kreis)}"):
        page.fill(page.open(start), typed(recipient=recipient), to=start)
    seen = page.open(at(kreis))
    rows = [[cell.text for cell in row.all("td")][:1] for row in seen.page.one("tbody").all("tr")]
    named = [row.one("a").text for row in seen.page.one("tbody").all("tr")]
    assert dict(zip(named, rows, strict=True)) == {
        "Musterstadt": [
            "nimmt teil"
        ],  # of a draft: whether somebody is there is told to who has issued money
        "Wohlfahrtsverband": ["nimmt nicht teil"],
    }
    assert "Stellen aus dem Adressbuch sehen das Portal nicht" in seen.main


def test_one_begins_with_the_money_and_sees_what_is_left(page, kreis, fund):
    seen = page.open(at(kreis, "neu"))
    assert "57.000,00" in seen.main
    seen = page.open(seen.links["Aus diesen Mitteln weiterleiten"])
    assert "Noch verfügbar: 57.000,00" in plain(seen.main)
    assert 'value="01.01.2026"' in seen.response.text


def test_from_the_form_to_the_confirmation(page, kreis, gemeinde, fund):
    start = f"{at(kreis, 'neu')}?mittel={fund}"
    seen = page.fill(page.open(start), typed(recipient=f"gemeinde-{gemeinde.tenant_id}"), to=start)
    assert "Der Entwurf ist gespeichert" in seen.main
    assert "sieht die Weiterleitung, sobald Sie sie erteilen" in seen.main
    path = seen.path
    seen = page.open(seen.links["Prüfen und erteilen"])
    assert "Das geschieht dann" in seen.main
    assert "28.500,00" in seen.main
    assert "Die Zustimmung der Bezirksregierung fehlt" in seen.main
    seen = page.fill(seen, {}, to=at(kreis, "erteilen"))
    assert "Die Weiterleitung ist erteilt" in seen.main
    assert left(kreis, fund) == 28500

    theirs = path.replace(kreis.tenant_slug, gemeinde.tenant_slug)
    seen = sit(page, gemeinde).open(at(gemeinde) + "?liste=erhalten")
    assert seen.links["Musterkreis"] == theirs
    seen = page.open(theirs)
    assert seen.next_step == "Erhalt bestätigen"
    seen = page.send(theirs + "/bestaetigen", {"note": ""})
    assert "Sie haben den Erhalt bestätigt" in seen.main
    assert seen.next_step == "Aus diesen Mitteln weiterleiten"


def test_what_was_typed_stays_and_the_message_stands_at_its_cell(page, kreis, gemeinde, fund):
    start = f"{at(kreis, 'neu')}?mittel={fund}"
    wrong = typed(recipient=f"gemeinde-{gemeinde.tenant_id}", period_from="1.1.2027", period_to="31.12.2027")
    seen = page.fill(page.open(start), wrong, to=start)
    assert seen.status == 422
    assert 'value="28.500"' in seen.response.text
    assert "2026 liegt außerhalb des Zeitraums" in seen.page.one(id="feld-items-0-amount-fehler").text


def test_a_share_without_money_is_refused(page, kreis, gemeinde, fund):
    start = f"{at(kreis, 'neu')}?mittel={fund}"
    wrong = typed(recipient=f"gemeinde-{gemeinde.tenant_id}") | {"items.0.amount": ""}
    assert "Zum Stellenanteil fehlt der Betrag" in page.fill(page.open(start), wrong, to=start).main


def test_several_drafts_are_issued_together_or_not_at_all(page, kreis, gemeinde, sibling, fund):
    first = drafted(kreis, fund, gemeinde.tenant_id, euro("40000.00"))
    second = drafted(kreis, fund, sibling.tenant_id, euro("40000.00"))
    address = f"{at(kreis, 'erteilen')}?id={first}&id={second}"
    seen = page.open(address)
    assert "Die Mittel reichen nicht" in seen.main
    token = seen.page.one("main").all("input", name="csrf_token")[0]["value"]
    answer = page.acting.client.post(
        at(kreis, "erteilen"),
        data={"id": [str(first), str(second)], "csrf_token": token},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 409
    assert "Keine der Weiterleitungen wurde erteilt" in answer.text
    assert state(kreis, first) == state(kreis, second) == "draft"


def test_issuing_more_than_is_left_names_what_is_left(page, kreis, gemeinde, sibling, fund):
    first = drafted(kreis, fund, gemeinde.tenant_id, euro("40000.00"))
    check = page.open(f"{at(kreis, 'erteilen')}?id={first}")
    issued(kreis, fund, sibling.tenant_id, euro("40000.00"))  # a colleague is faster
    seen = page.fill(check, {}, to=at(kreis, "erteilen"))
    assert seen.status == 409
    assert "noch verfügbar sind 17.000,00" in plain(seen.main)
    assert "Verringern Sie den Betrag oder erfassen Sie zuerst den Änderungsbescheid" in seen.main


def test_an_objection_is_answered(page, kreis, gemeinde, fund):
    allocation = issued(kreis, fund, gemeinde.tenant_id, euro("28500.00"))
    seen = sit(page, gemeinde).send(at(gemeinde, allocation, "einwand"), {"note": ""})
    assert seen.status == 422
    seen = page.send(at(gemeinde, allocation, "einwand"), {"note": "Wir brauchen 1,0 Stellen."})
    assert "Ihr Einwand ist erhoben" in seen.main
    seen = sit(page, kreis).open(at(kreis, allocation))
    assert seen.next_step == "Einwand beantworten"
    assert "Wir brauchen 1,0 Stellen." in page.open(at(kreis, allocation, "antwort")).main
    seen = page.send(at(kreis, allocation, "antwort"), {"note": "Mehr ist nicht bewilligt."})
    assert "hält an der Weiterleitung fest" in seen.main


def test_an_amendment_shows_both_versions_and_the_difference(page, kreis, gemeinde, fund):
    allocation = confirmed(kreis, gemeinde, fund, euro("28500.00", fte="0.5"))
    change = typed(reason="Mehr Bedarf.") | {"items.0.amount": "57.000", "items.0.fte": "1"}
    del change["title"]
    seen = page.send(at(kreis, allocation, "aendern"), change)
    assert "Die neue Fassung gilt ab sofort" in seen.main
    assert "+ 28.500,00" in plain(seen.main)
    assert left(kreis, fund) == 0
    assert sit(page, gemeinde).open(at(gemeinde, allocation)).next_step == "Erhalt bestätigen"


def test_an_amendment_beyond_the_fund_says_so_at_the_cell(page, kreis, gemeinde, fund):
    allocation = confirmed(kreis, gemeinde, fund, euro("28500.00", fte="0.5"))
    change = typed(reason="Mehr Bedarf.") | {"items.0.amount": "57.000,01"}
    seen = page.send(at(kreis, allocation, "aendern"), change)
    assert seen.status == 422
    said = plain(seen.page.one(id="feld-items-0-amount-fehler").text)
    assert "erfassen Sie zuerst den Änderungsbescheid" in said
    assert left(kreis, fund) == 28500


def test_after_a_waiver_the_money_is_taken_back_and_given_anew(page, kreis, gemeinde, fund):
    allocation = issued(kreis, fund, gemeinde.tenant_id, euro("28500.00", fte="0.5"))
    sit(page, gemeinde).send(at(gemeinde, allocation, "verzicht"), {"note": "Kein Bedarf."})
    seen = sit(page, kreis).open(at(kreis, allocation))
    assert seen.next_step == "Mittel zurücknehmen"
    seen = page.send(
        at(kreis, allocation, "beenden"),
        {"issued_on": "1.4.2026", "reason": "Verzicht.", "afterwards": "neu-verteilen"},
    )
    assert seen.path == at(kreis, "neu")
    assert 'value="28.500,00"' in seen.response.text
    assert left(kreis, fund) == 57000


def test_who_comes_too_late_reads_what_happened(page, kreis, gemeinde, fund):
    allocation = issued(kreis, fund, gemeinde.tenant_id, euro("28500.00"))
    form = sit(page, gemeinde).open(at(gemeinde, allocation, "bestaetigen"))
    with transaction(gemeinde):
        waive_allocation(gemeinde, Step(allocation, note="Kein Bedarf."))
    seen = page.fill(form, {"note": ""})
    assert seen.status == 409
    assert "Ihr Schritt wurde nicht ausgeführt" in seen.main
    assert "Kein Bedarf." in seen.main


CHANGES = {
    "aendern": typed(reason="Mehr Bedarf."),
    "beenden": {"issued_on": "1.4.2026", "reason": "Kein Bedarf."},
}


@pytest.mark.parametrize("step", CHANGES)
def test_a_form_that_came_back_is_still_about_the_run_that_was_seen(page, kreis, gemeinde, fund, step):
    allocation = issued(kreis, fund, gemeinde.tenant_id, euro("28500.00"))
    correct = {name: value for name, value in CHANGES[step].items() if name != "title"}
    form = page.open(at(kreis, allocation, step))
    with transaction(gemeinde):
        object_to_allocation(gemeinde, Step(allocation, note="Wir brauchen 1,0 Stellen."))
    refused = page.fill(form, correct | {"issued_on": "kein Tag"})
    assert refused.status == 422
    seen = page.fill(refused, correct)
    assert seen.status == 409
    assert "Wir brauchen 1,0 Stellen." in seen.main
    assert state(kreis, allocation) == "objected"


def test_of_two_who_change_what_the_address_book_receives_the_second_is_told(page, kreis, fund):
    allocation = issued(kreis, fund, traeger(kreis), euro("28500.00"))
    first, second = page.open(at(kreis, allocation, "aendern")), page.open(at(kreis, allocation, "beenden"))
    change = typed(reason="Mehr Bedarf.") | {"items.0.amount": "57.000", "items.0.fte": "1"}
    del change["title"]
    assert "Die neue Fassung gilt ab sofort" in page.fill(first, change).main
    seen = page.fill(second, {"issued_on": "1.4.2026", "reason": "Kein Bedarf."})
    assert seen.status == 409
    assert "Ihr Schritt wurde nicht ausgeführt" in seen.main
    assert left(kreis, fund) == 0


def test_internal_notes_stay_with_the_side_that_wrote_them(page, kreis, gemeinde, fund):
    allocation = issued(kreis, fund, gemeinde.tenant_id, euro("28500.00"))
    note = "Mit der Kämmerei klären."
    seen = page.fill(page.open(at(kreis, allocation)), {"text": note}, to=at(kreis, allocation, "notizen"))
    assert note in seen.main
    assert "Intern" in seen.main
    assert note not in sit(page, gemeinde).open(at(gemeinde, allocation)).main


def test_whoever_gave_the_money_first_sees_it_go_on_without_the_run(page, kreis, gemeinde, sibling, fund):
    received = confirmed(kreis, gemeinde, fund, euro("28500.00"))
    below = issued(gemeinde, received, sibling.tenant_id, euro("10000.00"), title="Weiter nach unten")
    seen = page.open(at(kreis) + "?liste=darunter")
    assert "Weiter nach unten" in seen.main
    seen = page.open(at(kreis, below))
    assert "10.000,00" in seen.main
    assert "Verlauf" not in seen.main.replace("nicht den Verlauf", "")
    assert seen.next_step is None
    assert page.open(at(kreis, below, "bestaetigen")).status == 409


def test_an_organisation_answers_nothing(page, kreis, fund):
    allocation = issued(kreis, fund, traeger(kreis), euro("28500.00"))
    seen = page.open(at(kreis, allocation))
    assert set(seen.links) >= {"Weiterleitung ändern", "Weiterleitung beenden"}
    assert "Einwand beantworten" not in seen.links
    assert page.open(at(kreis, allocation, "antwort")).status == 409


def test_a_draft_is_changed_and_dropped(page, kreis, gemeinde, fund):
    draft = drafted(kreis, fund, gemeinde.tenant_id, euro("28500.00", fte="0.5"))
    seen = page.send(at(kreis, draft, "bearbeiten"), typed(title="Anders"))
    assert "Anders" in seen.main
    seen = page.send(at(kreis, draft, "verwerfen"), {})
    assert "Der Entwurf ist verworfen" in seen.main
    with transaction(kreis, read_only=True) as session:
        assert session.get(Proceeding, (kreis.tenant_id, draft)) is None


def test_a_draft_with_a_note_is_dropped_with_it(page, kreis, gemeinde, fund):
    draft = drafted(kreis, fund, gemeinde.tenant_id, euro("28500.00"))
    page.fill(page.open(at(kreis, draft)), {"text": "Noch offen."}, to=at(kreis, draft, "notizen"))
    assert "Der Entwurf ist verworfen" in page.send(at(kreis, draft, "verwerfen"), {}).main


def test_the_list_as_a_file_holds_what_is_shown_and_no_formula(page, kreis, gemeinde, sibling, fund):
    drafted(kreis, fund, gemeinde.tenant_id, euro("10.00"), title="=1+1")
    issued(kreis, fund, sibling.tenant_id, euro("28500.00"), title="Erteilt")
    text = page.acting.client.get(f"{at(kreis, 'liste.csv')}?stand=draft").data.decode("utf-8-sig")
    assert "'=1+1" in text
    assert "Erteilt" not in text
    assert page.acting.client.get(at(kreis, "liste.xlsx")).data.startswith(b"PK")
    assert page.acting.client.get(at(kreis, "liste.pdf")).status_code == 404


def test_the_list_is_narrowed_to_a_state(page, kreis, gemeinde, sibling, fund):
    drafted(kreis, fund, gemeinde.tenant_id, euro("10.00"), title="Noch Entwurf")
    issued(kreis, fund, sibling.tenant_id, euro("28500.00"), title="Erteilt")
    seen = page.open(at(kreis) + "?stand=issued")
    assert "Öhringhausen" in seen.links
    assert "Erteilt" in seen.main
    assert "Noch Entwurf" not in seen.main
    assert "1 Weiterleitung, Summe 28.500,00 €" in seen.main


def test_nobody_else_finds_an_allocation(page, kreis, district, unrelated, fund):
    allocation = issued(kreis, fund, district.gemeinde.id, euro("28500.00"))
    for stranger in (district.sibling.actor(Role.OFFICER), unrelated):
        assert sit(page, stranger).open(at(stranger, allocation)).status == 404

"""Zuwendungen in the browser: entered, checked, recorded, amended, read."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import text

from kimhub.applications.public import DecideBaustein, decide_baustein
from kimhub.funding.public import enter_amendment, grant_file, grant_items, record_bescheid
from kimhub.programme.public import Cell
from tenants import Role, db, transaction
from tests.factories.ledger import KOORDINATION, bescheid, euro, granted, issued, traeger
from tests.support.acting import acting
from tests.support.browser import save
from tests.support.statements import counted

BEGUN = {"kind": "bescheid", "period_from": "1.5.2021", "period_to": "31.12.2022"}
TYPED = {
    "title": "KIM 2021/2022",
    "granted_by": "Bezirksregierung Arnsberg",
    "aktenzeichen": "36.01.02-K/21",
    "issued_on": "15.6.2021",
    "received_on": "18.06.2021",
    "period_from": "01.05.2021",
    "period_to": "31.12.2022",
    "betrag_2021_koordination": "463.500",
    "betrag_2022_koordination": "137.500,00",
    "stellen_2022_koordination": "2,5",
    "betrag_2022_case_management": "605000,00",
}


@pytest.fixture
def browser(ctx, kreis):
    with acting(ctx) as stand_in:
        stand_in.as_(kreis)
        yield stand_in


@pytest.fixture
def base(district):
    return f"/t/{district.kreis.slug}/mittel/zuwendungen"


@pytest.fixture
def form_url(browser, base):
    return browser.client.post(f"{base}/neu", data=BEGUN).location


def plain(text):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text.replace("\N{NO-BREAK SPACE}", " ")))


def drafted(browser, form_url, **changes):
    """Save a draft and return the address of its check page."""
    answer = browser.client.post(form_url, data={**TYPED, **changes})
    assert answer.status_code == 303, plain(answer.text)
    return answer.location


def write_history(connection):
    """Let the audit speak, which waits for the commit."""
    connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def record(browser, check_url):
    page = browser.client.get(check_url)
    draft = re.search(r'name="entwurf" value="([0-9a-f-]+)"', page.text)
    return browser.client.post(check_url, data={"entwurf": draft[1] if draft else ""})


def amended(kreis, grant_id, *items):
    with transaction(kreis):
        enter_amendment(kreis, grant_id, bescheid(*items, reason="Stelle fällt weg"))


def test_an_empty_list_says_what_belongs_there(browser, base):
    page = browser.client.get(base)
    assert page.status_code == 200
    assert "Noch keine Zuwendung" in page.text


def test_the_list_shows_what_each_grant_gives(browser, base, kreis):
    granted(kreis, euro("463500.00"))
    assert "463.500,00" in browser.client.get(base).text


def test_the_period_decides_for_which_years_amounts_are_asked(browser, form_url):
    page = browser.client.get(form_url).text
    assert 'name="betrag_2021_koordination"' in page
    assert 'name="stellen_2022_case_management"' in page
    assert "2023_" not in page
    assert 'value="KIM 2021/2022"' in page


def test_a_pauschale_asks_only_for_bausteine_2_and_3(browser, base):
    url = browser.client.post(f"{base}/neu", data={**BEGUN, "kind": "pauschale"}).location
    page = browser.client.get(url).text
    assert "betrag_2021_koordination" not in page
    assert "betrag_2021_case_management" in page
    assert "betrag_2021_baustein_3" in page


def test_from_the_form_to_the_recorded_bescheid(browser, form_url, kreis):
    check_url = drafted(browser, form_url)
    page = plain(browser.client.get(check_url).text)
    assert "Baustein 2 – 605.000,00 €" in page
    assert "1.206.000,00 €" in page, "the sum of everything"
    answer = record(browser, check_url)
    assert answer.status_code == 303
    file = plain(browser.client.get(answer.location).text)
    assert "Zuwendungsbescheid vom 15.06.2021" in file
    assert "voraussichtlich ab 20.07.2021 ungeprüft" in file
    assert "Zuwendungsbescheid erfasst" in file
    assert "Nur " in file


def test_nothing_typed_is_lost_when_something_is_wrong(browser, form_url):
    page = browser.client.post(
        form_url, data={**TYPED, "betrag_2022_koordination": "12,345", "aktenzeichen": ""}
    )
    assert page.status_code == 422
    assert 'value="12,345"' in page.text
    assert 'value="605000,00"' in page.text
    assert "Geben Sie das Aktenzeichen an" in page.text
    assert 'href="#feld-betrag_2022_koordination"' in page.text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"betrag_2021_koordination": "-1"}, "Der Betrag darf nicht negativ sein."),
        ({"betrag_2021_koordination": "1,001"}, "nicht eindeutig"),
        ({"betrag_2021_koordination": "1234,001"}, "mehr als zwei Nachkommastellen"),
        ({"betrag_2021_koordination": "", "stellen_2021_koordination": "1"}, "fehlt der Betrag"),
        ({"period_to": "30.04.2021"}, "nicht vor dem Beginn"),
        ({"period_to": "31.12.2041"}, "höchstens 10 Haushaltsjahre"),
        ({"received_on": "14.6.2021"}, "nicht vor dem Datum des Bescheids"),
        ({"period_to": "31.12.2021"}, "Das Haushaltsjahr 2022 liegt außerhalb des Zeitraums"),
        ({"period_to": "30.06.2023"}, "umfasst jetzt auch 2023"),
        ({"plan_id": "00000000-0000-4000-8000-000000000000"}, "nicht"),
        (
            {"betrag_2021_koordination": "", "betrag_2022_koordination": "", "stellen_2022_koordination": "",
             "betrag_2022_case_management": ""},
            "mindestens einen Betrag",
        ),
    ],
)  # fmt: skip
def test_each_slip_has_its_own_answer_and_changes_nothing(browser, base, form_url, changes, message):
    answer = browser.client.post(form_url, data={**TYPED, **changes})
    assert answer.status_code in {404, 422}
    assert message in plain(answer.text)
    assert "Noch keine Zuwendung" in browser.client.get(base).text


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("bescheid.exe", b"MZ", "anderes Format"),
        ("bescheid.pdf", b"no pdf at all", "passt aber nicht dazu"),
        ("bescheid.pdf", b"", "leer"),
    ],
)
def test_a_file_that_is_none_is_refused_and_no_grant_is_kept(browser, form_url, name, content, message):
    answer = browser.client.post(form_url, data={**TYPED, "file": (BytesIO(content), name)})
    assert answer.status_code == 422
    assert message in plain(answer.text)
    assert "Noch keine Zuwendung" in browser.client.get(form_url.split("/neu/")[0]).text


def test_another_grant_for_the_same_baustein_is_named_before_and_refused_after(browser, form_url, kreis):
    check_url = drafted(browser, form_url, title="Zweite")
    granted(
        kreis,
        euro(1, Cell.of(2022, KOORDINATION)),
        period_from=date(2022, 1, 1),
        period_to=date(2022, 12, 31),
    )
    page = plain(browser.client.get(check_url).text)
    assert "§ 9 Abs. 4 TIntG" in page
    assert "Bescheid erfassen" not in page


def test_a_baustein_that_is_recorded_as_not_used_is_pointed_out(browser, form_url, kreis):
    with transaction(kreis):
        decide_baustein(
            kreis,
            DecideBaustein(baustein=2, from_year=2022, uses=False, reason="Kein Bedarf", decided_on=date(2021, 1, 1)),
        )  # fmt: skip
    page = plain(browser.client.get(drafted(browser, form_url)).text)
    assert "Baustein 2 im Jahr 2022 nicht nutzt" in page


def test_the_plan_proposes_amounts_that_nobody_has_to_type(browser, base, kreis, koeln_plan):
    answer = browser.client.post(f"{base}/neu", data={**BEGUN, "plan_id": str(koeln_plan)})
    page = browser.client.get(answer.location).text
    assert 'value="605.000,00"' in page, "11 case managers in 2022"
    assert 'value="24.250,00"' in page, "Sachausgaben of 2.5 coordinators"
    assert "2021: 463.500,00 €" in plain(page), "of 2021 the plan knows only the sum"


def test_an_amendment_begins_with_what_is_in_force_and_shows_what_changes(browser, base, kreis):
    grant_id = granted(kreis, euro(100), euro(50, Cell.of(2026, KOORDINATION), fte="1"))
    url = f"{base}/{grant_id}/aenderungsbescheid"
    assert 'value="100,00"' in browser.client.get(url).text
    typed = {
        **TYPED, "period_from": "1.1.2026", "period_to": "31.12.2026", "reason": "Weniger Stellen",
        "issued_on": "1.6.2026", "received_on": "2.6.2026",
        "betrag_2026_case_management": "80", "betrag_2026_koordination": "50", "stellen_2026_koordination": "1",
    }  # fmt: skip
    typed = {name: value for name, value in typed.items() if "_202" not in name or "_2026_" in name}
    answer = browser.client.post(url, data=typed)
    assert answer.status_code == 303, plain(answer.text)
    page = plain(browser.client.get(answer.location).text)
    assert "2026, Baustein 2, Case Management 100,00 € 80,00 € − 20,00 €" in page
    assert "Koordinierungsstelle 50,00 €" not in page.split("Was sich ändert")[1].split("Was danach gilt")[0]
    file = plain(browser.client.get(record(browser, answer.location).location).text)
    assert "100,00 € 80,00 € geändert" in file
    assert "Weniger Stellen" in file


def test_an_amendment_needs_a_reason(browser, base, kreis):
    grant_id = granted(kreis, euro(100))
    answer = browser.client.post(f"{base}/{grant_id}/aenderungsbescheid", data={**TYPED, "reason": " "})
    assert answer.status_code == 422
    assert "warum sich die Bewilligung ändert" in answer.text


def test_below_what_is_passed_on_the_page_names_cell_amount_and_allocation(browser, base, kreis):
    grant_id = granted(kreis, euro(100))
    issued(kreis, grant_id, traeger(kreis, "Wohlfahrtsverband Mitte"), euro(60))
    amended(kreis, grant_id, euro("59.99"))
    url = f"{base}/{grant_id}/entwurf/pruefen"
    page = plain(browser.client.get(url).text)
    assert "2026, Baustein 2, Case Management 60,00 € 59,99 € 0,01 €" in page
    assert "Wohlfahrtsverband Mitte" in page
    with transaction(kreis, read_only=True) as session:
        draft = grant_file(session, grant_id).draft.id
    refused = browser.client.post(url, data={"entwurf": str(draft)})
    assert refused.status_code == 409
    assert "Wohlfahrtsverband Mitte" in refused.text
    with transaction(kreis, read_only=True) as session:
        assert grant_file(session, grant_id).draft is not None


def test_a_draft_is_changed_and_discarded(browser, form_url, base):
    grant_url = drafted(browser, form_url).removesuffix("/entwurf/pruefen")
    form = browser.client.get(f"{grant_url}/entwurf").text
    assert 'value="463.500,00"' in form
    answer = save(
        browser.client,
        f"{grant_url}/entwurf",
        {**TYPED, "title": "Anders", "betrag_2021_koordination": "1,00"},
    )
    assert answer.status_code == 303
    assert "1,00 €" in plain(browser.client.get(answer.location).text)
    assert "Anders" in browser.client.get(base).text
    assert "verschwindet" in browser.client.get(f"{grant_url}/entwurf/verwerfen").text
    assert save(browser.client, f"{grant_url}/entwurf/verwerfen", {}).status_code == 303
    assert browser.client.get(grant_url).status_code == 404


def test_a_draft_that_was_replaced_is_not_recorded(browser, form_url):
    check_url = drafted(browser, form_url)
    answer = browser.client.post(check_url, data={"entwurf": "00000000-0000-4000-8000-000000000000"})
    assert answer.status_code == 303
    assert "nichts geändert" in plain(browser.client.get(answer.location).text)


def test_bestandskraft_is_suggested_and_entered(browser, base, kreis, connection):
    grant_id = granted(kreis, euro(100))
    url = f"{base}/{grant_id}/fassungen/1/bestandskraft"
    assert 'value="06.03.2026"' in browser.client.get(url).text
    assert save(browser.client, url, {"final_on": "1.1.2026"}).status_code == 422
    assert "mindestens einen der beiden" in plain(save(browser.client, url, {}).text)
    assert save(browser.client, url, {"waived_on": "10.2.2026"}).status_code == 303
    write_history(connection)
    page = plain(browser.client.get(f"{base}/{grant_id}").text)
    assert "Rechtsbehelfsverzicht 10.02.2026" in page
    assert "Rechtsbehelfsverzicht: 10.02.2026" in page, "and in the history"


def test_a_file_stays_with_a_recorded_bescheid_and_goes_from_a_draft(browser, base, form_url, kreis, pdf):
    check_url = drafted(browser, form_url, file=(BytesIO(pdf), "bescheid.pdf"))
    grant_url = check_url.removesuffix("/entwurf/pruefen")
    page = browser.client.get(grant_url).text
    remove = re.search(r'href="([^"]*/entfernen)"', page)[1]
    download = browser.client.get(re.search(r'href="([^"]*/dokumente/[0-9a-f-]+)"', page)[1])
    assert download.data == pdf
    assert save(browser.client, remove, {}).status_code == 303
    assert "Die Datei „bescheid.pdf“ ist entfernt." in browser.client.get(grant_url).text
    assert "bescheid.pdf" not in plain(browser.client.get(grant_url).text).split("Verlauf")[0]
    record(browser, check_url)
    added = browser.client.post(
        f"{grant_url}/fassungen/1/dokumente/neu", data={"file": (BytesIO(pdf), "verzicht.pdf")}
    )
    assert added.status_code == 303
    page = browser.client.get(grant_url).text
    assert "verzicht.pdf" in page
    assert "/entfernen" not in page


def test_details_change_without_a_new_bescheid(browser, base, kreis, connection):
    grant_id = granted(kreis, euro(100))
    answer = save(
        browser.client,
        f"{base}/{grant_id}/angaben",
        {"title": "KIM neu", "granted_by": "Bezirksregierung Arnsberg"},
    )
    assert answer.status_code == 303
    write_history(connection)
    page = plain(browser.client.get(answer.location).text)
    assert "KIM neu" in page
    assert "Geändert: Bewilligungsbehörde, Bezeichnung" in page


def test_an_auditor_reads_and_changes_nothing(browser, base, district, kreis, form_url):
    grant_id = granted(kreis, euro(100))
    browser.as_(district.kreis.actor(Role.AUDITOR))
    page = browser.client.get(f"{base}/{grant_id}")
    assert page.status_code == 200
    assert "Änderungsbescheid erfassen" not in page.text
    assert browser.client.post(form_url, data=TYPED).status_code == 403


def test_what_the_amounts_come_to_survives_the_way_through_the_form(browser, form_url, kreis):
    grant_id = drafted(browser, form_url).split("/")[-3]
    with transaction(kreis, read_only=True) as session:
        draft = grant_file(session, grant_id).draft
        items = grant_items(session, [draft])[draft.id]
    assert [(item.cell.label, str(item.amount), item.fte and str(item.fte)) for item in items] == [
        ("2021, Baustein 1, Koordinierungsstelle", "463500.00", None),
        ("2022, Baustein 1, Koordinierungsstelle", "137500.00", "2.50"),
        ("2022, Baustein 2, Case Management", "605000.00", None),
    ]


def statements_of(ctx, browser, url):
    with counted(db.engine) as sent:
        assert browser.client.get(url).status_code == 200
    return len(sent)


def test_the_list_sends_as_many_statements_for_many_grants_as_for_one(ctx, browser, base, kreis):
    granted(kreis, euro(1))
    one = statements_of(ctx, browser, base)
    for year in range(2027, 2033):
        days = {"period_from": date(year, 1, 1), "period_to": date(year, 12, 31)}
        granted(kreis, euro(1, Cell.of(year, KOORDINATION)), **days)
    assert statements_of(ctx, browser, base) == one


def test_the_file_sends_as_many_statements_for_many_versions_and_allocations(ctx, browser, base, kreis):
    grant_id = granted(kreis, euro(100))
    issued(kreis, grant_id, traeger(kreis), euro(1))
    one = statements_of(ctx, browser, f"{base}/{grant_id}")
    for amount in (90, 80, 70):
        amended(kreis, grant_id, euro(amount), euro(amount, Cell.of(2026, KOORDINATION)))
        with transaction(kreis) as session:
            record_bescheid(kreis, grant_file(session, grant_id).draft.id)
        issued(kreis, grant_id, traeger(kreis, f"Träger {amount}"), euro(1))
    assert statements_of(ctx, browser, f"{base}/{grant_id}") == one


def test_a_plan_leads_to_its_bescheid(browser, base, koeln_plan):
    plan = browser.client.get(f"{base.removesuffix('zuwendungen')}plaene/{koeln_plan}").text
    link = re.search(r'href="([^"]*/zuwendungen/neu\?plan=[^"]*)"', plan)[1]
    assert re.search(rf'value="{koeln_plan}"\s+selected', browser.client.get(link).text)


def test_the_names_of_allocations_lead_to_them(browser, base, kreis):
    grant_id = granted(kreis, euro(100))
    allocation_id = issued(kreis, grant_id, traeger(kreis), euro(60))
    amended(kreis, grant_id, euro("59.99"))
    for url in (f"{base}/{grant_id}", f"{base}/{grant_id}/entwurf/pruefen"):
        assert f"/weiterleitungen/{allocation_id}" in browser.client.get(url).text


def test_a_shorter_period_than_that_of_an_allocation_is_refused_with_its_reason(browser, base, kreis):
    grant_id = granted(kreis, euro(100))
    issued(kreis, grant_id, traeger(kreis), euro(60))
    with transaction(kreis):
        enter_amendment(kreis, grant_id, bescheid(euro(100), reason="Kürzer", period_to=date(2026, 6, 30)))
    refused = record(browser, f"{base}/{grant_id}/entwurf/pruefen")
    assert refused.status_code == 422
    assert "außerhalb des neuen Bewilligungszeitraums" in plain(refused.text)
    assert "Ändern oder beenden Sie zuerst diese Weiterleitungen" in plain(refused.text)
    with transaction(kreis, read_only=True) as session:
        assert grant_file(session, grant_id).draft is not None

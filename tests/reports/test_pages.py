"""The pages: ordering with a preview, progress, figures from the frozen document, safe downloads, and refusals."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from io import BytesIO
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from pypdf import PdfReader
from sqlalchemy import func, update

from kimhub.core.jobs.models import Job, JobState
from kimhub.planning.usecases.archive_plan import archive_plan
from kimhub.planning.usecases.store_plan import change_plan
from kimhub.reports.queries import files_of, get_report
from tenants import Role, db, transaction
from tests.core.web.html import parse
from tests.factories.reports import KOELN, build, built, ordered, stored_plan
from tests.support.acting import acting
from tests.support.statements import counted

BASE = "/t/freistadt/berichte"
KINDS = {
    "pdf": ("application/pdf", b"%PDF-"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    "json": ("application/json", b"{"),
}


@pytest.fixture
def coordinator(ctx, district):
    return district.stadt.actor(Role.KI_COORDINATOR)


@pytest.fixture
def plan_id(coordinator):
    return stored_plan(coordinator)


@pytest.fixture
def portal(app, coordinator):
    with acting(app) as somebody:
        somebody.as_(coordinator)
        yield somebody


def read(portal, path, status=200, **options):
    answer = portal.client.get(path, **options)
    assert answer.status_code == status, answer.text
    return parse(answer.text)


def order(portal, plan_id, status=303, **fields):
    typed = {"plan_id": str(plan_id), "office": "KI", "prepared_by": "ki_coordinator", **fields}
    answer = portal.client.post(f"{BASE}/neu", data=typed)
    assert answer.status_code == status, answer.text
    return answer


# --- ordering --------------------------------------------------------------------------------------------------------


def test_the_plan_is_chosen_from_those_that_are_in_use(portal, coordinator, plan_id):
    put_away = stored_plan(coordinator, replace(KOELN, title="Alter Plan"))
    with transaction(coordinator):
        archive_plan(coordinator, put_away)
    page = read(portal, f"{BASE}/neu")
    values = [option.get("value") for option in page.one("select", name="plan").all("option")]
    assert values == ["", str(plan_id)]


def test_without_any_plan_the_page_leads_to_the_plans(portal):
    page = read(portal, f"{BASE}/neu")
    assert page.all("select") == []
    assert page.all("a", href="/t/freistadt/mittel/plaene")


@pytest.mark.parametrize("query", ["", "koeln", "7"])
def test_whoever_sends_no_plan_is_told_at_the_field(portal, plan_id, query):
    page = read(portal, f"{BASE}/neu?plan={query}", 422)
    assert "Finanzierungsplan: " in page.one("div", role="alert").text


def test_what_goes_in_is_shown_before_it_is_ordered(portal, plan_id):
    page = read(portal, f"{BASE}/neu?plan={plan_id}")
    assert "1.686.708,05 €" in page.text
    assert "380.108,05 €" in page.text
    assert "Fassung 1 vom" in page.text
    assert page.one("input", name="office")["value"] == "Kommunales Integrationszentrum"
    chosen = [
        o["value"] for o in page.one("select", name="prepared_by").all("option") if "selected" in o.attributes
    ]
    assert chosen == ["ki_coordinator"]


def test_a_plan_that_cannot_become_a_report_says_why_and_offers_no_order(portal, coordinator, plan_id):
    with transaction(coordinator):
        change_plan(coordinator, plan_id, replace(KOELN, title="Plan \N{GRINNING FACE}"), expected_version=1)
    page = read(portal, f"{BASE}/neu?plan={plan_id}")
    assert page.all("form", action=f"{BASE}/neu") == []
    row = page.one("table").one("tbody").one("tr")
    assert row.one("th").text == "Titel des Plans"
    assert "U+1F600" in row.text


def test_an_order_leads_to_the_report_which_waits(portal, plan_id):
    answer = order(portal, plan_id, file_number="KI-50-21/2021")
    page = read(portal, answer.location)
    assert page.one("h1").text == KOELN.title
    assert page.one("progress")
    assert "Wartet auf Bearbeitung" in page.text
    assert "KI-50-21/2021" in page.text
    assert page.one("div", id="fortschritt")["hx-get"] == f"{answer.location}/fortschritt"


def test_ordering_twice_at_once_leads_to_one_report(portal, plan_id):
    assert order(portal, plan_id).location == order(portal, plan_id).location


def test_what_was_typed_wrongly_stands_again_with_its_message(portal, plan_id):
    answer = order(portal, plan_id, 422, file_number="KI-" + "9" * 80)
    page = parse(answer.text)
    assert page.one("input", name="file_number")["value"] == "KI-" + "9" * 80
    assert "60" in page.one("p", id="feld-file_number-fehler").text
    assert "1.686.708,05 €" in page.text


def test_a_gemeinde_must_name_its_office(portal, district):
    officer = district.gemeinde.actor(Role.OFFICER)
    plan_id = stored_plan(officer)
    portal.as_(officer)
    typed = {"plan_id": str(plan_id), "office": "", "prepared_by": "officer"}
    answer = portal.client.post("/t/musterstadt/berichte/neu", data=typed)
    assert answer.status_code == 422
    assert parse(answer.text).one("p", id="feld-office-fehler")
    assert parse(answer.text).one("input", name="office")["aria-required"] == "true"


def test_an_order_without_a_plan_asks_for_one(portal, plan_id):
    assert order(portal, "", 422)
    assert order(portal, "1 OR 1=1", 422)


# --- progress --------------------------------------------------------------------------------------------------------


def test_progress_is_a_fragment_that_ends_with_the_way_to_the_report(portal, coordinator, plan_id):
    report_id = ordered(coordinator, plan_id)
    with transaction(coordinator) as session:
        running = {"state": JobState.RUNNING, "stage": "PDF setzen", "done": 3, "total": 6}
        session.execute(update(Job).where(Job.tenant_id == coordinator.tenant_id).values(**running))
    url = f"{BASE}/{report_id}/fortschritt"
    fragment = read(portal, url)
    assert fragment.all("html") == []
    assert fragment.one("progress").attributes.items() >= {"value": "3", "max": "6"}.items()
    assert "PDF setzen" in fragment.text
    assert fragment.one("div", id="fortschritt")["hx-trigger"] == "every 2s"
    with transaction(coordinator) as session:
        waiting = {"state": JobState.WAITING, "stage": "", "done": None, "total": None}
        session.execute(update(Job).where(Job.tenant_id == coordinator.tenant_id).values(**waiting))
    build(coordinator, report_id)
    fragment = read(portal, url)
    assert "hx-get" not in fragment.one("div", id="fortschritt").attributes
    assert fragment.one("a")["href"] == f"{BASE}/{report_id}"


def test_progress_of_a_refused_report_ends_with_its_reasons(portal, coordinator, plan_id):
    report_id = built(coordinator, plan_id, file_number="KI-\N{GRINNING FACE}")
    fragment = read(portal, f"{BASE}/{report_id}/fortschritt")
    assert "Aktenzeichen: Nicht druckbar ist" in fragment.one("div", role="alert").text
    assert "hx-get" not in fragment.one("div", id="fortschritt").attributes


def test_a_report_whose_job_was_given_up_says_so_and_can_be_ordered_again(portal, coordinator, plan_id):
    report_id = ordered(coordinator, plan_id)
    with transaction(coordinator) as session:
        parked = {"state": JobState.PARKED, "finished_at": func.now(), "last_error": "template-error"}
        session.execute(update(Job).where(Job.tenant_id == coordinator.tenant_id).values(**parked))
    page = read(portal, f"{BASE}/{report_id}")
    assert "mehrfach abgebrochen" in page.text
    assert "template-error" not in page.text
    assert page.all("progress") == []
    assert page.all("a", href=f"{BASE}/neu?plan={plan_id}")


# --- the report ------------------------------------------------------------------------------------------------------


def test_the_figures_are_those_of_the_frozen_document(portal, coordinator, plan_id):
    report_id = built(coordinator, plan_id)
    with transaction(coordinator) as session:
        emptied = replace(KOELN, positions=KOELN.positions[:1])
        change_plan(coordinator, plan_id, emptied, expected_version=1)
    page = read(portal, f"{BASE}/{report_id}")
    rows = {
        row.one("th").text.split(" ")[0]: [cell.text for cell in row.all("td")]
        for row in page.one("section", id="zahlen").one("tbody").all("tr")
    }
    assert rows["Gesamtkosten"] == ["518.400,00", "1.084.959,00", "83.349,05", "1.686.708,05"]
    assert rows["15"] == ["226.666,67", "680.000,00", "–", "906.666,67"]
    assert "463.500,00" in rows["02"]
    with transaction(coordinator, read_only=True) as session:
        hashes = {file.sha256.hex() for file in files_of(session, get_report(session, report_id).report)}
    assert all(each in page.text for each in hashes)
    assert "Nur Freistadt" in page.one("p", class_="kh-visible").text


def test_a_refused_report_names_place_reason_and_cure(portal, coordinator, plan_id):
    report_id = built(coordinator, plan_id, file_number="KI-\N{GRINNING FACE}")
    page = read(portal, f"{BASE}/{report_id}")
    row = page.one("table").one("tbody").one("tr")
    assert [row.one("th").text, *(cell.text for cell in row.all("td"))] == [
        "Aktenzeichen",
        "Nicht druckbar ist: „\N{GRINNING FACE}“ (U+1F600).",
        "Ersetzen Sie diese Zeichen, zum Beispiel durch lateinische Buchstaben.",
    ]
    assert "Dateien" not in [heading.text for heading in page.all("h2")]


@pytest.mark.parametrize("file_format", ["pdf", "xlsx", "json"])
def test_a_file_is_saved_and_never_opened_in_the_portal(portal, coordinator, plan_id, file_format):
    media_type, start = KINDS[file_format]
    report_id = built(coordinator, plan_id)
    url = f"{BASE}/{report_id}/dateien/{file_format}"
    assert read(portal, f"{BASE}/{report_id}").all("a", href=url)
    answer = portal.client.get(url)
    assert answer.status_code == 200
    assert answer.data.startswith(start)
    assert answer.mimetype == media_type
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith('attachment; filename="Finanzierungsuebersicht ')
    assert "filename*=UTF-8''Finanzierungs%C3%BCbersicht%20" in disposition
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.get_etag() == (hashlib.sha256(answer.data).hexdigest(), False)
    again = portal.client.get(url, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_pdf_from_the_portal_holds_the_total_cost(portal, coordinator, plan_id):
    report_id = built(coordinator, plan_id)
    answer = portal.client.get(f"{BASE}/{report_id}/dateien/pdf")
    assert "1.686.708,05" in "".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages)


# --- the list --------------------------------------------------------------------------------------------------------


def test_an_empty_list_says_what_belongs_here(portal):
    assert "Noch kein Bericht" in read(portal, BASE).text


def titles(page):
    return [row.one("th").one("a").text for row in page.one("table").one("tbody").all("tr")]


def test_the_list_filters_by_state(portal, coordinator, plan_id):
    built(coordinator, plan_id)
    other = stored_plan(coordinator, replace(KOELN, title="Anderer Plan"))
    ordered(coordinator, other)
    assert set(titles(read(portal, BASE))) == {KOELN.title, "Anderer Plan"}
    assert titles(read(portal, f"{BASE}?stand=built")) == [KOELN.title]
    assert titles(read(portal, f"{BASE}?stand=ordered")) == ["Anderer Plan"]
    assert "Kein passender Eintrag" in read(portal, f"{BASE}?stand=failed").text
    assert len(titles(read(portal, f"{BASE}?stand=unsinn"))) == 2


def test_the_list_pages_without_gap_or_repetition(portal, coordinator, plan_id):
    for number in range(53):
        ordered(coordinator, plan_id, file_number=f"KI-{number}")
    page = read(portal, f"{BASE}?stand=ordered")
    first = [row.all("td")[1].text for row in page.one("table").one("tbody").all("tr")]
    following = page.one("a", rel="next")["href"]
    assert parse_qs(urlsplit(following).query)["stand"] == ["ordered"]
    page = read(portal, following)
    second = [row.all("td")[1].text for row in page.one("table").one("tbody").all("tr")]
    assert (len(first), len(second)) == (50, 3)
    assert len({*first, *second}) == 53
    back = read(portal, page.one("a", rel="prev")["href"])
    assert [row.all("td")[1].text for row in back.one("table").one("tbody").all("tr")] == first


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMl0"])
def test_a_broken_page_mark_begins_at_the_beginning(portal, coordinator, plan_id, cursor):
    ordered(coordinator, plan_id)
    assert len(titles(read(portal, f"{BASE}?nach={cursor}"))) == 1


def test_the_list_is_one_statement_however_long(portal, coordinator, plan_id):
    for number in range(8):
        ordered(coordinator, plan_id, file_number=f"KI-{number}")
    with counted(db.engine) as statements:
        read(portal, BASE)
    assert len([each for each in statements if "FROM report " in each]) == 1
    assert len(statements) == 1


# --- the desk --------------------------------------------------------------------------------------------------------


def test_heute_names_to_whoever_ordered_it_what_could_not_be_built(portal, coordinator, plan_id):
    me, colleague = (replace(coordinator, subject=uuid4()) for _ in range(2))
    built(me, plan_id)
    refused = built(me, plan_id, file_number="\N{GRINNING FACE}")

    def reports_of(person):
        portal.as_(person)
        page = read(portal, "/t/freistadt/")
        return {link["href"] for link in page.one("main").all("a") if link["href"].startswith(f"{BASE}/")}

    assert reports_of(me) == {f"{BASE}/{refused}"}
    assert reports_of(colleague) == set()


# --- refusals --------------------------------------------------------------------------------------------------------


def test_a_reader_sees_reports_and_cannot_order(portal, coordinator, district, plan_id):
    report_id = built(coordinator, plan_id)
    portal.as_(district.stadt.actor(Role.COMMITTEE_OFFICE))
    page = read(portal, f"{BASE}/{report_id}")
    assert page.all("a", href=f"{BASE}/neu?plan={plan_id}") == []
    assert page.all("a", href=f"/t/freistadt/mittel/plaene/{plan_id}") == []
    assert portal.client.get(f"{BASE}/neu").status_code == 403
    assert order(portal, plan_id, 403)


def test_who_may_not_read_reports_is_refused(portal, coordinator, district, plan_id):
    report_id = built(coordinator, plan_id)
    portal.as_(district.stadt.actor(Role.COMMITTEE_MEMBER))
    for path in ("", f"/{report_id}", f"/{report_id}/fortschritt", f"/{report_id}/dateien/pdf"):
        assert portal.client.get(BASE + path).status_code == 403


def said(answer):
    """Everything but the tokens, which differ from page to page."""
    return re.sub(r"[\w-]+\.[0-9a-f]{64}", "", answer.text)


def test_another_tenants_report_is_not_found_to_the_byte(portal, coordinator, district, plan_id):
    report_id = built(coordinator, plan_id)
    portal.as_(district.kreis.actor(Role.KI_COORDINATOR))
    unknown = "00000000-0000-4000-8000-000000000000"
    for path in ("/{}", "/{}/fortschritt", "/{}/dateien/pdf", "/neu?plan={}"):
        foreign = portal.client.get("/t/musterkreis/berichte" + path.format(report_id))
        nothing = portal.client.get("/t/musterkreis/berichte" + path.format(unknown))
        assert foreign.status_code == nothing.status_code == 404
        assert said(foreign) == said(nothing)
    assert portal.client.get(f"/t/musterkreis/berichte/neu?plan={plan_id}").status_code == 404


def test_an_unknown_format_is_not_found(portal, coordinator, plan_id):
    report_id = built(coordinator, plan_id)
    for file_format in ("docx", "PDF", "json/", "pdf%00", "%F0%9F%98%80"):
        assert portal.client.get(f"{BASE}/{report_id}/dateien/{file_format}").status_code == 404

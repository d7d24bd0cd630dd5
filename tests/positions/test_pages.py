"""The pages, as people use them without JavaScript."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kimhub.core.documents import UploadedFile, store_document
from kimhub.positions.queries import REQUEST, request_file
from tenants import Role, transaction
from tests.core.web.html import parse
from tests.factories.files import PDF, PNG
from tests.factories.requests import DETAILS, draft, step, submitted
from tests.support.acting import acting
from tests.support.browser import hidden_fields
from tests.support.reader import reading

TYPED = {
    "function": "Koordinierungsstelle KIM",
    "fte": "0,5",
    "starts_on": "1.1.2027",
    "justification": "Weil viele Menschen neu zu uns kommen.",
}


@pytest.fixture
def gemeinde(app, officer):
    with reading(app, officer) as reader:
        yield reader


def at(reader, request_id, *more):
    return "/".join([f"/t/{reader.acting.actor.tenant_slug}/stellen/antraege/{request_id}", *more])


def listing(reader):
    return f"/t/{reader.acting.actor.tenant_slug}/stellen/antraege"


@pytest.fixture
def switch(gemeinde, officer, coordinator):
    """Let the other side sit at the reader."""

    def to(side):
        gemeinde.acting.actor = {"gemeinde": officer, "kreis": coordinator}[side]
        return gemeinde

    return to


def test_an_empty_list_says_what_belongs_here_and_how_to_begin(gemeinde, switch):
    seen = gemeinde.open(listing(gemeinde))
    assert "Noch kein Stellenantrag" in seen.main
    assert seen.links["Stellenantrag beginnen"].endswith("/neu")
    kreis = switch("kreis")
    seen = kreis.open(listing(kreis))
    assert "Noch keine Stellenanträge eingegangen" in seen.main
    assert "Stellenantrag beginnen" not in seen.links


def test_what_the_master_data_lack_is_said_before_the_form_and_not_after_it(app, ctx, district):
    """Öhringhausen has a Jugendamt only; the answer in KIMHub may be wrong, so a request can be begun all the same."""
    with reading(app, district.sibling.actor(Role.OFFICER)) as reader:
        seen = reader.open(listing(reader))
        assert "fehlt: eigene Ausländerbehörde, Integrationsrat oder Integrationsausschuss." in seen.main
        assert "Stellenantrag beginnen" not in seen.links
        form = reader.open(seen.links["Dennoch einen Stellenantrag beginnen"])
        notice = form.page.one("div", "kern-alert")
        assert [item.text for item in notice.all("li")] == [
            "eigene Ausländerbehörde", "Integrationsrat oder Integrationsausschuss",
        ]  # fmt: skip
        assert form.page.one("input", name="function")


def test_who_meets_all_conditions_is_warned_of_nothing(gemeinde):
    assert gemeinde.open(listing(gemeinde) + "/neu").page.all("div", "kern-alert") == []


def test_the_whole_way_from_the_form_to_the_decision(gemeinde, switch):
    seen = gemeinde.send(listing(gemeinde) + "/neu", TYPED)
    assert seen.status == 200
    assert "Entwurf" in seen.main
    assert "Nur Musterstadt. Der Musterkreis sieht den Antrag, sobald Sie ihn einreichen." in seen.main
    assert seen.next_step == "Antrag einreichen"
    path = seen.path
    seen = gemeinde.send(
        f"{path}/voraussetzungen/jugendamt",
        {"met": "1", "evidence": "Jugendamt seit 1991", "file": ("Satzung Jugendamt.pdf", PDF)},
    )
    assert "Satzung Jugendamt.pdf" in seen.links
    assert [button.text for button in seen.page.all(class_="kern-btn--primary")] == ["Antrag einreichen"]
    seen = gemeinde.open(f"{path}/einreichen")
    assert "Der Musterkreis sieht den Antrag mit allen Nachweisen sofort." in seen.main
    seen = gemeinde.fill(seen, {})
    assert "Der Antrag ist eingereicht." in seen.main
    assert seen.next_step is None

    kreis = switch("kreis")
    theirs = path.replace("musterstadt", "musterkreis")
    seen = kreis.open(listing(kreis))
    assert seen.links["Musterstadt"] == theirs
    seen = kreis.open(theirs)
    assert seen.next_step == "Antrag befürworten"
    seen = kreis.send(theirs, {"text": "Mit der Kämmerei sprechen"}, to=f"{theirs}/notizen")
    assert "Mit der Kämmerei sprechen" in seen.main
    seen = kreis.send(f"{theirs}/rueckfrage", {"note": "Wie viele Menschen sind es?"})
    assert "Die Rückfrage ist gestellt." in seen.main
    assert "Der nächste Schritt liegt bei Musterstadt." in seen.main
    assert seen.next_step is None
    assert seen.links["Antrag ablehnen"] == f"{theirs}/ablehnen"

    gemeinde = switch("gemeinde")
    seen = gemeinde.open(path)
    assert seen.next_step == "Rückfrage beantworten"
    assert "Mit der Kämmerei sprechen" not in seen.main
    seen = gemeinde.open(f"{path}/antwort")
    assert "Wie viele Menschen sind es?" in seen.main
    seen = gemeinde.fill(seen, {"note": "400 im Jahr."})
    assert "Die Antwort ist beim Musterkreis eingegangen." in seen.main

    seen = switch("kreis").send(f"{theirs}/befuerworten", {"note": ""})
    assert "Der Antrag ist befürwortet." in seen.main
    told = [item.text for item in seen.page.all("p", "kh-timeline__title")]
    assert [title.split(" hat ")[0] for title in told if title != "Interne Notiz"] == [
        "Der Musterkreis", "Musterstadt", "Der Musterkreis", "Musterstadt",
    ]  # fmt: skip


def test_what_was_typed_wrongly_stays_and_each_message_stands_at_its_field(gemeinde):
    seen = gemeinde.send(
        listing(gemeinde) + "/neu", {**TYPED, "fte": "1,5", "starts_on": "31.02.2027", "function": ""}
    )
    assert seen.status == 422
    assert seen.page.one("input", name="fte")["value"] == "1,5"
    summary = seen.page.one(class_="kh-error-summary")
    assert [link["href"] for link in summary.all("a")] == ["#feld-function", "#feld-fte", "#feld-starts_on"]
    assert "Den Tag „31.02.2027“ gibt es im Kalender nicht." in summary.text


def test_a_draft_can_be_deleted_after_being_asked_once_more(gemeinde, officer, switch):
    request_id = draft(officer)
    seen = gemeinde.open(at(gemeinde, request_id))
    seen = gemeinde.open(seen.links["Entwurf löschen"])
    assert "nicht rückgängig" in seen.main
    way = seen.page.one(class_="kh-breadcrumb")
    assert [link.text for link in way.all("a")] == ["Heute", "Stellenanträge", "Koordinierungsstelle KIM"]
    seen = gemeinde.send(at(gemeinde, request_id, "loeschen"), {})
    assert "Der Entwurf ist gelöscht." in seen.main
    assert gemeinde.open(at(gemeinde, request_id)).status == 404


def test_a_submitted_request_offers_no_deletion(gemeinde, officer):
    request_id = submitted(officer)
    assert "Entwurf löschen" not in gemeinde.open(at(gemeinde, request_id)).links
    assert gemeinde.open(at(gemeinde, request_id, "loeschen")).status == 409


def test_a_missing_criterion_is_named_and_there_is_no_button_to_submit(app, ctx, district):
    actor = district.sibling.actor(Role.OFFICER)
    with reading(app, actor) as reader:
        request_id = draft(actor)
        seen = reader.open(at(reader, request_id))
        assert "Ihre Kommune hat nach diesen Angaben keine eigene Ausländerbehörde." in seen.main
        seen = reader.open(at(reader, request_id, "einreichen"))
        assert "Der Antrag kann noch nicht eingereicht werden" in seen.main
        assert "weder Integrationsrat noch Integrationsausschuss" in seen.main
        assert not [button for button in seen.page.one("main").all("button") if "einreichen" in button.text]
        token = reader.open(at(reader, request_id)).page.all("input", name="csrf_token")[0]["value"]
        with transaction(actor, read_only=True) as session:
            state = REQUEST.mark(request_file(session, request_id))
        response = reader.acting.client.post(
            at(reader, request_id, "einreichen"),
            data={"csrf_token": token, "fassung": state},
            headers={"Sec-Fetch-Site": "same-origin"},
        )
        assert response.status_code == 422
        assert "keine eigene Ausländerbehörde" in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (("Satzung.pdf", PNG), "passt aber nicht dazu"),
        (("Satzung.exe", b"MZ"), "hat ein anderes Format"),
        (("Satzung.pdf", b""), "leer"),
    ],
)
def test_a_wrong_file_is_refused_at_its_field_and_nothing_is_saved(gemeinde, officer, file, message):
    request_id = draft(officer)
    seen = gemeinde.send(
        at(gemeinde, request_id, "voraussetzungen", "jugendamt"),
        {"met": "1", "evidence": "neu", "file": file},
    )
    assert seen.status == 422
    assert message in seen.page.one("p", id="feld-file-fehler").text
    assert seen.page.one("textarea", name="evidence").text == "neu"
    assert (
        "neu"
        not in gemeinde.open(at(gemeinde, request_id)).main.split("Jugendamt")[1].split("Integrationsrat")[0]
    )


def test_a_criterion_without_evidence_is_refused_at_its_field(gemeinde, officer):
    request_id = draft(officer)
    seen = gemeinde.send(
        at(gemeinde, request_id, "voraussetzungen", "jugendamt"), {"met": "1", "evidence": ""}
    )
    assert seen.status == 422
    assert "Nennen Sie einen Nachweis" in seen.page.one("p", id="feld-evidence-fehler").text


def test_a_request_that_is_too_large_is_refused_before_it_is_read(app, gemeinde, officer):
    request_id = draft(officer)
    response = gemeinde.acting.client.post(
        at(gemeinde, request_id, "voraussetzungen", "jugendamt"),
        data=bytes(app.config["MAX_CONTENT_LENGTH"] + 1),
        content_type="multipart/form-data; boundary=x",
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert response.status_code == 413


def test_who_decides_on_what_is_over_sees_the_others_decision_and_the_way_to_it(
    gemeinde, switch, officer, coordinator
):
    request_id = submitted(officer)
    kreis = switch("kreis")
    seen = kreis.open(at(kreis, request_id, "befuerworten"))
    step(officer, request_id, "withdraw", note="Stelle wird anders finanziert")
    seen = kreis.fill(seen, {"note": ""})
    assert seen.status == 409
    assert "Ihr Schritt wurde nicht ausgeführt" in seen.main
    assert "Musterstadt hat den Antrag zurückgezogen" in seen.main
    assert "Stelle wird anders finanziert" in seen.main
    assert seen.links["Antrag öffnen"] == at(kreis, request_id)
    assert kreis.open(at(kreis, request_id, "befuerworten")).status == 409


def test_a_decision_on_an_older_state_is_refused_even_if_it_would_still_be_possible(
    gemeinde, switch, officer, coordinator
):
    request_id = submitted(officer)
    kreis = switch("kreis")
    seen = kreis.open(at(kreis, request_id, "befuerworten"))
    step(coordinator, request_id, "ask", note="?")
    step(officer, request_id, "answer", note="!")
    assert kreis.fill(seen, {"note": ""}).status == 409


def test_a_rejection_without_reason_is_refused_at_its_field(gemeinde, switch, officer):
    request_id = submitted(officer)
    kreis = switch("kreis")
    seen = kreis.send(at(kreis, request_id, "ablehnen"), {"note": " "})
    assert seen.status == 422
    assert "Geben Sie einen Text ein." in seen.page.one("p", id="feld-note-fehler").text


def test_a_document_is_downloaded_safely_and_the_reading_is_recorded_for_its_owner(gemeinde, switch, officer):
    request_id = draft(officer)
    gemeinde.send(
        at(gemeinde, request_id, "voraussetzungen", "jugendamt"),
        {"met": "1", "evidence": "x", "file": ("Übersicht Jugendamt.pdf", PDF)},
    )
    step(officer, request_id, "submit")
    link = gemeinde.open(at(gemeinde, request_id)).links["Übersicht Jugendamt.pdf"]
    assert gemeinde.acting.client.get(link).data == PDF
    assert "zuerst geöffnet" not in gemeinde.open(at(gemeinde, request_id)).main
    kreis = switch("kreis")
    link = kreis.open(at(kreis, request_id)).links["Übersicht Jugendamt.pdf"]
    response = kreis.acting.client.get(link)
    assert response.data == PDF
    assert response.headers["Content-Disposition"] == (
        "attachment; filename=\"Uebersicht Jugendamt.pdf\"; filename*=UTF-8''%C3%9Cbersicht%20Jugendamt.pdf"
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Cache-Control"] == "no-store"
    assert "vom Musterkreis zuerst geöffnet am" in switch("gemeinde").open(at(gemeinde, request_id)).main


def test_a_document_that_belongs_to_no_request_is_not_found_here(gemeinde, officer):
    with transaction(officer) as session:
        document_id = store_document(session, officer, UploadedFile("a.pdf", PDF)).id
    assert gemeinde.open(f"{listing(gemeinde)}/dokumente/{document_id}").status == 404


def test_others_find_nothing_under_any_address(gemeinde, officer, district):
    request_id = submitted(officer)
    for body in (district.sibling, district.other_kreis, district.stadt, district.unrelated):
        gemeinde.acting.actor = body.actor(*Role)
        for more in ("", "bearbeiten", "voraussetzungen/jugendamt", "einreichen", "rueckfrage", "antwort",
                     "befuerworten", "ablehnen", "zurueckziehen"):  # fmt: skip
            found = gemeinde.open(at(gemeinde, request_id, more).rstrip("/")).status
            # A kreisfreie Stadt has nothing to do with any request: it is refused before one is looked for.
            assert found == (403 if body == district.stadt else 404), (body.name, more)


def test_the_list_filters_by_state_and_keeps_the_choice(gemeinde, officer):
    draft(officer)
    submitted(officer)
    seen = gemeinde.open(listing(gemeinde) + "?stand=submitted")
    assert [row.text for row in seen.page.all("p", "kh-list-head__count")] == ["1 Stellenantrag"]
    assert seen.page.one("option", value="submitted").get("selected") == ""
    assert "selected" in seen.page.one("option", value="submitted").attributes
    assert gemeinde.open(listing(gemeinde) + "?stand=unsinn").status == 200
    assert gemeinde.open(listing(gemeinde) + "?nach=unsinn").status == 200


@pytest.mark.parametrize("more", ["bearbeiten", "voraussetzungen/jugendamt"])
def test_a_form_that_could_not_be_saved_is_not_shown(gemeinde, officer, district, more):
    request_id = submitted(officer)
    seen = gemeinde.open(at(gemeinde, request_id, more))
    assert seen.status == 409
    assert "Ziehen Sie den Antrag zurück" in seen.main
    gemeinde.acting.actor = district.kreis.actor(*Role)
    seen = gemeinde.open(at(gemeinde, request_id, more))
    assert seen.status == 409
    assert "nur die Gemeinde" in seen.main


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.COMMITTEE_OFFICE])
def test_who_only_reads_is_offered_no_step(app, officer, district, role):
    request_id = submitted(officer)
    with reading(app, district.kreis.actor(role)) as reader:
        seen = reader.open(at(reader, request_id))
        assert seen.status == 200
        assert seen.next_step is None
        assert "rueckfrage" not in str(seen.links)
        assert not seen.page.one("main").all("form")
        assert reader.open(at(reader, request_id, "befuerworten")).status == 403


@pytest.mark.parametrize("more", ["", "einreichen", "befuerworten"])
def test_a_page_takes_few_statements(app, officer, coordinator, connection, more):
    from tests.support.statements import counted

    request_id = submitted(officer) if more != "einreichen" else draft(officer)
    with (
        reading(app, officer if more == "einreichen" else coordinator) as reader,
        counted(connection) as sent,
    ):
        assert reader.open(at(reader, request_id, more).rstrip("/")).status == 200
    assert len(sent) <= (4 if more else 5), sent  # the file names the office at the other side


def test_two_people_edit_one_draft_and_the_second_sees_both_and_decides(app, officer):
    """Case 54: the first writes a Begründung, the second only lowers the share, in a form made before."""
    request_id = draft(officer, replace(DETAILS, function="Feldtest", fte=Decimal(1), justification=""))
    here = f"/t/{officer.tenant_slug}/stellen/antraege/{request_id}"
    first = {"function": "Feldtest", "fte": "1,0", "starts_on": "01.01.2027", "justification": "Weil."}
    second = {**first, "fte": "0,5", "justification": ""}
    with acting(app) as somebody:
        client = somebody.as_(officer)
        made_before = hidden_fields(client.get(f"{here}/bearbeiten").text, f"{here}/bearbeiten")
        assert client.post(f"{here}/bearbeiten", data={**made_before, **first}).status_code == 303
        told = client.post(f"{here}/bearbeiten", data={**made_before, **second})
        assert told.status_code == 409
        page = parse(told.text)
        assert "Inzwischen hat jemand anderes gespeichert" in page.one("main").text
        assert page.one("input", id="feld-fte")["value"] == "0,5"
        assert page.one("textarea", id="feld-justification").text == "Weil."
        assert "Weil." in client.get(here).text, "nothing is lost"
        decided = {**hidden_fields(told.text, f"{here}/bearbeiten"), **second, "justification": "Weil."}
        assert client.post(f"{here}/bearbeiten", data=decided).status_code == 303
        shown = parse(client.get(here).text).one("main").text
    assert "0,5 VZÄ" in shown
    assert "Weil." in shown


def test_a_draft_that_a_colleague_has_changed_is_neither_submitted_nor_deleted_unseen(app, officer):
    request_id = draft(officer, DETAILS)
    here = f"/t/{officer.tenant_slug}/stellen/antraege/{request_id}"
    with acting(app) as somebody:
        client = somebody.as_(officer)
        seen = {
            step: hidden_fields(client.get(f"{here}/{step}").text, f"{here}/{step}")
            for step in STEPS_OF_A_DRAFT
        }
        changed = {**TYPED, **hidden_fields(client.get(f"{here}/bearbeiten").text, f"{here}/bearbeiten")}
        assert client.post(f"{here}/bearbeiten", data=changed).status_code == 303
        for step_name, hidden in seen.items():
            assert client.post(f"{here}/{step_name}", data=hidden).status_code == 409
        assert "Entwurf" in client.get(here).text
        for step_name in STEPS_OF_A_DRAFT:
            hidden = hidden_fields(client.get(f"{here}/{step_name}").text, f"{here}/{step_name}")
        assert client.post(f"{here}/loeschen", data=hidden).status_code == 303


STEPS_OF_A_DRAFT = ("einreichen", "loeschen")

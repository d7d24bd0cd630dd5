"""The pages of meetings: what they cost, what stands on them, and what nobody learns there of a closed paper."""

from __future__ import annotations

import re
from datetime import date

import pytest

from kimhub.committees.terms import CommitteeKind, RuleKind
from kimhub.committees.usecases.committees import Ruling, set_rule
from kimhub.meetings.usecases.meetings import cancel_meeting
from kimhub.programme.days.periods import TimeUnit
from tenants import Role, db, transaction
from tests.committees.acts import entered, joined, named
from tests.core.web.html import parse
from tests.meetings.acts import CLOSED, details, in_days, meeting, met, paper, placed, written
from tests.support.acting import acting
from tests.support.statements import counted

HERE = "/t/musterstadt/gremien"
NUMBER, LINK = "17/geheim", "https://rat.example/geheim"
CLOSED_PAPER = details(title=CLOSED, number=NUMBER, link=LINK, is_public=False)


@pytest.fixture
def browse(hall):
    """The browser of the Geschäftsführung of a Gemeinde, or of somebody else there."""
    with acting(hall.app) as somebody:

        def browse(role=Role.COMMITTEE_OFFICE, body=hall.district.gemeinde):
            return somebody.as_(body.actor(role))

        yield browse


def sent(client, path):
    with counted(db.engine) as statements:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text[:300]
    return len(statements)


def ruled(actor, committee_id, kind, amount, unit):
    with transaction(actor):
        set_rule(
            actor, committee_id, Ruling(kind=kind, amount=amount, unit=unit, source="§ 2 GeschO (ungeprüft)")
        )


def test_lists_and_files_cost_the_same_for_one_meeting_and_for_twenty(hall, browse):
    committee_id = entered(hall.gemeinde)
    first, paper_id = met(hall.gemeinde, committee_id, in_days(1)), written(hall.gemeinde)
    placed(hall.gemeinde, first, paper_id)
    met(hall.gemeinde, committee_id, in_days(-1))
    pages = [
        f"{HERE}/{path}"
        for path in (
            "sitzungen", "vorlagen", f"sitzungen/{first}", f"vorlagen/{paper_id}", f"verzeichnis/{committee_id}",
        )
    ]  # fmt: skip
    few = [sent(browse(), page) for page in pages]
    for number in range(2, 22):
        meeting_id = met(hall.gemeinde, committee_id, in_days(-number))
        placed(hall.gemeinde, meeting_id, paper_id)
        placed(hall.gemeinde, first, details(title=f"Vorlage {number}"), f"2.{number}")
    assert [sent(browse(), page) for page in pages] == few


def test_who_keeps_no_meetings_finds_nothing_of_a_closed_paper_on_any_page(hall, browse):
    meeting_id = met(hall.gemeinde, entered(hall.gemeinde), in_days(1))
    placed(hall.gemeinde, meeting_id, CLOSED_PAPER, "N 1")
    placed(hall.gemeinde, meeting_id, details(), "1")
    closed_id = meeting(hall.gemeinde, meeting_id).agenda[1]["paper_id"]
    pages = [
        f"{HERE}/sitzungen/{meeting_id}", f"{HERE}/sitzungen", f"{HERE}/vorlagen", f"{HERE}/vorlagen?suche=geheim",
        f"{HERE}/vorlagen/liste.csv", f"{HERE}/sitzungen/liste.csv",
    ]  # fmt: skip
    secrets = (CLOSED, NUMBER, LINK, str(closed_id))
    for role in (Role.COMMITTEE_MEMBER, Role.AUDITOR):
        client = browse(role)
        for page in pages:
            answer = client.get(page)
            assert answer.status_code == 200, page
            assert [words for words in secrets if words in answer.text] == [], (role, page)
        agenda = " ".join(parse(client.get(pages[0]).text).text.split())
        assert "TOP N 1: Nichtöffentliche Vorlage" in agenda
        assert client.get(f"{HERE}/vorlagen/{closed_id}").status_code == 404
        assert client.get(f"{HERE}/vorlagen/{closed_id}/bearbeiten").status_code == 403
    keeper = browse()
    assert CLOSED in keeper.get(pages[0]).text
    assert CLOSED in keeper.get(pages[2]).text
    assert "nichtöffentlich" in keeper.get(f"{HERE}/vorlagen/{closed_id}").text


def test_a_paper_is_put_on_an_agenda_in_one_step(hall, browse):
    meeting_id = met(hall.gemeinde, entered(hall.gemeinde), in_days(1))
    there, form = written(hall.gemeinde, number="2026/1"), f"{HERE}/sitzungen/{meeting_id}/tagesordnung"
    client = browse()
    assert "2026/1 Sachstand KIM" in client.get(form).text
    new = {
        "item": "5.6", "title": "Neu", "kind": "decision", "number": "2026/2", "is_public": "1", "dated": "1.2.2026",
    }  # fmt: skip
    assert client.post(form, data=new).status_code == 303
    assert client.post(form, data={"item": "5.10", "paper_id": str(there)}).status_code == 303
    (first, second) = meeting(hall.gemeinde, meeting_id).agenda
    assert (first["item"], first["title"], first["is_public"]) == ("5.6", "Neu", True)
    assert (second["item"], second["paper_id"]) == ("5.10", there)
    assert paper(hall.gemeinde, first["paper_id"]).paper.dated == date(2026, 2, 1)
    assert "2026/1 Sachstand KIM" not in client.get(form).text
    other = met(hall.gemeinde, entered(hall.gemeinde, CommitteeKind.RAT, "Rat"), in_days(2))
    chosen = {"item": "9", "meeting_id": str(other)}
    assert client.post(f"{HERE}/vorlagen/{there}/beratung", data=chosen).status_code == 303
    assert [row["item"] for row in paper(hall.gemeinde, there).consultations] == ["5.10", "9"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Wählen Sie eine Vorlage"),
        ({"title": "Neu"}, "Wählen Sie die Art der neuen Vorlage."),
        ({"title": "Neu", "kind": "decision", "paper_id": "there"}, "nicht beides"),
        ({"paper_id": "there", "item": ""}, "füllen Sie dieses Feld aus"),
        ({"title": "Neu", "kind": "decision", "link": "http://rat.example"}, "die mit https:// beginnt"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_agenda_is_said_at_its_field_and_nothing_is_entered(hall, browse, said, words):
    meeting_id, there = met(hall.gemeinde, entered(hall.gemeinde), in_days(1)), written(hall.gemeinde)
    data = {"item": "1", **said}
    if "paper_id" in data:
        data["paper_id"] = str(there)
    answer = browse().post(f"{HERE}/sitzungen/{meeting_id}/tagesordnung", data=data)
    assert (answer.status_code, words in answer.text) == (422, True)
    assert meeting(hall.gemeinde, meeting_id).agenda == []
    assert "Neu" not in browse().get(f"{HERE}/vorlagen").text


def test_the_same_paper_or_the_same_day_twice_is_said_in_the_form(hall, browse):
    committee_id, paper_id = entered(hall.gemeinde), written(hall.gemeinde)
    meeting_id = met(hall.gemeinde, committee_id, in_days(1))
    placed(hall.gemeinde, meeting_id, paper_id)
    client = browse()
    answer = client.post(
        f"{HERE}/vorlagen/{paper_id}/beratung", data={"item": "2", "meeting_id": str(meeting_id)}
    )
    assert (answer.status_code, "steht schon auf der Tagesordnung" in answer.text) == (422, True)
    again = {"committee_id": str(committee_id), "day": in_days(1).strftime("%d.%m.%Y")}
    answer = client.post(f"{HERE}/sitzungen/neu", data=again)
    assert (answer.status_code, "ist an diesem Tag schon eine Sitzung" in answer.text) == (422, True)


def test_a_meeting_is_called_off_and_taken_up_again(hall, browse):
    meeting_id = met(hall.gemeinde, entered(hall.gemeinde), in_days(1))
    placed(hall.gemeinde, meeting_id, details())
    here, client = f"{HERE}/sitzungen/{meeting_id}", browse()

    def stand(form):
        (found,) = re.findall(r'name="fassung"\s+value="([^"]*)"', client.get(form).text)
        return {"fassung": found}

    off = {"reason": "Keine Mehrheit", **stand(f"{here}/absagen")}
    assert client.post(f"{here}/absagen", data=off).status_code == 303
    page = client.get(here).text
    assert "abgesagt" in page
    assert "Keine Mehrheit" in page
    assert f"{here}/tagesordnung" not in page
    assert f"{here}/loeschen" not in page, "it has an agenda"
    undone = client.post(f"{here}/absage-zuruecknehmen", data=stand(f"{here}/absage-zuruecknehmen"))
    assert undone.status_code == 303
    assert "abgesagt" not in client.get(here).text


def test_a_coming_meeting_says_until_when_what_must_be_there(hall, browse):
    committee_id = entered(hall.gemeinde)
    ruled(hall.gemeinde, committee_id, RuleKind.PAPERS, 12, TimeUnit.DAY)
    meeting_id = met(hall.gemeinde, committee_id, date(2027, 3, 31))
    here = f"{HERE}/sitzungen/{meeting_id}"
    page = " ".join(parse(browse(Role.COMMITTEE_MEMBER).get(here).text).text.split())
    assert "Vorlagen bis 19.03.2027: spätestens 12 Tage vor der Sitzung (§ 2 GeschO (ungeprüft))" in page
    assert "Sicher ist bis 18.03.2027" in page, "some count full days"
    assert "Einladung Für dieses Gremium ist keine Frist eingetragen." in page
    assert "Anfragen" not in page
    ruled(hall.gemeinde, committee_id, RuleKind.ANSWERS, 3, TimeUnit.WEEK)
    ruled(hall.gemeinde, committee_id, RuleKind.INQUIRIES, 3, TimeUnit.WERKTAG)
    page = " ".join(parse(browse().get(here).text).text.split())
    assert "Anfragen bis 25.03.2027: spätestens 3 Werktage" in page, (
        "Good Friday and Easter Monday lie between"
    )
    assert "Antwort" not in page
    with transaction(hall.gemeinde):
        cancel_meeting(hall.gemeinde, meeting_id)
    assert "Fristen vor dieser Sitzung" not in browse().get(here).text


def test_a_meeting_of_a_joint_committee_follows_the_rules_of_who_leads_it(hall, browse):
    committee_id = joined(hall.kreis, hall.gemeinde)
    ruled(hall.kreis, committee_id, RuleKind.INVITATION, 1, TimeUnit.WEEK)
    meeting_id = met(hall.gemeinde, committee_id, date(2027, 3, 31))
    assert "bis 24.03.2027" in browse().get(f"{HERE}/sitzungen/{meeting_id}").text
    lead = browse(body=hall.district.kreis)
    assert lead.get(f"/t/musterkreis/gremien/sitzungen/{meeting_id}").status_code == 404


def test_the_page_of_a_committee_shows_its_next_and_its_last_three_meetings(hall, browse):
    committee_id = entered(hall.gemeinde)
    for number in (-5, -4, -3, -2, 3, 8):
        met(hall.gemeinde, committee_id, in_days(number))
    here = f"{HERE}/verzeichnis/{committee_id}"
    page = browse(Role.COMMITTEE_MEMBER).get(here).text
    section = next(part for part in parse(page).all("section") if part.get("id") == "sitzungen")
    days = re.findall(r"\d\d\.\d\d\.\d{4}", section.text)
    assert days == [in_days(number).strftime("%d.%m.%Y") for number in (3, -2, -3, -4)]
    assert "Sitzung eintragen" not in section.text
    offered = browse().get(here).text
    assert f"{HERE}/sitzungen/neu?gremium={committee_id}" in offered
    form = parse(browse().get(f"{HERE}/sitzungen/neu?gremium={committee_id}").text)
    (chosen,) = [option for option in form.all("option") if "selected" in option.attributes]
    assert chosen["value"] == str(committee_id)


def test_the_list_is_narrowed_to_a_committee_and_to_what_is_to_come(hall, browse):
    committee_id = entered(hall.gemeinde)
    named(hall.gemeinde, committee_id, "Neuer Ausschuss", in_days(0))
    council = entered(hall.gemeinde, CommitteeKind.RAT, "Rat der Stadt")
    for id_, day in ((committee_id, in_days(1)), (committee_id, in_days(-1)), (council, in_days(2))):
        met(hall.gemeinde, id_, day)

    def rows(query):
        table = parse(browse().get(f"{HERE}/sitzungen{query}").text).one("table")
        return [row.one("a").text.strip() for row in table.one("tbody").all("tr")]

    assert rows("") == ["Rat der Stadt", "Neuer Ausschuss", "Ausschuss für Integration"]
    assert rows("?zeit=kommende") == ["Rat der Stadt", "Neuer Ausschuss"]
    assert rows(f"?gremium={committee_id}&zeit=kommende") == ["Neuer Ausschuss"]


def test_a_reader_is_offered_no_change(hall, browse):
    meeting_id, paper_id = met(hall.gemeinde, entered(hall.gemeinde), in_days(1)), written(hall.gemeinde)
    placed(hall.gemeinde, meeting_id, paper_id)
    reader = browse(Role.COMMITTEE_MEMBER)
    for page in (
        "sitzungen", "vorlagen", f"sitzungen/{meeting_id}", f"vorlagen/{paper_id}",
    ):  # fmt: skip
        shown = reader.get(f"{HERE}/{page}").text
        for end in ("/neu", "/bearbeiten", "/absagen", "/tagesordnung", "/beratung", "/punkt/", "/loeschen"):
            assert f'{end}"' not in shown, (page, end)
    assert reader.get(f"{HERE}/sitzungen/{meeting_id}/tagesordnung").status_code == 403

"""The pages of the Mittelabruf, as people use them without JavaScript."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from kimhub.desk.queries import Group
from tests.factories.drawdowns import amended, booked, called, granted, received
from tests.support.reader import reading
from tests.support.today import heute

LIST = "/t/freistadt/mittel/mittelabruf"
DAY = "2021-07-20T10:00:00Z"
TYPED = {"amount": "1", "requested_on": "20.7.2021", "due_until": "20.9.2021"}


@pytest.fixture
def coordinator(app, stadt):
    with reading(app, stadt) as reader:
        yield reader


@pytest.fixture(autouse=True)
def _july():
    with time_machine.travel(DAY, tick=False):
        yield


def at(grant, *more):
    return "/".join([LIST, str(grant), "2021", "1", *more])


def test_without_a_bescheid_the_page_says_what_belongs_here(coordinator):
    seen = coordinator.open(LIST)
    assert "Noch nichts abzurufen" in seen.main
    assert seen.next_step is None


def test_the_whole_way_from_the_amount_to_the_money(coordinator, stadt):
    grant = granted(stadt)
    booked(stadt, "30000", date(2021, 6, 30))
    seen = coordinator.open(LIST)
    assert seen.next_step == "Mittel abrufen"
    seen = coordinator.open(seen.links["Mittel abrufen"])
    assert "Jetzt abrufbar: 30.000,00 €" in seen.main
    typed = {name: seen.page.one("input", name=name)["value"] for name in TYPED}
    assert typed == {**TYPED, "amount": "30.000,00", "requested_on": "20.07.2021", "due_until": "20.09.2021"}
    checked = coordinator.fill(seen, {**typed, "reference": "Abruf 1"}, to=at(grant, "abrufen"))
    assert "Mittelabruf prüfen" in checked.main
    assert "Das ist mehr" not in checked.main
    entered = coordinator.fill(checked, {}, to=at(grant, "abrufen", "eintragen"))
    assert "Der Mittelabruf ist eingetragen." in entered.main
    assert entered.next_step == "Eingang eintragen"
    came = coordinator.open(entered.links["Eingang eintragen"])
    done = coordinator.fill(came, {"amount": "12.000", "received_on": "20.7.2021"})
    assert "teilweise eingegangen" in done.main
    assert "18.000,00 €" in done.main
    seen = coordinator.open(LIST)
    assert "nichts abzurufen" in seen.main
    assert seen.next_step is None


def test_the_calculation_stands_in_words_and_figures(coordinator, stadt):
    grant = granted(stadt)
    booked(stadt, "30000", date(2021, 6, 30))
    received(stadt, called(stadt, grant, "50000"), "50000")
    seen = coordinator.open(at(grant))
    for words in (
        "Was abgerufen ist, reicht für alle Zahlungen bis 20.09.2021.",
        "= Noch nicht abgerufen",
        "Wenn sie bis 13.09.2021 nicht verausgabt sind, entstehen Zinsen: am Tag danach 144,48 €",
        "Ungeprüft heißt",
    ):
        assert words in seen.main, words


def test_more_than_is_needed_is_possible_after_a_warning(coordinator, stadt):
    grant = granted(stadt)
    form = coordinator.open(at(grant, "abrufen"))
    checked = coordinator.fill(form, {**TYPED, "amount": "1.000"})
    assert "Sie rufen 1.000,00 € mehr ab" in checked.main
    again = coordinator.open(checked.links["Zurück"])
    assert again.page.one("input", name="amount")["value"] == "1.000"
    assert coordinator.fill(checked, {}, to=at(grant, "abrufen", "eintragen")).status == 200


def test_more_than_is_granted_is_refused_and_what_was_typed_stays(coordinator, stadt):
    grant = granted(stadt, "100")
    form = coordinator.open(at(grant, "abrufen"))
    checked = coordinator.fill(form, {**TYPED, "amount": "100,01"})
    seen = coordinator.fill(checked, {}, to=at(grant, "abrufen", "eintragen"))
    assert seen.status == 422
    assert "Abrufen können Sie noch 100,00 €." in seen.main
    assert seen.page.one("input", name="amount")["value"] == "100,01"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"amount": "viel"}, "kein Betrag"),
        ({"amount": "-5"}, "nicht negativ"),
        ({"due_until": "21.9.2021"}, "Wählen Sie einen Tag vom Abruf bis zum 20.09.2021."),
        ({"requested_on": "31.2.2021"}, "gibt es im Kalender nicht"),
    ],
)
def test_what_was_typed_wrongly_is_named_at_its_field(coordinator, stadt, typed, message):
    grant = granted(stadt)
    form = coordinator.open(at(grant, "abrufen"))
    seen = coordinator.fill(form, {**TYPED, **typed})
    assert seen.status == 422
    assert message in seen.main


def test_a_payment_is_added_counts_is_removed_and_fetched_back(coordinator, stadt):
    grant = granted(stadt)
    seen = coordinator.send(
        at(grant, "zahlung"), {"text": "Fachtag", "amount": "1.500", "due_on": "1.8.2021"}
    )
    assert "Jetzt abrufbar: 1.500,00 €" in seen.main
    (form,) = [form for form in seen.page.all("form", method="post") if "zahlungen" in form["action"]]
    seen = coordinator.fill(seen, {}, to=form["action"])
    assert "Die Zahlung „Fachtag“ ist entfernt. Rückgängig" in seen.main
    assert "Jetzt abrufbar: 0,00" in seen.main
    seen = coordinator.fill(seen, {}, to=at(grant, "zahlung"))
    assert "Jetzt abrufbar: 1.500,00 €" in seen.main


def test_a_payment_of_the_past_is_refused(coordinator, stadt):
    seen = coordinator.send(at(granted(stadt), "zahlung"), {"text": "x", "amount": "1", "due_on": "1.7.2021"})
    assert seen.status == 422
    assert "Was schon bezahlt ist, buchen Sie als Ausgabe." in seen.main


def test_a_call_is_cancelled_with_its_reason(coordinator, stadt):
    call = called(stadt, granted(stadt), "100")
    page = coordinator.open(f"{LIST}/abrufe/{call}")
    asked = coordinator.open(page.links["Stornieren"])
    assert coordinator.fill(asked, {"reason": ""}).status == 422
    done = coordinator.fill(asked, {"reason": "Doppelt eingetragen"})
    assert "Storniert. Der Gegeneintrag steht in der Liste." in done.main
    assert "Stornieren" not in done.links
    assert "Doppelt eingetragen" not in done.main
    listed = coordinator.open(LIST)
    assert "-100,00" in listed.main.replace("\N{MINUS SIGN}", "-")


def test_a_wrong_receipt_is_cancelled(coordinator, stadt):
    call = called(stadt, granted(stadt), "100")
    received(stadt, call, "100")
    page = coordinator.open(f"{LIST}/abrufe/{call}")
    done = coordinator.fill(coordinator.open(page.links["Stornieren"]), {"reason": "Zahlendreher"})
    assert "Der Eingang ist storniert." in done.main
    assert done.next_step == "Eingang eintragen"


def test_what_was_drawn_beyond_a_lowered_grant_is_shown_and_paid_back(coordinator, stadt):
    grant = granted(stadt, "100000")
    received(stadt, called(stadt, grant, "90000"), "90000")
    amended(stadt, grant, "60000")
    seen = coordinator.open(at(grant))
    assert "Zurückzuzahlen: 30.000,00" in seen.main
    assert seen.next_step == "Rückzahlung eintragen"
    form = coordinator.open(seen.links["Rückzahlung eintragen"])
    assert form.page.one("input", name="amount")["value"] == "30.000,00"
    typed = {"amount": "30.000", "repaid_on": "20.7.2021", "reason": "Änderungsbescheid vom 01.09.2021"}
    done = coordinator.fill(form, typed)
    assert "Die Rückzahlung ist eingetragen." in done.main
    assert "Zurückzuzahlen" not in done.main


def test_the_desk_says_what_to_do(coordinator, stadt):
    grant = granted(stadt)
    booked(stadt, "30000", date(2021, 6, 30))
    call = called(stadt, grant, "20000")
    with time_machine.travel("2021-07-31T10:00:00Z", tick=False):
        desk = coordinator.open("/t/freistadt/")
    assert "Abruf möglich: 10.000,00 €" in desk.main
    assert "abgerufen und nicht eingegangen" in desk.main
    received(stadt, call, "20000")
    booked(stadt, "5", date(2021, 7, 1), "R-9")
    amended(stadt, grant, "15000")
    assert "5.000,00 € zurückzahlen" in coordinator.open("/t/freistadt/").main


def test_the_desk_warns_of_money_that_is_not_used(coordinator, stadt):
    received(stadt, called(stadt, granted(stadt), "20000"), "20000")
    desk = coordinator.open("/t/freistadt/")
    assert "20.000,00 € verwenden oder zurückzahlen" in desk.main
    assert "bis 13.09.2021" in desk.main
    assert "Danach laufen Zinsen" in desk.main
    with time_machine.travel("2021-10-01T10:00:00Z", tick=False):
        desk = coordinator.open("/t/freistadt/")
    assert "seit 18 Tagen überfällig" in desk.main
    assert "Seither laufen Zinsen" in desk.main


def test_what_can_no_longer_be_called_is_shown_as_past_and_what_never_came_in_as_owed(
    app, coordinator, stadt
):
    grant = granted(stadt)
    booked(stadt, "30000", date(2021, 6, 30))
    called(stadt, grant, "20000")
    with time_machine.travel("2026-11-29T10:00:00Z", tick=False):
        parts = heute(app, stadt)
    assert [line.what for line in parts[Group.OVER]] == ["Nicht abgerufen: 10.000,00 €"]
    (owed,) = [line for line in parts[Group.OVERDUE] if "nicht eingegangen" in line.what]
    assert owed.step_url.endswith("/eingang")
    assert "offen" in owed.when


def test_who_only_reads_is_offered_nothing(app, stadt, auditor):
    grant = granted(stadt)
    booked(stadt, "30000", date(2021, 6, 30))
    call = called(stadt, grant, "100")
    with reading(app, auditor) as reader:
        for path in (LIST, at(grant), f"{LIST}/abrufe/{call}"):
            seen = reader.open(path)
            assert seen.status == 200
            assert seen.next_step is None
            assert seen.page.one("main").all("form", method="post") == []
        assert reader.open(at(grant, "abrufen")).status == 403


def test_others_find_nothing_under_any_address(app, stadt, kreis):
    grant = granted(stadt)
    call = called(stadt, grant, "100")
    with reading(app, kreis) as reader:
        for path in (at(grant), f"{LIST}/abrufe/{call}", at(grant, "abrufen")):
            assert reader.open(path.replace("freistadt", "musterkreis")).status == 404


def test_a_year_that_nobody_granted_is_not_found(coordinator, stadt):
    grant = granted(stadt)
    for where in ("2035/1", "2021/3", "2021/9"):
        assert coordinator.open(f"{LIST}/{grant}/{where}").status == 404

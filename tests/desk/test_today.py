"""Heute of each role: what waits, whose turn it is, and nothing that only repeats the navigation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from kimhub.core import clock
from kimhub.core.formats import day
from kimhub.desk.queries import Group
from kimhub.funding.public import note_finality, object_to_allocation, uphold_allocation
from kimhub.funding.workflow import ANSWER_DAYS
from tenants import Permission, Role, db, transaction
from tenants.proceedings import Step
from tests.factories.ledger import confirmed, drafted, euro, granted, issued, own_office, traeger
from tests.factories.requests import draft, step, submitted
from tests.support.reader import reading
from tests.support.statements import counted
from tests.support.today import heute, urls

READERS = [Role.COMMITTEE_MEMBER, Role.AUDITOR]


@pytest.fixture
def at(monkeypatch):
    """Let it be another day for what asks the clock; the database keeps its own time."""

    def at(day: date) -> None:
        monkeypatch.setattr(clock, "now", lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))

    return at


def page(ctx, actor):
    with reading(ctx, actor) as reader:
        return reader.open(f"/t/{actor.tenant_slug}/")


def note_final(actor, grant):
    with transaction(actor) as session:
        version = session.scalar(text("SELECT id FROM grant_version WHERE grant_id = :id"), {"id": grant})
        note_finality(actor, version, waived_on=None, final_on=date(2026, 3, 6))


def final_grant(actor):
    grant = granted(actor, euro("570000"))
    note_final(actor, grant)
    return grant


# --- whose turn it is ------------------------------------------------------------------------------------------------


def test_a_request_stands_with_who_has_to_act_and_as_waiting_with_the_other(ctx, kreis, gemeinde):
    mine = submitted(gemeinde)
    address = f"/stellen/antraege/{mine}"
    assert urls(ctx, kreis, Group.TO_DO) == [f"/t/{kreis.tenant_slug}{address}", *_first_steps(kreis)]
    assert urls(ctx, gemeinde, Group.WAITING) == [f"/t/{gemeinde.tenant_slug}{address}"]
    step(kreis, mine, "ask", note="Seit wann?")
    assert urls(ctx, kreis, Group.WAITING) == [f"/t/{kreis.tenant_slug}{address}"]
    assert urls(ctx, gemeinde, Group.OVERDUE) == [f"/t/{gemeinde.tenant_slug}{address}"]


def _first_steps(actor):
    return [f"/t/{actor.tenant_slug}/mittel/zuwendungen/neu", f"/t/{actor.tenant_slug}/mittel/plaene/neu"]


def test_a_draft_is_known_to_its_own_side_only(ctx, kreis, gemeinde):
    begun = draft(gemeinde)
    assert [line.what for line in heute(ctx, gemeinde)[Group.TO_DO]] == [
        "Stellenantrag fertigstellen und einreichen"
    ]
    assert str(begun) not in page(ctx, kreis).main


def kreis_of(actor):
    with transaction(actor, read_only=True) as session:
        return session.scalar(
            text(
                "SELECT k.official_name FROM tenant AS g JOIN tenant AS k ON k.id = g.parent_id WHERE g.id = :me"
            ),
            {"me": actor.tenant_id},
        )


def test_an_allocation_waits_for_its_recipient_then_for_its_giver(ctx, kreis, gemeinde, at):
    fund = final_grant(kreis)
    given = issued(kreis, fund, gemeinde.tenant_id, euro("57000"), title="Case Management")
    at(date(2026, 3, 10))
    (mine,) = heute(ctx, gemeinde)[Group.TO_DO]
    assert (mine.what, mine.whom) == ("Erhalt der Mittel bestätigen", kreis_of(gemeinde))
    assert mine.url.endswith(str(given))
    assert [line.what for line in heute(ctx, kreis)[Group.WAITING]] == [
        "Eine Weiterleitung ist noch nicht bestätigt"
    ]
    with transaction(gemeinde):
        object_to_allocation(gemeinde, Step(given, note="Wir brauchen mehr."))
    assert Group.TO_DO not in heute(ctx, gemeinde)
    assert [line.what for line in heute(ctx, gemeinde)[Group.WAITING]] == [
        "Ihr Einwand ist noch nicht beantwortet"
    ]
    (objection,) = [line for line in heute(ctx, kreis)[Group.OVERDUE] if line.url.endswith(str(given))]
    assert objection.step.startswith("Beantworten")


def test_whoever_answers_an_objection_begins_the_wait_anew(ctx, kreis, gemeinde):
    """The letter is months old; what waits is the answer to what was said today."""
    given = issued(kreis, final_grant(kreis), gemeinde.tenant_id, euro("57000"))
    assert urls(ctx, gemeinde, Group.OVERDUE) == [f"/t/{gemeinde.tenant_slug}/mittel/weiterleitungen/{given}"]
    with transaction(gemeinde):
        object_to_allocation(gemeinde, Step(given, note="Wir brauchen mehr."))
    with transaction(kreis):
        uphold_allocation(kreis, Step(given, note="Es bleibt dabei."))
    (line,) = heute(ctx, gemeinde)[Group.TO_DO]
    assert line.when == f"seit {day(clock.today())}"
    assert Group.WAITING in heute(ctx, kreis)


def test_unconfirmed_allocations_are_asked_after_together_and_late(ctx, district, kreis, gemeinde, at):
    fund = final_grant(kreis)
    for body in (district.gemeinde, district.sibling):
        issued(kreis, fund, body.id, euro("57000"))
    issued(kreis, fund, traeger(kreis), euro("1000"))  # gets a letter
    issued(kreis, fund, own_office(kreis), euro("1000"))  # part of the own house
    at(date(2026, 3, 1) + timedelta(days=ANSWER_DAYS))
    (line,) = heute(ctx, kreis)[Group.WAITING]
    assert line.what == "3 Weiterleitungen sind noch nicht bestätigt"
    at(date(2026, 3, 1) + timedelta(days=ANSWER_DAYS + 1))
    (late,) = [line for line in heute(ctx, kreis)[Group.OVERDUE] if "Weiterleitungen" in line.what]
    assert late.when.startswith(f"seit {ANSWER_DAYS + 1} Tagen offen seit 01.03.2026")
    assert late.step.startswith("Nachfragen")


def test_a_bescheid_without_bestandskraft_is_to_be_completed_until_it_is(ctx, kreis):
    grant = granted(kreis, euro("570000"))
    (line,) = [line for line in heute(ctx, kreis)[Group.OVERDUE] if "Bestandskraft" in line.what]
    # issued 01.02.2026 (a Sunday): Bekanntgabe 05.02., one month, 05.03. is a Thursday
    assert "bis 06.03.2026" in line.when
    assert line.step_url.endswith(f"/zuwendungen/{grant}/fassungen/1/bestandskraft")
    note_final(kreis, grant)
    assert not [line for line in heute(ctx, kreis).get(Group.OVERDUE, []) if "Bestandskraft" in line.what]


def test_nothing_waits_any_more_once_it_is_done(ctx, kreis, gemeinde):
    fund = final_grant(kreis)
    done = confirmed(kreis, gemeinde, fund, euro("57000"))
    decided = submitted(gemeinde)
    step(kreis, decided, "endorse")
    for actor in (kreis, gemeinde):
        shown = page(ctx, actor).main
        assert not any(str(one) in shown for one in (done, decided))


# --- each role -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", READERS)
def test_who_decides_nothing_is_not_bothered_and_told_so(ctx, kreis, gemeinde, district, role):
    submitted(gemeinde)
    drafted(kreis, granted(kreis, euro("570000")), gemeinde.tenant_id, euro("57000"))
    for body in (district.kreis, district.gemeinde):
        actor = body.actor(role)
        assert heute(ctx, actor) == {}
        assert "Nichts zu erledigen" in page(ctx, actor).main


def test_the_office_of_committees_sees_what_they_have_not_heard_of_and_nothing_else(
    ctx, kreis, gemeinde, district
):
    submitted(gemeinde)
    drafted(kreis, granted(kreis, euro("570000")), gemeinde.tenant_id, euro("57000"))
    found = heute(ctx, district.kreis.actor(Role.COMMITTEE_OFFICE))
    assert {line.what for lines in found.values() for line in lines} == {
        "Ein Vorgang ohne Unterrichtung der Gremien in Gemeinden"
    }
    assert heute(ctx, district.gemeinde.actor(Role.COMMITTEE_OFFICE)) == {}


def test_the_authority_is_told_that_nothing_has_come(ctx, district):
    assert "Sobald Ihnen ein Zuwendungsempfänger" in page(ctx, district.authority.actor(Role.AUTHORITY)).main


def test_a_recipient_without_anything_is_led_to_the_first_steps(ctx, kreis, gemeinde):
    assert urls(ctx, kreis) == _first_steps(kreis)
    assert heute(ctx, gemeinde) == {}
    assert "Sobald Ihnen Mittel weitergeleitet werden" in page(ctx, gemeinde).main


def test_an_administration_sees_what_nobody_does_and_who_has_not_answered(ctx, district):
    administrator = district.gemeinde.actor(Role.ADMINISTRATOR)
    (line,) = heute(ctx, administrator)[Group.OVERDUE]
    assert line.what == "Niemand hat die Rolle „Sachbearbeitung“"
    assert line.step_url.endswith("/neu")


def test_heute_is_no_second_navigation_and_shows_no_master_data(ctx, kreis):
    shown = page(ctx, kreis).main
    assert "Ihre Bereiche" not in shown
    assert "Zuwendungsempfänger" not in shown


# --- the money of the year -------------------------------------------------------------------------------------------


def test_the_money_of_the_year_stands_in_one_line_that_adds_up(ctx, kreis, gemeinde, at):
    at(date(2026, 7, 15))
    fund = final_grant(kreis)
    confirmed(kreis, gemeinde, fund, euro("57000"))
    issued(kreis, fund, traeger(kreis), euro("114000"))
    line = page(ctx, kreis).page.one("section", "kh-money")
    assert [(item.one("dt").text, item.one("dd").text) for item in line.all("div", "kh-money__figure")] == [
        ("bewilligt", "570.000,00 €"),
        ("weitergeleitet", "171.000,00 €"),
        ("selbst ausgegeben", "0,00 €"),
        ("frei", "399.000,00 €"),
    ]
    member = replace(kreis, permissions=frozenset({Permission.DESK_READ}))
    assert not page(ctx, member).page.all("section", "kh-money")


# --- how much it asks ------------------------------------------------------------------------------------------------


def test_all_sources_are_asked_in_one_statement_however_much_waits(ctx, kreis, gemeinde, district):
    def asked():
        with counted(db.engine) as statements:
            page(ctx, kreis)
        return [one for one in statements if "AS waits" in one], len(statements)

    fund = granted(kreis, euro("570000"))
    unions, before = asked()
    assert len(unions) == 1
    for number in range(5):
        drafted(kreis, fund, gemeinde.tenant_id, euro("10"), title=f"Nummer {number}")
    submitted(gemeinde)
    unions, after = asked()
    assert (len(unions), after) == (1, before)


def test_more_than_can_be_shown_is_cut_and_said(ctx, kreis, gemeinde, monkeypatch):
    fund = final_grant(kreis)
    for _ in range(3):
        drafted(kreis, fund, gemeinde.tenant_id, euro("10"))
    assert "Weitere erscheinen" not in page(ctx, kreis).main
    monkeypatch.setattr(
        "kimhub.desk.queries.MOST", 3
    )  # one of them is what the Gemeinden have not been told of
    assert len([url for url in urls(ctx, kreis) if "/weiterleitungen/" in url]) == 2
    assert "Weitere erscheinen" in page(ctx, kreis).main

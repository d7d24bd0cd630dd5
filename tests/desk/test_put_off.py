"""Lines of Heute that are put off: which may be, for whom, until when, and that nothing owed is among them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from kimhub.core import clock
from kimhub.core.errors import ForbiddenError, InvalidInputError, NotFoundError
from kimhub.core.matters import Matter, Turn
from kimhub.desk.models import NO_SUBJECT, AlreadyPutOffError, DeferralEndedError
from kimhub.desk.public import Reckoned, Source, sources
from kimhub.desk.queries import Group
from kimhub.desk.usecases.put_off import (
    Line,
    MustNotWaitError,
    PutOff,
    PutOffLine,
    change_deferral,
    end_deferral,
    put_off,
)
from kimhub.funding.public import object_to_allocation
from kimhub.positions.workflow import State as RequestState
from tenants import Permission, Role, db, transaction
from tenants.proceedings import Step
from tests.factories.ledger import drafted, euro, granted, issued
from tests.factories.requests import draft, step, submitted
from tests.support.acting import acting
from tests.support.reader import reading
from tests.support.statements import counted
from tests.support.today import heute

DECIDED = {
    "applications.undecided": {"draft"},
    "coverage.untold": set(),  # committees wait for it
    "coverage.untold_elsewhere": set(),  # as above
    "drawdowns.not-received": set(),  # money that others owe
    "drawdowns.rules": set(),  # repayment, interest
    "followups.open": set(),  # their own day is changed
    "funding.drafts": set(),  # a Bescheid's periods run whether or not it is recorded
    "funding.given": {"draft"},  # an objection and a waiver are answered
    "funding.none": {"none"},
    "funding.not-final": set(),  # nothing can be called without Bestandskraft
    "funding.received": set(),  # a confirmation is owed
    "funding.unconfirmed": set(),  # a confirmation is asked for
    "identity.invited": set(),  # others' turn
    "identity.nobody": set(),  # work that nobody can do
    "inbox.office_refused": set(),  # somebody is not reached
    "inbox.refused": set(),
    "inbox.untold": set(),
    "measures.due": {"due"},
    "notices.drafts": {"draft"},
    "notices.unnoted": set(),  # each member's own, and put off for all
    "planning.first-plan": {"none"},
    "positions.own": {"draft"},  # a question is answered
    "positions.shared": set(),  # the Gemeinde waits for the decision
    "reports.failed": set(),  # its orderer's alone
    "spending.files": {"ready", "faulty", "given-up"},
}
"""Of each source the kinds that may be put off. A new one decides it here, too."""


def days(number):
    return clock.today() + timedelta(days=number)


def off(actor, source, kind, subject=NO_SUBJECT, **more):
    line = Line(source=source, kind=kind, subject_id=subject)
    with transaction(actor):
        return put_off(actor, PutOffLine(line=line, **{"until": days(30), **more})).id


def where(ctx, actor, subject):
    """In which part of Heute the line about `subject` stands, or None."""
    found = [
        group for group, lines in heute(ctx, actor).items() if any(str(subject) in line.url for line in lines)
    ]
    assert len(found) < 2
    return found[0] if found else None


@pytest.fixture
def later(monkeypatch):
    """Let it be some days later for what asks the clock."""
    present = clock.now()

    def later(number):
        monkeypatch.setattr(clock, "now", lambda: present + timedelta(days=number))

    return later


# --- what may wait ---------------------------------------------------------------------------------------------------


def test_every_source_says_which_of_its_lines_may_wait_and_why(ctx):
    declared = {}
    for source in sources():
        may = source.may_wait if isinstance(source, Source) else None
        declared[source.name] = set(may.kinds) if may else set()
        assert may is None or may.why
    assert declared == DECIDED


def test_what_is_reckoned_cannot_be_put_off(ctx, kreis):
    (rules,) = [source.name for source in sources() if isinstance(source, Reckoned)]
    with pytest.raises(NotFoundError):
        off(kreis, rules, "anything")


def test_what_others_are_owed_stays_where_it_is(ctx, kreis, gemeinde):
    """A decision, an answer to a question, a confirmation, an objection, Bestandskraft: each on its own turn."""
    fund = granted(kreis, euro("570000"))
    asked, waiting = submitted(gemeinde), submitted(gemeinde)
    step(kreis, asked, "ask", note="Seit wann?")
    received = issued(kreis, fund, gemeinde.tenant_id, euro("57000"))
    objected = issued(kreis, fund, gemeinde.tenant_id, euro("57000"))
    with transaction(gemeinde):
        object_to_allocation(gemeinde, Step(objected, note="Wir brauchen mehr."))
    owed = [
        (gemeinde, "positions.own", RequestState.QUESTION, asked),
        (kreis, "positions.shared", RequestState.SUBMITTED, waiting),
        (gemeinde, "funding.received", "issued", received),
        (kreis, "funding.given", "objected", objected),
        (kreis, "funding.not-final", "not-final", fund),
        (kreis, "funding.unconfirmed", "unconfirmed", NO_SUBJECT),
    ]
    for actor, source, kind, subject in owed:
        with pytest.raises(MustNotWaitError):
            off(actor, source, kind, subject)
    for actor in (kreis, gemeinde):
        assert Group.LATER not in heute(ctx, actor)
        with reading(ctx, actor) as reader:
            links = reader.open(f"/t/{actor.tenant_slug}/").response.text
        assert not any(f"zurueckstellen/{source}/{kind}/" in links for _, source, kind, _ in owed)


def test_no_line_that_is_overdue_or_others_turn_offers_to_be_put_off(ctx, kreis, gemeinde):
    fund = granted(kreis, euro("570000"))
    drafted(kreis, fund, gemeinde.tenant_id, euro("57000"))
    issued(kreis, fund, gemeinde.tenant_id, euro("57000"))
    submitted(gemeinde)
    draft(gemeinde)
    offering = {}
    for actor in (kreis, gemeinde):
        with reading(ctx, actor) as reader:
            page = reader.open(f"/t/{actor.tenant_slug}/").page
        for section in page.one("main").all("section", "kh-section"):
            offers = section.all("a", "kh-todo__also")
            group = section.one("h2").text.rsplit(" ", 1)[0]
            offering[group] = offering.get(group, 0) + len(offers)
    assert offering.pop("Zu erledigen") == 3  # the draft of each, and the first plan
    assert set(offering) == {"Überfällig", "Andere sind am Zug"}
    assert set(offering.values()) == {0}


def test_a_draft_may_wait_until_its_own_day_and_not_beyond(ctx, kreis, monkeypatch):
    source = next(source for source in sources() if source.name == "applications.undecided")
    row = Matter(
        source=source.name, kind="draft", subject_id=NO_SUBJECT, title="", whom=None, number=None, figure=None,
        day=date(2027, 1, 1), since=None, due=date(2027, 1, 1), turn=int(Turn.OWN),
    )  # fmt: skip
    last = source.last_day(row)
    assert last == date(2026, 10, 30), "the day to submit, not the first of the period"
    assert source.may_be_put_off(row, last)
    assert not source.may_be_put_off(row, last + timedelta(days=1))
    assert not source.may_be_put_off(replace(row, turn=int(Turn.OTHER)), last)
    assert not source.may_be_put_off(replace(row, kind="submitted"), last)


# --- until when, for whom --------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(gemeinde):
    """The draft of a request."""
    return draft(gemeinde)


def test_it_stands_apart_for_everybody_until_its_day_then_as_before(ctx, district, gemeinde, waiting, later):
    colleague = district.gemeinde.actor(Role.OFFICER, Role.ADMINISTRATOR)
    off(gemeinde, "positions.own", "draft", waiting, until=days(10), reason="Haushalt")
    for actor in (gemeinde, colleague):
        assert where(ctx, actor, waiting) is Group.LATER
        with reading(ctx, actor) as reader:
            shown = reader.open("/t/musterstadt/").main
        assert f"Zurückgestellt von Sachbearbeitung bis {days(10):%d.%m.%Y}: Haushalt" in shown
    later(9)
    assert where(ctx, gemeinde, waiting) is Group.LATER
    later(10)
    assert where(ctx, gemeinde, waiting) is Group.TO_DO
    off(gemeinde, "positions.own", "draft", waiting, until=days(5))
    assert where(ctx, gemeinde, waiting) is Group.LATER


def test_what_is_done_meanwhile_leaves_and_another_state_is_another_line(ctx, kreis, gemeinde, waiting):
    off(gemeinde, "positions.own", "draft", waiting)
    step(gemeinde, waiting, "submit")
    assert where(ctx, gemeinde, waiting) is Group.WAITING
    step(kreis, waiting, "ask", note="Seit wann?")
    assert where(ctx, gemeinde, waiting) is Group.OVERDUE
    step(gemeinde, waiting, "answer", note="Seit Mai.")
    step(kreis, waiting, "endorse")
    assert where(ctx, gemeinde, waiting) is None


@pytest.mark.parametrize("number", [-1, 0, 367])
def test_a_day_that_is_not_to_come_or_too_far_is_refused(gemeinde, waiting, number):
    with pytest.raises(InvalidInputError) as refused:
        off(gemeinde, "positions.own", "draft", waiting, until=days(number))
    assert list(refused.value.fields) == ["until"]


def test_what_does_not_stand_on_ones_heute_is_not_there(kreis, gemeinde, sibling, district, waiting):
    for actor in (kreis, sibling, district.gemeinde.actor(Role.ADMINISTRATOR)):
        with pytest.raises(NotFoundError):
            off(actor, "positions.own", "draft", waiting)
    with pytest.raises(ForbiddenError):
        off(district.gemeinde.actor(Role.AUDITOR), "positions.own", "draft", waiting)
    for kind in ("submitted", "unheard-of"):
        with pytest.raises(NotFoundError):
            off(gemeinde, "positions.own", kind, waiting)


def test_who_comes_second_is_told(gemeinde, waiting):
    off(gemeinde, "positions.own", "draft", waiting)
    with pytest.raises(AlreadyPutOffError):
        off(gemeinde, "positions.own", "draft", waiting, until=days(3))


def test_another_day_follows_the_first_and_both_stay_readable(ctx, gemeinde, waiting):
    first = off(gemeinde, "positions.own", "draft", waiting, until=days(3), reason="Haushalt")
    with transaction(gemeinde):
        second = change_deferral(gemeinde, first, PutOff(until=days(8), reason="Rat")).id
    with transaction(gemeinde) as session:
        rows = session.execute(
            text("SELECT until, reason, ended_by FROM deferral WHERE subject_id = :id ORDER BY until"),
            {"id": waiting},
        ).all()
        assert list(map(tuple, rows)) == [
            (days(3), "Haushalt", "Sachbearbeitung"), (days(8), "Rat", ""),
        ]  # fmt: skip
    with pytest.raises(DeferralEndedError), transaction(gemeinde):
        end_deferral(gemeinde, first)
    with transaction(gemeinde):
        end_deferral(gemeinde, second)
    assert where(ctx, gemeinde, waiting) is Group.TO_DO


def test_a_day_cannot_be_moved_once_the_line_is_owed(kreis, gemeinde, waiting):
    made = off(gemeinde, "positions.own", "draft", waiting)
    step(gemeinde, waiting, "submit")
    with pytest.raises(NotFoundError), transaction(gemeinde):
        change_deferral(gemeinde, made, PutOff(until=days(5)))


def test_it_costs_no_further_statement(ctx, kreis, gemeinde):
    def asked():
        with counted(db.engine) as statements, reading(ctx, gemeinde) as reader:
            reader.open("/t/musterstadt/")
        return len(statements), len([one for one in statements if "AS waits" in one])

    drafts = [draft(gemeinde) for _ in range(3)]
    before = asked()
    for each in drafts:
        off(gemeinde, "positions.own", "draft", each)
    assert asked() == before
    assert before[1] == 1


# --- pages and API ---------------------------------------------------------------------------------------------------


def test_a_person_puts_a_line_off_changes_the_day_and_takes_it_back(ctx, gemeinde, waiting):
    with reading(ctx, gemeinde) as reader:
        start = reader.open("/t/musterstadt/")
        link = next(url for words, url in start.links.items() if words.startswith("Zurückstellen"))
        form = reader.open(link)
        assert "bei allen in Ihrer Kommune" in form.main
        refused = reader.fill(form, {"until": f"{days(0):%d.%m.%Y}", "reason": "Rat"})
        assert (refused.status, "ab morgen" in refused.main) == (422, True)
        done = reader.fill(refused, {"until": f"{days(4):%d.%m.%Y}", "reason": "Rat"})
        assert where(ctx, gemeinde, waiting) is Group.LATER
        again = reader.open(link)
        assert reader.fill(again, {"until": f"{days(5):%d.%m.%Y}", "reason": ""}).status == 409
        line = next(url for words, url in done.links.items() if words.startswith("Ändern oder wieder"))
        file = reader.open(line)
        assert "Rat" in file.main
        moved = reader.fill(
            reader.open(file.links["Anderer Tag"]), {"until": f"{days(9):%d.%m.%Y}", "reason": "X"}
        )
        assert f"{days(9):%d.%m.%Y}" in moved.main
        assert "beendet" in reader.open(line).main
        back = reader.fill(reader.open(moved.links["Wieder vorlegen"]), {})
        assert "steht wieder auf „Heute“" in back.response.text
    assert where(ctx, gemeinde, waiting) is Group.TO_DO


def test_a_machine_puts_off_moves_and_takes_back_within_its_scopes(ctx, district, gemeinde, waiting):
    with acting(ctx) as stand_in:
        machine = stand_in.as_(
            district.gemeinde.machine(Permission.FOLLOW_UP_WRITE, Permission.REQUEST_WRITE)
        )
        body = {
            "source": "positions.own", "kind": "draft", "subject_id": str(waiting), "until": str(days(6)),
            "reason": "Rat",
        }  # fmt: skip
        made = machine.post("/api/v1/deferrals", json=body)
        assert made.status_code == 201, made.text
        assert {**made.json, **body} == made.json
        assert machine.post("/api/v1/deferrals", json=body).status_code == 409
        here, seen = made.headers["Location"], {"If-Match": made.headers["ETag"]}
        moved = machine.post(f"{here}/change", json={"until": str(days(7))}, headers=seen)
        assert (moved.status_code, moved.json["until"]) == (201, str(days(7)))
        assert [row["id"] for row in machine.get("/api/v1/deferrals").json["items"]] == [moved.json["id"]]
        assert len(machine.get("/api/v1/deferrals?ended=true").json["items"]) == 2
        other = stand_in.as_(district.gemeinde.machine(Permission.FOLLOW_UP_WRITE))
        assert other.get("/api/v1/deferrals").json["items"] == []
        assert other.get(moved.headers["Location"]).status_code == 404
        assert other.post("/api/v1/deferrals", json=body).status_code == 404
        machine = stand_in.as_(
            district.gemeinde.machine(Permission.FOLLOW_UP_WRITE, Permission.REQUEST_WRITE)
        )
        ended = machine.post(f"{moved.headers['Location']}/end", headers={"If-Match": moved.headers["ETag"]})
        assert ended.json["ended_at"]
    assert where(ctx, gemeinde, waiting) is Group.TO_DO

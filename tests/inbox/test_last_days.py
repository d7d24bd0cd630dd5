"""Last days speak once when they are near and once when they have passed, and only while something is open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from kimhub.applications.usecases.change_application import (
    change_application,
    put_away_application,
    take_up_application,
)
from kimhub.applications.usecases.create_application import ApplicationDetails
from kimhub.applications.usecases.tell_of_deadline import DEADLINE
from kimhub.core import clock
from kimhub.core.events.days import NEAR
from kimhub.core.events.kinds import kinds
from kimhub.core.events.models import Event
from kimhub.core.formats import day
from kimhub.core.jobs.models import Job, JobState
from kimhub.drawdowns.usecases.tell_of_use import USE
from kimhub.programme.public import (
    application_deadline,
    load_drawdown_rules,
    load_foerderrichtlinien,
    use_deadline,
)
from tenants import Role, transaction
from tests.applications.conftest import make_draft, make_plan, submit, write
from tests.factories import drawdowns
from tests.support.jobs import do_jobs

STARTS = date(2028, 1, 1)
LAST = application_deadline(STARTS, load_foerderrichtlinien()).reckoned.earliest
CREDITED = clock.today()
USED_UNTIL = use_deadline(CREDITED, load_drawdown_rules())
_DAY = timedelta(days=1)


@pytest.fixture
def stadt(ctx, district):
    return district.stadt.actor(*Role)


@pytest.fixture
def at(monkeypatch):
    """Let it be another day for what asks the clock."""

    def at(day: date) -> None:
        monkeypatch.setattr(clock, "now", lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))

    return at


def drafted(actor, **more):
    return make_draft(actor, **{"starts_on": STARTS, "ends_on": date(2029, 12, 31), **more})


def waiting(actor, kind):
    """The days on which somebody will look."""
    with transaction(actor, read_only=True) as session:
        due = session.scalars(
            select(Job.due_at).where(Job.kind == kind, Job.state == JobState.WAITING).order_by(Job.due_at)
        )
        return [moment.astimezone(UTC).date() for moment in due]


def look(actor, kind):
    """Do what was asked for by now, however late; looks that it brings about wait for their day."""
    with transaction(actor) as session:
        session.execute(
            update(Job)
            .where(Job.kind == kind, Job.state == JobState.WAITING, Job.due_at <= clock.now())
            .values(run_at=func.clock_timestamp())
        )
    do_jobs(actor)


def told(actor):
    with transaction(actor, read_only=True) as session:
        rows = session.execute(
            select(Event.kind, Event.about, Event.account_id)
            .where(Event.tenant_id == actor.tenant_id, Event.actor_label == "KIMHub")
            .order_by(Event.created_at, Event.kind)
        ).all()
    assert all(row.account_id is None for row in rows)  # nobody did it: also who began it is told
    return [(row.kind, row.about) for row in rows]


NEAR_TOLD = ("application.near_deadline", f"KIM 2021 und 2022, bis {day(LAST)}")
PAST_TOLD = ("application.pass_deadline", f"KIM 2021 und 2022, bis {day(LAST)}")


def test_a_draft_speaks_a_week_before_its_deadline_and_once_it_has_passed(stadt, at):
    drafted(stadt)
    assert waiting(stadt, DEADLINE) == [LAST - NEAR]
    at(LAST - NEAR - _DAY)
    look(stadt, DEADLINE)
    assert told(stadt) == []
    at(LAST - NEAR)
    look(stadt, DEADLINE)
    look(stadt, DEADLINE)
    assert told(stadt) == [NEAR_TOLD]
    at(LAST + _DAY)
    look(stadt, DEADLINE)
    assert told(stadt) == [NEAR_TOLD, PAST_TOLD]
    assert waiting(stadt, DEADLINE) == []


def test_a_look_that_comes_late_tells_what_is_true_then(stadt, at):
    drafted(stadt)
    at(LAST - 2 * _DAY)
    look(stadt, DEADLINE)
    assert told(stadt) == [NEAR_TOLD]
    drafted(stadt, title="Zu spät")
    at(LAST + 20 * _DAY)
    look(stadt, DEADLINE)
    assert sorted(told(stadt)) == sorted([NEAR_TOLD, PAST_TOLD, (PAST_TOLD[0], f"Zu spät, bis {day(LAST)}")])


def test_who_enters_something_in_its_last_days_is_told_only_when_they_have_passed(stadt, at):
    at(LAST - 3 * _DAY)
    drafted(stadt)
    assert waiting(stadt, DEADLINE) == [LAST + _DAY]
    at(LAST + 3 * _DAY)
    drafted(stadt)
    assert waiting(stadt, DEADLINE) == [LAST + _DAY]


def test_what_is_submitted_or_put_away_does_not_speak_and_what_is_taken_up_does(stadt, at):
    done = drafted(stadt, plan_id=make_plan(stadt))
    write(stadt, done)
    submit(stadt, done, on=clock.today())
    away = drafted(stadt, title="Abgelegt")
    with transaction(stadt):
        put_away_application(stadt, away)
    at(LAST - NEAR)
    look(stadt, DEADLINE)
    assert told(stadt) == []
    with transaction(stadt):
        take_up_application(stadt, away)
    at(LAST + _DAY)
    look(stadt, DEADLINE)
    assert told(stadt) == [(PAST_TOLD[0], f"Abgelegt, bis {day(LAST)}")]


def test_a_deadline_that_moves_is_looked_at_on_its_new_day_and_told_once(stadt, at):
    moved = drafted(stadt)
    for starts_on in (date(2029, 1, 1), STARTS, STARTS):
        details = ApplicationDetails(
            title="KIM 2021 und 2022", starts_on=starts_on, ends_on=date(2029, 12, 31), plan_id=None
        )
        with transaction(stadt):
            change_application(stadt, moved, details)
    later = application_deadline(date(2029, 1, 1), load_foerderrichtlinien()).reckoned.earliest
    assert waiting(stadt, DEADLINE) == [LAST - NEAR, later - NEAR]
    at(LAST - NEAR)
    look(stadt, DEADLINE)
    at(later - NEAR)
    look(stadt, DEADLINE)
    assert told(stadt) == [NEAR_TOLD, PAST_TOLD]


@pytest.fixture
def receipt(stadt):
    """1,000 € that come in today; the id of their grant."""
    grant = drawdowns.granted(stadt)
    called = drawdowns.called(stadt, grant, "1000", requested_on=CREDITED, due_until=CREDITED)
    drawdowns.received(stadt, called, "1000", on=CREDITED)
    return grant


def test_money_that_is_not_used_speaks_before_interest_runs_and_when_it_does(stadt, receipt, at):
    about = f"Haushaltsjahr 2021, Baustein 1, bis {day(USED_UNTIL)}"
    assert waiting(stadt, USE) == [USED_UNTIL - NEAR]
    at(USED_UNTIL - NEAR)
    look(stadt, USE)
    assert waiting(stadt, USE) == [USED_UNTIL + _DAY]
    at(USED_UNTIL + _DAY)
    look(stadt, USE)
    assert told(stadt) == [("drawdown.near_use", about), ("drawdown.pass_use", about)]


def test_money_that_was_paid_back_is_not_asked_after(stadt, receipt, at):
    drawdowns.repaid(stadt, receipt, "1000", on=CREDITED)
    at(USED_UNTIL - NEAR)
    look(stadt, USE)
    assert told(stadt) == []
    assert waiting(stadt, USE) == []


def test_money_of_years_ago_is_entered_without_being_told(stadt):
    called = drawdowns.called(stadt, drawdowns.granted(stadt), "1000")
    drawdowns.received(stadt, called, "1000")
    assert waiting(stadt, USE) == []


def test_days_within_a_week_are_mailed_at_once_also_to_who_has_mails_gathered(app):
    assert all(kinds()[code].urgent for code in ("application.near_deadline", "drawdown.near_use"))

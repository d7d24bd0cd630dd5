"""Asking after confirmations: everybody who has not answered, once in a few days, whoever clicks and how often."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from kimhub.core.errors import ForbiddenError
from kimhub.core.events.models import Event
from kimhub.desk.queries import Group
from kimhub.funding.events import CONFIRMATION_ASKED
from kimhub.funding.public import object_to_allocation, uphold_allocation
from kimhub.funding.reminder_queries import unconfirmed
from kimhub.funding.usecases.remind_recipients import remind_recipients
from tenants import Role, transaction
from tenants.proceedings import Step
from tests.factories.ledger import confirmed, drafted, euro, granted, issued, own_office
from tests.factories.offices import with_mailbox
from tests.support.reader import reading
from tests.support.today import heute

PAGE = "/mittel/weiterleitungen/nachfragen"


@pytest.fixture
def fund(kreis):
    return granted(kreis, euro("570000"))


@pytest.fixture
def open_ones(kreis, gemeinde, sibling, fund, district):
    """Two that wait for an answer; one that is confirmed, a draft, and one to an own Amt do not."""
    for body in (district.gemeinde, district.sibling):
        with_mailbox(body)
    confirmed(kreis, gemeinde, fund, euro("1000"))
    drafted(kreis, fund, gemeinde.tenant_id, euro("2000"))
    issued(kreis, fund, own_office(kreis), euro("3000"))
    return {
        issued(kreis, fund, gemeinde.tenant_id, euro("4000")): gemeinde.tenant_id,
        issued(kreis, fund, sibling.tenant_id, euro("5000")): sibling.tenant_id,
    }


def remind(actor):
    with transaction(actor):
        return remind_recipients(actor)


def asked(actor):
    with transaction(actor, read_only=True) as session:
        rows = session.execute(
            select(Event.subject_id, Event.concerns, Event.act_id).where(
                Event.kind == CONFIRMATION_ASKED.code
            )
        ).all()
    return {row.subject_id: row.concerns for row in rows}, {row.act_id for row in rows}, len(rows)


def test_whoever_has_not_answered_is_asked_by_one_deed(kreis, open_ones):
    done = remind(kreis)
    assert {one.id for one in done.asked.told} == set(open_ones)
    told, deeds, number = asked(kreis)
    assert told == open_ones
    assert (len(deeds), number) == (1, 2)


def test_whoever_has_several_is_asked_once(kreis, sibling, fund, open_ones):
    later = {"issued_on": date(2026, 4, 1)}
    issued(kreis, fund, sibling.tenant_id, euro("6000"), **later)
    done = remind(kreis)
    assert {one.id for one in done.asked.told} == set(open_ones)
    assert len(remind(kreis).asked.lately) == 3


def test_nobody_is_asked_who_has_just_been_answered(kreis, gemeinde, open_ones):
    mine = next(each for each, recipient in open_ones.items() if recipient == gemeinde.tenant_id)
    with transaction(gemeinde):
        object_to_allocation(gemeinde, Step(mine, note="Wir brauchen mehr."))
    with transaction(kreis):
        uphold_allocation(kreis, Step(mine, note="Es bleibt dabei."))
    assert {one.id for one in remind(kreis).asked.told} == set(open_ones) - {mine}


def test_nobody_is_asked_again_within_a_few_days(kreis, open_ones):
    remind(kreis)
    again = remind(kreis)
    assert (len(again.asked.told), len(again.asked.lately)) == (0, 2)


@pytest.mark.parametrize(("pause", "lately"), [(timedelta(0), 0), (timedelta(seconds=1), 2)])
def test_after_the_pause_one_may_be_asked_again(kreis, open_ones, pause, lately):
    remind(kreis)  # at the moment at which it is looked at: a test is one transaction
    with transaction(kreis, read_only=True) as session:
        found = unconfirmed(session, kreis, pause=pause)
    assert sum(one.asked_lately for one in found) == lately


def test_who_may_not_pass_on_may_not_ask(ctx, district, open_ones):
    with pytest.raises(ForbiddenError):
        remind(district.kreis.actor(Role.AUDITOR))


def test_the_page_says_whom_it_reaches_and_heute_waits_afterwards(ctx, kreis, open_ones):
    (line,) = [line for line in heute(ctx, kreis)[Group.OVERDUE] if "bestätigt" in line.what]
    assert line.step_url.endswith(PAGE)
    with reading(ctx, kreis) as reader:
        page = reader.open(line.step_url)
        facts = [item.one("dt").text for item in page.page.all(class_="kern-description-list-item")]
        assert len(facts) == len(open_ones)
        done = reader.fill(page, {})
        assert "2 Stellen sind gefragt." in done.main
        assert "schon gefragt" in reader.open(line.step_url).main
    (line,) = [line for line in heute(ctx, kreis)[Group.WAITING] if "bestätigt" in line.what]
    assert line.what == "2 Weiterleitungen sind noch nicht bestätigt"

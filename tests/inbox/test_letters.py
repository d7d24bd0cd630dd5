"""Asking on paper where nobody holds the role, and in KIMHub where somebody does: as the relay and people see it."""

from __future__ import annotations

from sqlalchemy import text

from kimhub.funding.usecases.remind_recipients import remind_recipients
from tenants import Role, transaction
from tests.factories.ledger import euro, granted, issued


def test_a_person_is_told_there_and_an_empty_house_gets_a_letter(town):
    kreis, gemeinde, sibling = town.district.kreis, town.district.gemeinde, town.district.sibling
    town.settle("kim", (kreis, Role.KI_COORDINATOR))
    town.settle("olga", (gemeinde, Role.OFFICER))
    town.settle("rudi", (sibling, Role.AUDITOR))  # cannot confirm anything
    kim = town.actor("kim", kreis, Role.KI_COORDINATOR)
    with town.works.app.app_context():
        fund = granted(kim, euro("10000"))
        there = issued(kim, fund, gemeinde.id, euro("1000"))
        alone = issued(kim, fund, sibling.id, euro("1000"))
        with transaction(kim):
            done = remind_recipients(kim)
    assert [one.id for one in done.asked.told] == [there]
    assert [one.id for one in done.asked.written] == [alone]
    town.deliver()
    lines = town.lines()
    assert lines[gemeinde.slug, "olga", "allocation.ask_confirmation"] == 1
    assert lines[kreis.slug, "kim", "letters.draw"] == 1
    assert not any(who == "rudi" for _, who, _ in lines)
    with town.superuser.connect() as connection:
        drawn = connection.scalar(text("SELECT count(*) FROM letter_file WHERE document_id IS NOT NULL"))
    assert drawn == 1

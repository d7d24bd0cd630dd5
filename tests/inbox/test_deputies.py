"""Whoever stands in for somebody is told what that person is told: once, with the reason, and nothing else."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text

from tenants import Role
from tests.inbox.test_pages import INBOX, signed_in
from tests.inbox.test_receiving import ASK, told


@pytest.fixture
def kim(town):
    """Who asks; and in the Gemeinde an officer, and others whose role is told nothing."""
    town.settle("kim", (town.district.kreis, Role.KI_COORDINATOR))
    town.settle("olga", (town.district.gemeinde, Role.OFFICER))
    for name in ("paula", "ruth"):
        town.settle(name, (town.district.gemeinde, Role.AUDITOR))
    return town.actor("kim", town.district.kreis, Role.KI_COORDINATOR)


def stands_in(town, deputy, whom, *, begin=-1, end=1, ended=False):
    with town.superuser.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO deputation (tenant_id, id, account_id, account_name, deputy_id, deputy_name, starts_on,"
                " ends_on, ended_at) VALUES (:tenant, :id, :whom, :name, :deputy, :deputy_name, current_date + :begin,"
                " current_date + :end, CASE WHEN :ended THEN now() END)"
            ),
            {
                "tenant": town.district.gemeinde.id, "id": uuid4(), "whom": town.people[whom].account_id,
                "name": whom.title(), "deputy": town.people[deputy].account_id, "deputy_name": deputy.title(),
                "begin": begin, "end": end, "ended": ended,
            },
        )  # fmt: skip


def reached(town, kim, number=1):
    """Let the Kreis ask the Gemeinde something; return who got how many lines there, and how many mails."""
    told(town, kim, town.district.gemeinde, number=number)
    town.deliver()
    lines = {who: count for (_, who, _), count in town.lines().items()}
    assert town.mails() == {("musterstadt", who): count for who, count in lines.items()}
    return lines


def test_both_are_told_in_that_time_each_once(town, kim):
    stands_in(town, "paula", "olga")
    assert reached(town, kim, number=3) == {"olga": 3, "paula": 3}


@pytest.mark.parametrize(("begin", "end", "ended"), [(2, 9, False), (-9, -2, False), (-1, 1, True)])
def test_before_and_after_it_only_who_is_responsible_is_told(town, kim, begin, end, ended):
    stands_in(town, "paula", "olga", begin=begin, end=end, ended=ended)
    assert reached(town, kim) == {"olga": 1}


def test_a_deputy_of_a_deputy_is_not_told(town, kim):
    stands_in(town, "paula", "olga")
    stands_in(town, "ruth", "paula")
    assert reached(town, kim) == {"olga": 1, "paula": 1}


def test_who_is_told_for_two_reasons_gets_one_line_and_one_mail(town, kim):
    town.settle("otto", (town.district.gemeinde, Role.OFFICER))
    stands_in(town, "otto", "olga")
    stands_in(town, "paula", "olga")
    stands_in(town, "paula", "otto")
    assert reached(town, kim) == {"olga": 1, "otto": 1, "paula": 1}
    with town.superuser.connect() as connection:
        reasons = connection.execute(
            text("SELECT a.email, d.reason FROM delivery AS d JOIN account AS a ON a.id = d.account_id")
        )
        assert dict(reasons.all()) == {
            "olga@kim.example": "officer", "otto@kim.example": "officer", "paula@kim.example": "deputy",
        }  # fmt: skip


def test_a_deputy_who_has_no_role_any_more_is_told_nothing(town, kim):
    stands_in(town, "paula", "olga")
    with town.superuser.begin() as connection:
        connection.execute(text("UPDATE membership SET ended_at = now() WHERE email = 'paula@kim.example'"))
    assert reached(town, kim) == {"olga": 1}


def test_nobody_is_told_of_what_they_did_nor_for_whom_they_stand_in(town, kim):
    town.settle("otto", (town.district.gemeinde, Role.OFFICER))
    stands_in(town, "paula", "olga")
    stands_in(town, "olga", "otto")
    olga = town.actor("olga", town.district.gemeinde, Role.OFFICER)
    told(town, olga, town.district.gemeinde)
    town.deliver()
    assert town.lines() == {("musterstadt", "otto", ASK): 1}


def test_ones_own_commission_is_told_to_oneself_alone(town, kim):
    stands_in(town, "paula", "olga")
    olga = town.actor("olga", town.district.gemeinde, Role.OFFICER)
    told(town, olga, town.district.gemeinde, "report.build")
    town.deliver()
    assert town.lines() == {("musterstadt", "olga", "report.build"): 1}


def test_mail_and_inbox_say_for_whom_and_that_it_gives_no_rights(town, kim):
    stands_in(town, "paula", "olga")
    reached(town, kim)
    with town.superuser.connect() as connection:
        written = connection.scalar(text("SELECT text FROM mail WHERE recipient = 'paula@kim.example'"))
    assert "weil Sie bei Musterstadt bis zum " in written
    assert "Olga vertreten. Rechte bekommen Sie dadurch nicht" in written
    assert "Vertretung für Olga" in signed_in(town, "paula").get(INBOX).text


def test_what_a_deputy_may_not_open_is_said_in_the_inbox_and_is_read(town, kim):
    town.settle("adam", (town.district.gemeinde, Role.ADMINISTRATOR))
    stands_in(town, "adam", "olga")
    reached(town, kim)
    adam = signed_in(town, "adam")
    with town.superuser.connect() as connection:
        event_id = connection.scalar(text("SELECT event_id FROM delivery WHERE reason = 'deputy'"))
    page = adam.get(f"{INBOX}/{event_id}", follow_redirects=True)
    assert page.status_code == 200
    assert "Öffnen kann das nur, wer eine Rolle hat, die „Stellenanträge stellen“ umfasst." in page.text
    with town.superuser.connect() as connection:
        assert connection.scalar(text("SELECT read_at FROM delivery WHERE reason = 'deputy'"))

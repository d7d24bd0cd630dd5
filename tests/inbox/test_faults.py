"""Whatever dies: nobody is told twice and nobody is forgotten. Real processes, real signals."""

from __future__ import annotations

from collections import Counter
from email import message_from_bytes
from pathlib import Path

import pytest
from sqlalchemy import text

from tenants import Role
from tests.factories.ledger import euro, granted, issued
from tests.factories.offices import create_office
from tests.factories.requests import step, submitted
from tests.inbox.test_receiving import told
from tests.support.job_processes import Crew, child_of, eventually, kill

pytestmark = pytest.mark.faults

REQUESTS = 3
UNTOLD = 4
"""Events for a Gemeinde in which nobody has a role."""
KILLINGS = 3


@pytest.fixture
def crew(town):
    crew = Crew(town.works.environ)
    yield crew
    crew.dismiss()


def a_day_of_three_tenants(town, requests=REQUESTS):
    """Requests with question and answer, a Bescheid, an allocation to each Gemeinde; return what everybody is told."""
    district = town.district
    town.settle("kim", (district.kreis, Role.KI_COORDINATOR))
    town.settle("karla", (district.kreis, Role.KI_COORDINATOR), (district.kreis, Role.OFFICER))
    town.settle("olga", (district.gemeinde, Role.OFFICER))
    town.settle("nina", (district.sibling, Role.OFFICER), (district.gemeinde, Role.OFFICER))
    kim = town.actor("kim", district.kreis, Role.KI_COORDINATOR)
    olga = town.actor("olga", district.gemeinde, Role.OFFICER)
    with town.works.app.app_context():
        for _ in range(requests):
            request_id = submitted(olga)
            step(kim, request_id, "ask", "Wie viele?")
            step(olga, request_id, "answer", "Vier.")
        fund = granted(kim, euro(1000))
        for body in (district.gemeinde, district.sibling):
            issued(kim, fund, body.id, euro(10))
    return Counter(
        {
            ("musterkreis", who, f"position_request.{action}"): requests
            for who in ("kim", "karla") for action in ("submit", "answer")
        }
    ) + Counter(
        {
            **{("musterstadt", who, "position_request.ask"): requests for who in ("olga", "nina")},
            ("musterstadt", "olga", "allocation.issue"): 1,
            ("musterstadt", "nina", "allocation.issue"): 1,
            ("oehringhausen", "nina", "allocation.issue"): 1,
            ("musterkreis", "karla", "grant.record"): 1,
        }
    )  # fmt: skip


def sent(town):
    """How many mails are sent, and how many there are."""
    with town.superuser.connect() as connection:
        return tuple(connection.execute(text("SELECT count(sent_at), count(*) FROM mail")).one())


def end_leases(town):
    """Let the time pass after which a worker that gives no sign of life is taken for lost."""
    with town.superuser.begin() as connection:
        connection.execute(
            text("UPDATE job SET run_at = clock_timestamp() WHERE state IN ('running', 'dispatched')")
        )


def recipients(town):
    """Who got how many files of mail, and the Message-IDs. Others' mails of this run lie beside them."""
    with town.superuser.connect() as connection:
        ours = {str(mail_id) for mail_id in connection.scalars(text("SELECT id FROM mail"))}
    files = Path(town.works.environ["KIMHUB_VAR"], "mail").glob("*.eml")
    messages = [message_from_bytes(path.read_bytes()) for path in files if path.stem[-36:] in ours]
    return Counter(message["To"] for message in messages), {message["Message-ID"] for message in messages}


def test_a_day_of_three_tenants_is_told_once_although_worker_and_relay_are_killed(town, crew):
    relay, worker = crew.relay(), crew.worker()
    with town.superuser.begin() as connection:
        create_office(connection, town.district.unrelated, Role.OFFICER, "post@kim.example")
    expected = a_day_of_three_tenants(town)
    kim = town.actor("kim", town.district.kreis, Role.KI_COORDINATOR)
    told(town, kim, town.district.unrelated, number=UNTOLD)
    gathered = {key: number for key, number in expected.items() if key[2] == "allocation.issue"}
    number = expected.total() - sum(gathered.values()) + UNTOLD
    for killing in range(KILLINGS):  # the first one in the middle of receiving, if it is quick enough
        wanted = killing * number // (2 * KILLINGS)
        eventually(lambda wanted=wanted: sent(town)[0] >= wanted, "nothing is sent")
        kill(child_of(worker), worker, relay)
        relay, worker = crew.relay(), crew.worker()
        end_leases(town)
    eventually(lambda: sent(town) == (number, number), "not all mails are sent")
    town.next_monday()
    kill(child_of(worker), worker, relay)
    crew.relay(), crew.worker()
    end_leases(town)
    number += len(gathered)  # one each, of one line
    eventually(lambda: sent(town) == (number, number), "the gathered mails are not sent")
    assert town.lines() == expected
    files, message_ids = recipients(town)
    by_person = Counter()
    for (_, who, _kind), count in expected.items():
        by_person[f"{who}@kim.example"] += count
    by_person["post@kim.example"] = UNTOLD
    assert files == by_person
    assert len(message_ids) == number

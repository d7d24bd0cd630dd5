"""Who is told of what, once, whatever comes in between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import text

from kimhub.core.events.kinds import kind_called
from kimhub.core.events.ringing import RECEIVE
from kimhub.core.events.telling import tell
from kimhub.core.jobs.registry import MAX_ATTEMPTS, load_kinds
from kimhub.inbox.desk_queries import UNTOLD
from kimhub.inbox.rhythm import Rhythm
from kimhub.inbox.usecases.receive_events import AT_ONCE, receive_events
from tenants import Permission, Role, transaction
from tests.factories.requests import step, submitted
from tests.support.examples import examples
from tests.support.patience import PATIENCE

SUBMIT, ASK = "position_request.submit", "position_request.ask"


@pytest.fixture
def people(town):
    """A coordinator of the Kreis, an officer and an administrator of the Gemeinde."""
    town.settle("kim", (town.district.kreis, Role.KI_COORDINATOR))
    town.settle("olga", (town.district.gemeinde, Role.OFFICER))
    town.settle("adam", (town.district.gemeinde, Role.ADMINISTRATOR))


@pytest.fixture
def olga(town, people):
    return town.actor("olga", town.district.gemeinde, Role.OFFICER)


@pytest.fixture
def kim(town, people):
    return town.actor("kim", town.district.kreis, Role.KI_COORDINATOR)


def ask(town, olga, kim):
    """A request, and a question to it."""
    with town.works.app.app_context():
        request_id = submitted(olga)
        step(kim, request_id, "ask", "Wie viele?")
    return request_id


def untold(town, body):
    with town.works.app.app_context(), transaction(body.actor(*Role), read_only=True) as session:
        row = session.execute(UNTOLD, {"me": body.id}).one_or_none()
        return row.number if row else 0


def told(town, author, concerned, kind=ASK, number=1):
    """Let `author` tell something without doing it."""
    with town.works.app.app_context(), transaction(author) as session:
        for _ in range(number):
            tell(session, author, kind_called(kind), uuid4(), about="Muster", concerns=concerned.id)


def waiting_jobs(town):
    with town.superuser.connect() as connection:
        return connection.execute(
            text("SELECT tenant_id, state FROM job WHERE kind = :kind ORDER BY tenant_id"), {"kind": RECEIVE}
        ).all()


def test_each_side_is_told_of_the_steps_of_the_other_once_with_one_mail(town, olga, kim):
    ask(town, olga, kim)
    town.deliver()
    town.deliver()
    assert town.lines() == {("musterkreis", "kim", SUBMIT): 1, ("musterstadt", "olga", ASK): 1}
    assert town.mails() == {("musterkreis", "kim"): 1, ("musterstadt", "olga"): 1}


def test_a_mail_says_what_was_done_why_one_gets_it_and_where_to_read_more_and_nothing_of_the_content(
    town, olga, kim
):
    ask(town, olga, kim)
    town.deliver()
    with town.superuser.connect() as connection:
        subject, written, event_id = connection.execute(
            text(
                "SELECT m.subject, m.text, d.event_id FROM mail AS m JOIN delivery AS d ON d.mail_id = m.id"
                " WHERE m.recipient = 'olga@kim.example'"
            )
        ).one()
    assert subject == "Der Musterkreis hat eine Rückfrage gestellt (Zusätzliche Koordinierungsstelle)"
    assert written.startswith("der Musterkreis hat eine Rückfrage gestellt. Es geht um: ")
    assert f"http://kim.example.nrw/t/musterstadt/posteingang/{event_id}" in written
    reason = f"die Rolle „Sachbearbeitung“ haben. Sie umfasst: {Permission.REQUEST_WRITE.label}."
    assert f"weil Sie bei Musterstadt {reason}" in written
    assert "Wie viele" not in written
    assert "Koordinierungsstelle KIM" not in written


def test_a_request_makes_one_event_for_whom_it_concerns(town, olga, kim):
    ask(town, olga, kim)
    kreis, gemeinde = town.district.kreis.id, town.district.gemeinde.id
    assert [event[:3] for event in town.events()] == [(gemeinde, kreis, SUBMIT), (kreis, gemeinde, ASK)]


def test_what_is_not_committed_is_not_told(town, olga, people):
    with town.works.app.app_context(), suppress(ZeroDivisionError), transaction(olga) as session:
        tell(session, olga, kind_called(SUBMIT), uuid4(), about="", concerns=town.district.kreis.id)
        session.flush()
        raise ZeroDivisionError
    town.deliver()
    assert not town.lines()


def test_whoever_did_it_is_not_told_and_colleagues_are(town, olga, people):
    town.settle("otto", (town.district.gemeinde, Role.OFFICER))
    told(town, olga, town.district.gemeinde)
    town.deliver()
    assert town.lines() == {("musterstadt", "otto", ASK): 1}


def test_a_person_with_roles_in_two_tenants_is_told_in_each_and_for_two_roles_once(town, olga, kim):
    town.settle("olga", (town.district.sibling, Role.OFFICER), (town.district.sibling, Role.KI_COORDINATOR))
    told(town, kim, town.district.gemeinde)
    told(town, kim, town.district.sibling, "allocation.issue")
    town.choose("olga", town.district.sibling, Rhythm.AT_ONCE)
    town.deliver()
    assert town.lines() == {
        ("musterstadt", "olga", ASK): 1,
        ("oehringhausen", "olga", "allocation.issue"): 1,
    }
    assert sum(town.mails().values()) == 2


def test_what_nobody_is_responsible_for_is_a_thing_to_do_and_is_told_when_somebody_is(town, kim):
    sibling = town.district.sibling
    town.settle("adele", (sibling, Role.ADMINISTRATOR))
    told(town, kim, sibling)
    town.deliver()
    assert not town.lines()
    assert untold(town, sibling) == 1
    town.settle("nina", (sibling, Role.OFFICER))
    told(town, kim, sibling)
    town.deliver()
    assert town.lines() == {("oehringhausen", "nina", ASK): 2}
    assert untold(town, sibling) == 0


def test_a_role_that_has_ended_or_was_not_taken_up_is_told_nothing(town, kim):
    with town.superuser.begin() as connection:
        connection.execute(text("UPDATE membership SET ended_at = now() WHERE email = 'olga@kim.example'"))
    told(town, kim, town.district.gemeinde)
    town.deliver()
    assert not town.lines()
    assert untold(town, town.district.gemeinde) == 1


def test_whose_account_is_shut_out_is_told_nothing_until_it_is_opened_again(town, kim):
    gemeinde = town.district.gemeinde

    def set_disabled(moment):
        with town.superuser.begin() as connection:
            connection.execute(
                text(f"UPDATE account SET disabled_at = {moment} WHERE email = 'olga@kim.example'")
            )

    set_disabled("now()")
    told(town, kim, gemeinde)
    town.deliver()
    assert not town.lines()
    assert not town.mails()
    assert untold(town, gemeinde) == 1
    set_disabled("NULL")
    told(town, kim, gemeinde)
    town.deliver()
    assert town.lines() == {("musterstadt", "olga", ASK): 2}


def test_an_event_of_a_transaction_that_commits_late_is_told(town, olga, kim):
    gemeinde = town.district.gemeinde
    with town.works.app.app_context(), transaction(kim) as session:
        tell(session, kim, kind_called(ASK), uuid4(), about="früh", concerns=gemeinde.id)
        session.flush()
        with ThreadPoolExecutor(1) as other:  # while this one is open, later events come and are received
            other.submit(told, town, kim, gemeinde, number=3).result(PATIENCE)
            other.submit(town.deliver).result(PATIENCE)
        assert town.lines() == {("musterstadt", "olga", ASK): 3}
    town.deliver()
    assert town.lines() == {("musterstadt", "olga", ASK): 4}


def test_a_long_transaction_holds_up_nobody_who_tells_the_same_tenant_something(town, olga, kim):
    town.settle("karl", (town.district.other_kreis, Role.KI_COORDINATOR))
    with town.works.app.app_context(), transaction(kim) as session:
        tell(session, kim, kind_called(ASK), uuid4(), about="", concerns=town.district.gemeinde.id)
        session.flush()
        with ThreadPoolExecutor(1) as other:
            karl = town.actor("karl", town.district.other_kreis, Role.KI_COORDINATOR)
            other.submit(told, town, karl, town.district.gemeinde).result(PATIENCE)


def test_the_relay_rings_only_for_whom_there_is_something_and_not_twice(town, olga, kim):
    assert town.ring() == 0
    told(town, kim, town.district.gemeinde, number=5)
    assert town.ring() == 1
    assert town.ring() == 0
    told(town, kim, town.district.gemeinde)
    assert town.ring() == 0, "the open job will see it, or the next one"
    assert [tuple(row) for row in waiting_jobs(town)] == [(town.district.gemeinde.id, "waiting")]
    town.deliver()
    assert town.lines() == {("musterstadt", "olga", ASK): 6}
    assert town.ring() == 0


def test_an_event_that_comes_while_the_job_is_at_work_is_rung_for_afterwards(town, olga, kim):
    gemeinde = town.district.gemeinde
    told(town, kim, gemeinde)
    assert town.ring() == 1
    with town.works.app.app_context(), transaction(gemeinde.actor(*Role)) as session:
        session.execute(text("UPDATE job SET state = 'running' WHERE kind = :kind"), {"kind": RECEIVE})
    told(town, kim, gemeinde)
    assert town.ring() == 0
    with town.works.app.app_context(), transaction(gemeinde.actor(*Role)) as session:
        session.execute(
            text("UPDATE job SET state = 'done', finished_at = now() WHERE kind = :kind"), {"kind": RECEIVE}
        )
    assert town.ring() == 1


def test_two_relays_ring_for_each_event_between_them(town, olga, kim):
    told(town, kim, town.district.gemeinde, number=20)
    barrier = Barrier(4)

    def ring(_):
        barrier.wait(PATIENCE)
        return town.ring()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ring, range(4))) == 1
    town.deliver()
    assert sum(town.lines().values()) == 20


def test_more_than_fits_into_one_transaction_is_received_in_several(town, olga, kim):
    told(town, kim, town.district.gemeinde, number=2 * AT_ONCE + 1)
    town.deliver()
    assert town.lines() == {("musterstadt", "olga", ASK): 2 * AT_ONCE + 1}
    assert town.mails() == {("musterstadt", "olga"): 2 * AT_ONCE + 1}
    with town.superuser.connect() as connection:
        assert (
            connection.scalar(text("SELECT count(DISTINCT payload) FROM job WHERE kind = 'mail.deliver'"))
            == 201
        )


def test_many_who_receive_at_once_write_each_line_and_mail_once_although_every_fourth_dies(town, olga, kim):
    """Two thousand events for three people, eight who receive at the same moment, again and again."""
    number = examples(2_000)
    for name in ("otto", "ole"):
        town.settle(name, (town.district.gemeinde, Role.OFFICER))
    told(town, kim, town.district.gemeinde, number=number)
    receiver = town.district.gemeinde.actor(*Role)
    tries = count(1)

    def receive(_):
        for _ in range(number // AT_ONCE + 1):
            with town.works.app.app_context(), suppress(ZeroDivisionError), transaction(receiver):
                receive_events(receiver)
                if next(tries) % 4 == 0:
                    raise ZeroDivisionError  # dies before the commit

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(receive, range(8)))
    assert sorted(town.lines().values()) == [number] * 3
    assert sorted(town.mails().values()) == [number] * 3
    with town.superuser.connect() as connection:
        told_of = "SELECT count(*) FROM delivery AS d JOIN mail AS m ON m.tenant_id = d.tenant_id AND m.id = d.mail_id"
        assert connection.scalar(text(told_of)) == 3 * number


def test_what_this_release_does_not_know_waits_for_the_one_that_does(town, olga, kim, monkeypatch):
    told(town, kim, town.district.gemeinde)
    with monkeypatch.context() as older:
        older.setattr("kimhub.inbox.usecases.receive_events.kinds", lambda: {SUBMIT: kind_called(SUBMIT)})
        town.deliver()
        assert not town.lines()
    told(town, kim, town.district.gemeinde)
    town.deliver()
    assert town.lines() == {("musterstadt", "olga", ASK): 2}


def test_no_mail_tells_of_what_is_weeks_old(town, olga, kim):
    told(town, kim, town.district.gemeinde)
    with town.superuser.begin() as connection:
        connection.execute(text("UPDATE event SET created_at = now() - interval '15 days'"))
    town.deliver()
    assert town.lines() == {("musterstadt", "olga", ASK): 1}
    assert not town.mails()


def test_who_asked_for_work_is_told_alone_and_without_a_mail_and_colleagues_only_where_nobody_asked(
    town, olga, people
):
    gemeinde = town.district.gemeinde
    town.settle("otto", (gemeinde, Role.OFFICER))
    for name in ("olga", "otto"):
        town.choose(name, gemeinde, Rhythm.AT_ONCE)
    told(town, olga, gemeinde, "report.build")
    town.deliver()
    assert town.lines() == {("musterstadt", "olga", "report.build"): 1}
    told(town, gemeinde.actor(*Role), gemeinde, "report.refuse")
    town.deliver()
    assert town.lines() == {
        ("musterstadt", "olga", "report.build"): 1,
        ("musterstadt", "olga", "report.refuse"): 1,
        ("musterstadt", "otto", "report.refuse"): 1,
    }
    assert town.mails() == {("musterstadt", "olga"): 1, ("musterstadt", "otto"): 1}


def test_the_relay_sees_nothing_of_what_an_event_says(town):
    with town.works.relay.connect() as connection, pytest.raises(Exception, match="permission denied"):
        connection.execute(text("SELECT about FROM event"))


def test_the_job_that_is_rung_for_is_one_that_somebody_does():
    kind = load_kinds()[RECEIVE]
    assert (kind.lane, kind.max_attempts, kind.max_losses) == ("short", MAX_ATTEMPTS, MAX_ATTEMPTS)

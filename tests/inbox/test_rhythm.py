"""How often mail comes: by itself, or gathered, as each person chooses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import text

from kimhub.core.formats import LOCAL_TIME
from kimhub.inbox.letters import MOST_LINES
from kimhub.inbox.rhythm import Rhythm, next_gathering, usual_rhythm
from kimhub.inbox.usecases.gather_mails import gather_mails
from kimhub.inbox.usecases.receive_events import receive_events
from tenants import Role, TenantKind, transaction
from tests.inbox.test_receiving import told
from tests.support.acting import acting
from tests.support.patience import PATIENCE

ISSUE, ASK = "allocation.issue", "position_request.ask"


def local(given):
    return datetime.fromisoformat(given).replace(tzinfo=LOCAL_TIME)


@pytest.mark.parametrize(
    ("rhythm", "now", "moment"),
    [
        (Rhythm.AT_ONCE, "2026-11-30T10:00", None),
        (Rhythm.DAILY, "2026-11-30T05:00", "2026-11-30T06:00"),  # a Monday
        (Rhythm.DAILY, "2026-11-30T05:50", "2026-12-01T06:00"),  # its transaction might end after six
        (Rhythm.DAILY, "2026-11-30T10:00", "2026-12-01T06:00"),
        (Rhythm.DAILY, "2026-12-04T10:00", "2026-12-07T06:00"),  # a Friday
        (Rhythm.DAILY, "2026-12-05T10:00", "2026-12-07T06:00"),
        (Rhythm.WEEKLY, "2026-11-30T05:45", "2026-11-30T06:00"),
        (Rhythm.WEEKLY, "2026-11-30T06:00", "2026-12-07T06:00"),
        (Rhythm.WEEKLY, "2026-12-06T23:59", "2026-12-07T06:00"),
        (Rhythm.WEEKLY, "2027-03-24T12:00", "2027-03-29T06:00"),  # the clocks change in between
    ],
)
def test_gathered_mails_come_at_six_in_the_morning_german_time(rhythm, now, moment):
    assert next_gathering(rhythm, local(now)) == (moment and local(moment))


@pytest.mark.parametrize("kind", TenantKind)
def test_a_gemeinde_gets_one_mail_a_week_unless_it_chooses_and_others_each_at_once(kind):
    assert usual_rhythm(kind) is (Rhythm.WEEKLY if kind is TenantKind.GEMEINDE else Rhythm.AT_ONCE)


@pytest.fixture
def olga(town):
    town.settle("kim", (town.district.kreis, Role.KI_COORDINATOR))
    town.settle("otto", (town.district.gemeinde, Role.OFFICER))
    town.settle("olga", (town.district.gemeinde, Role.OFFICER))
    return town.actor("olga", town.district.gemeinde, Role.OFFICER)


@pytest.fixture
def kim(town, olga):
    return town.actor("kim", town.district.kreis, Role.KI_COORDINATOR)


def gathered(town, who):
    """Subject and text of the mails to one person, the oldest first."""
    with town.superuser.connect() as connection:
        return connection.execute(
            text("SELECT subject, text FROM mail WHERE recipient = :to ORDER BY created_at, id"),
            {"to": f"{who}@kim.example"},
        ).all()


def test_what_waits_for_an_answer_is_mailed_by_itself_and_the_rest_once_a_week_in_one_mail(town, olga, kim):
    gemeinde = town.district.gemeinde
    told(town, kim, gemeinde, ASK)
    told(town, kim, gemeinde, ISSUE, number=2)
    town.deliver()
    assert town.mails() == {("musterstadt", "olga"): 1, ("musterstadt", "otto"): 1}
    town.next_monday()
    town.deliver()
    town.next_monday()
    town.deliver()
    assert town.mails() == {("musterstadt", "olga"): 2, ("musterstadt", "otto"): 2}
    assert sum(town.lines().values()) == 6, "all of it stood in the inbox at once"
    (subject, written) = gathered(town, "olga")[1]
    assert subject == "2 neue Nachrichten in KIMHub (Musterstadt)"
    assert written.count(": Der Musterkreis hat die Mittel weitergeleitet (Weiterleitung)") == 2
    assert "http://kim.example.nrw/t/musterstadt/posteingang\n" in written
    assert "einmal in der Woche, weil Sie bei Musterstadt die Rolle „Sachbearbeitung“ haben" in written
    assert "http://kim.example.nrw/t/musterstadt/posteingang/e-mails" in written
    assert "Muster\n" not in written, "nothing of what it is about"


def test_what_is_read_meanwhile_is_not_told_again(town, olga, kim):
    told(town, kim, town.district.gemeinde, ISSUE)
    town.deliver()
    with town.superuser.begin() as connection:
        connection.execute(text("UPDATE delivery SET read_at = now()"))
    town.next_monday()
    town.deliver()
    assert not town.mails()
    with town.superuser.connect() as connection:
        assert not connection.scalar(text("SELECT count(*) FROM delivery WHERE mail_due_at IS NOT NULL"))


def test_nobody_is_written_to_who_has_no_role_any_more(town, olga, kim):
    told(town, kim, town.district.gemeinde, ISSUE)
    town.deliver()
    with town.superuser.begin() as connection:
        connection.execute(text("UPDATE membership SET ended_at = now() WHERE email LIKE 'olga%'"))
    town.next_monday()
    town.deliver()
    assert town.mails() == {("musterstadt", "otto"): 1}


def test_a_mail_names_thirty_and_counts_the_rest(town, olga, kim):
    told(town, kim, town.district.gemeinde, ISSUE, number=MOST_LINES + 3)
    town.deliver()
    town.next_monday()
    town.deliver()
    ((subject, written),) = gathered(town, "olga")
    assert subject.startswith(f"{MOST_LINES + 3} neue Nachrichten")
    assert written.count("(Weiterleitung)") == MOST_LINES
    assert "und 3 weitere." in written


def test_many_who_gather_at_once_write_one_mail_each_and_one_that_dies_writes_none(town, olga, kim):
    told(town, kim, town.district.gemeinde, ISSUE, number=20)
    receiver = town.district.gemeinde.actor(*Role)
    with town.works.app.app_context(), transaction(receiver):
        receive_events(receiver)
    with town.superuser.begin() as connection:
        connection.execute(text("UPDATE delivery SET mail_due_at = now()"))
    barrier = Barrier(4)

    def gather(n):
        with town.works.app.app_context():
            barrier.wait(PATIENCE)
            with suppress(ZeroDivisionError), transaction(receiver):
                gather_mails(receiver)
                if n == 0:
                    raise ZeroDivisionError  # dies before the commit

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(gather, range(4)))
    assert town.mails() == {("musterstadt", "olga"): 1, ("musterstadt", "otto"): 1}
    with town.superuser.connect() as connection:
        assert (
            connection.scalar(text("SELECT count(DISTINCT mail_id) FROM delivery WHERE mail_due_at IS NULL"))
            == 2
        )


def test_more_people_than_one_transaction_should_hold_are_written_to_by_the_next(
    town, olga, kim, monkeypatch
):
    monkeypatch.setattr("kimhub.inbox.usecases.gather_mails.PEOPLE_AT_ONCE", 1)
    told(town, kim, town.district.gemeinde, ISSUE)
    town.deliver()
    town.next_monday()
    town.deliver()
    assert town.mails() == {("musterstadt", "olga"): 1, ("musterstadt", "otto"): 1}


def test_what_waits_comes_when_the_new_choice_says_and_a_colleagues_stays(town, olga, kim):
    gemeinde = town.district.gemeinde
    told(town, kim, gemeinde, ISSUE)
    town.deliver()
    town.choose("olga", gemeinde, Rhythm.AT_ONCE)
    town.deliver()
    assert town.mails() == {("musterstadt", "olga"): 1}
    told(town, kim, gemeinde, ISSUE)
    town.deliver()
    assert town.mails() == {("musterstadt", "olga"): 2}


def due_in(town, who):
    with town.superuser.connect() as connection:
        return connection.scalar(
            text("SELECT max(mail_due_at) - now() FROM delivery WHERE account_id = :who"),
            {"who": town.people[who].account_id},
        )


def test_the_choice_is_made_on_a_page_and_recorded(town, olga, kim):
    told(town, kim, town.district.gemeinde, ISSUE)
    town.deliver()
    with acting(town.works.app) as somebody:
        client = somebody.as_(olga)
        page = client.get("/t/musterstadt/posteingang/e-mails")
        assert "montags morgens gesammelt" in page.text
        refused = client.post("/t/musterstadt/posteingang/e-mails", data={"rhythm": "niemals"})
        assert refused.status_code == 422
        answer = client.post("/t/musterstadt/posteingang/e-mails", data={"rhythm": "daily"})
        assert answer.status_code == 303
        assert client.post("/t/musterstadt/posteingang/e-mails", data={"rhythm": "daily"}).status_code == 303
    assert due_in(town, "olga") < timedelta(days=3, hours=1)
    with town.superuser.connect() as connection:
        assert connection.scalars(text("SELECT rhythm FROM mail_setting")).all() == ["daily"]
        audited = connection.scalars(
            text("SELECT operation FROM audit_event WHERE row_id = (SELECT id::text FROM mail_setting)")
        ).all()
    assert audited == ["INSERT"], "the same choice again changes nothing"


def test_an_administration_sees_whose_address_is_refused_until_a_mail_arrives(town, olga):
    town.settle("adam", (town.district.gemeinde, Role.ADMINISTRATOR))
    with town.superuser.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO mail (tenant_id, id, recipient, subject, text, refused_at) SELECT id, gen_random_uuid(),"
                " 'olga@kim.example', '', '', now() - interval '1 hour' FROM tenant WHERE slug = 'musterstadt'"
            )
        )
    with acting(town.works.app) as somebody:
        client = somebody.as_(town.actor("adam", town.district.gemeinde, Role.ADMINISTRATOR))
        assert "nimmt keine E-Mails an" in client.get("/t/musterstadt/").text
        assert "nimmt keine E-Mails an" in client.get("/t/musterstadt/verwaltung/personen").text
        with town.superuser.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO mail (tenant_id, id, recipient, subject, text, sent_at) SELECT id, gen_random_uuid(),"
                    " 'olga@kim.example', '', '', now() FROM tenant WHERE slug = 'musterstadt'"
                )
            )
        assert "nimmt keine E-Mails an" not in client.get("/t/musterstadt/").text
        assert "nimmt keine E-Mails an" not in client.get("/t/musterstadt/verwaltung/personen").text

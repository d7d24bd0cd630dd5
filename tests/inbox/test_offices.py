"""What nobody is responsible for goes to the Funktionspostfach, one mail for each event."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from sqlalchemy import text

from kimhub.inbox.desk_queries import UNTOLD
from kimhub.inbox.usecases.receive_events import receive_events
from tenants import Permission, Role, transaction
from tests.factories.offices import create_office
from tests.inbox.test_receiving import ASK, told
from tests.support.acting import acting
from tests.support.patience import PATIENCE

POST = ("oehringhausen", "post")


@pytest.fixture
def kim(town):
    town.settle("kim", (town.district.kreis, Role.KI_COORDINATOR))
    return town.actor("kim", town.district.kreis, Role.KI_COORDINATOR)


@pytest.fixture
def sibling(town):
    """A Gemeinde in which nobody has a role."""
    return town.district.sibling


def name_office(town, body, role=Role.OFFICER, email="post@kim.example"):
    with town.superuser.begin() as connection:
        create_office(connection, body, role, email)


def untold(town, body):
    with town.works.app.app_context(), transaction(body.actor(*Role), read_only=True) as session:
        row = session.execute(UNTOLD, {"me": body.id}).one_or_none()
        return (row.number, int(row.figure)) if row else None


def test_what_nobody_is_responsible_for_goes_to_the_office_once_and_stays_a_thing_to_do(town, kim, sibling):
    name_office(town, sibling)
    told(town, kim, sibling, number=3)
    town.deliver()
    told(town, kim, sibling)
    town.deliver()
    assert not town.lines()
    assert town.mails() == {POST: 4}
    assert untold(town, sibling) == (4, 4)


def test_the_mail_says_why_it_comes_there_and_nothing_of_the_content(town, kim, sibling):
    name_office(town, sibling)
    told(town, kim, sibling)
    town.deliver()
    with town.superuser.connect() as connection:
        subject, written, event_id = connection.execute(
            text(
                "SELECT m.subject, m.text, n.event_id FROM mail AS m JOIN office_notice AS n ON n.mail_id = m.id"
            )
        ).one()
    assert subject == "Der Musterkreis hat eine Rückfrage gestellt (Zusätzliche Koordinierungsstelle)"
    assert "Bei Öhringhausen hat zurzeit niemand eine Rolle dafür" in written
    assert Permission.REQUEST_WRITE.label in written
    assert "Funktionspostfach, das für die Rolle „Sachbearbeitung“ angegeben ist" in written
    assert f"http://kim.example.nrw/t/oehringhausen/posteingang/{event_id}" in written
    assert "Muster\n" not in written


def test_who_is_found_later_gets_a_line_and_the_house_no_second_mail(town, kim, sibling):
    name_office(town, sibling)
    told(town, kim, sibling)
    town.deliver()
    town.settle("nina", (sibling, Role.OFFICER))
    told(town, kim, sibling)
    town.deliver()
    assert town.lines() == {("oehringhausen", "nina", ASK): 2}
    assert town.mails() == {POST: 1, ("oehringhausen", "nina"): 1}
    assert untold(town, sibling) is None


def test_who_holds_the_role_is_told_and_the_office_is_not(town, kim, sibling):
    name_office(town, sibling)
    town.settle("nina", (sibling, Role.OFFICER))
    told(town, kim, sibling)
    town.deliver()
    assert town.mails() == {("oehringhausen", "nina"): 1}


def test_an_office_of_another_role_or_without_funktionspostfach_gets_nothing(town, kim, sibling):
    name_office(town, sibling, email="")
    name_office(town, sibling, Role.AUTHORITY, "andere@kim.example")
    told(town, kim, sibling)
    town.deliver()
    assert not town.mails()
    assert untold(town, sibling) == (1, 0)
    name_office(town, sibling)
    told(town, kim, sibling)
    town.deliver()
    assert town.mails() == {POST: 2}


def test_many_who_receive_at_once_write_to_the_office_once_for_each_event(town, kim, sibling):
    name_office(town, sibling)
    told(town, kim, sibling, number=40)
    barrier, receiver = Barrier(4), sibling.actor(*Role)

    def receive(n):
        with town.works.app.app_context():
            barrier.wait(PATIENCE)
            for _ in range(3):  # what nobody is responsible for is tried again and again
                with suppress(ZeroDivisionError), transaction(receiver):
                    receive_events(receiver)
                    if n == 0:
                        raise ZeroDivisionError  # dies before the commit

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(receive, range(4)))
    assert town.mails() == {POST: 40}
    assert untold(town, sibling) == (40, 40)


def test_of_two_who_receive_at_once_one_alone_decides_whether_a_person_or_the_office_is_told(
    town, kim, sibling
):
    """The office gets its mailbox, and somebody the role, while another worker still holds what waits."""
    told(town, kim, sibling)
    town.deliver()
    name_office(town, sibling)
    receiver = sibling.actor(*Role)
    with town.works.app.app_context(), transaction(receiver):
        receive_events(receiver)  # writes to the office, and is not committed yet
        town.settle("nina", (sibling, Role.OFFICER))
        with ThreadPoolExecutor(1) as other:

            def receive():
                with town.works.app.app_context(), transaction(receiver):
                    receive_events(receiver)

            other.submit(receive).result(PATIENCE)
    assert town.mails() == {POST: 1}


def test_heute_of_the_administration_says_what_went_to_the_office(town, kim, sibling):
    told(town, kim, sibling)
    name_office(town, sibling)
    told(town, kim, sibling, number=2)
    town.deliver()
    name_office(town, sibling, email="")
    told(town, kim, sibling)
    town.deliver()
    town.settle("adele", (sibling, Role.ADMINISTRATOR))
    with acting(town.works.app) as somebody:
        page = somebody.as_(town.actor("adele", sibling, Role.ADMINISTRATOR)).get("/t/oehringhausen/").text
    assert "Für 4 Nachrichten ist niemand zuständig" in page
    assert "Davon gingen als E-Mail an das Funktionspostfach: 3." in page


def test_the_administration_sees_that_a_mailbox_takes_no_mail(town, sibling):
    name_office(town, sibling)
    town.settle("adele", (sibling, Role.ADMINISTRATOR))
    with town.superuser.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO mail (tenant_id, id, recipient, subject, text, refused_at)"
                " VALUES (:me, gen_random_uuid(), 'post@kim.example', '', '', now())"
            ),
            {"me": sibling.id},
        )
    with acting(town.works.app) as somebody:
        adele = somebody.as_(town.actor("adele", sibling, Role.ADMINISTRATOR))
        said = "Das Funktionspostfach post@kim.example nimmt keine E-Mails an"
        assert said in adele.get("/t/oehringhausen/").text
        assert "nimmt keine E-Mails an" in adele.get("/t/oehringhausen/verwaltung/kontaktdaten").text

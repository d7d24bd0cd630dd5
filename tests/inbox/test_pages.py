"""The inbox on pages and over the API: whose lines, in which order, read by whom."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from sqlalchemy import text

from kimhub.core.events.kinds import kind_called
from kimhub.core.events.telling import tell
from kimhub.identity.cookies import Cookie
from kimhub.identity.csrf import HEADER, sealed_for
from kimhub.identity.sessions import hash_of
from kimhub.inbox.usecases.receive_events import receive_events
from tenants import Role, db, transaction
from tests.factories.requests import step, submitted
from tests.support.acting import acting
from tests.support.browser import SameOriginClient
from tests.support.statements import counted

INBOX = "/t/musterstadt/posteingang"


@pytest.fixture
def olga(town):
    town.settle("kim", (town.district.kreis, Role.KI_COORDINATOR))
    town.settle("otto", (town.district.gemeinde, Role.OFFICER))
    town.settle("olga", (town.district.gemeinde, Role.OFFICER))
    return town.actor("olga", town.district.gemeinde, Role.OFFICER)


@pytest.fixture
def asked(town, olga):
    """A question to each of two requests, delivered to Olga and Otto; return the ids of the requests."""
    kim = town.actor("kim", town.district.kreis, Role.KI_COORDINATOR)
    with town.works.app.app_context():
        found = [submitted(olga) for _ in range(2)]
        for request_id in found:
            step(kim, request_id, "ask", "Wie viele?")
    town.deliver()
    return found


@pytest.fixture
def client(town, olga):
    with acting(town.works.app) as somebody:
        yield somebody.as_(olga)


def signed_in(town, name):
    """A browser in which that person is signed in, with a real session."""
    with town.superuser.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO sign_in_session"
                " (token_hash, id, account_id, tenant_id, signed_in_at, last_seen_at, device)"
                " VALUES (:hash, gen_random_uuid(), :account, :tenant, now(), now(), '')"
            ),
            {
                "hash": hash_of(name), "account": town.people[name].account_id,
                "tenant": town.district.gemeinde.id,
            },
        )  # fmt: skip
    client = SameOriginClient(town.works.app, town.works.app.response_class)
    client.set_cookie(Cookie.SESSION, name)
    with town.works.app.app_context():
        client.environ_base[f"HTTP_{HEADER.replace('-', '_').upper()}"] = sealed_for(name)
    return client


def links(page):
    return re.findall(rf'href="({INBOX}/[0-9a-f-]{{36}})"', page.text)


def unread(town, name):
    with town.superuser.connect() as connection:
        return connection.scalar(
            text("SELECT count(*) FROM delivery WHERE unread AND account_id = :account"),
            {"account": town.people[name].account_id},
        )


def test_a_line_says_what_was_done_about_what_and_leads_there(town, client, asked):
    page = client.get(INBOX)
    assert page.text.count("Der Musterkreis hat eine Rückfrage gestellt") == 2
    assert page.text.count("Koordinierungsstelle KIM") == 2
    answers = [client.get(link) for link in links(page)]
    assert {answer.status_code for answer in answers} == {303}
    assert {answer.location for answer in answers} == {
        f"/t/musterstadt/stellen/antraege/{request_id}" for request_id in asked
    }


def test_what_is_opened_is_read_and_stands_below_what_is_not_and_colleagues_have_their_own(
    town, client, asked
):
    first, second = links(client.get(INBOX))
    client.get(first)
    page = client.get(INBOX)
    assert links(page) == [second, first]
    assert (unread(town, "olga"), unread(town, "otto")) == (1, 2)
    assert links(client.get(f"{INBOX}?stand=ungelesen")) == [second]
    assert links(client.get(f"{INBOX}?stand=gelesen")) == [first]


def test_all_are_read_that_were_there_when_the_page_was_shown(town, asked):
    client = signed_in(town, "olga")
    page = client.get(INBOX)
    (seen,) = re.findall(r'name="seen" value="([^"]+)"', page.text)
    with town.superuser.begin() as connection:
        connection.execute(
            text(
                "UPDATE delivery SET created_at = clock_timestamp() + interval '1 hour' WHERE ctid ="
                " (SELECT ctid FROM delivery WHERE account_id = :account LIMIT 1)"
            ),
            {"account": town.people["olga"].account_id},
        )
    assert client.post(f"{INBOX}/gelesen", data={"seen": seen}).status_code == 303
    assert (unread(town, "olga"), unread(town, "otto")) == (1, 2)


@pytest.mark.parametrize("seen", ["", "gestern", "2026-01-01", "0001-01-01T00:00:00+23:59", "\0"])
def test_a_moment_that_is_none_reads_nothing(town, asked, seen):
    client = signed_in(town, "olga")
    assert client.post(f"{INBOX}/gelesen", data={"seen": seen}).status_code in {303, 422}
    assert unread(town, "olga") == 2


def test_the_number_of_unread_lines_stands_on_every_page_and_costs_no_statement(town, asked):
    client = signed_in(town, "olga")
    with town.works.app.app_context():
        engine = db.engine
    with counted(engine) as sent:
        page = client.get("/t/musterstadt/stellen/antraege")
    assert re.search(r'kh-count">\s*2<', page.text)
    assert not [statement for statement in sent if "delivery" in statement]
    client.get(links(client.get(INBOX))[0])
    assert re.search(r'kh-count">\s*1<', client.get("/t/musterstadt/stellen/antraege").text)


def test_the_inbox_of_another_tenant_is_not_there(client):
    assert client.get("/t/musterkreis/posteingang").status_code in {403, 404}
    assert client.get(f"{INBOX}/00000000-0000-4000-8000-000000000000").status_code == 404


def test_an_empty_inbox_says_what_belongs_there(client):
    assert "Keine Nachrichten" in client.get(INBOX).text


def test_what_is_older_than_a_year_shows_when_it_is_asked_for(town, client, asked):
    with town.superuser.begin() as connection:
        connection.execute(text("UPDATE delivery SET created_at = now() - interval '400 days'"))
    assert links(client.get(INBOX)) == []
    assert len(links(client.get(f"{INBOX}?aeltere=auch"))) == 2


@pytest.mark.parametrize(("lines", "shown"), [(99, "99"), (100, r"99\+")])
def test_more_than_is_counted_is_said_to_be_more(town, olga, lines, shown):
    kim = town.actor("kim", town.district.kreis, Role.KI_COORDINATOR)
    with town.works.app.app_context(), transaction(kim) as session:
        for _ in range(lines):
            tell(
                session, kim, kind_called("position_request.ask"), uuid4(),
                about="Muster", concerns=town.district.gemeinde.id,
            )  # fmt: skip
    town.ring()
    with town.works.app.app_context(), transaction(town.district.gemeinde.actor(*Role)):
        while receive_events(town.district.gemeinde.actor(*Role)):
            pass
    client = signed_in(town, "olga")
    page = client.get(INBOX)
    assert re.search(rf'kh-count">\s*{shown}<', page.text)
    following = re.search(r'href="([^"]+)"\s+rel="next"', page.text)
    assert len(links(client.get(following[1].replace("&amp;", "&")))) == lines - 50

"""The audit as the database writes it: by itself, at the commit, one chain per tenant."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from kimhub.core.database.urls import with_database
from tenants import Role
from tenants.binding import bind_connection
from tests.support.committed import committed_district

DRAFTS = text(
    "INSERT INTO proceeding (tenant_id, id, kind, counterpart_id, subject)"
    " SELECT :me, gen_random_uuid(), 'x', :other, 'Sache ' || n FROM generate_series(1, :number) AS n"
)
CHAIN = text("SELECT seq, previous_hash, hash FROM audit_event WHERE tenant_id = :me ORDER BY seq")
HEAD_MOVES = text("SELECT pg_stat_get_xact_tuples_updated('audit_head'::regclass)")


@pytest.fixture
def district(committing):
    return committed_district(committing)


@pytest.fixture
def engine(committing):
    made = committing.engine(committing.urls.app, poolclass=NullPool)
    yield made
    made.dispose()


def write(connection, body, other, number):
    bind_connection(connection, body.actor(Role.OFFICER, request_id="r-1"))
    connection.execute(DRAFTS, {"me": body.id, "other": other.id, "number": number})


def chain_of(engine, body):
    with engine.connect() as connection:
        bind_connection(connection, body.actor())
        events = connection.execute(CHAIN, {"me": body.id}).all()
        head = connection.execute(text("SELECT seq, hash FROM app.audit_head()")).one()
    return events, head


def assert_linked(events, head):
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert all(after.previous_hash == before.hash for before, after in itertools.pairwise(events))
    assert (head.seq, head.hash) == (events[-1].seq, events[-1].hash)


def test_a_transaction_of_many_rows_moves_the_head_once(engine, district):
    """Else each event would have to pass the versions of the head that the ones before it left: n² in all."""
    with engine.begin() as connection:
        write(connection, district.kreis, district.gemeinde, 200)
        connection.execute(text("SET CONSTRAINTS proceeding_audit IMMEDIATE"))
        assert connection.scalar(HEAD_MOVES) == 0
        connection.execute(text("SET CONSTRAINTS audit_event_head IMMEDIATE"))
        assert connection.scalar(HEAD_MOVES) == 1
    assert_linked(*chain_of(engine, district.kreis))


def seals(engine, body):
    with engine.connect() as connection:
        bind_connection(connection, body.actor())
        return connection.scalars(text("SELECT seq FROM audit_seal ORDER BY root_seq")).all()


def test_whoever_writes_very_much_seals_it(engine, district):
    """What is not sealed could be computed anew: a thousand events are the most that wait for the hourly seal."""
    for number, sealed in ((900, []), (150, [1051]), (940, [1051]), (10, [1051]), (100, [1051, 2101])):
        with engine.begin() as connection:
            write(connection, district.kreis, district.gemeinde, number)
        assert seals(engine, district.kreis) == sealed, number
    assert_linked(*chain_of(engine, district.kreis))


def test_whoever_writes_does_not_wait_for_somebody_who_seals(engine, district):
    with engine.begin() as connection:
        write(connection, district.stadt, district.gemeinde, 1_200)
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        with engine.begin() as other:
            other.execute(text("SET LOCAL lock_timeout = '1s'"))
            write(other, district.kreis, district.gemeinde, 1_200)
    assert len(seals(engine, district.stadt)) == 1
    assert seals(engine, district.kreis) == [], "left to the next event, or to the hour"


def test_several_transactions_and_tenants_at_once_leave_whole_chains(engine, district):
    def work(body):
        for _ in range(5):
            with engine.begin() as connection:
                write(connection, body, district.gemeinde, 3)

    bodies = [district.kreis, district.kreis, district.kreis, district.stadt]
    with ThreadPoolExecutor(len(bodies)) as pool:
        list(pool.map(work, bodies))
    for body, number in ((district.kreis, 1 + 3 * 5 * 3), (district.stadt, 1 + 5 * 3)):
        events, head = chain_of(engine, body)
        assert len(events) == number
        assert_linked(events, head)


def test_what_is_rolled_back_leaves_no_event_and_no_gap(engine, district):
    with engine.connect() as connection:
        write(connection, district.kreis, district.gemeinde, 2)
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        connection.rollback()
    with engine.begin() as connection:
        write(connection, district.kreis, district.gemeinde, 1)
    events, head = chain_of(engine, district.kreis)
    assert len(events) == 2
    assert_linked(events, head)


def test_an_event_says_who_and_in_which_request(engine, district):
    with engine.begin() as connection:
        write(connection, district.kreis, district.gemeinde, 1)
    with engine.connect() as connection:
        bind_connection(connection, district.kreis.actor())
        event = connection.execute(text("SELECT * FROM audit_event WHERE table_name = 'proceeding'")).one()
    assert (event.operation, event.actor_label, event.request_id) == ("INSERT", "Sachbearbeitung", "r-1")
    assert event.old is None
    assert event.new["subject"] == "Sache 1"


def test_a_removed_end_is_not_closed_up_by_the_next_event(committing, engine, district):
    """The chain goes on from the head, not from what is left: the gap stays."""
    with engine.begin() as connection:
        write(connection, district.kreis, district.gemeinde, 3)
    admin = create_engine(with_database(committing.urls.admin, engine.url.database), poolclass=NullPool)
    with admin.begin() as connection:
        connection.execute(
            text("DELETE FROM audit_event WHERE tenant_id = :id AND seq > 2"), {"id": district.kreis.id}
        )
    with engine.begin() as connection:
        write(connection, district.kreis, district.gemeinde, 1)
    events, _ = chain_of(engine, district.kreis)
    assert [event.seq for event in events] == [1, 2, 5]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO audit_event (tenant_id, seq) VALUES (1, 99)",
        "UPDATE audit_event SET actor_label = 'x'",
        "DELETE FROM audit_event",
        "UPDATE audit_head SET seq = 0",
        "SELECT app.audit_row()",
        "SELECT app.audit_seal()",
    ],
)
def test_the_application_cannot_touch_it(engine, district, statement):
    with engine.connect() as connection:
        bind_connection(connection, district.kreis.actor())
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text(statement))

"""Looking for the same receipts takes one step in the index each, on every version and with any statistics."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import NullPool, create_engine, text

from kimhub.core.database.urls import with_database
from kimhub.programme.public import GrantPurpose, Teilplanzeile
from kimhub.spending.imports.books import look_up, planned_each_time
from kimhub.spending.public import BookExpenditure
from tenants import Role, transaction
from tests.support.committed import committed_district

IN_THE_BOOKS, ASKED = 3_000, 100
BOOKED = text(
    "INSERT INTO expenditure (tenant_id, id, receipt_number, booked_on, year, amount, teilplanzeile, purpose,"
    " actor_label) SELECT :tenant, gen_random_uuid(), 'RE-' || n, '2021-06-15', 2021, 10, '16', 'begleitausgaben', ''"
    " FROM generate_series(1, :count) AS n"
)
ROWS_READ = text(
    "SELECT pg_stat_get_xact_tuples_returned('expenditure'::regclass) AS scanned,"
    " sum(pg_stat_get_xact_tuples_returned(indexrelid)) AS entries FROM pg_index"
    " WHERE indrelid = 'expenditure'::regclass"
)
"""In this transaction: rows by scans of the whole table, and entries of its indexes."""


@pytest.fixture
def actor(committing):
    return committed_district(committing).stadt.actor(Role.KI_COORDINATOR)


@pytest.fixture
def counted_while_empty(committing):
    """The planner believes that there are no bookings, as after a restore into an empty database."""
    database = committing.urls.app.rpartition("/")[2].partition("?")[0]
    admin = create_engine(
        with_database(committing.urls.admin, database), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        connection.execute(text("VACUUM ANALYZE expenditure"))


def receipts(first, count):
    return [
        BookExpenditure(
            f"RE-{number}",
            date(2021, 6, 15),
            Decimal(10),
            GrantPurpose.BEGLEITAUSGABEN,
            Teilplanzeile.SONSTIGE_AUFWENDUNGEN,
        )
        for number in range(first, first + count)
    ]


@pytest.mark.usefixtures("counted_while_empty")
def test_a_look_up_reads_only_what_it_finds_however_fast_the_books_have_grown(committing, actor):
    with committing.app.app_context(), transaction(actor) as session, planned_each_time(session):
        for _ in range(12):  # often enough for a plan that the connection would keep
            look_up(session, actor, receipts(0, 10))
        session.execute(BOOKED, {"tenant": actor.tenant_id, "count": IN_THE_BOOKS})
        before = session.execute(ROWS_READ).one()
        known = look_up(session, actor, receipts(IN_THE_BOOKS - ASKED // 2 + 1, ASKED))
        after = session.execute(ROWS_READ).one()
    assert [one.is_booked for one in known] == [True] * (ASKED // 2) + [False] * (ASKED // 2)
    assert (after.scanned - before.scanned, after.entries - before.entries) == (0, ASKED // 2)

"""An inbox of 20,000 lines: one page is read, however many there are."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text

from kimhub.core.web.paging import PageRequest
from kimhub.inbox.queries import INBOX, RECEIVED, UNRECEIVED
from tenants import Role, transaction
from tests.support.plans import rows_read, with_values

LINES = 20_000
_FILL = (
    (
        "INSERT INTO event (tenant_id, id, created_at, concerns, kind, subject_id, about, act_id, actor_label)"
        " SELECT :author, gen_random_uuid(), now() - n * interval '10 minutes', :me, 'position_request.ask',"
        " gen_random_uuid(), 'Muster ' || n, gen_random_uuid(), 'KI-Koordination' FROM generate_series(1, :lines) AS n"
    ),
    (
        "INSERT INTO receipt (tenant_id, id, created_at, people) SELECT concerns, id, created_at, 1 FROM event"
        " WHERE concerns = :me"
    ),
    (
        "INSERT INTO delivery (tenant_id, event_id, account_id, created_at, reason, read_at)"
        " SELECT concerns, id, a, created_at, 'officer', CASE WHEN random() < 0.5 THEN now() END"
        " FROM event, unnest(CAST(:accounts AS uuid[])) AS a WHERE concerns = :me"
    ),
)


@pytest.fixture
def olga(town):
    """An officer with 20,000 lines, and a colleague with as many."""
    district = town.district
    olga = town.settle("olga", (district.gemeinde, Role.OFFICER))
    otto = town.settle("otto", (district.gemeinde, Role.OFFICER))
    accounts = [olga.account_id, otto.account_id]
    with town.superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in _FILL:
            connection.execute(
                text(statement),
                {
                    "author": district.kreis.id,
                    "me": district.gemeinde.id,
                    "lines": LINES,
                    "accounts": accounts,
                },
            )
    with town.superuser.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    return town.actor("olga", district.gemeinde, Role.OFFICER)


def cost(session, statement, values, table):
    return rows_read(session.connection(), *with_values(statement, values), table)


@pytest.mark.parametrize("plans", ["auto", "force_generic_plan"])
def test_a_page_of_it_is_read_and_nothing_else(town, olga, plans):
    asked = PageRequest(limit=50)
    me = {"me": olga.tenant_id, "limit": asked.fetch}
    mine = {"account": olga.subject}
    with town.works.app.app_context(), transaction(olga, read_only=True) as session:
        session.execute(text(f"SET LOCAL plan_cache_mode = {plans}"))
        first = INBOX.fetch(session, olga.tenant_id, asked, {**mine, "recent": True})
        assert [row["unread"] for row in first] == [True] * asked.fetch
        edge = {f"edge_{n}": part for n, part in enumerate(INBOX.key(first[49]))}
        page = INBOX.page(edge=True, conditions=("account", "recent"))
        assert cost(session, page, {**me, **mine, **edge}, "delivery") <= 2 * asked.fetch
        assert cost(session, page, {**me, **mine, **edge}, "event") <= 2 * asked.fetch
        received = RECEIVED.page(conditions=("kinds", "open"))
        kinds = {"kinds": ["position_request.ask"]}
        assert cost(session, received, {**me, **kinds}, "receipt") <= 2 * asked.fetch


def test_how_much_is_unread_is_counted_up_to_a_hundred(town, olga):
    with town.superuser.connect() as connection:
        unread = text("SELECT app.inbox_unread(:account, :tenant)")
        assert connection.scalar(unread, {"account": olga.subject, "tenant": olga.tenant_id}) == 100
        assert connection.scalar(unread, {"account": uuid4(), "tenant": olga.tenant_id}) == 0


def test_what_is_received_already_is_passed_over_by_its_index(town, olga):
    """Of 20,000 events none is new: both sides are read by the tenant, in one pass."""
    with town.works.app.app_context(), transaction(olga, read_only=True) as session:
        values = {"me": olga.tenant_id, "known": ["position_request.ask"], "limit": 100}
        assert session.execute(UNRECEIVED, values).all() == []

"""A Gemeinde that has received 10,000 notices, each with many readers: one page is read, however many there are."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from kimhub.core.web.paging import PageRequest
from kimhub.notices.queries import RECEIVED, notice_file
from tenants import Role, transaction
from tests.support.plans import rows_read, with_values

NOTICES = 10_000
_FILL = (
    (
        "INSERT INTO notice (tenant_id, id, created_at, subject, text, to_gemeinden, released_at, actor_label)"
        " SELECT :kreis, gen_random_uuid(), at, 'Muster ' || n, 'Text', true, at, 'KI-Koordination'"
        " FROM generate_series(1, :notices) AS n"
        " CROSS JOIN LATERAL (SELECT now() - n * interval '10 minutes') AS moment (at)"
    ),
    (
        "INSERT INTO notice_recipient (tenant_id, notice_id, recipient_id, released_at)"
        " SELECT n.tenant_id, n.id, t.id, n.released_at FROM notice AS n JOIN tenant AS t ON t.parent_id = n.tenant_id"
    ),
)


@pytest.fixture
def reader(site):
    """A member of one of the Gemeinden."""
    with site.superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in _FILL:
            values = {"kreis": site.district.kreis.id, "notices": NOTICES}
            connection.execute(
                text(statement), {name: values[name] for name in values if f":{name}" in statement}
            )
    with site.superuser.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    return site.actor("anna", site.district.gemeinde, Role.COMMITTEE_MEMBER)


@pytest.mark.parametrize("plans", ["auto", "force_generic_plan"])
def test_a_page_of_them_is_read_and_nothing_else(reader, plans):
    asked = PageRequest(limit=50)
    values = {"me": reader.tenant_id, "limit": asked.fetch, "reader": reader.subject}
    with transaction(reader, read_only=True) as session:
        session.execute(text(f"SET LOCAL plan_cache_mode = {plans}"))
        first = RECEIVED.fetch(session, reader.tenant_id, asked, {"reader": reader.subject})
        assert len(first) == asked.fetch
        edge = {f"edge_{n}": part for n, part in enumerate(RECEIVED.key(first[49]))}
        for page, further in (
            (RECEIVED.page(conditions=("reader",)), {}),
            (RECEIVED.page(edge=True, conditions=("reader", "open")), edge),
        ):
            for table in ("notice_recipient", "notice"):
                read = rows_read(session.connection(), *with_values(page, {**values, **further}), table)
                assert read <= 3 * asked.fetch, table


def test_one_of_them_is_found_by_its_key(reader):
    asked = PageRequest(limit=1)
    with transaction(reader, read_only=True) as session:
        found = RECEIVED.fetch(session, reader.tenant_id, asked, {"reader": reader.subject})[0]
        assert notice_file(session, found["id"]).notice.subject == found["subject"]

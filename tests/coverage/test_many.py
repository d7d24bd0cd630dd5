"""A Kreis with thousands of lines in its Gemeinden: one page is read, however many there are."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from kimhub.core.web.paging import PageRequest
from kimhub.coverage.queries import COVERAGE, ELSEWHERE
from tenants import transaction
from tests.support.plans import rows_read, with_values

EVENTS = 4_000
_FILL = (
    (
        "INSERT INTO occurrence (tenant_id, id, kind, source_id, subject_id, about, happened_on, actor_label)"
        " SELECT :kreis, id, 'grant', id, id, 'Muster', DATE '2020-12-01' + n / 2, 'KI-Koordination'"
        " FROM generate_series(1, :events) AS n CROSS JOIN LATERAL (SELECT gen_random_uuid() WHERE n > 0) AS new (id)"
    ),
    (
        "INSERT INTO occurrence_line (tenant_id, occurrence_id, concerns_id, kind, happened_on)"
        " SELECT o.tenant_id, o.id, t.id, o.kind, o.happened_on FROM occurrence AS o"
        " JOIN tenant AS t ON o.tenant_id IN (t.id, t.parent_id)"
    ),
)


@pytest.fixture
def kreis(site, ki, seats):
    with site.superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in _FILL:
            values = {"kreis": site.district.kreis.id, "events": EVENTS}
            connection.execute(
                text(statement), {name: values[name] for name in values if f":{name}" in statement}
            )
    with site.superuser.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    return ki


@pytest.mark.parametrize("plans", ["auto", "force_generic_plan"])
@pytest.mark.parametrize(("listed", "narrowed"), [(COVERAGE, {}), (ELSEWHERE, {"elsewhere": True})])
def test_a_page_of_them_is_read_and_nothing_else(kreis, listed, narrowed, plans):
    asked = PageRequest(limit=50)
    with transaction(kreis, read_only=True) as session:
        session.execute(text(f"SET LOCAL plan_cache_mode = {plans}"))
        first = listed.fetch(session, kreis.tenant_id, asked, narrowed)
        assert len(first) == asked.fetch
        values = {"me": kreis.tenant_id, "limit": asked.fetch, **narrowed}
        values |= {f"edge_{n}": part for n, part in enumerate(listed.key(first[49]))}
        page = listed.page(edge=True, conditions=tuple(narrowed))
        for table in ("occurrence_line", "occurrence"):
            read = rows_read(session.connection(), *with_values(page, values), table)
            assert read <= 3 * asked.fetch, table

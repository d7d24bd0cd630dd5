"""A Gemeinde that reads 10,000 releases: one page is read, however many there are and however many are superseded."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from kimhub.core.web.paging import PageRequest
from kimhub.releases.queries import RECEIVED, newer_than, release_file
from tenants import transaction
from tests.applications.conftest import make_plan
from tests.support.plans import rows_read, with_values

RELEASES = 10_000
_FILL = (
    (
        "INSERT INTO release (tenant_id, id, created_at, kind, subject_id, plan_id, source_title, source_version,"
        " as_of, content, to_gemeinden, released_at, actor_label) SELECT :kreis, gen_random_uuid(), at, 'plan', :plan,"
        " :plan, 'Muster', n, at::date, '{}', true, at, 'KI-Koordination' FROM generate_series(1, :releases) AS n"
        " CROSS JOIN LATERAL (SELECT now() - n * interval '10 minutes') AS moment (at)"
    ),
    (
        "INSERT INTO release_recipient (tenant_id, release_id, recipient_id, released_at, kind, subject_id)"
        " SELECT r.tenant_id, r.id, t.id, r.released_at, r.kind, r.subject_id FROM release AS r"
        " JOIN tenant AS t ON t.parent_id = r.tenant_id"
    ),
)


@pytest.fixture
def reader(site, ki, olga):
    """An officer of a Gemeinde to which the same plan was released ten thousand times."""
    values = {"kreis": ki.tenant_id, "plan": make_plan(ki), "releases": RELEASES}
    with site.superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in _FILL:
            connection.execute(
                text(statement), {name: values[name] for name in values if f":{name}" in statement}
            )
    with site.superuser.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    return olga


@pytest.mark.parametrize("plans", ["auto", "force_generic_plan"])
def test_a_page_of_them_is_read_and_nothing_else(reader, plans):
    asked = PageRequest(limit=50)
    values = {"me": reader.tenant_id, "limit": asked.fetch}
    with transaction(reader, read_only=True) as session:
        session.execute(text(f"SET LOCAL plan_cache_mode = {plans}"))
        first = RECEIVED.fetch(session, reader.tenant_id, asked, {"reader": True})
        assert [row["state"] for row in first[:2]] == ["current", "superseded"]
        edge = {f"edge_{n}": part for n, part in enumerate(RECEIVED.key(first[49]))}
        for page, further in (
            (RECEIVED.page(conditions=("reader",)), {}),
            (RECEIVED.page(edge=True, conditions=("reader",)), edge),
        ):
            for table in ("release_recipient", "release"):
                read = rows_read(session.connection(), *with_values(page, {**values, **further}), table)
                assert read <= 3 * asked.fetch, table


def test_one_of_them_is_found_by_its_key(reader):
    with transaction(reader, read_only=True) as session:
        newest, second = RECEIVED.fetch(session, reader.tenant_id, PageRequest(limit=1), {"reader": True})
        release = release_file(session, second["id"]).release
        assert newer_than(session, reader.tenant_id, release) == newest["id"]

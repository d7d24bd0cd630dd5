"""Who was told: a Kreis with 30 Gemeinden and five years, its page, its gaps, and what its Gemeinden were told.

Each is compared with the same statement without row-level security on the same connection.
"""

from __future__ import annotations

from typing import Any

import psycopg
from sqlalchemy.dialects import postgresql

from bench.measure import paired
from bench.reading import PAGE, PageStatement, connected, reader
from bench.stand import Stand
from kimhub.core.database.urls import conninfo, with_database
from kimhub.core.keyset import KeysetList
from kimhub.coverage.queries import COVERAGE, ELSEWHERE
from tenants.isolation import APP_ROLE

NAME = "bench_covering"
GEMEINDEN = 30
YEARS = 5
OTHERS = 50
"""So many other Kreise there are, each as large."""

_FILL = f"""
SET session_replication_role = replica;
INSERT INTO tenant (kind, name, slug, is_grant_recipient, has_auslaenderbehoerde, has_jugendamt,
                    integration_committee, sort_key)
SELECT 'kreis', 'Kreis ' || n, 'kreis-' || n, true, true, true, 'none', lpad(n::text, 6, '0')
FROM generate_series(1, {OTHERS}) AS n;
INSERT INTO tenant (kind, name, slug, parent_id, is_grant_recipient, has_auslaenderbehoerde, has_jugendamt,
                    integration_committee, sort_key)
SELECT 'gemeinde', 'G' || n, 'g' || k.id || '-' || n, k.id, false, true, true, 'integrationsrat',
  lpad(n::text, 6, '0')
FROM tenant AS k CROSS JOIN generate_series(1, {GEMEINDEN}) AS n WHERE k.kind = 'kreis';
INSERT INTO committee (tenant_id, id, basis, task, duty_source)
SELECT id, gen_random_uuid(), '§ 27 GO NRW', '', '' FROM tenant;
INSERT INTO committee_name (tenant_id, committee_id, since, kind, name)
SELECT tenant_id, id, DATE '2020-11-01', 'integrationsausschuss', 'Ausschuss' FROM committee;
INSERT INTO committee_participant (tenant_id, committee_id, participant_id)
SELECT tenant_id, id, tenant_id FROM committee;
INSERT INTO occurrence (tenant_id, id, kind, source_id, subject_id, about, happened_on, actor_label)
SELECT t.id, new.id, CASE WHEN n % 4 = 0 THEN 'grant' ELSE 'allocation' END, new.id, new.id, 'Vorgang ' || n,
  DATE '2021-01-01' + n * 9, 'KI-Koordination'
FROM tenant AS t CROSS JOIN generate_series(1, {YEARS * 40}) AS n
CROSS JOIN LATERAL (SELECT gen_random_uuid() WHERE n > 0 AND t.id > 0) AS new (id)
WHERE t.kind = 'kreis';
INSERT INTO occurrence_line (tenant_id, occurrence_id, concerns_id, kind, happened_on)
SELECT o.tenant_id, o.id, t.id, o.kind, o.happened_on FROM occurrence AS o
JOIN tenant AS t ON o.tenant_id IN (t.id, t.parent_id)
WHERE t.id = o.tenant_id OR o.kind = 'grant'
  OR mod(t.id, {GEMEINDEN}) = mod(o.happened_on - DATE '2021-01-01', {GEMEINDEN});
INSERT INTO notice (tenant_id, id, created_at, subject, text, to_own, to_gemeinden, released_at, actor_label)
SELECT tenant_id, id, created_at, about, 'Text', true, true, created_at, 'KI-Koordination' FROM occurrence
WHERE mod(happened_on - DATE '2021-01-01', 27) = 0;
INSERT INTO notice_topic (tenant_id, notice_id, owner_id, occurrence_id)
SELECT tenant_id, id, tenant_id, id FROM notice;
INSERT INTO notice_recipient (tenant_id, notice_id, recipient_id, released_at)
SELECT n.tenant_id, n.id, t.id, n.released_at FROM notice AS n JOIN tenant AS t ON n.tenant_id IN (t.id, t.parent_id);
INSERT INTO notice_told (tenant_id, notice_id, owner_id, occurrence_id, recipient_id, released_at, committees)
SELECT n.tenant_id, n.id, n.tenant_id, n.id, l.concerns_id, n.released_at, '{{}}' FROM notice AS n
JOIN occurrence_line AS l ON l.tenant_id = n.tenant_id AND l.occurrence_id = n.id;
RESET session_replication_role;
"""


def covering(stand: Stand) -> dict[str, dict[str, float]]:
    """Return the times and their ratios."""
    results: dict[str, dict[str, float]] = {}
    with stand.empty_database(NAME) as urls:
        admin = with_database(urls.admin, NAME)
        with psycopg.connect(conninfo(admin), autocommit=True) as connection:
            connection.execute(_FILL)
            connection.execute("VACUUM ANALYZE")
            kreis, gemeinde = (
                connection.execute(f"SELECT min(id) FROM tenant WHERE kind = '{kind}'").fetchone()[0]  # type: ignore[index]
                for kind in ("kreis", "gemeinde")
            )
        for name, who, listed, narrowed in (
            ("page of the Kreis", kreis, COVERAGE, {}),
            ("gaps of the Kreis", kreis, COVERAGE, {"gap": True}),
            ("page of a Gemeinde", gemeinde, COVERAGE, {}),
            ("its Gemeinden", kreis, ELSEWHERE, {"elsewhere": True}),
            ("untold in its Gemeinden", kreis, ELSEWHERE, {"elsewhere": True, "untold": True}),
        ):
            page = _page(listed, narrowed)
            said = {who: stand.said_of(who)}
            with connected(admin) as connection:
                guarded = reader(connection, page, said, role=APP_ROLE)
                plain = reader(connection, page, said, role="NONE")
                a, b, ratio = paired(guarded, plain, rounds=200, warm_up=20)
            results[name] = {"rls_ms": a, "where_ms": b, "ratio": ratio}
    return results


def _page(listed: KeysetList, narrowed: dict[str, Any]) -> PageStatement:
    compiled = listed.page(conditions=[*narrowed]).compile(
        dialect=postgresql.psycopg.dialect()  # type: ignore[no-untyped-call]
    )
    sent = compiled.construct_expanded_state({"me": 0, "limit": PAGE, **narrowed})
    return PageStatement(sent.statement, dict(sent.parameters))

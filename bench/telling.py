"""One row that many tenants read: a reader's list, whatever the number of readers, and what sending costs.

The list is compared with the same statement without row-level security on the same connection; sending with the
bare rows, undone each time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.dialects import postgresql

from bench.measure import paired
from bench.reading import PAGE, PageStatement, connected, reader
from bench.stand import Stand
from kimhub.app import create_app
from kimhub.core.database.urls import conninfo, with_database
from kimhub.core.settings import Settings
from kimhub.notices.queries import RECEIVED
from kimhub.notices.usecases.drafts import NoticeDetails, create_notice
from kimhub.notices.usecases.send_notice import send_notice
from tenants import GRANT_RECIPIENTS, Permission, TenantKind, db, system_actor, transaction
from tenants.isolation import APP_ROLE

NAME = "bench_telling"
READERS = (1, 19, 400)
"""So many Gemeinden each of three Kreise has."""
NOTICES = 2_000
"""Of each Kreis; every one of its Gemeinden has received them all."""

_FILL = """
SET session_replication_role = replica;
INSERT INTO tenant (kind, name, slug, is_grant_recipient, has_auslaenderbehoerde, has_jugendamt,
                    integration_committee, sort_key)
SELECT 'kreis', 'Kreis ' || n, 'kreis-' || n, true, true, true, 'none', lpad(n::text, 6, '0')
FROM generate_series(1, {kreise}) AS n;
{gemeinden}
INSERT INTO notice (tenant_id, id, created_at, subject, text, to_gemeinden, released_at, actor_label)
SELECT t.id, gen_random_uuid(), at, 'Unterrichtung ' || n, 'Text', true, at, 'KI-Koordination'
FROM tenant AS t CROSS JOIN generate_series(1, {notices}) AS n
CROSS JOIN LATERAL (SELECT timestamptz '2021-01-01' + n * interval '1 hour') AS moment (at) WHERE t.kind = 'kreis';
INSERT INTO notice_recipient (tenant_id, notice_id, recipient_id, released_at)
SELECT n.tenant_id, n.id, t.id, n.released_at FROM notice AS n JOIN tenant AS t ON t.parent_id = n.tenant_id;
RESET session_replication_role;
"""
_GEMEINDEN = """
INSERT INTO tenant (kind, name, slug, parent_id, is_grant_recipient, has_auslaenderbehoerde, has_jugendamt,
                    integration_committee, sort_key)
SELECT 'gemeinde', 'G' || n, 'g{kreis}-' || n, {kreis}, false, true, true, 'integrationsrat', lpad(n::text, 6, '0')
FROM generate_series(1, {number}) AS n;
"""


def telling(stand: Stand) -> dict[str, dict[str, float]]:
    """Return the times and their ratios."""
    results: dict[str, dict[str, float]] = {}
    with stand.empty_database(NAME) as urls:
        admin = with_database(urls.admin, NAME)
        gemeinden = "".join(
            _GEMEINDEN.format(kreis=kreis, number=number) for kreis, number in enumerate(READERS, 1)
        )
        with psycopg.connect(conninfo(admin), autocommit=True) as connection:
            connection.execute(_FILL.format(kreise=len(READERS), gemeinden=gemeinden, notices=NOTICES))
            connection.execute("VACUUM ANALYZE")
            first = {
                kreis: connection.execute(
                    "SELECT min(id) FROM tenant WHERE parent_id = %s", [kreis]
                ).fetchone()[0]  # type: ignore[index]  # each has one
                for kreis in range(1, len(READERS) + 1)
            }
        page = _page()
        for kreis, number in enumerate(READERS, 1):
            who = {first[kreis]: stand.said_of(first[kreis])}
            with connected(admin) as connection:
                guarded = reader(connection, page, who, role=APP_ROLE)
                plain = reader(connection, page, who, role="NONE")
                a, b, ratio = paired(guarded, plain)
            results[f"page, {number}"] = {"rls_ms": a, "where_ms": b, "ratio": ratio}
        app = create_app(Settings.from_environ(stand.environment(urls)))
        with app.app_context():
            for kreis, number in enumerate(READERS, 1):
                a, b, ratio = paired(_sending(kreis), _bare(kreis), rounds=20, warm_up=3)
                results[f"send, {number}"] = {"sent_ms": a, "bare_sql_ms": b, "ratio": ratio}
            db.engine.dispose()
    return results


def _page() -> PageStatement:
    compiled = RECEIVED.page(conditions=["reader"]).compile(
        dialect=postgresql.psycopg.dialect()  # type: ignore[no-untyped-call]
    )
    sent = compiled.construct_expanded_state({"me": 0, "limit": PAGE, "reader": None})
    return PageStatement(sent.statement, dict(sent.parameters))


def _undone(kreis: int, work: Callable[[Any, Any], object]) -> Callable[[], object]:
    actor = replace(
        system_actor(
            tenant_id=kreis,
            tenant_slug=f"kreis-{kreis}",
            tenant_name=f"Kreis {kreis}",
            tenant_kind=TenantKind.KREIS,
            tenant_traits=GRANT_RECIPIENTS.traits,
        ),
        permissions=frozenset(Permission),
    )

    def do() -> None:
        with transaction(actor) as session, session.begin_nested() as savepoint:
            work(session, actor)
            session.flush()
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # the audit, too
            savepoint.rollback()

    return do


def _sending(kreis: int) -> Callable[[], object]:
    def send(_session: Any, actor: Any) -> None:
        send_notice(actor, create_notice(actor, _DETAILS).id)

    return _undone(kreis, send)


_DETAILS = NoticeDetails(subject="Unterrichtung", text="Text", to_gemeinden=True)
_BARE = text(
    """
    WITH made AS (
      INSERT INTO notice (tenant_id, id, subject, text, to_gemeinden, released_at, actor_label)
      VALUES (:me, gen_random_uuid(), 'Unterrichtung', 'Text', true, now(), 'KI-Koordination') RETURNING id, released_at
    ), events AS (
      INSERT INTO event (tenant_id, id, concerns, kind, subject_id, about, act_id, actor_label)
      SELECT :me, gen_random_uuid(), t.id, 'notice.send', made.id, 'Unterrichtung', made.id, ''
      FROM made JOIN tenant AS t ON t.parent_id = :me
    )
    SELECT id, released_at FROM made
    """
)
_BARE_RECIPIENTS = text(
    "INSERT INTO notice_recipient (tenant_id, notice_id, recipient_id, released_at)"
    " SELECT :me, :id, t.id, :at FROM tenant AS t WHERE t.parent_id = :me"
)


def _bare(kreis: int) -> Callable[[], object]:
    """Return what inserts the same rows in two statements; audit and policies are paid by both."""

    def insert(session: Any, _actor: Any) -> None:
        made = session.execute(_BARE, {"me": kreis}).one()
        session.execute(_BARE_RECIPIENTS, {"me": kreis, "id": made.id, "at": made.released_at})

    return _undone(kreis, insert)

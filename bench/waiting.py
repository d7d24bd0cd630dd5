"""Heute of a Kreis with 30 Gemeinden, five years of money and 500,000 bookings, against the bare SQL that it sends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
from flask import Flask

from bench.ledger import FIRST_YEAR, YEARS, fill_ledger
from bench.measure import paired
from bench.reading import connected
from bench.sent import taken_down
from bench.stand import Stand
from kimhub.app import create_app
from kimhub.core import clock
from kimhub.core.database.urls import with_database
from kimhub.core.routing import AUTHENTICATORS
from kimhub.core.settings import Settings
from tenants import Actor, ActorKind, Role, TenantKind, db, permissions_of
from tenants.bodies import Trait

_NOW = datetime(FIRST_YEAR + YEARS - 1, 7, 15, tzinfo=UTC)
_UNANSWERED = f"""
SET session_replication_role = replica;
DELETE FROM proceeding_entry AS e USING allocation AS a
WHERE a.id = e.proceeding_id AND e.seq = 2 AND a.issued_at >= DATE '{FIRST_YEAR + YEARS - 1}-01-01';
RESET session_replication_role;
"""
"""Nobody has confirmed what the last year gave."""


def waiting(stand: Stand) -> dict[str, dict[str, float]]:
    """Return the time of the whole page and its ratio to the same statements sent bare, on one connection."""
    with stand.empty_database("bench_today") as urls:
        admin = with_database(urls.admin, "bench_today")
        tenant_id = fill_ledger(admin)
        with psycopg.connect(admin.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(_UNANSWERED)
            connection.execute("VACUUM ANALYZE proceeding_entry")
        app = create_app(Settings.from_environ(stand.environment(urls)))
        app.extensions[AUTHENTICATORS] = lambda: _coordinator(tenant_id)
        real, clock.now = clock.now, lambda: _NOW
        try:
            page = _page(app)
            page()
            with taken_down() as sent:
                page()
            with connected(urls.app) as connection:
                connection.autocommit = True
                a, b, ratio = paired(page, _bare(connection, sent), rounds=60, warm_up=5)
        finally:
            clock.now = real
        with app.app_context():
            db.engine.dispose()
    statements = sum(1 for sql in sent if sql.startswith(("SELECT", "WITH")))
    return {"page": {"page_ms": a, "bare_sql_ms": b, "ratio": ratio, "statements": float(statements)}}


def _coordinator(tenant_id: int) -> Actor:
    return Actor(
        tenant_id=tenant_id,
        tenant_slug="musterkreis",
        tenant_name="Musterkreis",
        tenant_kind=TenantKind.KREIS,
        tenant_traits=frozenset({Trait.GRANT_RECIPIENT}),
        kind=ActorKind.PERSON,
        permissions=permissions_of([Role.KI_COORDINATOR]),
        label=Role.KI_COORDINATOR.label,
        subject=None,
        display_name="",
        roles=frozenset({Role.KI_COORDINATOR}),
        request_id="bench",
    )


def _page(app: Flask) -> Callable[[], object]:
    client = app.test_client()

    def page() -> object:
        answer = client.get("/t/musterkreis/")
        if answer.status_code != 200 or "Weiterleitungen sind noch nicht bestätigt" not in answer.text:
            raise RuntimeError(f"Heute says {answer.status_code}")
        return answer

    return page


def _bare(connection: psycopg.Connection, sent: list[str]) -> Callable[[], object]:
    def bare() -> object:
        return [
            connection.execute(sql).fetchall() if sql[:4] in {"SELE", "WITH"} else connection.execute(sql)
            for sql in sent
        ]

    return bare


def _all(cursor: psycopg.Cursor[object]) -> list[object]:
    return cursor.fetchall() if cursor.description else []

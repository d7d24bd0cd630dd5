"""The Mittelübersicht of a Kreis with 30 Gemeinden and 500,000 bookings, against the bare sums of its bookings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import psycopg

from bench.ledger import FIRST_YEAR, YEARS, fill_ledger
from bench.measure import paired
from bench.reading import connected
from bench.stand import Stand
from kimhub.app import create_app
from kimhub.core.database.urls import with_database
from kimhub.core.settings import Settings
from kimhub.overview.collect import overview
from tenants import GRANT_RECIPIENTS, TenantKind, db, system_actor, transaction

_BARE = """
SELECT year, baustein, purpose, teilplanzeile, sum(amount), max(booked_on) FROM expenditure
WHERE tenant_id = %s AND year BETWEEN %s AND %s GROUP BY year, baustein, purpose, teilplanzeile
"""
"""What no overview can do without, as superuser: no policies, no other figures."""
_NOW = datetime(FIRST_YEAR + YEARS - 1, 7, 15, tzinfo=UTC)


def overviewing(stand: Stand) -> dict[str, dict[str, float]]:
    """Return the time of the whole overview and its ratio to the bare sums, for one year and for all five."""
    results = {}
    with stand.empty_database("bench_overview") as urls:
        admin = with_database(urls.admin, "bench_overview")
        tenant_id = fill_ledger(admin)
        app = create_app(Settings.from_environ(stand.environment(urls)))
        actor = system_actor(
            tenant_id=tenant_id,
            tenant_slug="musterkreis",
            tenant_name="Musterkreis",
            tenant_kind=TenantKind.KREIS,
            tenant_traits=GRANT_RECIPIENTS.traits,
        )
        last = FIRST_YEAR + YEARS - 1
        with app.app_context(), connected(admin) as connection:
            for case, year, span in (
                ("one year", last, (last, last)),
                ("five years", None, (FIRST_YEAR, last)),
            ):

                def whole(year: int | None = year) -> object:
                    with transaction(actor, read_only=True) as session:
                        return overview(session, actor, year=year, now=_NOW)

                a, b, ratio = paired(whole, _bare(connection, tenant_id, *span), rounds=40, warm_up=5)
                results[case] = {"overview_ms": a, "bare_sql_ms": b, "ratio": ratio}
            db.engine.dispose()
    return results


def _bare(connection: psycopg.Connection, tenant_id: int, first: int, last: int) -> Callable[[], object]:
    def sums() -> object:
        with connection.transaction():
            return connection.execute(_BARE, [tenant_id, first, last]).fetchall()

    return sums

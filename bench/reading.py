"""What isolation costs, and what the number of tenants costs: the list of requests, own and shared."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy.dialects import postgresql

from bench.measure import paired
from bench.stand import Stand
from kimhub.core.database.urls import conninfo, with_database
from kimhub.embedded.layout import EmbeddedUrls
from kimhub.positions.queries import Scope, list_statement

SMALL, LARGE = 450, 11_000
_BIND = "SELECT set_config('app.tenant', %s, true)"


PAGE = 51
"""Rows that the portal fetches for one page."""


@dataclass(frozen=True)
class PageStatement:
    """The statement of the portal's list as it is sent, and the parameters that are always the same."""

    sql: str
    fixed: dict[str, Any]

    @classmethod
    def of(cls, scope: Scope) -> PageStatement:
        """Return the first page of a scope."""
        compiled = list_statement(scope).compile(dialect=postgresql.psycopg.dialect())
        return cls(str(compiled), {**compiled.params, "limit": PAGE})

    def for_pgbench(self) -> str:
        """Return the statement with pgbench's variable ``:me`` and everything else spelled out."""
        spelled = {name: f"'{v}'" if isinstance(v, str) else v for name, v in self.fixed.items()}
        return " ".join((self.sql % {**spelled, "me": ":me"}).split())


@contextmanager
def reader(url: str, page: PageStatement, tenants: list[int]) -> Iterator[Callable[[], Any]]:
    """Yield a call that reads the first page of a random tenant in a transaction of its own, prepared."""
    pick = random.Random(1)
    with psycopg.connect(conninfo(url), prepare_threshold=1) as connection:

        def read() -> Any:
            me = pick.choice(tenants)
            with connection.transaction():
                connection.execute(_BIND, [str(me)])
                return connection.execute(page.sql, {**page.fixed, "me": me}).fetchall()

        yield read


ACTIVE = 25
"""So many tenants read at a time, in every data set: what they read lies in memory, as on a running server."""


def tenants_of(urls: EmbeddedUrls, database: str, kind: str) -> list[int]:
    """Return the ids of `ACTIVE` tenants of a kind, spread over all of them."""
    with psycopg.connect(conninfo(with_database(urls.admin, database))) as connection:
        found = [
            row[0] for row in connection.execute("SELECT id FROM tenant WHERE kind = %s ORDER BY id", [kind])
        ]
    return found[:: max(1, len(found) // ACTIVE)][:ACTIVE]


def isolation(stand: Stand) -> dict[str, dict[str, float]]:
    """Compare row-level security with the same statement as superuser with its explicit WHERE alone."""
    results = {}
    with stand.database("bench_rls", tenants=SMALL) as urls:
        for scope, kind in ((Scope.OWN, "gemeinde"), (Scope.SHARED, "kreis")):
            page, who = PageStatement.of(scope), tenants_of(urls, "bench_rls", kind)
            plain_url = with_database(urls.admin, "bench_rls")
            with reader(urls.app, page, who) as guarded, reader(plain_url, page, who) as plain:
                a, b, ratio = paired(guarded, plain)
            results[f"page {scope.value}"] = {"rls_ms": a, "where_ms": b, "ratio": ratio}
    return results


def scale(stand: Stand) -> dict[str, dict[str, float]]:
    """Compare the same page among 11,000 tenants and 450, with the same number of rows in all."""
    results = {}
    with (
        stand.database("bench_small", tenants=SMALL) as small,
        stand.database("bench_large", tenants=LARGE) as large,
    ):
        for scope, kind in ((Scope.OWN, "gemeinde"), (Scope.SHARED, "kreis")):
            page = PageStatement.of(scope)
            in_large, in_small = (
                tenants_of(large, "bench_large", kind),
                tenants_of(small, "bench_small", kind),
            )
            with reader(large.app, page, in_large) as many, reader(small.app, page, in_small) as few:
                a, b, ratio = paired(many, few)
            results[f"page {scope.value}"] = {"tenants_11000_ms": a, "tenants_450_ms": b, "ratio": ratio}
    return results

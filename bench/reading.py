"""What isolation costs, and what the number of tenants costs: the list of requests, own and shared."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

import psycopg
from sqlalchemy.dialects import postgresql

from bench.measure import paired
from bench.stand import BIND, MEASURED_KREISE, Stand
from kimhub.core.database.urls import conninfo, with_database
from kimhub.core.layout import EmbeddedUrls
from kimhub.positions.queries import REQUESTS, Scope
from tenants.isolation import APP_ROLE

SMALL, LARGE = 450, 11_000

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
        compiled = REQUESTS[scope].page().compile(dialect=postgresql.psycopg.dialect())  # type: ignore[no-untyped-call]
        sent = compiled.construct_expanded_state({"me": 0, "limit": PAGE})
        return cls(sent.statement, dict(sent.parameters))


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection]:
    """Yield a connection that prepares each statement at once and keeps one plan for it."""
    with psycopg.connect(
        conninfo(url), prepare_threshold=0, options="-c plan_cache_mode=force_generic_plan"
    ) as connection:
        yield connection


def reader(
    connection: psycopg.Connection,
    page: PageStatement,
    tenants: dict[int, list[str]],
    *,
    role: str,
    seed: int = 1,
) -> Callable[[], Any]:
    """Return a call that reads the first page of a random tenant as `role`, in a transaction of its own.

    `tenants` says of each how to act for it (`Stand.said_of`).
    The role's name in the text keeps the prepared statements of two roles apart on one connection.
    """
    pick = random.Random(seed)
    sql, role_sql = f"/* {role} */ {page.sql}", f"SET LOCAL ROLE {role}"
    everybody = list(tenants)

    def read() -> Any:
        me = pick.choice(everybody)
        with connection.transaction():
            connection.execute(role_sql)
            connection.execute(BIND, tenants[me])
            return connection.execute(sql, {**page.fixed, "me": me}).fetchall()

    return read


PROCESSES = 7
"""So many times two databases are compared: two server processes of the same database already differ by a tenth."""


def tenants_of(urls: EmbeddedUrls, database: str, kind: str) -> list[int]:
    """Return the ids of the measured tenants of a kind."""
    with psycopg.connect(conninfo(with_database(urls.admin, database))) as connection:
        found = connection.execute(
            "SELECT id FROM tenant WHERE kind = %s AND coalesce(parent_id, id) <= %s ORDER BY id LIMIT %s",
            [kind, MEASURED_KREISE, MOST_TENANTS],
        )
        return [row[0] for row in found]


MOST_TENANTS = 25


def acting(stand: Stand, urls: EmbeddedUrls, database: str, kind: str) -> dict[int, list[str]]:
    """Return the same with what lets a connection act for each."""
    return {tenant: stand.said_of(tenant) for tenant in tenants_of(urls, database, kind)}


def isolation(stand: Stand) -> dict[str, dict[str, float]]:
    """Compare row-level security with the same statement as superuser with its explicit WHERE alone.

    Both on one connection, i.e. in one server process with one state of its caches: between two processes the
    same statement differs by more than the policies cost.
    """
    results = {}
    with stand.database("bench_rls", tenants=SMALL) as urls:
        for scope, kind in ((Scope.OWN, "gemeinde"), (Scope.SHARED, "kreis")):
            page, who = PageStatement.of(scope), acting(stand, urls, "bench_rls", kind)
            with connected(with_database(urls.admin, "bench_rls")) as connection:
                guarded = reader(connection, page, who, role=APP_ROLE)
                plain = reader(connection, page, who, role="NONE")
                a, b, ratio = paired(guarded, plain)
            results[f"page {scope.value}"] = {"rls_ms": a, "where_ms": b, "ratio": ratio}
    return results


def scale(stand: Stand) -> dict[str, dict[str, float]]:
    """Compare the same page among 11,000 tenants and 450: as many rows in all, and for those who are read."""
    results = {}
    with (
        stand.database("bench_small", tenants=SMALL) as small,
        stand.database("bench_large", tenants=LARGE) as large,
    ):
        for scope, kind in ((Scope.OWN, "gemeinde"), (Scope.SHARED, "kreis")):
            page = PageStatement.of(scope)
            in_large, in_small = (
                acting(stand, large, "bench_large", kind),
                acting(stand, small, "bench_small", kind),
            )
            found = []
            for _ in range(PROCESSES):
                with (
                    connected(with_database(large.admin, "bench_large")) as here,
                    connected(with_database(small.admin, "bench_small")) as there,
                ):
                    many = reader(here, page, in_large, role=APP_ROLE)
                    few = reader(there, page, in_small, role=APP_ROLE)
                    found.append(paired(many, few, rounds=200))
            a, b, ratio = (median(figures) for figures in zip(*found, strict=True))
            results[f"page {scope.value}"] = {"tenants_11000_ms": a, "tenants_450_ms": b, "ratio": ratio}
    return results

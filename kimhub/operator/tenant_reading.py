"""Reading the data of one tenant after the other, as the application would: a proof needs no other right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from kimhub.core.settings import Settings
from kimhub.embedded.availability import servers_of
from kimhub.operator.connection import signing_engine
from tenants import Actor, system_actor, traits_of
from tenants.binding import Bound, bind_connection
from tenants.operator import TenantRow, find_tenant, list_tenants


@contextmanager
def application_connection() -> Iterator[Connection]:
    """Yield a connection of the application's role; starts the embedded database for the moment if need be."""
    settings = Settings.from_environ()
    with servers_of(settings), signing_engine(settings.database_url, settings).connect() as connection:
        yield connection


@contextmanager
def reading_as(connection: Connection, who: Bound) -> Iterator[None]:
    """Let `who` read in a transaction of its own."""
    connection.rollback()
    bind_connection(connection, who, read_only=True)
    yield
    connection.rollback()


def tenants_asked_for(connection: Connection, slug: str | None) -> list[TenantRow]:
    """Return the tenant with this short name, all of them without one."""
    return [find_tenant(connection, slug)] if slug else list_tenants(connection)


def platform_in(row: TenantRow) -> Actor:
    """Return the platform itself, acting in a tenant."""
    return system_actor(
        tenant_id=row.id,
        tenant_slug=row.slug,
        tenant_name=row.official_name,
        tenant_kind=row.kind,
        tenant_traits=traits_of(row),
    )

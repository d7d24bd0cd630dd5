"""Working for a tenant from the terminal: the same use cases and the same transactions as everybody's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

from kimhub.core.operator_error import OperatorError
from kimhub.core.settings import Settings
from kimhub.embedded.availability import servers_of
from tenants import NOBODY, Actor, Tenant, TenantKind, db, system_actor, traits_of, transaction


@dataclass(frozen=True, slots=True)
class Desk:
    """For whom a command works, as who, and with what."""

    tenant: Tenant
    actor: Actor
    app: Flask


@contextmanager
def working_for(slug: str) -> Iterator[Desk]:
    """Yield the tenant with that slug and the platform's actor for it, inside an app context.

    The embedded servers run within the block, started for the moment if need be; no connection outlives it. A tenant
    that does not take part raises `OperatorError`; what a rule or a server refuses is put into words by `kimhub.cli`.
    """
    from kimhub.app import create_app  # noqa: PLC0415 - takes a second, which only commands for a tenant need

    settings = Settings.from_environ()
    with servers_of(settings):
        app = create_app(settings)
        with app.app_context():
            try:
                tenant = _tenant(slug)
                yield Desk(
                    tenant,
                    system_actor(
                        tenant_id=tenant.id,
                        tenant_slug=tenant.slug,
                        tenant_name=tenant.official_name,
                        tenant_kind=TenantKind(tenant.kind),
                        tenant_traits=traits_of(tenant),
                    ),
                    app,
                )
            finally:
                db.engine.dispose()


def _tenant(slug: str) -> Tenant:
    with transaction(NOBODY, read_only=True) as session:
        tenant = session.scalars(select(Tenant).where(Tenant.slug == slug)).one_or_none()
    if tenant is None:
        raise OperatorError(
            f"Eine Kommune mit dem Kürzel „{slug}“ nimmt nicht teil. „kimhub tenants list“ zeigt alle Kürzel."
        )
    return tenant

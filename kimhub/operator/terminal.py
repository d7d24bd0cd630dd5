"""Working for a tenant from the terminal: the same use cases, the same transactions, errors as one message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from kimhub.app import create_app
from kimhub.core.database.trouble import cause_of, passing_trouble
from kimhub.core.errors import KimhubError
from kimhub.core.operator_error import OperatorError
from kimhub.core.settings import Settings
from kimhub.embedded.availability import servers_of
from tenants import NOBODY, Actor, Tenant, TenantKind, db, system_actor, transaction


@dataclass(frozen=True, slots=True)
class Desk:
    """For whom a command works, and as who."""

    tenant: Tenant
    actor: Actor


@contextmanager
def working_for(slug: str) -> Iterator[Desk]:
    """Yield the tenant with that slug and the platform's actor for it, inside an app context.

    No connection outlives the block. What a rule or the database refuses becomes an `OperatorError`, and so does a
    tenant that does not take part.
    """
    settings = Settings.from_environ()
    with explained(), servers_of(settings), _application(settings):
        tenant = _tenant(slug)
        yield Desk(
            tenant,
            system_actor(
                tenant_id=tenant.id,
                tenant_slug=tenant.slug,
                tenant_name=tenant.official_name,
                tenant_kind=TenantKind(tenant.kind),
            ),
        )


@contextmanager
def explained() -> Iterator[None]:
    """Turn what a rule or the database refuses into one message for the terminal."""
    try:
        yield
    except KimhubError as error:
        lines = [f"{error.title}. {error.detail}", *(m for found in error.fields.values() for m in found)]
        raise OperatorError("\n  - ".join(lines)) from error
    except DBAPIError as error:
        trouble = passing_trouble(error)
        if trouble is None:
            raise
        raise OperatorError(f"{trouble.title}. {trouble.detail} ({cause_of(error)})") from error


@contextmanager
def _application(settings: Settings) -> Iterator[None]:
    with create_app(settings).app_context():
        try:
            yield
        finally:
            db.engine.dispose()


def _tenant(slug: str) -> Tenant:
    with transaction(NOBODY, read_only=True) as session:
        tenant = session.scalars(select(Tenant).where(Tenant.slug == slug)).one_or_none()
    if tenant is None:
        raise OperatorError(
            f"Eine Kommune mit dem Kürzel „{slug}“ nimmt nicht teil. Prüfen Sie die Schreibweise."
        )
    return tenant

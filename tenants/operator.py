"""What the platform's operator may do with tenants: admit bodies and list them. Never read their data.

These functions take a connection of the owner role, for which row-level security admits the reference tables
and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import Connection, Select, insert, select
from sqlalchemy.orm import aliased

from tenants.access import TenantKind
from tenants.binding import bind_operator
from tenants.errors import ConflictError, NotFoundError
from tenants.models import INTEGRATION_COMMITTEES, RegisterEntry, Tenant
from tenants.naming import designation
from tenants.sorting import slugify, sort_key

STADT_AACHEN = "05334002"
"""A Gemeinde of the Städteregion with a Kommunales Integrationszentrum and grants of its own (fachlichkeit.md §1)."""


class CannotAdmitError(ConflictError):
    """The body cannot take part like this; the message says what is missing."""

    code: ClassVar[str] = "cannot-admit"
    title: ClassVar[str] = "Die Aufnahme ist nicht möglich"


class UnknownBodyError(NotFoundError):
    """The register does not list such a body."""


@dataclass(frozen=True, slots=True)
class TenantRow:
    """A tenant as the operator sees it."""

    id: int
    kind: TenantKind
    ags: str | None
    name: str
    official_name: str
    slug: str
    parent_slug: str | None
    is_grant_recipient: bool
    has_auslaenderbehoerde: bool
    has_jugendamt: bool
    integration_committee: str


@dataclass(frozen=True, slots=True)
class Admission:
    """The tenant, and whether it was admitted now or took part already (then it is left as it is)."""

    tenant: TenantRow
    new: bool


def receives_grants(kind: TenantKind, ags: str | None) -> bool:
    """Tell whether a body is a grant recipient: the 31 Kreise, the 22 kreisfreie Städte and the Stadt Aachen."""
    return kind in {TenantKind.KREIS, TenantKind.KREISFREIE_STADT} or ags == STADT_AACHEN


def admit_tenant(
    connection: Connection,
    body: str,
    *,
    slug: str | None = None,
    jugendamt: bool | None = None,
    auslaenderbehoerde: bool | None = None,
    integration_committee: str = "none",
    address: str = "",
) -> Admission:
    """Let a Kreis, kreisfreie Stadt or Gemeinde take part; `body` is its key (AGS) or its name.

    Kind, name and Kreis come from the register, as does the Ausländerbehörde unless given. Kreise and
    kreisfreie Städte are Kreisordnungsbehörden and örtliche Träger der Jugendhilfe, so they have both
    authorities; a Gemeinde has a Jugendamt only if the caller says so.
    Raises `UnknownBodyError`, and `CannotAdmitError` when the Kreis does not take part, the name fits several
    bodies, or the slug is taken.
    """
    entry = _registered(connection, body)
    kind = TenantKind(entry.kind)
    district_level = kind is not TenantKind.GEMEINDE
    if auslaenderbehoerde is None:
        auslaenderbehoerde = district_level or bool(entry.has_auslaenderbehoerde)
    return _admit(
        connection,
        kind=kind,
        ags=entry.ags,
        name=entry.name,
        designation=designation(kind, entry.name, entry.status),
        slug=slug or slugify(entry.name),
        parent_id=_parent_id(connection, entry),
        has_auslaenderbehoerde=auslaenderbehoerde,
        has_jugendamt=district_level if jugendamt is None else jugendamt,
        integration_committee=integration_committee,
        address=address,
    )


def admit_authority(
    connection: Connection, name: str, *, slug: str | None = None, address: str = ""
) -> Admission:
    """Let a Bezirksregierung take part. It stands in no register of Gemeinden, so its name says who it is."""
    return _admit(
        connection,
        kind=TenantKind.BEZIRKSREGIERUNG,
        ags=None,
        name=name.strip(),
        designation="",
        slug=slug or slugify(name),
        parent_id=None,
        has_auslaenderbehoerde=False,
        has_jugendamt=False,
        integration_committee="none",
        address=address,
    )


def list_tenants(connection: Connection) -> list[TenantRow]:
    """Return all tenants in German alphabetical order."""
    return [_tenant_row(row) for row in connection.execute(_tenants().order_by(Tenant.sort_key, Tenant.id))]


def find_tenant(connection: Connection, slug: str) -> TenantRow:
    """Return the tenant with `slug`; raises `UnknownBodyError`."""
    row = connection.execute(_tenants().where(Tenant.slug == slug)).one_or_none()
    if row is None:
        raise UnknownBodyError(f"„{slug}“ nimmt nicht teil. Alle Teilnehmenden zeigt „kimhub tenants list“.")
    return _tenant_row(row)


def _registered(connection: Connection, body: str) -> Any:
    wanted = body.strip()
    column = RegisterEntry.ags if wanted.isdigit() else RegisterEntry.name
    found = connection.execute(select(RegisterEntry.__table__).where(column == wanted)).all()
    if not found:
        raise UnknownBodyError(
            f"„{wanted}“ steht nicht im Register. Importieren Sie es mit „kimhub register import“ oder prüfen "
            "Sie die Schreibweise, zum Beispiel „Rhein-Sieg-Kreis“ oder „05382“."
        )
    if len(found) > 1:
        choices = ", ".join(f"{row.official_name} ({row.ags})" for row in found)
        raise CannotAdmitError(f"Mehrere Kommunen heißen so: {choices}. Geben Sie den Gemeindeschlüssel an.")
    return found[0]


def _parent_id(connection: Connection, entry: Any) -> int | None:
    if entry.parent_ags is None:
        return None
    parent_id = connection.scalar(select(Tenant.id).where(Tenant.ags == entry.parent_ags))
    if parent_id is None:
        raise CannotAdmitError(
            f"Der Kreis von {entry.name} ({entry.parent_ags}) nimmt noch nicht teil. Nehmen Sie ihn zuerst auf: "
            f"„kimhub tenants add {entry.parent_ags}“."
        )
    return parent_id


def _admit(connection: Connection, **values: Any) -> Admission:
    if values["integration_committee"] not in INTEGRATION_COMMITTEES:
        raise ValueError(f"unknown committee {values['integration_committee']!r}")
    kind, ags, name = values["kind"], values["ags"], values["name"]
    same = Tenant.ags == ags if ags else (Tenant.kind == kind) & (Tenant.name == name)
    known = connection.execute(_tenants().where(same)).one_or_none()
    if known is not None:
        return Admission(_tenant_row(known), new=False)
    taken = connection.scalar(select(Tenant.name).where(Tenant.slug == values["slug"]))
    if taken is not None:
        raise CannotAdmitError(
            f"Die Kurzbezeichnung „{values['slug']}“ hat schon {taken}. Wählen Sie eine andere mit „--slug“."
        )
    bind_operator(connection)
    connection.execute(
        insert(Tenant).values(
            {
                **values,
                "kind": kind.value,
                "is_grant_recipient": receives_grants(kind, ags),
                "sort_key": sort_key(name),
            }
        )
    )
    return Admission(find_tenant(connection, values["slug"]), new=True)


_PARENT = aliased(Tenant)


def _tenants() -> Select[*tuple[Any, ...]]:
    return select(
        Tenant.id, Tenant.kind, Tenant.ags, Tenant.name, Tenant.official_name, Tenant.slug,
        _PARENT.slug.label("parent_slug"), Tenant.is_grant_recipient, Tenant.has_auslaenderbehoerde,
        Tenant.has_jugendamt, Tenant.integration_committee,
    ).outerjoin(_PARENT, Tenant.parent_id == _PARENT.id)  # fmt: skip


def _tenant_row(row: Any) -> TenantRow:
    return TenantRow(**{**row._mapping, "kind": TenantKind(row.kind)})  # noqa: SLF001 - its public name

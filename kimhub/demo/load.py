"""Loading the demo district: idempotent, through the same functions that people and operators use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import Connection, select

from kimhub.core.secret_files import made_once
from kimhub.core.settings import Settings
from kimhub.core.web.paging import PageRequest
from kimhub.demo.allocations import load_rhein_sieg_answers, load_unna
from kimhub.demo.applications import load_koeln, load_rhein_sieg
from kimhub.demo.committees import load_committees
from kimhub.demo.distribution import load_distribution
from kimhub.demo.district import (
    ACCOUNTS,
    AUTHORITY,
    AUTHORITY_SLUG,
    BODIES,
    WITH_ALL_GEMEINDEN,
    DemoAccount,
)
from kimhub.demo.grants import RHEIN_SIEG as PAUSCHALEN_RHEIN_SIEG
from kimhub.demo.grants import UNNA as PAUSCHALEN_UNNA
from kimhub.demo.grants import load_address_book, load_pauschalen
from kimhub.demo.koeln_money import load_koeln_money
from kimhub.demo.measures import load_measures
from kimhub.demo.meetings import load_meetings
from kimhub.demo.notices import load_notices
from kimhub.demo.offices import load_offices
from kimhub.demo.releases import load_releases
from kimhub.identity.public import accept_memberships, first_password, provide_account, reset_password
from kimhub.planning.public import create_plan, list_plans
from kimhub.positions.public import CreateRequest, RequestDetails, Scope, create_request, list_requests
from kimhub.programme.public import Plan, plan_from_toml
from tenants import (
    NOBODY,
    Actor,
    Membership,
    Role,
    Tenant,
    TenantKind,
    db,
    system_actor,
    traits_of,
    transaction,
)
from tenants.models import RegisterEntry
from tenants.operator import admit_authority, admit_tenant
from tenants.register import import_register
from tenants.register_file import SHIPPED, edition_beside, parse_register

KOELN, RHEIN_SIEG, UNNA = "koeln", "rhein-sieg-kreis", "kreis-unna"
TROISDORF, BORNHEIM = "troisdorf", "bornheim"
Progress = Callable[[str], None]
AsOperator = Callable[[], AbstractContextManager[Connection]]
_PASSWORD_FILE = "demo_password"  # noqa: S105 - the name of a file


def load_demo(app: Flask, as_operator: AsOperator, plan_file: bytes, progress: Progress) -> None:
    """Bring the database to the state of the demo; what is there already stays as it is.

    `as_operator` opens a transaction of the operator. What it did is committed before the tenants' own data follow,
    because those refer to it.
    """
    with as_operator() as owner:
        _register(owner)
        progress("Register der 427 Kreise und Gemeinden")
        admitted = _tenants(owner)
        progress(f"{admitted} Kommunen und die Bewilligungsbehörde")
        accounts = _accounts(owner, app.extensions["kimhub.settings"])
    with app.app_context():
        actors = _actors()
        for account in ACCOUNTS:
            _membership(actors[account.slug], account, accounts[account.email])
        with as_operator() as owner:
            for account in ACCOUNTS:
                accept_memberships(owner, accounts[account.email], actors[account.slug].tenant_id)
        actors = {slug: _as_person(actor, accounts) for slug, actor in actors.items()}
        load_offices(actors)
        progress(f"{len(ACCOUNTS)} Zugänge mit Rollen, Kontaktdaten einiger Stellen")
        _plan(actors[KOELN], plan_from_toml(plan_file))
        progress("Finanzierungsplan der Stadt Köln")
        load_koeln(actors[KOELN])
        load_rhein_sieg(actors[RHEIN_SIEG])
        progress("Förderanträge der Stadt Köln und des Rhein-Sieg-Kreises")
        load_pauschalen(actors[RHEIN_SIEG], PAUSCHALEN_RHEIN_SIEG)
        load_pauschalen(actors[UNNA], PAUSCHALEN_UNNA)
        for slug in (KOELN, RHEIN_SIEG, UNNA):
            load_address_book(actors[slug])
        progress("Pauschalen des Rhein-Sieg-Kreises und des Kreises Unna, Adressbücher")
        load_distribution(actors[RHEIN_SIEG])
        progress("Verteilung von 17 Stellen auf die Gemeinden des Rhein-Sieg-Kreises")
        load_rhein_sieg_answers(actors)
        load_unna(actors)
        progress("Weiterleitungen des Kreises Unna und Antworten der Gemeinden")
        load_koeln_money(actors[KOELN])
        progress("Bescheid, Ausgaben und Mittelabrufe der Stadt Köln")
        _request(actors[TROISDORF], _TROISDORF)
        _request(actors[BORNHEIM], _BORNHEIM)
        progress("Anträge der Städte Troisdorf und Bornheim")
        progress(f"{load_committees(actors, accounts)} Gremien mit Bezeichnungen, Fristen und Sitzen")
        progress(f"{load_measures(actors[RHEIN_SIEG])} Maßnahmen der Lenkungsgruppe des Rhein-Sieg-Kreises")
        progress(f"{load_meetings(actors)} Sitzungen mit Vorlagen in Köln und Bornheim")
        load_notices(actors[RHEIN_SIEG])
        progress("Unterrichtung der Gremien im Rhein-Sieg-Kreis")
        load_releases(actors[RHEIN_SIEG])
        progress("Freigaben des Rhein-Sieg-Kreises an seine Gemeinden")
        db.engine.dispose()


def demo_password(settings: Settings) -> str:
    """Return the one password of all demo accounts, made for this installation and kept in its var directory."""
    return made_once(settings.var / _PASSWORD_FILE, first_password)


def _register(owner: Connection) -> None:
    edition = edition_beside(SHIPPED)
    if edition is None:
        raise RuntimeError("the shipped register has lost its edition file")
    import_register(owner, parse_register(SHIPPED.read_bytes()), edition)


def _tenants(owner: Connection) -> int:
    named = {body.ags for body in BODIES}
    for body in BODIES:
        admit_tenant(
            owner, body.ags, slug=body.slug, jugendamt=body.jugendamt,
            integration_committee=body.integration_committee, address=body.address,
        )  # fmt: skip
    below = select(RegisterEntry.ags).where(RegisterEntry.parent_ags.in_(WITH_ALL_GEMEINDEN))
    others = [ags for ags in owner.scalars(below.order_by(RegisterEntry.ags)) if ags not in named]
    for ags in others:
        admit_tenant(owner, ags)
    admit_authority(owner, AUTHORITY, slug=AUTHORITY_SLUG)
    return len(BODIES) + len(others)


def _accounts(owner: Connection, settings: Settings) -> dict[str, UUID]:
    """Make the accounts; those that are there keep password and sessions, unless the password itself was lost."""
    lost = not (settings.var / _PASSWORD_FILE).exists()
    password = demo_password(settings)
    accounts = {}
    for account in ACCOUNTS:
        accounts[account.email], created = provide_account(
            owner, email=account.email, display_name=account.display_name, password=password, lasting=True
        )
        if lost and not created:
            reset_password(owner, account.email, password, lasting=True)
    return accounts


def _actors() -> dict[str, Actor]:
    wanted = {account.slug for account in ACCOUNTS}
    with transaction(NOBODY, read_only=True) as session:
        tenants = session.scalars(select(Tenant).where(Tenant.slug.in_(wanted))).all()
        return {
            tenant.slug: system_actor(
                tenant_id=tenant.id, tenant_slug=tenant.slug, tenant_name=tenant.official_name,
                tenant_kind=TenantKind(tenant.kind), tenant_traits=traits_of(tenant), request_id="demo",
            )
            for tenant in tenants
        }  # fmt: skip


def _as_person(actor: Actor, accounts: Mapping[str, UUID]) -> Actor:
    """Let what is loaded be done by whoever would do it, so that nobody is told of what they did themselves."""
    own = {account.role: accounts[account.email] for account in ACCOUNTS if account.slug == actor.tenant_slug}
    return replace(actor, subject=own.get(Role.KI_COORDINATOR) or own.get(Role.OFFICER))


def _membership(actor: Actor, account: DemoAccount, account_id: UUID) -> None:
    with transaction(actor) as session:
        known = select(Membership).where(
            Membership.tenant_id == actor.tenant_id,
            Membership.account_id == account_id,
            Membership.role == account.role,
        )
        if session.scalars(known).one_or_none() is None:
            session.add(
                Membership(
                    tenant_id=actor.tenant_id, id=uuid4(), account_id=account_id, role=account.role,
                    display_name=account.display_name, email=account.email,
                )
            )  # fmt: skip


def _plan(actor: Actor, plan: Plan) -> None:
    with transaction(actor) as session:
        if not list_plans(session, actor, PageRequest(limit=1)):
            create_plan(actor, plan)


_TROISDORF = CreateRequest(
    details=RequestDetails(
        function="Koordinierungsstelle Kommunales Integrationsmanagement",
        fte=Decimal("1.00"),
        starts_on=date(2027, 1, 1),
        justification=(
            "Die Stadt Troisdorf hat eine eigene Ausländerbehörde. Die zusätzliche Stelle soll deren Arbeit mit dem "
            "Jugendamt und dem Integrationsrat verbinden und diese an Grundsatzentscheidungen beteiligen."
        ),
    )
)
_BORNHEIM = CreateRequest(
    details=RequestDetails(
        function="Koordinierungsstelle Kommunales Integrationsmanagement",
        fte=Decimal("0.50"),
        starts_on=date(2027, 1, 1),
        justification="Der Integrationsausschuss wünscht eine eigene Ansprechstelle im Rathaus.",
    )
)


def _request(actor: Actor, command: CreateRequest) -> None:
    with transaction(actor) as session:
        if not list_requests(session, actor.tenant_id, Scope.OWN, PageRequest(limit=1)):
            create_request(replace(actor, label="Sachbearbeitung"), command)

"""What KIMHub knows of the own body: its master data, under „Verwaltung“."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from kimhub.core.routing import current_actor, requires
from kimhub.core.web.view import Crumb, Fact
from kimhub.identity.administration import administration_tabs
from tenants import Permission, Tenant, TenantKind, db

_COMMITTEES = {
    "none": "keiner",
    "integrationsrat": "Integrationsrat",
    "integrationsausschuss": "Integrationsausschuss",
}


def add_to(identity: Blueprint) -> None:
    """Add the page."""
    identity.add_url_rule("/t/<slug>/verwaltung/stammdaten", view_func=tenant_facts)


@requires(Permission.MEMBER_READ)
def tenant_facts() -> str:
    """Show the master data of the own body."""
    actor = current_actor()
    tenant = db.session().get_one(Tenant, actor.tenant_id)
    return render_template(
        "identity/tenant.html",
        crumbs=[
            Crumb("Heute", url_for("desk.today")),
            Crumb("Verwaltung", url_for("identity.members_list")),
            Crumb("Stammdaten"),
        ],
        facts=_facts(tenant),
        tabs=administration_tabs(),
    )


def _facts(tenant: Tenant) -> list[Fact]:
    kind = TenantKind(tenant.kind)
    facts = [Fact("Name", tenant.official_name), Fact("Art", kind.label)]
    if tenant.parent_id is not None:
        facts.append(Fact("Kreis", db.session().get_one(Tenant, tenant.parent_id).official_name))
    if kind is not TenantKind.BEZIRKSREGIERUNG:
        facts += [
            Fact("Zuwendungsempfänger", _yes(tenant.is_grant_recipient)),
            Fact("Eigene Ausländerbehörde", _yes(tenant.has_auslaenderbehoerde)),
            Fact("Eigenes Jugendamt", _yes(tenant.has_jugendamt)),
            Fact("Integrationsrat oder -ausschuss", _COMMITTEES[tenant.integration_committee]),
        ]
    return facts


def _yes(value: bool) -> str:
    return "ja" if value else "nein"

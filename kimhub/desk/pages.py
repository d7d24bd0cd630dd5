"""The first page of every tenant, and the first page of all."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kimhub.core.routing import authenticate, current_actor, public, requires
from kimhub.core.web.navigation import add_area, areas_of
from kimhub.core.web.view import Fact
from kimhub.desk.public import contributions_for
from tenants import Actor, Permission, Tenant, TenantKind, db

_COMMITTEES = {
    "none": "keiner",
    "integrationsrat": "Integrationsrat",
    "integrationsausschuss": "Integrationsausschuss",
}


def init_app(app: Flask) -> None:
    """Register the pages."""
    desk = Blueprint("desk", __name__, template_folder="templates")
    desk.add_url_rule("/", view_func=start)
    desk.add_url_rule("/t/<slug>/", view_func=today)
    app.register_blueprint(desk)
    add_area(app, 10, "Heute", "desk.today", Permission.DESK_READ, hint="Was ansteht.")


@public("leads to the own desk or to the sign-in")
def start() -> ResponseReturnValue:
    """Lead everybody to where they begin."""
    actor = authenticate()
    if actor is None:
        return redirect(url_for("identity.sign_in"), code=303)
    return redirect(url_for("desk.today", slug=actor.tenant_slug), code=303)


@requires(Permission.DESK_READ)
def today() -> ResponseReturnValue:
    """Show what waits, and for whom one works here."""
    actor = current_actor()
    contributions = contributions_for(actor)
    return render_template(
        "desk/today.html",
        actor=actor,
        contributions=contributions,
        tiles=[tile for contribution in contributions for tile in contribution.tiles],
        areas=[area for area in areas_of(actor) if area.endpoint != "desk.today"],
        facts=_facts(actor),
    )


def _facts(actor: Actor) -> list[Fact]:
    tenant = db.session().get_one(Tenant, actor.tenant_id)
    facts = [
        Fact(
            "Kommune" if actor.tenant_kind is not TenantKind.BEZIRKSREGIERUNG else "Behörde",
            tenant.official_name,
        )
    ]
    facts.append(Fact("Art", actor.tenant_kind.label))
    if tenant.parent_id is not None:
        facts.append(Fact("Kreis", db.session().get_one(Tenant, tenant.parent_id).official_name))
    if actor.tenant_kind is not TenantKind.BEZIRKSREGIERUNG:
        facts += [
            Fact("Zuwendungsempfänger", _yes(tenant.is_grant_recipient)),
            Fact("Eigene Ausländerbehörde", _yes(tenant.has_auslaenderbehoerde)),
            Fact("Eigenes Jugendamt", _yes(tenant.has_jugendamt)),
            Fact("Integrationsrat oder -ausschuss", _COMMITTEES[tenant.integration_committee]),
        ]
    return [*facts, Fact("Ihre Rollen", ", ".join(sorted(role.label for role in actor.roles)))]


def _yes(value: bool) -> str:
    return "ja" if value else "nein"

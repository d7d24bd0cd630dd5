"""The first page of every tenant, and the first page of all."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kimhub.core import clock
from kimhub.core.routing import authenticate, current_actor, public, requires
from kimhub.core.web.navigation import add_area
from kimhub.desk.deferral_pages import edit_deferral, put_off_line, show_deferral, take_back
from kimhub.desk.public import money_of, offered, sources
from kimhub.desk.queries import MOST, Group, Today, what_waits
from tenants import Actor, Permission, Role, TenantKind, db

_NOTHING = {
    Role.COMMITTEE_MEMBER: "Was Ihre Kommune Ihrem Gremium mitteilt, steht hier, sobald es da ist.",
    Role.COMMITTEE_OFFICE: "Was für Ihr Gremium ansteht, steht hier, sobald es da ist.",
    Role.AUTHORITY: "Sobald Ihnen ein Zuwendungsempfänger über KIMHub etwas vorlegt, steht es hier.",
    Role.ADMINISTRATOR: "Alle Einladungen sind angenommen, und für jede Aufgabe ist jemand da.",
    Role.AUDITOR: "Sie prüfen und haben hier nichts zu erledigen. Was Sie lesen dürfen, finden Sie in der Navigation.",
}


def init_app(app: Flask) -> None:
    """Register the pages."""
    desk = Blueprint("desk", __name__, template_folder="templates")
    desk.add_url_rule("/", view_func=start)
    desk.add_url_rule("/t/<slug>/", view_func=today)
    here = "/t/<slug>/heute"
    desk.add_url_rule(
        f"{here}/zurueckstellen/<source>/<kind>/<uuid:subject_id>",
        view_func=put_off_line,
        methods=["GET", "POST"],
    )
    desk.add_url_rule(f"{here}/zurueckgestellt/<uuid:deferral_id>", view_func=show_deferral)
    desk.add_url_rule(
        f"{here}/zurueckgestellt/<uuid:deferral_id>/aendern", view_func=edit_deferral, methods=["GET", "POST"]
    )
    desk.add_url_rule(
        f"{here}/zurueckgestellt/<uuid:deferral_id>/beenden", view_func=take_back, methods=["GET", "POST"]
    )
    app.register_blueprint(desk)
    add_area(app, 10, "Heute", "desk.today", Permission.DESK_READ)


@public("leads to the own desk or to the sign-in")
def start() -> ResponseReturnValue:
    """Lead everybody to where they begin."""
    actor = authenticate()
    if actor is None:
        return redirect(url_for("identity.sign_in"), code=303)
    return redirect(url_for("desk.today", slug=actor.tenant_slug), code=303)


@requires(Permission.DESK_READ)
def today() -> ResponseReturnValue:
    """Show what is to do, what is overdue first, and the money of the year in one line."""
    actor, day = current_actor(), clock.today()
    money = money_of(actor, day)
    waits = what_waits(db.session(), actor, sources(), day, more=money.findings)
    return render_template(
        "desk/today.html",
        day=day,
        money=money,
        waits=waits,
        nothing=None if waits.of(Group.OVERDUE) or waits.of(Group.TO_DO) else _nothing(actor, waits),
        most=MOST,
        offered=offered(actor),
    )


def _nothing(actor: Actor, waits: Today) -> str:
    """Say what comes next to whoever has nothing to do."""
    if actor.may(Permission.FUNDING_WRITE):
        if waits.of(Group.WAITING):
            return "Worauf Sie warten, steht unten."
        if actor.tenant_kind is TenantKind.GEMEINDE:
            return "Sobald Ihnen Mittel weitergeleitet werden oder Ihr Kreis etwas fragt, steht es hier."
        return "Sobald eine Frist beginnt oder jemand auf Sie wartet, steht es hier."
    return next((text for role, text in _NOTHING.items() if role in actor.roles), "")

"""Which Bausteine the tenant uses, and the run of its decisions."""

from __future__ import annotations

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from kimhub.applications.decision_queries import in_force, list_decisions
from kimhub.applications.pages import presenting
from kimhub.applications.pages.blueprint import page_url, pages, tabs
from kimhub.applications.schemas import DecisionSchema, decision_of
from kimhub.applications.usecases.decide_baustein import decide_baustein
from kimhub.core.clock import today
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.form_pages import form_page
from kimhub.core.web.view import Badge, Column, Crumb, Tone
from kimhub.programme.public import Baustein
from tenants import Permission, TenantKind, db

USED, NOT_USED = Badge("wird genutzt", Tone.SUCCESS), Badge("wird nicht genutzt", Tone.WARNING)


@pages.get("/bausteine")
@requires(Permission.FUNDING_READ)
def decisions() -> ResponseReturnValue:
    """Show for this year which Bausteine are used, then all decisions, the latest first."""
    actor = current_actor()
    found = list_decisions(db.session(), actor.tenant_id)
    year = today().year
    return render_template(
        "applications/decisions.html",
        crumbs=[Crumb("Heute", url_for("desk.today")), Crumb("Genutzte Bausteine")],
        tabs=tabs(),
        year=year,
        present=[(baustein, in_force(found, baustein, year)) for baustein in Baustein],
        decisions=found[::-1],
        badge=lambda uses: USED if uses else NOT_USED,
        label=lambda number: Baustein(number).label,
        present_columns=[Column("Baustein"), Column("Stand"), Column("Seit der Entscheidung vom")],
        url=page_url,
        may_write=actor.may(Permission.FUNDING_WRITE)
        and actor.tenant_kind is not TenantKind.BEZIRKSREGIERUNG,
        visible_to=presenting.only(actor.tenant_name),
    )


@pages.route("/bausteine/neu", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def new_decision() -> ResponseReturnValue:
    """Record a decision."""
    return form_page(
        DecisionSchema(),
        lambda form: decide_baustein(current_actor(), decision_of(form.data)),
        heading="Entscheidung über einen Baustein",
        intro="Eine Entscheidung wird nicht geändert. Eine neue löst sie ab; die frühere bleibt lesbar.",
        submit="Entscheidung festhalten",
        crumbs=[
            Crumb("Heute", url_for("desk.today")),
            Crumb("Genutzte Bausteine", page_url("decisions")),
            Crumb("Neue Entscheidung"),
        ],
        cancel_url=page_url("decisions"),
        then=lambda _: page_url("decisions"),
        done="Die Entscheidung ist festgehalten.",
        initial={"from_year": today().year, "decided_on": today()},
    )

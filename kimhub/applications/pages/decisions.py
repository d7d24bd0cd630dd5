"""Which Bausteine the tenant uses, and the run of its decisions."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from kimhub.applications.decision_queries import in_force, list_decisions
from kimhub.applications.schemas import DecisionSchema, decision_of
from kimhub.applications.usecases.decide_baustein import decide_baustein
from kimhub.core.clock import today
from kimhub.core.routing import current_actor, requires, reserve
from kimhub.core.web.form_pages import form_page
from kimhub.core.web.view import Badge, Column, Crumb, Tone
from kimhub.programme.public import Baustein
from tenants import PAID_BY_THE_LAND, Permission, db
from tenants.naming import only

pages = Blueprint(
    "bausteine", "kimhub.applications", url_prefix="/t/<slug>/mittel/bausteine", template_folder="templates"
)
reserve(pages, PAID_BY_THE_LAND)

USED, NOT_USED = Badge("wird genutzt", Tone.SUCCESS), Badge("wird nicht genutzt", Tone.WARNING)


@pages.get("")
@requires(Permission.FUNDING_READ)
def decisions() -> ResponseReturnValue:
    """Show for this year which Bausteine are used, then all decisions, the latest first."""
    actor = current_actor()
    found = list_decisions(db.session(), actor.tenant_id)
    year = today().year
    return render_template(
        "applications/decisions.html",
        crumbs=[Crumb("Heute", url_for("desk.today")), Crumb("Genutzte Bausteine")],
        year=year,
        present=[(baustein, in_force(found, baustein, year)) for baustein in Baustein],
        decisions=found[::-1],
        badge=lambda uses: USED if uses else NOT_USED,
        label=lambda number: Baustein(number).label,
        present_columns=[Column("Baustein"), Column("Stand"), Column("Seit der Entscheidung vom")],
        new_url=url_for("bausteine.new_decision") if actor.may(Permission.FUNDING_WRITE) else None,
        visible_to=only(actor.tenant_name),
    )


@pages.route("/neu", methods=["GET", "POST"])
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
            Crumb("Genutzte Bausteine", url_for("bausteine.decisions")),
            Crumb("Neue Entscheidung"),
        ],
        cancel_url=url_for("bausteine.decisions"),
        then=lambda _: url_for("bausteine.decisions"),
        done="Die Entscheidung ist festgehalten.",
        initial={"from_year": today().year, "decided_on": today()},
    )

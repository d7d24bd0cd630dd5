"""Correcting what a plan and its rows are called and cover, opening earlier versions and going back to one."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kimhub.core.errors import NotFoundError
from kimhub.core.formats import percent, period
from kimhub.core.routing import current_actor, requires
from kimhub.core.versions import typed_version
from kimhub.core.web.asking import say
from kimhub.core.web.form_pages import Edits, form_page
from kimhub.core.web.forms import Form
from kimhub.core.web.view import Column, Crumb, Fact
from kimhub.planning.history import plan_versions, version_in_force
from kimhub.planning.models import FinancingPlan
from kimhub.planning.pages.blueprint import blueprint, way_to_plan
from kimhub.planning.planner import calculate_plan, refusals
from kimhub.planning.queries import PLAN, get_plan
from kimhub.planning.rows import details_of, with_details, with_words, words_of
from kimhub.planning.schemas import PlanDetailsSchema
from kimhub.planning.usecases.store_plan import change_plan
from kimhub.programme.public import Plan, row_label, step_formula
from tenants import Permission, db

VERSION_COLUMNS = (Column("Fassung"), Column("Seit"), Column("Von"), Column("Titel"))


def _changed(plan_id: UUID, change: Callable[[Plan], Plan]) -> FinancingPlan:
    """Change the plan as it is by then; the form has compared its own fields, what else changed meanwhile stays."""
    stored = PLAN.held(plan_id)
    with refusals():
        changed = change(stored.plan)
    return change_plan(current_actor(), plan_id, changed, expected_version=stored.version)


@blueprint.route("/plaene/<uuid:plan_id>/angaben", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def edit_details(plan_id: UUID) -> ResponseReturnValue:
    """Correct title, period, base year and rise of a plan."""
    shown, here = get_plan(db.session(), plan_id), url_for("planning.show_plan", plan_id=plan_id)
    return form_page(
        PlanDetailsSchema(),
        lambda form: _changed(plan_id, lambda plan: with_details(plan, form.data)),
        heading="Angaben zum Plan ändern",
        intro="Neue Jahre beginnen ohne Stellenanteile und Beträge; tragen Sie sie danach in die Tabelle ein.",
        crumbs=way_to_plan(shown, Crumb("Angaben")),
        cancel_url=here,
        then=lambda _: here,
        done="Die Angaben zum Plan sind gespeichert.",
        edits=Edits(PLAN, plan_id, shown, lambda stored: details_of(stored.plan)),
    )


@blueprint.route("/plaene/<uuid:plan_id>/zeilen/<row_id>", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def edit_row(plan_id: UUID, row_id: str) -> ResponseReturnValue:
    """Correct what a position or a cost line is called and belongs to."""
    shown, here = get_plan(db.session(), plan_id), url_for("planning.show_plan", plan_id=plan_id)
    schema, words = words_of(shown.plan, row_id)

    def changed(form: Form) -> FinancingPlan:
        return _changed(plan_id, lambda plan: with_words(plan, row_id, form.data))

    return form_page(
        schema,
        changed,
        heading=f"„{words['label']}“ ändern",
        intro="Anteile und Beträge ändern Sie in der Tabelle des Plans.",
        crumbs=way_to_plan(shown, Crumb("Zeile ändern")),
        cancel_url=here,
        then=lambda _: here,
        done=lambda _: "Die Zeile ist gespeichert.",
        edits=Edits(PLAN, plan_id, shown, lambda stored: words_of(stored.plan, row_id)[1]),
    )


@blueprint.get("/plaene/<uuid:plan_id>/fassungen")
@requires(Permission.PLAN_READ)
def versions(plan_id: UUID) -> ResponseReturnValue:
    """List the versions of a plan."""
    stored = get_plan(db.session(), plan_id)
    return render_template(
        "planning/versions.html",
        stored=stored,
        versions=plan_versions(db.session(), current_actor(), stored),
        columns=VERSION_COLUMNS,
        crumbs=way_to_plan(stored, Crumb("Fassungen")),
    )


@blueprint.get("/plaene/<uuid:plan_id>/fassungen/<int:number>")
@requires(Permission.PLAN_READ)
def version(plan_id: UUID, number: int) -> ResponseReturnValue:
    """Show what a version of the plan said, calculated by what holds today."""
    stored = get_plan(db.session(), plan_id)
    found = plan_versions(db.session(), current_actor(), stored)
    one = next((each for each in found if each.number == number), None)
    if one is None:
        raise NotFoundError
    plan = one.plan
    return render_template(
        "planning/version.html",
        stored=stored,
        version=one,
        is_present=one is found[0],
        result=calculate_plan(plan),
        facts=[
            Fact("Titel", plan.title),
            Fact("Zeitraum", period(plan.period.start, plan.period.end)),
            Fact("Förderung", period(plan.funding.start, plan.funding.end)),
            Fact("Basisjahr der Kosten", str(plan.base_year)),
            Fact("Jährliche Steigerung", percent(plan.pay_rise_percent)),
        ],
        row_label=row_label,
        step_formula=step_formula,
        step_columns=[Column("Fördergegenstand"), Column("Rechnung"), Column("Betrag", numeric=True)],
        may_write=current_actor().may(Permission.PLAN_WRITE),
        crumbs=way_to_plan(
            stored,
            Crumb("Fassungen", url_for("planning.versions", plan_id=plan_id)),
            Crumb(f"Fassung {number}"),
        ),
    )


@blueprint.post("/plaene/<uuid:plan_id>/fassungen/<int:number>/wiederherstellen")
@requires(Permission.PLAN_WRITE)
def restore(plan_id: UUID, number: int) -> ResponseReturnValue:
    """Let the plan say again what it said then, as a new version; raises `StaleError` if it has changed meanwhile."""
    session, actor = db.session(), current_actor()
    expected = typed_version(request.form.get("version"))
    stored = get_plan(session, plan_id)
    before = version_in_force(plan_versions(session, actor, stored), number)
    with refusals():
        earlier = before.plan
    stored = change_plan(actor, plan_id, earlier, expected_version=expected)
    say_changed(stored, f"Fassung {before.number} gilt wieder, als Fassung {stored.version}.", expected)
    return redirect(url_for("planning.show_plan", plan_id=plan_id), 303)


def say_changed(stored: FinancingPlan, said: str, before: int) -> None:
    """Say that a plan has changed, with the way back to the version that held `before`."""
    say(
        said,
        undo_url=url_for("planning.restore", plan_id=stored.id, number=before),
        undo_fields={"version": stored.version},
    )

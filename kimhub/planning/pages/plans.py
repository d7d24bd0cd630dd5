"""A plan with its what-if grid, adding and removing rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kimhub.core.errors import InvalidInputError, NotFoundError
from kimhub.core.fields import CommandSchema
from kimhub.core.formats import euro, full_time_equivalents
from kimhub.core.routing import current_actor, requires
from kimhub.core.versions import typed_version
from kimhub.core.web.asking import Seen, ask_page, say
from kimhub.core.web.form_pages import form_page
from kimhub.core.web.forms import Form, bind, blank
from kimhub.core.web.view import Column, Crumb, Fact
from kimhub.planning.actions import plan_actions
from kimhub.planning.figures import grant_and_own_share, sums
from kimhub.planning.grid import cell_errors, grid_of
from kimhub.planning.models import FinancingPlan
from kimhub.planning.pages.blueprint import blueprint, way, way_to_plan
from kimhub.planning.pages.correcting import say_changed
from kimhub.planning.pages.scenarios import guideline_options
from kimhub.planning.planner import WhatIf, calculate_plan, refusals, try_changes, typed_changes
from kimhub.planning.queries import PLAN, get_plan
from kimhub.planning.rows import CostLineForm, PositionForm, with_line, with_position, without_row
from kimhub.planning.schemas import NewPlanSchema, PlanFileSchema
from kimhub.planning.usecases.archive_plan import archive_plan, take_up_plan
from kimhub.planning.usecases.store_plan import change_plan, copy_plan, create_plan
from kimhub.programme.public import Plan, plan_from_json, plan_from_toml, row_label, step_formula
from tenants import Permission, Tenant, db
from tenants.naming import only

PROBLEM_COLUMNS = (Column("Feld"), Column("Was zu ändern ist"))


@blueprint.route("/plaene/neu", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def new_plan() -> ResponseReturnValue:
    """Begin a plan with its title and period."""
    return form_page(
        NewPlanSchema(),
        _begun,
        heading="Neuer Finanzierungsplan",
        intro="Stellen und Kosten fügen Sie im nächsten Schritt hinzu.",
        submit="Plan anlegen",
        crumbs=way(Crumb("Finanzierungspläne", url_for("planning.plans")), Crumb("Neuer Plan")),
        cancel_url=url_for("planning.plans"),
        then=lambda stored: url_for("planning.show_plan", plan_id=stored.id),
    )


def _begun(form: Form) -> FinancingPlan:
    try:
        with refusals():
            plan = _empty_plan(form)
    except InvalidInputError as refused:
        raise _named_as_typed(refused) from refused
    return create_plan(current_actor(), plan)


def _empty_plan(form: Form) -> Plan:
    """Return a plan without rows, its grant computed by the guideline of each year."""
    actor = current_actor()
    tenant = db.session.get_one(Tenant, actor.tenant_id)
    recipient = {"name": actor.tenant_name, "kind": actor.tenant_kind.value}
    if tenant.ags:
        recipient["ags"] = tenant.ags
    period = {"start": form.data["start"].isoformat(), "end": form.data["end"].isoformat()}
    years = range(form.data["start"].year, form.data["end"].year + 1)
    return plan_from_json(
        {
            "title": form.data["title"],
            "recipient": recipient,
            "period": period,
            "base_year": form.data["base_year"],
            "pay_rise_percent": str(form.data["pay_rise_percent"]),
            "grants": [{"year": year, "basis": "guideline"} for year in years],
        }
    )  # fmt: skip


def _named_as_typed(refused: InvalidInputError) -> InvalidInputError:
    fields = {path.removeprefix("period."): messages for path, messages in refused.fields.items()}
    return InvalidInputError(refused.detail, fields=fields)


@blueprint.route("/plaene/einlesen", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def import_plan() -> ResponseReturnValue:
    """Read a plan file."""
    schema = PlanFileSchema()
    form = bind(schema, request.form, request.files) if request.method == "POST" else blank(schema)
    problems: Mapping[str, list[str]] = {}
    if form.valid:
        try:
            with refusals():
                plan = plan_from_toml(form.data["file"].read())
            stored = create_plan(current_actor(), plan)
            return redirect(url_for("planning.show_plan", plan_id=stored.id), 303)
        except InvalidInputError as refused:
            problems = refused.fields
            form.messages.append("Die Datei wurde nicht übernommen. Was zu ändern ist, steht darunter.")
    crumbs = way(Crumb("Finanzierungspläne", url_for("planning.plans")), Crumb("Plandatei einlesen"))
    page = render_template(
        "planning/import_plan.html",
        form=form,
        problems=problems,
        columns=PROBLEM_COLUMNS,
        crumbs=crumbs,
    )
    return page, 422 if form.submitted else 200


@blueprint.get("/plaene/<uuid:plan_id>")
@requires(Permission.PLAN_READ)
def show_plan(plan_id: UUID) -> ResponseReturnValue:
    """Show the table of a plan and the grid in which its inputs can be tried out."""
    stored = get_plan(db.session(), plan_id)
    return _plan_page(stored, stored.plan)


@blueprint.post("/plaene/<uuid:plan_id>/rechnen")
@requires(Permission.PLAN_READ)
def try_plan(plan_id: UUID) -> ResponseReturnValue:
    """Calculate the typed inputs beside the stored plan; save them only when that button was used."""
    stored = get_plan(db.session(), plan_id)
    plan = stored.plan
    typed = request.form.to_dict()
    try:
        what_if = try_changes(plan, typed_changes(grid_of(plan).values(), typed))
    except InvalidInputError as refused:
        return _plan_page(stored, plan, typed=typed, errors=cell_errors(plan, refused.fields))
    wish = typed.get("ziel", "rechnen")
    if wish == "aendern":
        version = typed_version(typed.get("version"))
        changed = change_plan(current_actor(), plan_id, what_if.plan, expected_version=version)
        say_changed(changed, f"Der Plan ist gespeichert, als Fassung {changed.version}.", version)
        return redirect(url_for("planning.show_plan", plan_id=plan_id), 303)
    if wish == "kopie":
        copy = copy_plan(current_actor(), plan_id, what_if.plan)
        return redirect(url_for("planning.show_plan", plan_id=copy.id), 303)
    return _plan_page(stored, plan, typed=typed, what_if=what_if)


@blueprint.post("/plaene/<uuid:plan_id>/variante")
@requires(Permission.PLAN_WRITE)
def copy(plan_id: UUID) -> ResponseReturnValue:
    """Begin a variant of the plan as it is stored."""
    variant = copy_plan(current_actor(), plan_id)
    flash("Die Variante ist angelegt. Der Ausgangsplan bleibt, wie er ist.", "success")
    return redirect(url_for("planning.show_plan", plan_id=variant.id), 303)


def _plan_page(
    stored: FinancingPlan,
    plan: Plan,
    *,
    typed: dict[str, str] | None = None,
    what_if: WhatIf | None = None,
    errors: dict[str, list[str]] | None = None,
) -> ResponseReturnValue:
    swapped = "HX-Request" in request.headers
    template = "planning/_calculation.html" if swapped else "planning/plan.html"
    result, grid = calculate_plan(plan), grid_of(plan)
    page = render_template(
        template,
        swapped=swapped,
        stored=stored,
        origin=get_plan(db.session(), stored.origin_id) if stored.origin_id else None,
        guidelines=guideline_options(),
        plan=plan,
        result=result,
        what_if=what_if,
        tiles=sums(result, what_if.comparison.after if what_if else None),
        chart=grant_and_own_share(what_if.comparison.after if what_if else result),
        step_columns=[Column("Fördergegenstand"), Column("Rechnung"), Column("Betrag", numeric=True)],
        grid=grid,
        labels=grid.labels(),
        typed=typed or {},
        errors=errors or {},
        crumbs=way_to_plan(stored),
        row_label=row_label,
        step_formula=step_formula,
        visible_to=only(current_actor().tenant_name),
        may_write=current_actor().may(Permission.PLAN_WRITE),
        actions=plan_actions(current_actor(), stored),
    )
    return page, 422 if errors and not swapped else 200


@blueprint.route("/plaene/<uuid:plan_id>/stellen/neu", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def add_position(plan_id: UUID) -> ResponseReturnValue:
    """Add a position to the plan."""
    return _row_page(plan_id, "Neue Stelle", PositionForm(), with_position)


@blueprint.route("/plaene/<uuid:plan_id>/kosten/neu", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def add_line(plan_id: UUID) -> ResponseReturnValue:
    """Add a cost that is no position."""
    return _row_page(plan_id, "Neue Kostenzeile", CostLineForm(), with_line)


def _row_page(
    plan_id: UUID, heading: str, schema: CommandSchema, with_row: Callable[[Plan, Any], Plan]
) -> ResponseReturnValue:
    """Ask for a row and add it to the plan as it is by then: what others have changed meanwhile stays."""
    shown = get_plan(db.session(), plan_id)
    here = url_for("planning.show_plan", plan_id=plan_id)

    def added(form: Form) -> FinancingPlan:
        stored = PLAN.held(plan_id)
        with refusals():
            changed = with_row(stored.plan, form.data)
        return change_plan(current_actor(), plan_id, changed, expected_version=stored.version)

    return form_page(
        schema,
        added,
        heading=heading,
        intro=f"Plan: {shown.title}",
        submit="Hinzufügen",
        crumbs=way_to_plan(shown, Crumb(heading)),
        cancel_url=here,
        then=lambda _: here,
        done=f"{heading}: hinzugefügt.",
    )


@blueprint.route("/plaene/<uuid:plan_id>/zeilen/<row_id>/entfernen", methods=["GET", "POST"])
@requires(Permission.PLAN_WRITE)
def remove_row(plan_id: UUID, row_id: str) -> ResponseReturnValue:
    """Show the years of a position or a cost line, then take it out of the plan."""
    shown = get_plan(db.session(), plan_id)
    label, facts = _row_facts(shown.plan, row_id)
    here = url_for("planning.show_plan", plan_id=plan_id)

    def removed() -> FinancingPlan:
        stored = PLAN.held(plan_id)
        with refusals():
            changed = without_row(stored.plan, row_id)
        return change_plan(current_actor(), plan_id, changed, expected_version=stored.version)

    return ask_page(
        removed,
        about=Seen(PLAN, plan_id, shown),
        heading=f"„{label}“ entfernen?",
        facts=facts,
        consequences=[
            "Die Zeile verschwindet mit allen Werten aus dem Plan. Erstellte Berichte bleiben, wie sie sind."
        ],
        submit="Zeile entfernen",
        crumbs=way_to_plan(shown, Crumb("Zeile entfernen")),
        back_url=here,
        back="Zurück zum Plan",
        then=lambda _: here,
        done=f"„{label}“ ist entfernt.",
    )


def _row_facts(plan: Plan, row_id: str) -> tuple[str, list[Fact]]:
    """Return the label of a row and what stands in each of its years; raises `NotFoundError`."""
    for position in plan.positions:
        if position.id == row_id:
            years = plan.period_of(position).years
            return position.label, [
                Fact(str(year), full_time_equivalents(plan.fte(position, year))) for year in years
            ]
    for line in plan.lines:
        if line.id == row_id:
            return line.label, [
                Fact(str(year), euro(amount)) for year, amount in sorted(line.amounts.items())
            ]
    raise NotFoundError


@blueprint.post("/plaene/<uuid:plan_id>/ablegen")
@requires(Permission.PLAN_WRITE)
def archive(plan_id: UUID) -> ResponseReturnValue:
    """Put the plan away."""
    stored = archive_plan(current_actor(), plan_id)
    say(
        f"Der Plan „{stored.title}“ ist abgelegt. Sie finden ihn in der Liste unter „Abgelegte Pläne“.",
        undo_url=url_for("planning.take_up", plan_id=plan_id),
    )
    return redirect(url_for("planning.plans"), 303)


@blueprint.post("/plaene/<uuid:plan_id>/wiederaufnehmen")
@requires(Permission.PLAN_WRITE)
def take_up(plan_id: UUID) -> ResponseReturnValue:
    """Put a plan back into the list."""
    stored = take_up_plan(current_actor(), plan_id)
    flash(f"Der Plan „{stored.title}“ steht wieder in der Liste.", "success")
    return redirect(url_for("planning.show_plan", plan_id=plan_id), 303)

"""Pages under „Berichte“: the list, ordering, a report with its progress and its files."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kimhub.core.attempt import attempt
from kimhub.core.documents import download
from kimhub.core.errors import InvalidInputError
from kimhub.core.fields.options import Option
from kimhub.core.formats import day
from kimhub.core.routing import current_actor, requires, reserve
from kimhub.core.web.forms import Form, bind, blank
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import ChoiceFilter, WordFilter
from kimhub.core.web.navigation import add_area
from kimhub.core.web.paging import PageRequest
from kimhub.core.web.tables import MOMENT, WORD, Address, ListColumn, badges
from kimhub.core.web.view import Action, Column, Crumb, Empty
from kimhub.desk.public import add_source
from kimhub.planning.public import PlanAction, add_plan_action, list_plans
from kimhub.reports import presenting
from kimhub.reports.assembly import Material, Particulars, usual_office
from kimhub.reports.desk import FAILED_REPORTS
from kimhub.reports.models import ReportState, read_findings
from kimhub.reports.preview import preview_of
from kimhub.reports.queries import (
    REPORTS,
    content_of,
    files_of,
    frozen_document,
    get_report,
    material_of_plan,
)
from kimhub.reports.schemas import ChoosePlanSchema, OrderReportSchema
from kimhub.reports.urls import page_url
from kimhub.reports.usecases.request_report import RequestReport, builders_of, request_report
from tenants import COMMUNES, Actor, Permission, Role, Tenant, db

MOST_PLANS = 200
"""So many plans are offered, the last changed first; an older one is opened and its report ordered from there."""

FINDING_COLUMNS = (Column("Stelle im Bericht"), Column("Was auffällt"), Column("Was Sie tun können"))

blueprint = Blueprint("reports", __name__, url_prefix="/t/<slug>/berichte", template_folder="templates")
reserve(blueprint, COMMUNES)


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(blueprint)
    add_area(
        app,
        50,
        "Berichte",
        "reports.listing",
        Permission.REPORT_READ,
    )
    add_plan_action(app, PlanAction("Finanzierungsübersicht erstellen", "reports.new_report"))
    add_source(app, FAILED_REPORTS)


def _crumbs(*way: Crumb) -> list[Crumb]:
    return [Crumb("Heute", url_for("desk.today")), *way]


def _below(last: str) -> list[Crumb]:
    return _crumbs(Crumb("Berichte", page_url("listing")), Crumb(last))


LIST = ListPage(
    REPORTS,
    caption="Berichte",
    columns=(
        ListColumn("Bericht", "title", url=Address("reports.show_report", report_id="id"), sort="title"),
        ListColumn("Art", lambda row: presenting.TITLES[row["type"]]),
        ListColumn("Aktenzeichen", "file_number", WORD),
        ListColumn("Erstellt", "created_at", MOMENT, sort="created"),
        ListColumn("Von", "actor_label", WORD),
        ListColumn("Stand", "state", badges(lambda state: presenting.badge(ReportState(state)))),
    ),
    filters=(
        WordFilter("suche", "Bericht oder Aktenzeichen"),
        ChoiceFilter(
            "stand",
            "Stand",
            "state",
            [Option(known.value, known.label) for known in ReportState],
            all="Alle Stände",
        ),
    ),
    one="Bericht",
    many="Berichte",
    empty=Empty(
        "Noch kein Bericht",
        "Hier stehen die Berichte Ihrer Kommune. Sie beginnen mit der Finanzierungsübersicht eines Plans.",
    ),
    download_endpoint="reports.download_list",
)


@blueprint.get("")
@requires(Permission.REPORT_READ)
def listing() -> str:
    """List the reports of the tenant, the last ordered first."""
    may_build = current_actor().may(Permission.REPORT_BUILD)
    return LIST.page(
        "Berichte",
        crumbs=_crumbs(Crumb("Berichte")),
        intro="Ein Bericht zeigt die Zahlen des Zeitpunkts, zu dem er erstellt wurde: als PDF für Rat und "
        "Ausschüsse, als Excel-Tabelle und als Daten. Was fertig ist, ändert sich nicht mehr.",
        actions=[Action("Finanzierungsübersicht erstellen", page_url("new_report"))] if may_build else [],
    )


@blueprint.get("/liste.<table_format>")
@requires(Permission.REPORT_READ)
def download_list(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    return LIST.download(table_format)


@blueprint.route("/neu", methods=["GET", "POST"])
@requires(Permission.REPORT_BUILD)
def new_report() -> ResponseReturnValue:
    """Order a Finanzierungsübersicht: choose a plan, see what goes in, add the particulars."""
    actor, session = current_actor(), db.session()
    if request.method == "GET" and "plan" not in request.args:
        return _choose_plan(actor)
    typed = request.form.get("plan_id", "") if request.method == "POST" else request.args["plan"]
    try:
        material = material_of_plan(session, UUID(typed))
    except ValueError:
        return _choose_plan(actor)
    builders = builders_of(material.tenant)
    options = {"prepared_by": [Option(role.value, role.label) for role in builders]}
    if request.method == "GET":
        return _order_page(
            actor, material, blank(OrderReportSchema(), _usual(actor, material, builders), options=options)
        )
    form = bind(OrderReportSchema(), request.form, options=options)
    if form.valid:
        try:
            with attempt(session):
                ordered = request_report(actor, _command(form))
        except InvalidInputError as refused:
            form.refuse(refused)
        else:
            flash("Der Bericht wird erstellt.", "success")
            return redirect(page_url("show_report", report_id=ordered.id), 303)
    return _order_page(actor, material, form)


def _choose_plan(actor: Actor) -> ResponseReturnValue:
    """Ask for the plan; whoever sent none or no plan's id is told so at the field."""
    plans = list_plans(db.session(), actor, PageRequest(limit=MOST_PLANS))
    options = {
        "plan": [
            Option(str(plan["id"]), f"{plan['title']} (geändert am {day(plan['changed_at'])})")
            for plan in plans[:MOST_PLANS]
        ]
    }
    sent = "plan" in request.args or request.method == "POST"
    form = (
        bind(ChoosePlanSchema(), request.args, options=options)
        if sent
        else blank(ChoosePlanSchema(), options=options)
    )
    if form.valid:
        form["plan"].errors.append("Diesen Finanzierungsplan gibt es nicht. Wählen Sie einen anderen aus.")
    page = render_template(
        "reports/choose.html",
        crumbs=_below("Neuer Bericht"),
        form=form,
        has_plans=bool(plans),
        path=page_url("new_report"),
        cancel_url=page_url("listing"),
    )
    return page, 422 if form.summary else 200


def _usual(actor: Actor, material: Material, builders: list[Role]) -> dict[str, object]:
    own = next((role for role in builders if role in actor.roles), None)
    return {
        "plan_id": material.plan.id,
        "office": usual_office(material.tenant),
        "prepared_by": own.value if own else None,
    }


def _command(form: Form) -> RequestReport:
    given = form.data
    return RequestReport(
        plan_id=given["plan_id"],
        file_number=given["file_number"],
        office=given["office"],
        prepared_by=Role(given["prepared_by"]) if given["prepared_by"] else None,
        scenario=given["scenario"],
    )


def _order_page(actor: Actor, material: Material, form: Form) -> ResponseReturnValue:
    usual = usual_office(material.tenant)
    form["office"].required = not usual
    particulars = Particulars(file_number="", office=usual, prepared_by=actor.label)
    preview = preview_of(material, particulars)
    page = render_template(
        "reports/order.html",
        crumbs=_below("Neuer Bericht"),
        form=form,
        plan=material.plan,
        preview=preview,
        facts=presenting.sheet_facts(material, preview.document) if preview.document else [],
        tiles=presenting.tiles(preview.document) if preview.document else [],
        errors=presenting.finding_lines(preview.errors),
        warnings=presenting.finding_lines(preview.warnings),
        finding_columns=FINDING_COLUMNS,
        action=page_url("new_report"),
        cancel_url=page_url("listing"),
    )
    return page, 422 if form.summary else 200


@blueprint.get("/<uuid:report_id>")
@requires(Permission.REPORT_READ)
def show_report(report_id: UUID) -> str:
    """Show a report: its progress while it is built, its reasons if it was refused, its figures and files."""
    actor, session = current_actor(), db.session()
    shown = get_report(session, report_id)
    is_built = shown.state is ReportState.BUILT
    document = frozen_document(session, shown.report) if is_built else None
    files = files_of(session, shown.report) if is_built else []
    return render_template(
        "reports/show.html",
        crumbs=_below(shown.report.title),
        shown=shown,
        state=None if shown.is_open else presenting.badge(shown.state),
        type_title=presenting.TITLES[shown.report.type],
        facts=presenting.facts(shown),
        checksums=presenting.checksums(files),
        findings=presenting.finding_lines(read_findings(shown.report.findings)),
        finding_columns=FINDING_COLUMNS,
        progress=presenting.progress(shown) if shown.is_open else None,
        refused=shown.state is ReportState.FAILED and not shown.was_given_up,
        given_up=presenting.GIVEN_UP if shown.was_given_up else None,
        document=document,
        tiles=presenting.tiles(document) if document else [],
        rows=list(presenting.figure_rows(document)) if document else [],
        chart=presenting.chart(document) if document else None,
        documents=presenting.documents(shown, files),
        visible_to=presenting.visible_to(actor, session.get_one(Tenant, actor.tenant_id)),
        may_build=actor.may(Permission.REPORT_BUILD),
        may_read_plan=actor.may(Permission.PLAN_READ),
    )


@blueprint.get("/<uuid:report_id>/fortschritt")
@requires(Permission.REPORT_READ)
def report_progress(report_id: UUID) -> str:
    """Answer the page's question how far the report is: a fragment."""
    return render_template(
        "reports/_progress.html", work=presenting.progress(get_report(db.session(), report_id))
    )


@blueprint.get("/<uuid:report_id>/dateien/<file_format>")
@requires(Permission.REPORT_READ)
def download_file(report_id: UUID, file_format: str) -> Response:
    """Send one file of a report to be saved."""
    found = content_of(db.session(), report_id, file_format)
    return download(
        found.content, name=found.filename, media_type=found.format.media_type, sha256=found.sha256
    )

"""From a distribution to allocations: check and prepare, check and issue, or discard."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core import clock, formats
from kimhub.core.attempt import attempt
from kimhub.core.errors import ConflictError, InvalidInputError
from kimhub.core.routing import current_actor, requires
from kimhub.core.versions import typed_version
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.forms import bind, blank
from kimhub.core.web.view import Crumb, Fact
from kimhub.distributions.pages.blueprint import file_crumbs, page_url, pages
from kimhub.distributions.pages.presenting import allocation_columns, counted, coverage_columns, share_columns
from kimhub.distributions.queries import DISTRIBUTION, allocations_of, drafted_cells, get_distribution
from kimhub.distributions.schemas import DraftSchema
from kimhub.distributions.usecases.allocate_distribution import (
    DraftAllocations,
    discard_drafts,
    draft_allocations,
    issue_distribution,
)
from kimhub.distributions.working import coverage, work_out
from kimhub.funding.public import get_fund
from tenants import Permission, db


@pages.route("/<uuid:distribution_id>/pruefen", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def check_drafts(distribution_id: UUID) -> ResponseReturnValue:
    """Show everything once more, ask for what all allocations say alike, then prepare them."""
    session, actor = db.session(), current_actor()
    stored = get_distribution(session, distribution_id)
    schema = DraftSchema()
    form = (
        bind(schema, request.form)
        if request.method == "POST"
        else blank(schema, {"issued_on": clock.today()})
    )
    if form.valid:
        command = DraftAllocations(
            distribution_id=distribution_id,
            expected_version=typed_version(request.form.get("version")),
            issued_on=form.data["issued_on"],
            conditions=form.data["conditions"],
            consent_on=form.data["consent_on"],
            consent_reference=form.data["consent_reference"],
        )
        try:
            with attempt(session):
                made = draft_allocations(actor, command)
            flash(f"{counted(len(made))} als Entwurf angelegt.", "success")
            return redirect(page_url("show", distribution_id=distribution_id), 303)
        except (InvalidInputError, ConflictError) as refused:
            form.refuse(refused)
    fund = get_fund(session, actor.tenant_id, stored.fund_id)
    worked = work_out(stored.distribution, fund)
    page = render_template(
        "distributions/check.html",
        form=form,
        stored=stored,
        worked=worked,
        fund=fund,
        share_columns=share_columns(worked),
        coverage_columns=coverage_columns(),
        made=allocations_of(session, stored),
        crumbs=file_crumbs(stored, Crumb("Prüfen")),
    )
    return page, 422 if form.submitted else 200


@pages.route("/<uuid:distribution_id>/erteilen", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def check_issue(distribution_id: UUID) -> ResponseReturnValue:
    """Show the drafts once more, then issue all of them or none."""
    session, actor = db.session(), current_actor()
    stored = get_distribution(session, distribution_id)
    refused: ConflictError | InvalidInputError | None = None
    if request.method == "POST":
        try:
            with attempt(session):
                issued = issue_distribution(actor, distribution_id)
            flash(f"{counted(len(issued))} erteilt.", "success")
            return redirect(page_url("show", distribution_id=distribution_id), 303)
        except (InvalidInputError, ConflictError) as error:
            refused = error
    page = render_template(
        "distributions/issue.html",
        stored=stored,
        refused=refused,
        counted=counted,
        covered=coverage(get_fund(session, actor.tenant_id, stored.fund_id), drafted_cells(session, stored)),
        coverage_columns=coverage_columns(),
        drafts=[made for made in allocations_of(session, stored) if made.issued_at is None],
        allocation_columns=allocation_columns(),
        crumbs=file_crumbs(stored, Crumb("Erteilen")),
    )
    return page, 409 if refused else 200


@pages.route("/<uuid:distribution_id>/verwerfen", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def discard(distribution_id: UUID) -> ResponseReturnValue:
    """Ask, then drop the drafts; the distribution can then be changed again."""
    session = db.session()
    stored, here = (
        get_distribution(session, distribution_id),
        page_url("show", distribution_id=distribution_id),
    )
    drafts = [made for made in allocations_of(session, stored) if made.issued_at is None]
    return ask_page(
        lambda: discard_drafts(current_actor(), distribution_id),
        about=Seen(DISTRIBUTION, distribution_id, stored),
        heading="Entwürfe verwerfen?",
        facts=[Fact(made.recipient, formats.euro(made.amount)) for made in drafts],
        consequences=[
            "Die Entwürfe der Weiterleitungen werden gelöscht, auch was Sie in ihnen geändert haben.",
            "Die Verteilung bleibt und lässt sich wieder ändern.",
        ],
        submit="Entwürfe verwerfen",
        crumbs=file_crumbs(stored, Crumb("Entwürfe verwerfen")),
        back_url=here,
        back="Zurück zur Verteilung",
        then=lambda _: here,
        done="Die Entwürfe sind verworfen. Die Verteilung lässt sich wieder ändern.",
    )

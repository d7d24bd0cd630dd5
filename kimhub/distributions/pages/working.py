"""The page of one distribution: inputs, result beside the fund, and what came of it."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core.errors import InvalidInputError
from kimhub.core.routing import current_actor, requires
from kimhub.core.versions import typed_version
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.view import Crumb
from kimhub.distributions.models import StoredDistribution
from kimhub.distributions.pages.blueprint import crumbs, file_crumbs, page_url, pages, state_of
from kimhub.distributions.pages.presenting import (
    allocation_columns,
    coverage_columns,
    problem_lines,
    share_columns,
)
from kimhub.distributions.party_queries import recipients_of
from kimhub.distributions.queries import (
    DISTRIBUTION,
    allocations_of,
    get_distribution,
    show_key_figures,
)
from kimhub.distributions.sheet import Sheet, distribution_of, open_sheet, read_sheet, unit_of
from kimhub.distributions.usecases.store_distribution import change_distribution, delete_distribution
from kimhub.distributions.working import work_out
from kimhub.funding.public import get_fund
from kimhub.programme.public import Distribution
from tenants import Permission, db


@pages.get("/<uuid:distribution_id>")
@requires(Permission.FUNDING_READ)
def show(distribution_id: UUID) -> ResponseReturnValue:
    """Show a distribution: while it is prepared with its inputs, afterwards with the allocations it made."""
    stored = get_distribution(db.session(), distribution_id)
    recipients = recipients_of(db.session(), current_actor())
    return _page(stored, stored.distribution, open_sheet(stored, stored.distribution, recipients))


@pages.post("/<uuid:distribution_id>/rechnen")
@requires(Permission.FUNDING_READ)
def calculate(distribution_id: UUID) -> ResponseReturnValue:
    """Calculate what was typed; save it only when that button was used."""
    session, actor = db.session(), current_actor()
    stored = get_distribution(session, distribution_id)
    sheet = read_sheet(request.form, recipients_of(session, actor))
    if not sheet.form.valid:
        return _page(stored, None, sheet)
    try:
        distribution = distribution_of(sheet, stored.distribution)
    except InvalidInputError as refused:
        sheet.refuse(refused)
        return _page(stored, None, sheet)
    wish = request.form.get("ziel", "rechnen")
    if wish in ("speichern", "pruefen"):
        change_distribution(
            actor, distribution_id, distribution,
            expected_version=typed_version(request.form.get("version")),
        )  # fmt: skip
        goal = "check_drafts" if wish == "pruefen" else "show"
        return redirect(page_url(goal, distribution_id=distribution_id), 303)
    return _page(stored, distribution, sheet)


@pages.route("/<uuid:distribution_id>/loeschen", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def delete(distribution_id: UUID) -> ResponseReturnValue:
    """Ask, then delete a distribution that nothing came of."""
    stored = get_distribution(db.session(), distribution_id)
    return ask_page(
        lambda: delete_distribution(current_actor(), distribution_id),
        about=Seen(DISTRIBUTION, distribution_id, stored),
        heading="Verteilung löschen?",
        consequences=[
            "Die Verteilung wird mit ihren Anteilen, Verzichten und Kennzahlen gelöscht.",
            "Das lässt sich nicht rückgängig machen.",
            "Weiterleitungen sind aus ihr nicht entstanden.",
        ],
        submit="Verteilung löschen",
        crumbs=file_crumbs(stored, Crumb("Löschen")),
        back_url=page_url("show", distribution_id=distribution_id),
        back="Zurück zur Verteilung",
        then=lambda _: page_url("listing"),
        done=f"Die Verteilung „{stored.title}“ ist gelöscht.",
    )


def _page(stored: StoredDistribution, distribution: Distribution | None, sheet: Sheet) -> ResponseReturnValue:
    session, actor = db.session(), current_actor()
    fund = get_fund(session, actor.tenant_id, stored.fund_id)
    worked = None if distribution is None else work_out(distribution, fund)
    if worked is not None and worked.problems and sheet.form.submitted:
        sheet.refuse(InvalidInputError(fields={path: list(found) for path, found in worked.problems.items()}))
    made = allocations_of(session, stored)
    issued = sum(allocation.issued_at is not None for allocation in made)
    swapped = "HX-Request" in request.headers
    page = render_template(
        "distributions/_result.html" if swapped else "distributions/show.html",
        stored=stored,
        sheet=sheet,
        form=sheet.form,
        worked=worked,
        swapped=swapped,
        outcomes=sheet.outcomes(worked.result if worked else None),
        problems=problem_lines(sheet, worked),
        unit=unit_of(stored.distribution),
        made=made,
        drafts=len(made) - issued,
        state=state_of(len(made), issued),
        share_columns=share_columns(worked),
        coverage_columns=coverage_columns(),
        allocation_columns=allocation_columns(),
        fund=fund,
        key_figures=None
        if made or swapped or not actor.may(Permission.FUNDING_WRITE)
        else show_key_figures(session, stored.id),
        typed=sheet.form.submitted,
        may_write=actor.may(Permission.FUNDING_WRITE),
        crumbs=crumbs(Crumb(stored.title)),
    )
    return page, 422 if sheet.form.summary and not swapped else 200

"""Sharing a Zwischenstand: the page shows exactly what will be shared, then it is."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core.attempt import attempt
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.view import Column
from kimhub.funding.pages import allocation_presenting as presenting
from kimhub.funding.pages.allocation_presenting import Stand
from kimhub.funding.pages.allocation_steps import STEPS
from kimhub.funding.pages.blueprint import page_url, pages
from kimhub.funding.queries import allocation_file
from kimhub.funding.statement_queries import cells_to_state, mark_of
from kimhub.funding.usecases.share_statement import StatementOutdatedError, share_statement
from tenants import Permission, db

STATEMENT_COLUMNS = (
    Column("Haushaltsjahr und Zweck"), Column("Erhalten", numeric=True), Column("Ausgegeben", numeric=True)
)  # fmt: skip


@pages.route("/weiterleitungen/<uuid:allocation_id>/zwischenstand", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def state_spending(allocation_id: UUID) -> ResponseReturnValue:
    """Show what the giver will see, then share it."""
    actor, session = current_actor(), db.session()
    actor.require(Permission.EXPENDITURE_READ)
    file = allocation_file(session, allocation_id)
    sides = presenting.sides_of(session, file, actor)
    cells = cells_to_state(session, actor, file) if sides.stand is Stand.RECIPIENT else []
    if not cells:
        return STEPS.moved(allocation_id)
    outdated: StatementOutdatedError | None = None
    if request.method == "POST":
        try:
            with attempt(session):
                share_statement(actor, allocation_id, seen=request.form.get("seen", ""))
        except StatementOutdatedError as error:
            outdated = error
        else:
            flash("Der Zwischenstand ist geteilt.", "success")
            return redirect(
                page_url("show_allocation", allocation_id=allocation_id, _anchor="zwischenstand"), 303
            )
    page = render_template(
        "funding/allocation_statement.html",
        crumbs=presenting.allocation_crumbs("Zwischenstand teilen", file=file),
        cells=cells,
        columns=STATEMENT_COLUMNS,
        outdated=outdated,
        seen=mark_of(cells),
        consequences=[
            f"{sides.names['Giver']} sieht genau diese Beträge mit Datum und Uhrzeit, keine einzelnen Buchungen.",
            "Gezählt sind alle Ausgaben, die Sie für diese Zwecke gebucht haben, gleich aus welchen Mitteln.",
            "Ein geteilter Zwischenstand lässt sich nicht zurücknehmen. Einen neueren können Sie jederzeit teilen.",
        ],
        action=page_url("state_spending", allocation_id=allocation_id),
        back_url=page_url("show_allocation", allocation_id=allocation_id),
    )
    return page, 409 if outdated else 200

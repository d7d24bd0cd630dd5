"""The file (Vorgang) of a Weiterleitung, as its giver, its recipient and whoever gave the money first see it."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core.errors import NotFoundError
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.forms import Form, bind, blank
from kimhub.core.web.view import Action, Column
from kimhub.funding.allocation_schemas import InternalNoteSchema
from kimhub.funding.letter_queries import OnPaper, on_paper
from kimhub.funding.pages import allocation_presenting as presenting
from kimhub.funding.pages.allocation_presenting import Sides, Stand
from kimhub.funding.pages.allocation_statements import STATEMENT_COLUMNS
from kimhub.funding.pages.allocation_steps import STEPS, run_of, view_of
from kimhub.funding.pages.blueprint import page_url, pages, status_of, try_with
from kimhub.funding.pages.letters import paper_facts
from kimhub.funding.queries import AllocationFile, FundView, allocation_file, allocation_items, get_fund
from kimhub.funding.statement_queries import latest_statement
from kimhub.funding.usecases.confirm_on_paper import may_confirm_on_paper
from kimhub.funding.usecases.note_allocation import note_allocation
from kimhub.funding.workflow import State
from tenants import Permission, db
from tenants.naming import accusative

AMOUNT_COLUMNS = (
    Column("Haushaltsjahr und Zweck"), Column("Stellen", numeric=True), Column("Betrag", numeric=True)
)  # fmt: skip
FUND_COLUMNS = (
    Column("Haushaltsjahr und Zweck"), Column("Erhalten", numeric=True), Column("Weitergeleitet", numeric=True),
    Column("Noch verfügbar", numeric=True),
)  # fmt: skip


@pages.get("/weiterleitungen/<uuid:allocation_id>")
@requires(Permission.FUNDING_READ)
def show_allocation(allocation_id: UUID) -> str:
    """Show the file of one allocation."""
    return _page(allocation_file(db.session(), allocation_id), blank(InternalNoteSchema()))


@pages.post("/weiterleitungen/<uuid:allocation_id>/notizen")
@requires(Permission.FUNDING_WRITE)
def note_on_allocation(allocation_id: UUID) -> ResponseReturnValue:
    """Keep an internal note."""
    actor = current_actor()
    form = bind(InternalNoteSchema(), request.form)
    taken = form.valid and try_with(
        form, lambda: note_allocation(actor, allocation_id, form.data["text"]) is not None
    )
    if taken:
        flash("Die interne Notiz ist gespeichert.", "success")
        return redirect(page_url("show_allocation", allocation_id=allocation_id, _anchor="verlauf"), 303)
    return _page(allocation_file(db.session(), allocation_id), form), status_of(form)


def _page(file: AllocationFile, note_form: Form) -> str:
    actor, session = current_actor(), db.session()
    sides = presenting.sides_of(session, file, actor)
    items = allocation_items(session, file.versions)
    may_write = actor.may(Permission.FUNDING_WRITE)
    own = sides.stand is Stand.GIVER
    paper = on_paper(session, file.allocation) if own and file.state is not State.DRAFT else OnPaper()
    return render_template(
        "funding/allocation.html",
        crumbs=presenting.allocation_crumbs(file.allocation.title),
        file=file,
        sides=sides,
        state=presenting.state_badge(file.state),
        waiting_for=presenting.waiting_for(file, sides),
        steps=_steps(file, sides),
        drop_url=page_url("drop_allocation", allocation_id=file.allocation.id)
        if own and may_write and file.state is State.DRAFT
        else None,
        pass_on_url=_pass_on_url(file, sides) if may_write else None,
        visible_to=presenting.visible_to(file, sides),
        contact=presenting.contact(session, file, sides),
        paper=paper_facts(paper, may_write=may_write),
        paper_url=page_url("confirmed_on_paper", allocation_id=file.allocation.id)
        if own and may_write and _awaits_paper(file, paper)
        else None,
        facts=presenting.allocation_facts(file, sides, _fund_title(file) if own else None),
        without_consent=own and file.current.consent_on is None and file.allocation.ended_at is None,
        items=items[file.current.id],
        amount_columns=AMOUNT_COLUMNS,
        versions=presenting.version_table(file.versions, items) if len(file.versions) > 1 else None,
        version_list=file.versions,
        amounts=presenting.share_and_money,
        signed=presenting.signed,
        received_fund=_received_fund(file, sides),
        statement=latest_statement(session, actor.tenant_id, file.allocation.id),
        statement_columns=STATEMENT_COLUMNS,
        state_url=_state_url(file, sides),
        fund_columns=FUND_COLUMNS,
        entries=presenting.timeline_entries(run_of(file, sides), file, sides, actor),
        own_name=accusative(actor.tenant_name),
        form=note_form,
        may_note=may_write and sides.is_tenant and sides.stand is not Stand.ABOVE,
        may_write=may_write,
        url=page_url,
    )


def _steps(file: AllocationFile, sides: Sides) -> list[Action]:
    """Return the reader's steps; a draft, which nobody else sees, is issued or changed."""
    actor, allocation_id = current_actor(), file.allocation.id
    if file.state is not State.DRAFT:
        return STEPS.buttons(view_of(file, sides), actor)
    if sides.stand is not Stand.GIVER or not actor.may(Permission.FUNDING_WRITE):
        return []
    return [
        Action("Prüfen und erteilen", page_url("issue", id=allocation_id)),
        Action("Entwurf bearbeiten", page_url("edit_allocation", allocation_id=allocation_id), "secondary"),
    ]


def _awaits_paper(file: AllocationFile, paper: OnPaper) -> bool:
    return paper.confirmation is None and may_confirm_on_paper(file, asked_by_letter=bool(paper.letters))


def _fund_title(file: AllocationFile) -> str:
    return get_fund(db.session(), current_actor().tenant_id, file.allocation.fund_id).title


def _received_fund(file: AllocationFile, sides: Sides) -> FundView | None:
    """Return the fund that the recipient's confirmation made."""
    if sides.stand is not Stand.RECIPIENT:
        return None
    try:
        return get_fund(db.session(), current_actor().tenant_id, file.allocation.id)
    except NotFoundError:  # not confirmed yet
        return None


def _state_url(file: AllocationFile, sides: Sides) -> str | None:
    """Return where the recipient shares what it has spent."""
    actor = current_actor()
    may = actor.may(Permission.FUNDING_WRITE) and actor.may(Permission.EXPENDITURE_READ)
    if not may or sides.stand is not Stand.RECIPIENT or file.state is not State.CONFIRMED:
        return None
    return page_url("state_spending", allocation_id=file.allocation.id)


def _pass_on_url(file: AllocationFile, sides: Sides) -> str | None:
    fund = _received_fund(file, sides)
    if (
        fund is None
        or file.state is not State.CONFIRMED
        or not any(balance.left for balance in fund.balances)
    ):
        return None
    return page_url("new_allocation", mittel=fund.id)

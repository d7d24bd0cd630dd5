"""Preparing a Weiterleitung: choose the money, say who gets what, change or drop the draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core import clock
from kimhub.core.errors import NotFoundError
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.editing import VERSION, try_edit, versioned
from kimhub.core.web.forms import Form, bind, blank
from kimhub.core.web.view import Column
from kimhub.funding.allocation_schemas import DraftFormSchema, NewAllocationFormSchema
from kimhub.funding.models import Allocation
from kimhub.funding.pages.allocation_form import CellLine, at_rows, entered, initial_rows, lines_of, rows_of
from kimhub.funding.pages.allocation_presenting import allocation_crumbs, allocation_facts, sides_of
from kimhub.funding.pages.blueprint import page_url, pages, status_of, try_with
from kimhub.funding.queries import (
    ALLOCATION,
    AllocationFile,
    FundView,
    allocation_file,
    allocation_items,
    funds,
    get_fund,
)
from kimhub.funding.recipient_queries import recipient_of, recipient_options
from kimhub.funding.terms import CellAmount
from kimhub.funding.usecases.allocate import (
    Allocate,
    AllocationIssuedError,
    allocate,
    change_allocation_draft,
    discard_allocation,
)
from kimhub.funding.workflow import State
from tenants import Permission, db

FUND_COLUMNS = (
    Column("Haushaltsjahr und Zweck"), Column("Mittel", numeric=True), Column("Weitergeleitet", numeric=True),
    Column("Noch verfügbar", numeric=True),
)  # fmt: skip


@pages.route("/weiterleitungen/neu", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def new_allocation() -> ResponseReturnValue:
    """Choose the fund; then say who gets how much of it (`?mittel=`), filled from an ended one (`?aus=`)."""
    actor, session = current_actor(), db.session()
    fund_id = _id_in("mittel")
    if fund_id is None:
        return render_template(
            "funding/allocation_funds.html",
            crumbs=allocation_crumbs("Mittel wählen"),
            funds=[fund for fund in funds(session, actor.tenant_id) if fund.balances],
            columns=FUND_COLUMNS,
            url=page_url,
        )
    fund = get_fund(session, actor.tenant_id, fund_id)
    lines = lines_of(fund)
    options = {"recipient": recipient_options(session, actor, fund)}
    if request.method == "POST":
        form = bind(NewAllocationFormSchema(), request.form, options=options)
        created = _created(form, fund_id) if form.valid else None
        if created is not None:
            flash(
                "Der Entwurf ist gespeichert. Prüfen Sie ihn und erteilen Sie die Weiterleitung.", "success"
            )
            return redirect(page_url("show_allocation", allocation_id=created.id), 303)
    else:
        form = blank(
            NewAllocationFormSchema(),
            {
                "issued_on": clock.today(), "period_from": fund.period_from, "period_to": fund.period_to,
                "items": initial_rows(lines, _freed(session_id=_id_in("aus"))),
            },
            options=options,
        )  # fmt: skip
    return _form_page(
        form,
        fund=fund,
        lines=lines,
        heading="Neue Weiterleitung",
        crumb="Neue Weiterleitung",
        action=page_url("new_allocation", mittel=fund_id),
        cancel_url=page_url("allocation_list"),
    )


def _created(form: Form, fund_id: UUID) -> Allocation | None:
    actor, data = current_actor(), form.data

    def use_case() -> Allocation:
        said = entered(form)
        command = Allocate(
            fund_id=fund_id, title=data["title"], terms=said.terms, **recipient_of(data["recipient"])
        )
        return at_rows(said.rows, lambda: allocate(actor, command))

    return try_with(form, use_case)


def _freed(session_id: UUID | None) -> Sequence[CellAmount]:
    """Return what an ended allocation of one's own gave before it was taken back."""
    if session_id is None:
        return ()
    session = db.session()
    file = allocation_file(session, session_id)
    if file.allocation.tenant_id != current_actor().tenant_id or len(file.versions) < 2:
        return ()
    before = file.versions[1]
    return allocation_items(session, [before])[before.id]


@pages.route("/weiterleitungen/<uuid:allocation_id>/bearbeiten", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def edit_allocation(allocation_id: UUID) -> ResponseReturnValue:
    """Change a draft."""
    actor, session = current_actor(), db.session()
    file = draft_file(allocation_id)
    fund = get_fund(session, actor.tenant_id, file.allocation.fund_id)
    items = allocation_items(session, [file.current])[file.current.id]
    lines = lines_of(fund, [CellAmount(item.cell, item.amount * 0) for item in items])

    def stored(held: AllocationFile) -> Form:
        present = allocation_items(session, [held.current])[held.current.id]
        return blank(DraftFormSchema(), {**terms_shown(held), "items": initial_rows(lines, present)})

    if request.method == "POST":
        form = bind(DraftFormSchema(), request.form)
        form.version = request.form.get(VERSION, "")
        if form.valid:
            use_case = _changing(form, allocation_id)
            try_edit(form, ALLOCATION, allocation_id, stored, use_case, version=form.version)
        if form.valid and not form.overtaken:
            flash("Der Entwurf ist gespeichert.", "success")
            return redirect(page_url("show_allocation", allocation_id=allocation_id), 303)
    else:
        form = versioned(stored(file))
    return _form_page(
        form,
        fund=fund,
        lines=lines,
        heading="Entwurf bearbeiten",
        crumb="Entwurf bearbeiten",
        file=file,
        action=page_url("edit_allocation", allocation_id=allocation_id),
        cancel_url=page_url("show_allocation", allocation_id=allocation_id),
    )


def _changing(form: Form, allocation_id: UUID) -> Callable[[], Allocation]:
    """Return what changes the draft as a valid form says."""

    def use_case() -> Allocation:
        said = entered(form)
        return at_rows(
            said.rows,
            lambda: change_allocation_draft(
                current_actor(), allocation_id, title=form.data["title"], terms=said.terms
            ),
        )

    return use_case


@pages.route("/weiterleitungen/<uuid:allocation_id>/verwerfen", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def drop_allocation(allocation_id: UUID) -> ResponseReturnValue:
    """Ask once more, then drop a draft."""
    actor, session = current_actor(), db.session()
    file = draft_file(allocation_id)
    return ask_page(
        lambda: discard_allocation(actor, allocation_id),
        about=Seen(ALLOCATION, allocation_id, file),
        heading="Entwurf verwerfen?",
        facts=allocation_facts(file, sides_of(session, file, actor), None),
        consequences=[
            "Der Entwurf wird gelöscht. Das lässt sich nicht rückgängig machen.",
            "Außer Ihrer Verwaltung hat ihn niemand gesehen; von den Mitteln war noch nichts gebunden.",
            "Dass er gelöscht wurde, hält der Änderungsverlauf fest.",
        ],
        submit="Entwurf verwerfen",
        crumbs=allocation_crumbs("Entwurf verwerfen", file=file),
        back_url=page_url("show_allocation", allocation_id=allocation_id),
        back="Zurück zum Entwurf",
        then=lambda _: page_url("allocation_list"),
        done="Der Entwurf ist verworfen.",
    )


def draft_file(allocation_id: UUID) -> AllocationFile:
    """Return a draft of one's own; raises `NotFoundError`, `AllocationIssuedError`."""
    file = allocation_file(db.session(), allocation_id)
    if file.allocation.tenant_id != current_actor().tenant_id:
        raise NotFoundError
    if file.state is not State.DRAFT:
        raise AllocationIssuedError(
            "Eine erteilte Weiterleitung wird durch eine neue Fassung geändert. Öffnen Sie sie und wählen Sie "
            "„Weiterleitung ändern“."
        )
    return file


def terms_shown(file: AllocationFile) -> dict[str, str | date | None]:
    """Return what the version in force says, as its form begins."""
    version = file.current
    names = ("issued_on", "period_from", "period_to", "conditions", "consent_on", "consent_reference")
    return {"title": file.allocation.title, **{name: getattr(version, name) for name in names}}


def _id_in(name: str) -> UUID | None:
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None


def _form_page(
    form: Form,
    *,
    fund: FundView,
    lines: Sequence[CellLine],
    heading: str,
    crumb: str,
    action: str,
    cancel_url: str,
    file: AllocationFile | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "funding/allocation_form.html",
        crumbs=allocation_crumbs(crumb, file=file),
        form=form,
        fund=fund,
        rows=rows_of(form, lines),
        heading=heading,
        intro=None,
        submit="Entwurf speichern",
        seq=None,
        action=action,
        cancel_url=cancel_url,
    )
    return page, status_of(form)

"""Changing an issued Weiterleitung by a new version, and taking its money back."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core import clock
from kimhub.core.errors import NotFoundError
from kimhub.core.routing import current_actor, requires
from kimhub.core.versions import typed_version
from kimhub.core.web.forms import Form, bind, blank
from kimhub.core.web.step_pages import SEQ
from kimhub.funding.allocation_schemas import (
    REDISTRIBUTE,
    AmendFormSchema,
    EndAllocationSchema,
    TakeBackSchema,
)
from kimhub.funding.errors import OverdrawnError, PassedOnError
from kimhub.funding.models import Allocation
from kimhub.funding.pages import allocation_presenting as presenting
from kimhub.funding.pages.allocation_entry import terms_shown
from kimhub.funding.pages.allocation_form import (
    at_rows,
    entered,
    initial_rows,
    lines_of,
    place_overdrawn,
    rows_of,
)
from kimhub.funding.pages.allocation_steps import STEPS, view_of
from kimhub.funding.pages.blueprint import page_url, pages, status_of, try_with
from kimhub.funding.queries import AllocationFile, allocation_file, allocation_items, get_fund
from kimhub.funding.terms import CellAmount
from kimhub.funding.usecases.change_allocation import (
    EndAllocation,
    amend_allocation,
    end_allocation,
)
from kimhub.funding.workflow import State
from tenants import Permission, db
from tenants.proceedings import ProceedingMovedError


@pages.route("/weiterleitungen/<uuid:allocation_id>/aendern", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def amend(allocation_id: UUID) -> ResponseReturnValue:
    """Enter a new version; it is in force as soon as it is saved."""
    actor, session = current_actor(), db.session()
    file = _own(allocation_id)
    if not STEPS.is_open(view_of(file), "amend"):
        return STEPS.moved(allocation_id)
    fund = get_fund(session, actor.tenant_id, file.allocation.fund_id)
    items = allocation_items(session, [file.current])[file.current.id]
    lines, seq = lines_of(fund, items), file.seq
    if request.method == "POST":
        seq = typed_version(
            request.form.get(SEQ)
        )  # a form that comes back is still about the run that was seen
        form = bind(AmendFormSchema(), request.form)
        if form.valid:
            try:
                changed = _amended(form, allocation_id, items, seq)
            except ProceedingMovedError:
                return STEPS.moved(allocation_id)
            if changed is not None:
                flash("Die Weiterleitung ist geändert. Die neue Fassung gilt ab sofort.", "success")
                return redirect(page_url("show_allocation", allocation_id=allocation_id), 303)
    else:
        form = blank(
            AmendFormSchema(),
            {**terms_shown(file), "issued_on": clock.today(), "items": initial_rows(lines, items)},
        )  # fmt: skip
    page = render_template(
        "funding/allocation_form.html",
        crumbs=presenting.allocation_crumbs("Ändern", file=file),
        form=form,
        fund=fund,
        rows=rows_of(form, lines),
        heading="Weiterleitung ändern",
        intro="Tragen Sie ein, was nach der Änderung insgesamt gilt. Die neue Fassung gilt ab sofort; die Empfängerin "
        "sieht sie und bestätigt neu. Die früheren Fassungen bleiben lesbar.",
        submit="Weiterleitung ändern",
        seq=seq,
        action=page_url("amend", allocation_id=allocation_id),
        cancel_url=page_url("show_allocation", allocation_id=allocation_id),
    )
    return page, status_of(form)


def _amended(form: Form, allocation_id: UUID, before: list[CellAmount], seq: int) -> Allocation | None:
    def use_case() -> Allocation:
        said = entered(form, before=before)
        return at_rows(
            said.rows,
            lambda: amend_allocation(current_actor(), allocation_id, said.terms, expected_seq=seq),
        )

    try:
        return try_with(form, use_case)
    except OverdrawnError as refused:
        place_overdrawn(form, refused)
    except PassedOnError as refused:
        form.messages.append(refused.detail)
    return None


@pages.route("/weiterleitungen/<uuid:allocation_id>/beenden", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def end(allocation_id: UUID) -> ResponseReturnValue:
    """Take the money back; after a Verzicht ask whether it is kept or goes elsewhere."""
    actor, file = current_actor(), _own(allocation_id)
    sides = presenting.sides_of(db.session(), file, actor)
    view = view_of(file, sides)
    if not STEPS.is_open(view, "end"):
        return STEPS.moved(allocation_id)
    waived = file.state is State.WAIVED

    def ended(form: Form, seq: int) -> str:
        command = EndAllocation(
            allocation_id=allocation_id,
            issued_on=form.data["issued_on"],
            reason=form.data["reason"],
            expected_seq=seq,
        )
        return _next(form, end_allocation(actor, command))

    return STEPS.form(
        view,
        TakeBackSchema() if waived else EndAllocationSchema(),
        ended,
        heading=STEPS.label(view, "end"),
        consequences=_consequences(sides),
        then=lambda address: address,
        done="Die Mittel stehen Ihnen wieder zur Verfügung.",
        initial={
            "issued_on": clock.today(),
            "reason": f"{sides.names['Recipient']} hat verzichtet." if waived else "",
        },
    )


def _next(form: Form, ended: Allocation) -> str:
    if form.data.get("afterwards") == REDISTRIBUTE:
        return page_url("new_allocation", mittel=ended.fund_id, aus=ended.id)
    return page_url("show_allocation", allocation_id=ended.id)


def _own(allocation_id: UUID) -> AllocationFile:
    file = allocation_file(db.session(), allocation_id)
    if file.allocation.tenant_id != current_actor().tenant_id:
        raise NotFoundError
    return file


def _consequences(sides: presenting.Sides) -> list[str]:
    found = [
        "Der volle Betrag steht Ihnen wieder zur Verfügung.",
        "Die Weiterleitung endet und bleibt mit allen Fassungen lesbar.",
    ]
    if sides.is_tenant:
        names = sides.names
        found += [
            f"{names['Recipient']} sieht das sofort und liest Ihren Grund.",
            f"Hat {names['recipient']} schon weitergeleitet, wird die Rücknahme abgelehnt.",
        ]
    return found

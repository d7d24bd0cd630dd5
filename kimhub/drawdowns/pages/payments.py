"""Payments that people expect beside the plan: added, removed."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core.routing import current_actor, requires
from kimhub.core.web.forms import bind, blank
from kimhub.core.web.view import Crumb
from kimhub.drawdowns.pages.blueprint import (
    WHERE,
    load_standing,
    page_url,
    pages,
    standing_crumbs,
    standing_url,
    status_of,
    try_with,
)
from kimhub.drawdowns.queries import expected_payment
from kimhub.drawdowns.schemas import PaymentSchema
from kimhub.drawdowns.usecases.expect_payment import ExpectPayment, drop_payment, expect_payment
from tenants import Permission, db


@pages.route(f"{WHERE}/zahlung", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def add_payment(drawn_grant_id: UUID, year: int, baustein: int) -> ResponseReturnValue:
    """Ask for a payment that is expected, and note it."""
    one = load_standing(drawn_grant_id, year, baustein)
    form = bind(PaymentSchema(), request.form) if request.method == "POST" else blank(PaymentSchema())
    if form.valid:
        command = ExpectPayment(grant_id=one.grant_id, year=one.year, baustein=one.baustein, **form.data)
        if try_with(form, lambda: expect_payment(current_actor(), command)) is not None:
            flash("Die Zahlung ist eingetragen und zählt beim Abruf mit.", "success")
            return redirect(standing_url("show", one, _anchor="zahlungen"), 303)
    page = render_template(
        "drawdowns/payment.html",
        crumbs=standing_crumbs(one, Crumb("Zahlung ergänzen")),
        one=one,
        form=form,
        action=request.path,
        cancel_url=standing_url("show", one),
    )
    return page, status_of(form)


@pages.post("/zahlungen/<uuid:payment_id>/entfernen")
@requires(Permission.FUNDING_WRITE)
def remove_payment(payment_id: UUID) -> ResponseReturnValue:
    """Remove a payment that is no longer expected."""
    payment = expected_payment(db.session(), payment_id)
    where = {"drawn_grant_id": payment.fund_id, "year": payment.year, "baustein": payment.baustein}
    drop_payment(current_actor(), payment_id)
    flash("Die Zahlung ist entfernt.", "success")
    return redirect(page_url("show", **where, _anchor="zahlungen"), 303)

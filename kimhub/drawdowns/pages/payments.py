"""Payments that people expect beside the plan: added, removed."""

from __future__ import annotations

from uuid import UUID

from flask import redirect
from flask.typing import ResponseReturnValue

from kimhub.core.formats import day, number
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import say
from kimhub.core.web.form_pages import form_page
from kimhub.core.web.view import Crumb
from kimhub.drawdowns.pages.blueprint import (
    WHERE,
    load_standing,
    name_of,
    page_url,
    pages,
    standing_crumbs,
    standing_url,
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
    return form_page(
        PaymentSchema(),
        lambda form: expect_payment(
            current_actor(),
            ExpectPayment(grant_id=one.grant_id, year=one.year, baustein=one.baustein, **form.data),
        ),
        heading="Zahlung ergänzen",
        intro=f"{one.title}, {name_of(one)}. Tragen Sie ein, was fällig wird und nicht im Finanzierungsplan steht. Es "
        "zählt beim Abruf mit, bis es fällig ist.",
        submit="Zahlung eintragen",
        crumbs=standing_crumbs(one, Crumb("Zahlung ergänzen")),
        cancel_url=standing_url("show", one),
        then=lambda _: standing_url("show", one, _anchor="zahlungen"),
        done="Die Zahlung ist eingetragen und zählt beim Abruf mit.",
    )


@pages.post("/zahlungen/<uuid:payment_id>/entfernen")
@requires(Permission.FUNDING_WRITE)
def remove_payment(payment_id: UUID) -> ResponseReturnValue:
    """Remove a payment that is no longer expected."""
    payment = expected_payment(db.session(), payment_id)
    where = {"drawn_grant_id": payment.fund_id, "year": payment.year, "baustein": payment.baustein}
    said = {"text": payment.text, "amount": number(payment.amount, places=2), "due_on": day(payment.due_on)}
    drop_payment(current_actor(), payment_id)
    say(
        f"Die Zahlung „{said['text']}“ ist entfernt.",
        undo_url=page_url("add_payment", **where),
        undo_fields=said,
    )
    return redirect(page_url("show", **where, _anchor="zahlungen"), 303)

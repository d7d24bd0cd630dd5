"""One booking, and the page on which it is reversed."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from kimhub.core import formats
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.form_pages import form_page
from kimhub.core.web.view import Crumb
from kimhub.spending.imports.queries import get_import
from kimhub.spending.models import Expenditure
from kimhub.spending.pages import presenting
from kimhub.spending.pages.blueprint import crumbs, page_url, pages
from kimhub.spending.queries import get_expenditure, reversal_of
from kimhub.spending.schemas import ReverseExpenditureSchema
from kimhub.spending.usecases.reverse_expenditure import ReverseExpenditure, reverse_expenditure
from tenants import Permission, db
from tenants.naming import only


@pages.get("/<uuid:expenditure_id>")
@requires(Permission.EXPENDITURE_READ)
def show(expenditure_id: UUID) -> str:
    """Show a booking, and what became of it."""
    actor, session = current_actor(), db.session()
    booked = get_expenditure(session, expenditure_id)
    reversal = reversal_of(session, booked)
    other = booked.reverses_id or (reversal.id if reversal else None)
    return render_template(
        "spending/show.html",
        crumbs=crumbs(Crumb(f"Beleg {booked.receipt_number}")),
        booked=booked,
        state=presenting.state_badge(is_reversal=booked.is_reversal, is_reversed=reversal is not None),
        facts=presenting.facts(booked, get_import(session, booked.import_id) if booked.import_id else None),
        reversal=reversal,
        other_url=page_url("show", expenditure_id=other) if other else None,
        reverse_url=page_url("reverse", expenditure_id=booked.id),
        may_reverse=actor.may(Permission.EXPENDITURE_WRITE) and not booked.is_reversal and reversal is None,
        may_write=actor.may(Permission.EXPENDITURE_WRITE),
        visible_to=only(actor.tenant_name),
    )


@pages.route("/<uuid:expenditure_id>/stornieren", methods=["GET", "POST"])
@requires(Permission.EXPENDITURE_WRITE)
def reverse(expenditure_id: UUID) -> ResponseReturnValue:
    """Show once more what is booked and what follows, ask why, then reverse."""
    session = db.session()
    booked = get_expenditure(session, expenditure_id)
    if booked.is_reversal or reversal_of(session, booked) is not None:
        return _reversed_already(booked)
    here = page_url("show", expenditure_id=booked.id)
    return form_page(
        ReverseExpenditureSchema(),
        lambda form: reverse_expenditure(
            current_actor(),
            ReverseExpenditure(expenditure_id, form.data["reason"], form.data["booked_on"]),
        ),
        heading=f"Beleg {booked.receipt_number} stornieren",
        submit="Stornieren",
        crumbs=crumbs(Crumb(f"Beleg {booked.receipt_number}", here), Crumb("Stornieren")),
        cancel_url=here,
        then=lambda _: here,
        done=f"Beleg {booked.receipt_number} ist storniert.",
        facts=presenting.facts(booked),
        consequences=[
            f"Ein Storno über {formats.euro(-booked.amount)} kommt dazu. Beide Buchungen bleiben sichtbar.",
            f"Die Ausgaben des Haushaltsjahres {booked.year} sinken um {formats.euro(booked.amount)}.",
            "Ein Storno lässt sich nicht zurücknehmen. Den Beleg können Sie danach neu buchen.",
        ],
        template="spending/reverse.html",
    )


def _reversed_already(booked: Expenditure) -> ResponseReturnValue:
    flash("Diese Buchung ist schon storniert oder selbst ein Storno. Es wurde nichts geändert.", "warning")
    return redirect(page_url("show", expenditure_id=booked.id), 303)

"""Entering bookings one after the other."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from kimhub.core.errors import NotFoundError
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.form_pages import form_page
from kimhub.core.web.view import Crumb
from kimhub.programme.public import GrantPurpose, Teilplanzeile
from kimhub.spending.models import Expenditure
from kimhub.spending.pages.blueprint import crumbs, page_url, pages
from kimhub.spending.queries import get_expenditure
from kimhub.spending.schemas import BookExpenditureSchema
from kimhub.spending.usecases.book_expenditure import BookExpenditure, book_expenditure
from tenants import Permission, db

_AFTER, _ANEW = "nach", "neu"
"""Names in the address: the booking just entered; a reversed booking that is to be booked again."""


@pages.route("/neu", methods=["GET", "POST"])
@requires(Permission.EXPENDITURE_WRITE)
def new_booking() -> ResponseReturnValue:
    """Ask for one booking; after it the next one begins with what usually stays the same."""
    last, anew = _booking_in(_AFTER), _booking_in(_ANEW)
    return form_page(
        BookExpenditureSchema(),
        lambda form: book_expenditure(current_actor(), BookExpenditure(**form.data)),
        heading="Ausgabe buchen",
        submit="Buchen",
        crumbs=crumbs(Crumb("Ausgabe buchen")),
        cancel_url=page_url("listing"),
        then=lambda booked: page_url("new_booking", **{_AFTER: booked.id}),
        initial=_all_of(anew) if anew else _usual(last),
        template="spending/new.html",
        last=None if request.method == "POST" else last,
    )


def _booking_in(name: str) -> Expenditure | None:
    try:
        return get_expenditure(db.session(), UUID(request.args.get(name, "")))
    except (ValueError, NotFoundError):
        return None


def _usual(last: Expenditure | None) -> dict[str, object]:
    """Return what the next booking probably shares with the last one."""
    if last is None:
        return {}
    return {
        "booked_on": last.booked_on,
        "purpose": GrantPurpose(last.purpose),
        "teilplanzeile": Teilplanzeile(last.teilplanzeile),
        "year": last.year if last.year != last.booked_on.year else None,
        "position_reference": last.position_reference,
    }


def _all_of(booked: Expenditure) -> dict[str, object]:
    """Return what was booked, to be corrected."""
    return {
        **_usual(booked),
        "receipt_number": booked.receipt_number,
        "amount": abs(booked.amount),
        "recipient": booked.recipient,
        "text": booked.text,
        "period_from": booked.period_from,
        "period_to": booked.period_to,
    }

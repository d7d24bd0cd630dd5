"""Asking all who have not confirmed: whom it reaches is shown before anything is sent."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from kimhub.core.formats import day, euro
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import ask_page
from kimhub.core.web.view import Fact
from kimhub.funding.pages.allocation_presenting import allocation_crumbs
from kimhub.funding.pages.blueprint import page_url, pages
from kimhub.funding.reminder_queries import PAUSE, Unconfirmed, unconfirmed
from kimhub.funding.usecases.remind_recipients import Reminded, remind_recipients
from tenants import Permission, db

_WITHOUT_ACCESS = (
    "Wo noch niemand eine Rolle in KIMHub hat, liest es erst, wer sie übernimmt. Fragen Sie dort auf dem bisherigen "
    "Weg nach."
)


@pages.route("/weiterleitungen/nachfragen", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def remind() -> ResponseReturnValue:
    """Show who has not confirmed and who would be asked now, then ask them."""
    actor = current_actor()
    found = unconfirmed(db.session(), actor)
    here = page_url("allocation_list")
    return ask_page(
        lambda: remind_recipients(actor),
        about=None,
        heading="Nach der Bestätigung fragen?",
        facts=[Fact(one.recipient, _said(one)) for one in found],
        consequences=[
            "Jede dieser Stellen liest im Posteingang und in einer E-Mail, dass ihre Bestätigung noch fehlt.",
            _WITHOUT_ACCESS,
            f"Wer in den letzten {PAUSE.days} Tagen von Ihnen dazu gehört hat, wird nicht gefragt.",
        ],
        submit="Nachfragen",
        crumbs=allocation_crumbs("Nachfragen"),
        back_url=here,
        then=lambda _: here,
        done=_told,
    )


def _said(one: Unconfirmed) -> str:
    asked = " Schon gefragt." if one.asked_lately else ""
    return f"{one.title}, {euro(one.amount)}, vom {day(one.issued_on)}.{asked}"


def _told(done: Reminded) -> str:
    number = len(done.asked)
    if not number:
        return "Es war niemand zu fragen."
    return "Eine Stelle ist gefragt." if number == 1 else f"{number} Stellen sind gefragt."

"""A new call: typed, checked once more, entered."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core import clock, formats
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.forms import Form, bind, blank
from kimhub.core.web.trying import status_of, try_with
from kimhub.core.web.view import Crumb, Fact, Section
from kimhub.drawdowns.pages import presenting
from kimhub.drawdowns.pages.blueprint import (
    WHERE,
    load_standing,
    page_url,
    pages,
    standing_crumbs,
    standing_url,
)
from kimhub.drawdowns.schemas import CallSchema
from kimhub.drawdowns.standing_queries import Standing
from kimhub.drawdowns.usecases.call_money import CallMoney, call_money
from kimhub.programme.public import load_drawdown_rules, months_after
from tenants import Permission


@pages.get(f"{WHERE}/abrufen")
@requires(Permission.FUNDING_WRITE)
def call(drawn_grant_id: UUID, year: int, baustein: int) -> ResponseReturnValue:
    """Ask how much, prefilled with what may be drawn today."""
    one = load_standing(drawn_grant_id, year, baustein)
    if request.args:  # back from the check
        return _form(one, bind(CallSchema(), request.args))
    initial = {
        "amount": one.result.amount or None,
        "requested_on": clock.today(),
        "due_until": one.result.until,
    }
    return _form(one, blank(CallSchema(), initial))


@pages.post(f"{WHERE}/abrufen")
@requires(Permission.FUNDING_WRITE)
def check_call(drawn_grant_id: UUID, year: int, baustein: int) -> ResponseReturnValue:
    """Show everything once more before it is entered; nothing is entered yet."""
    one = load_standing(drawn_grant_id, year, baustein)
    form = bind(CallSchema(), request.form)
    if not form.valid:
        return _form(one, form)
    latest = months_after(form.data["requested_on"], load_drawdown_rules().call_months.value)
    if not form.data["requested_on"] <= form.data["due_until"] <= latest:
        form["due_until"].errors.append(f"Wählen Sie einen Tag vom Abruf bis zum {formats.day(latest)}.")
        return _form(one, form)
    amount = form.data["amount"]
    more = amount - one.result.amount
    facts = [
        Fact("Zuwendung", f"{one.title}, {one.aktenzeichen}"),
        Fact("Haushaltsjahr", str(one.year)),
        Fact("Baustein", one.baustein.label),
        Fact("Betrag", formats.euro(amount)),
        Fact("Tag des Abrufs", formats.day(form.data["requested_on"])),
        Fact("Für Zahlungen bis", formats.day(form.data["due_until"])),
        Fact("Zeichen", form.data["reference"] or "–"),
    ]
    typed = {
        name: request.form.get(name, "") for name in ("amount", "requested_on", "due_until", "reference")
    }
    return render_template(
        "drawdowns/check.html",
        crumbs=standing_crumbs(one, Crumb("Prüfen")),
        one=one,
        sections=[Section("Ihr Abruf", facts)],
        more=more if more > 0 else None,
        reason=one.result.reason,
        fields=typed,
        action=standing_url("enter_call", one),
        back_url=standing_url("call", one, **typed),
    )


@pages.post(f"{WHERE}/abrufen/eintragen")
@requires(Permission.FUNDING_WRITE)
def enter_call(drawn_grant_id: UUID, year: int, baustein: int) -> ResponseReturnValue:
    """Enter the call."""
    one = load_standing(drawn_grant_id, year, baustein)
    form = bind(CallSchema(), request.form)
    if form.valid:
        command = CallMoney(grant_id=one.grant_id, year=one.year, baustein=one.baustein, **form.data)
        entered = try_with(form, lambda: call_money(current_actor(), command), conflicts=True)
        if entered is not None:
            flash("Der Mittelabruf ist eingetragen. Senden Sie ihn der Bewilligungsbehörde.", "success")
            return redirect(page_url("show_entry", drawdown_id=entered.id), 303)
    return _form(one, form)


def _form(one: Standing, form: Form) -> ResponseReturnValue:
    page = render_template(
        "drawdowns/call.html",
        crumbs=standing_crumbs(one, Crumb("Mittel abrufen")),
        one=one,
        state=presenting.standing_badge(one),
        form=form,
        action=standing_url("check_call", one),
        cancel_url=standing_url("show", one),
    )
    return page, status_of(form)

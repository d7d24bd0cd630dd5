"""One call with what came in on it; noting receipts and repayments, taking back what was entered wrongly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from kimhub.core import clock, formats
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.forms import Form, bind, blank
from kimhub.core.web.view import Column, Crumb, Fact
from kimhub.drawdowns.models import DrawdownKind
from kimhub.drawdowns.pages import presenting
from kimhub.drawdowns.pages.blueprint import (
    WHERE,
    crumbs,
    load_standing,
    page_url,
    pages,
    standing_crumbs,
    standing_url,
    status_of,
    try_with,
)
from kimhub.drawdowns.queries import DrawdownFile, drawdown_file, drawdown_of_receipt
from kimhub.drawdowns.schemas import CancelSchema, ReceiptSchema, RepaymentSchema
from kimhub.drawdowns.usecases.call_money import CancelDrawdown, cancel_drawdown
from kimhub.drawdowns.usecases.record_receipt import (
    RecordReceipt,
    ReverseReceipt,
    record_receipt,
    reverse_receipt,
)
from kimhub.drawdowns.usecases.repay import Repay, repay
from tenants import Permission, db

_RECEIPTS = [
    Column("Tag der Gutschrift"),
    Column("Zeichen"),
    Column("Betrag", numeric=True),
    Column("Stornieren", hidden_label=True),
]


@pages.get("/abrufe/<uuid:drawdown_id>")
@requires(Permission.FUNDING_READ)
def show_entry(drawdown_id: UUID) -> str:
    """Show an entry with its receipts."""
    file = _load(drawdown_id)
    row = file.row
    may_write = current_actor().may(Permission.FUNDING_WRITE)
    may_cancel = may_write and (
        file.still_open > 0 or (row["kind"] == DrawdownKind.REPAYMENT and not row["cancelled"])
    )
    return render_template(
        "drawdowns/entry.html",
        crumbs=_crumbs(file),
        row=row,
        file=file,
        title=_title(file),
        state=presenting.state_badge(row),
        facts=presenting.call_facts(row),
        columns=_RECEIPTS,
        reversed_ids={receipt.reverses_id for receipt in file.receipts},
        may_write=may_write,
        receive_url=page_url("receive", drawdown_id=drawdown_id)
        if may_write and file.still_open > 0
        else None,
        cancel_url=page_url("cancel_entry", drawdown_id=drawdown_id) if may_cancel else None,
        standing_url=page_url(
            "show", drawn_grant_id=row["grant_id"], year=row["year"], baustein=row["baustein"]
        ),
        reverses_url=page_url("show_entry", drawdown_id=row["reverses_id"]) if row["reverses_id"] else None,
        page_url=page_url,
        is_call=row["kind"] == DrawdownKind.CALL,
    )


@pages.route("/abrufe/<uuid:drawdown_id>/eingang", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def receive(drawdown_id: UUID) -> ResponseReturnValue:
    """Ask what came in, and enter it."""
    file = _load(drawdown_id)

    def enter(data: dict[str, Any]) -> object:
        words = {**data, "reference": data["reference"] or ""}
        return record_receipt(current_actor(), RecordReceipt(drawdown_id=drawdown_id, **words))

    form = _opened(ReceiptSchema(), {"amount": file.still_open or None, "received_on": clock.today()})
    if _entered(form, enter):
        flash("Der Eingang ist eingetragen.", "success")
        return redirect(page_url("show_entry", drawdown_id=drawdown_id), 303)
    return _page(
        form,
        title="Eingang eintragen",
        crumbs_=_crumbs(file, "Eingang eintragen"),
        facts=presenting.call_facts(file.row),
        fields=("amount", "received_on", "reference"),
        submit="Eingang eintragen",
        cancel_url=page_url("show_entry", drawdown_id=drawdown_id),
    )


@pages.route("/abrufe/<uuid:drawdown_id>/stornieren", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def cancel_entry(drawdown_id: UUID) -> ResponseReturnValue:
    """Ask why, and cancel what has not come in."""
    file = _load(drawdown_id)
    form = _opened(CancelSchema(), {})

    def enter(data: dict[str, Any]) -> object:
        return cancel_drawdown(
            current_actor(), CancelDrawdown(drawdown_id=drawdown_id, reason=data["reason"])
        )

    if _entered(form, enter):
        flash("Storniert. Der Gegeneintrag steht in der Liste.", "success")
        return redirect(page_url("show_entry", drawdown_id=drawdown_id), 303)
    amount = file.still_open or abs(file.row["amount"])
    return _page(
        form,
        title=f"{presenting.kind_label(file.row)} stornieren",
        crumbs_=_crumbs(file, "Stornieren"),
        facts=presenting.call_facts(file.row),
        consequences=[
            f"Storniert werden {formats.euro(amount)}. Was eingegangen ist, bleibt stehen.",
            "Der Eintrag wird nicht geändert; ein Gegeneintrag hebt ihn auf.",
        ],
        fields=("reason",),
        submit="Stornieren",
        cancel_url=page_url("show_entry", drawdown_id=drawdown_id),
    )


@pages.route("/eingaenge/<uuid:receipt_id>/stornieren", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def reverse(receipt_id: UUID) -> ResponseReturnValue:
    """Ask why, and take back a receipt that was entered wrongly."""
    file = drawdown_of_receipt(db.session(), current_actor(), receipt_id)
    receipt = next(receipt for receipt in file.receipts if receipt.id == receipt_id)
    form = _opened(CancelSchema(), {})
    if _entered(
        form,
        lambda data: reverse_receipt(
            current_actor(), ReverseReceipt(receipt_id=receipt_id, reason=data["reason"])
        ),
    ):
        flash("Der Eingang ist storniert. Tragen Sie ihn neu ein, wenn etwas eingegangen ist.", "success")
        return redirect(page_url("show_entry", drawdown_id=file.row["id"]), 303)
    return _page(
        form,
        title="Eingang stornieren",
        crumbs_=_crumbs(file, "Eingang stornieren"),
        facts=[
            Fact("Eingang", formats.euro(receipt.amount)),
            Fact("Tag der Gutschrift", formats.day(receipt.received_on)),
        ],
        consequences=[
            "Nur für falsche Einträge. Haben Sie Geld zurückgezahlt, tragen Sie eine Rückzahlung ein."
        ],
        fields=("reason",),
        submit="Stornieren",
        cancel_url=page_url("show_entry", drawdown_id=file.row["id"]),
    )


@pages.route(f"{WHERE}/rueckzahlung", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def repay_money(drawn_grant_id: UUID, year: int, baustein: int) -> ResponseReturnValue:
    """Ask what was paid back, and enter it."""
    one = load_standing(drawn_grant_id, year, baustein)
    form = _opened(RepaymentSchema(), {"amount": one.result.repay or None, "repaid_on": clock.today()})

    def enter(data: dict[str, Any]) -> object:
        words = {**data, "reference": data["reference"] or ""}
        return repay(
            current_actor(), Repay(grant_id=one.grant_id, year=one.year, baustein=one.baustein, **words)
        )

    if _entered(form, enter):
        flash("Die Rückzahlung ist eingetragen.", "success")
        return redirect(standing_url("show", one), 303)
    return _page(
        form,
        title="Rückzahlung eintragen",
        crumbs_=standing_crumbs(one, Crumb("Rückzahlung eintragen")),
        facts=[
            Fact("Zuwendung", one.title),
            Fact("Eingegangen und nicht zurückgezahlt", formats.euro(one.received)),
            Fact("Über die Bewilligung hinaus abgerufen", formats.euro(one.result.repay)),
        ],
        consequences=["Eine Rückzahlung senkt, was als abgerufen gilt. Zinsen laufen nur bis zu ihrem Tag."],
        fields=("amount", "repaid_on", "reason", "reference"),
        submit="Rückzahlung eintragen",
        cancel_url=standing_url("show", one),
    )


def _load(drawdown_id: UUID) -> DrawdownFile:
    return drawdown_file(db.session(), drawdown_id)


def _title(file: DrawdownFile) -> str:
    return f"{presenting.kind_label(file.row)} vom {formats.day(file.row['requested_on'])}"


def _crumbs(file: DrawdownFile, *below: str) -> list[Crumb]:
    here = Crumb(_title(file), page_url("show_entry", drawdown_id=file.row["id"]) if below else None)
    return crumbs(here, *(Crumb(label) for label in below))


def _opened(schema: Schema, initial: dict[str, Any]) -> Form:
    return bind(schema, request.form) if request.method == "POST" else blank(schema, initial)


def _entered(form: Form, use_case: Callable[[dict[str, Any]], object]) -> bool:
    """Run the use case if the form was sent and is right; tell whether it went through."""
    return bool(form.valid) and try_with(form, lambda: use_case(form.data)) is not None


def _page(
    form: Form,
    *,
    title: str,
    crumbs_: list[Crumb],
    facts: list[Fact],
    fields: tuple[str, ...],
    submit: str,
    cancel_url: str,
    consequences: list[str] | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "drawdowns/step.html",
        crumbs=crumbs_,
        title=title,
        facts=facts,
        consequences=consequences or [],
        form=form,
        fields=fields,
        submit=submit,
        action=request.path,
        cancel_url=cancel_url,
    )
    return page, status_of(form)

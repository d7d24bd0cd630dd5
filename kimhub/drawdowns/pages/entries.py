"""One call with what came in on it; noting receipts and repayments, taking back what was entered wrongly."""

from __future__ import annotations

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from kimhub.core import clock, formats
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.form_pages import form_page
from kimhub.core.web.forms import Form
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

    def entered(form: Form) -> object:
        return record_receipt(current_actor(), RecordReceipt(drawdown_id=drawdown_id, **form.data))

    return form_page(
        ReceiptSchema(),
        entered,
        heading="Eingang eintragen",
        submit="Eingang eintragen",
        crumbs=_crumbs(file, "Eingang eintragen"),
        cancel_url=page_url("show_entry", drawdown_id=drawdown_id),
        then=lambda _: page_url("show_entry", drawdown_id=drawdown_id),
        done="Der Eingang ist eingetragen.",
        facts=presenting.call_facts(file.row),
        initial={"amount": file.still_open or None, "received_on": clock.today()},
    )


@pages.route("/abrufe/<uuid:drawdown_id>/stornieren", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def cancel_entry(drawdown_id: UUID) -> ResponseReturnValue:
    """Ask why, and cancel what has not come in."""
    file = _load(drawdown_id)
    amount = file.still_open or abs(file.row["amount"])
    return form_page(
        CancelSchema(),
        lambda form: cancel_drawdown(
            current_actor(), CancelDrawdown(drawdown_id=drawdown_id, reason=form.data["reason"])
        ),
        heading=f"{presenting.kind_label(file.row)} stornieren",
        submit="Stornieren",
        crumbs=_crumbs(file, "Stornieren"),
        cancel_url=page_url("show_entry", drawdown_id=drawdown_id),
        then=lambda _: page_url("show_entry", drawdown_id=drawdown_id),
        done="Storniert. Der Gegeneintrag steht in der Liste.",
        facts=presenting.call_facts(file.row),
        consequences=[
            f"Storniert werden {formats.euro(amount)}. Was eingegangen ist, bleibt stehen.",
            "Der Eintrag wird nicht geändert; ein Gegeneintrag hebt ihn auf.",
        ],
    )


@pages.route("/eingaenge/<uuid:receipt_id>/stornieren", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def reverse(receipt_id: UUID) -> ResponseReturnValue:
    """Ask why, and take back a receipt that was entered wrongly."""
    file = drawdown_of_receipt(db.session(), current_actor(), receipt_id)
    receipt = next(receipt for receipt in file.receipts if receipt.id == receipt_id)
    here = page_url("show_entry", drawdown_id=file.row["id"])
    return form_page(
        CancelSchema(),
        lambda form: reverse_receipt(
            current_actor(), ReverseReceipt(receipt_id=receipt_id, reason=form.data["reason"])
        ),
        heading="Eingang stornieren",
        submit="Stornieren",
        crumbs=_crumbs(file, "Eingang stornieren"),
        cancel_url=here,
        then=lambda _: here,
        done="Der Eingang ist storniert. Tragen Sie ihn neu ein, wenn etwas eingegangen ist.",
        facts=[
            Fact("Eingang", formats.euro(receipt.amount)),
            Fact("Tag der Gutschrift", formats.day(receipt.received_on)),
        ],
        consequences=[
            "Nur für falsche Einträge. Haben Sie Geld zurückgezahlt, tragen Sie eine Rückzahlung ein."
        ],
    )


@pages.route(f"{WHERE}/rueckzahlung", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def repay_money(drawn_grant_id: UUID, year: int, baustein: int) -> ResponseReturnValue:
    """Ask what was paid back, and enter it."""
    one = load_standing(drawn_grant_id, year, baustein)

    def entered(form: Form) -> object:
        return repay(
            current_actor(), Repay(grant_id=one.grant_id, year=one.year, baustein=one.baustein, **form.data)
        )

    return form_page(
        RepaymentSchema(),
        entered,
        heading="Rückzahlung eintragen",
        submit="Rückzahlung eintragen",
        crumbs=standing_crumbs(one, Crumb("Rückzahlung eintragen")),
        cancel_url=standing_url("show", one),
        then=lambda _: standing_url("show", one),
        done="Die Rückzahlung ist eingetragen.",
        facts=[
            Fact("Zuwendung", one.title),
            Fact("Eingegangen und nicht zurückgezahlt", formats.euro(one.received)),
            Fact("Über die Bewilligung hinaus abgerufen", formats.euro(one.result.repay)),
        ],
        consequences=["Eine Rückzahlung senkt, was als abgerufen gilt. Zinsen laufen nur bis zu ihrem Tag."],
        initial={"amount": one.result.repay or None, "repaid_on": clock.today()},
    )


def _load(drawdown_id: UUID) -> DrawdownFile:
    return drawdown_file(db.session(), drawdown_id)


def _title(file: DrawdownFile) -> str:
    return f"{presenting.kind_label(file.row)} vom {formats.day(file.row['requested_on'])}"


def _crumbs(file: DrawdownFile, *below: str) -> list[Crumb]:
    here = Crumb(_title(file), page_url("show_entry", drawdown_id=file.row["id"]) if below else None)
    return crumbs(here, *(Crumb(label) for label in below))

"""One Haushaltsjahr and Baustein of a grant: what may be drawn and why, what is due, interest, calls."""

from __future__ import annotations

from uuid import UUID

from flask import render_template

from kimhub.core.routing import current_actor, requires
from kimhub.core.web.tables import draw_table
from kimhub.core.web.view import Column
from kimhub.drawdowns.pages import presenting
from kimhub.drawdowns.pages.blueprint import (
    WHERE,
    load_standing,
    name_of,
    page_url,
    pages,
    standing_crumbs,
    standing_url,
)
from kimhub.drawdowns.pages.tables import ENTRIES
from kimhub.drawdowns.queries import drawdowns_of
from kimhub.programme.public import load_drawdown_rules
from tenants import Permission, db

_STEPS = [Column("Rechnung"), Column("Betrag", numeric=True)]
_PAYMENTS = [
    Column("Fällig am"),
    Column("Wofür"),
    Column("Betrag", numeric=True),
    Column("Entfernen", hidden_label=True),
]
_RECEIPTS = [
    Column("Eingang am"), Column("Betrag", numeric=True), Column("Zu verwenden bis"),
    Column("Noch nicht verwendet", numeric=True), Column("Zinsen bis heute", numeric=True),
]  # fmt: skip
_LATE = [
    Column("Eingang am"), Column("Betrag", numeric=True), Column("Verwendet am"), Column("Zinstage", numeric=True),
    Column("Zinssatz", numeric=True), Column("Zinsen", numeric=True),
]  # fmt: skip


@pages.get(WHERE)
@requires(Permission.FUNDING_READ)
def show(drawn_grant_id: UUID, year: int, baustein: int) -> str:
    """Show where it stands."""
    one = load_standing(drawn_grant_id, year, baustein)
    actor = current_actor()
    may_write = actor.may(Permission.FUNDING_WRITE)
    entries = drawdowns_of(db.session(), actor, one.key)
    return render_template(
        "drawdowns/show.html",
        crumbs=standing_crumbs(one),
        one=one,
        name=name_of(one),
        state=presenting.standing_badge(one),
        may_write=may_write,
        call_url=standing_url("call", one) if may_write and one.result.amount else None,
        repay_url=standing_url("repay_money", one) if may_write and one.received > 0 else None,
        payment_url=standing_url("add_payment", one) if may_write else None,
        page_url=page_url,
        steps=_STEPS,
        payments=_PAYMENTS,
        receipts=_RECEIPTS,
        late=_LATE,
        late_rows=presenting.late_rows(one.receipts),
        interest=presenting.interest_words,
        warnings=presenting.warnings(one),
        entries=draw_table(ENTRIES, entries, caption="Abrufe", table_id="abrufe") if entries else None,
        rules=presenting.rule_facts(load_drawdown_rules()),
        unverified=list(load_drawdown_rules().unverified()),
    )

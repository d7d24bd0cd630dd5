"""Weiterleitungen of the demo over several levels: Kreis Unna to Bergkamen, and from there to Kamen and Bönen.

The shares are those of the council papers (Kamen 141/2021): 1.0 for Kamen and Bergkamen, 0.5 for Bönen; Lünen waived
its share. Year, money per position and dates are assumptions. Of the Rhein-Sieg-Kreis some Gemeinden have answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from kimhub.core.web.paging import PageRequest
from kimhub.funding.public import (
    Allocate,
    CellAmount,
    Scope,
    State,
    Terms,
    allocate,
    confirm_allocation,
    funds,
    issue_allocations,
    list_allocations,
    object_to_allocation,
    waive_allocation,
)
from kimhub.programme.public import Cell, GrantPurpose, ValueKey, load_foerderrichtlinien
from tenants import Actor, Role, Tenant, transaction
from tenants.proceedings import Step

YEAR = 2026
CELL = Cell.of(YEAR, GrantPurpose.CASE_MANAGEMENT)
TITLE = f"Case Management {YEAR}"
_FIRST, _SECOND = Decimal("2.5"), Decimal("1.0")
"""For Bergkamen with Kamen and Bönen, and for Lünen."""


def load_unna(actors: Mapping[str, Actor]) -> None:
    """Pass money on from the Kreis Unna to Bergkamen and from there to Kamen and Bönen; Lünen waives."""
    kreis, bergkamen, luenen = (_labelled(actors[slug]) for slug in ("kreis-unna", "bergkamen", "luenen"))
    fund_id = _fund(kreis)
    if fund_id is None:
        return
    with transaction(kreis, read_only=True) as session:
        if list_allocations(session, kreis.tenant_id, Scope.GIVEN, PageRequest(limit=1)):
            return
    shares = ((bergkamen, _FIRST), (luenen, _SECOND))
    received = {to.tenant_slug: _issue(kreis, fund_id, to, share) for to, share in shares}
    _waive(luenen, received["luenen"], "Die Stadt Lünen richtet die Stelle nicht ein.")
    _confirm(bergkamen, received["bergkamen"])
    for slug, share in (("kamen", "1.0"), ("boenen", "0.5")):
        below = _labelled(actors[slug])
        _confirm(below, _issue(bergkamen, received["bergkamen"], below, Decimal(share)))


def load_rhein_sieg_answers(actors: Mapping[str, Actor]) -> None:
    """Let Troisdorf confirm what it received, and Bornheim object."""
    for slug in ("troisdorf", "bornheim"):
        actor = _labelled(actors[slug])
        with transaction(actor) as session:
            asked, waiting = PageRequest(limit=1), [State.ISSUED]
            for row in list_allocations(session, actor.tenant_id, Scope.RECEIVED, asked, states=waiting):
                if slug == "troisdorf":
                    confirm_allocation(actor, Step(row.id))
                else:
                    note = "Nach der neueren Einwohnerzahl steht uns ein höherer Anteil zu. Bitte prüfen Sie das."
                    object_to_allocation(actor, Step(row.id, note=note))


def _labelled(actor: Actor) -> Actor:
    role = Role.KI_COORDINATOR if actor.tenant_slug == "kreis-unna" else Role.OFFICER
    return replace(actor, label=role.label)


def _fund(actor: Actor) -> UUID | None:
    with transaction(actor, read_only=True) as session:
        held = {
            balance.cell: fund.id for fund in funds(session, actor.tenant_id) for balance in fund.balances
        }
    return held.get(CELL)


def _issue(giver: Actor, fund_id: UUID, to: Actor, share: Decimal) -> UUID:
    rate = load_foerderrichtlinien().on(date(YEAR, 1, 1)).values[ValueKey.CASE_MANAGEMENT].amount
    with transaction(giver) as session:
        recipient_id = session.scalars(select(Tenant.id).where(Tenant.slug == to.tenant_slug)).one()
        made = allocate(
            giver,
            Allocate(
                fund_id=fund_id,
                title=TITLE,
                recipient_id=recipient_id,
                terms=Terms(
                    issued_on=date(YEAR, 2, 16),
                    period_from=date(YEAR, 1, 1),
                    period_to=date(YEAR, 12, 31),
                    items=[CellAmount(CELL, (share * rate).quantize(Decimal("0.01")), share)],
                    conditions="Die Mittel sind für Stellen im Case Management bestimmt. Der Nachweis ist bis zum "
                    "31. März des Folgejahres vorzulegen.",
                    consent_on=date(YEAR, 2, 9),
                    consent_reference=f"Muster-W-{YEAR}",
                ),
            ),
        )
        issue_allocations(giver, [made.id])
        return made.id


def _confirm(actor: Actor, allocation_id: UUID) -> None:
    with transaction(actor):
        confirm_allocation(actor, Step(allocation_id))


def _waive(actor: Actor, allocation_id: UUID, reason: str) -> None:
    with transaction(actor):
        waive_allocation(actor, Step(allocation_id, note=reason))

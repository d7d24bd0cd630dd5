"""Checking drafts once more and issuing them: one, or several at once, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core.attempt import attempt
from kimhub.core.errors import ConflictError
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.view import Column
from kimhub.funding.pages.allocation_entry import draft_file
from kimhub.funding.pages.allocation_presenting import Sides, allocation_crumbs, share_and_money, sides_of
from kimhub.funding.pages.blueprint import page_url, pages
from kimhub.funding.queries import AllocationFile, allocation_items, funds
from kimhub.funding.terms import CellAmount
from kimhub.funding.usecases.issue_allocations import issue_allocations
from kimhub.programme.public import Cell
from tenants import Permission, db

MOST = 100
ZERO = Decimal("0.00")
COVERAGE_COLUMNS = (
    Column("Haushaltsjahr und Zweck"), Column("Noch verfügbar", numeric=True), Column("Weiterleitung", numeric=True),
    Column("Bleibt verfügbar", numeric=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft on the check page."""

    file: AllocationFile
    sides: Sides
    items: Sequence[CellAmount]


@dataclass(frozen=True, slots=True)
class Coverage:
    """A cell of a fund before and after the drafts are issued, in euro."""

    cell: Cell
    left: Decimal
    asked: Decimal

    @property
    def after(self) -> Decimal:
        """What stays in the fund; negative where it does not suffice."""
        return self.left - self.asked


@pages.route("/weiterleitungen/erteilen", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def issue() -> ResponseReturnValue:
    """Show the chosen drafts (`?id=…`) and what they leave in the funds, then issue them."""
    actor, session = current_actor(), db.session()
    chosen = _chosen()
    if not chosen:
        flash("Wählen Sie in der Liste mindestens einen Entwurf aus.", "warning")
        return redirect(page_url("allocation_list"), 303)
    refused: ConflictError | None = None
    if request.method == "POST":
        try:
            with attempt(session):
                issued = issue_allocations(actor, chosen)
        except ConflictError as error:
            refused = error
        else:
            words = "Die Weiterleitung ist" if len(issued) == 1 else f"{len(issued)} Weiterleitungen sind"
            flash(f"{words} erteilt.", "success")
            if len(issued) == 1:
                return redirect(page_url("show_allocation", allocation_id=issued[0].id), 303)
            return redirect(page_url("allocation_list"), 303)
        session.expire_all()
    drafts = _drafts(chosen)
    coverage = _coverage(drafts)
    page = render_template(
        "funding/allocation_issue.html",
        crumbs=allocation_crumbs("Prüfen und erteilen"),
        drafts=drafts,
        coverage=coverage,
        columns=COVERAGE_COLUMNS,
        covered=all(line.after >= 0 for _, lines in coverage for line in lines),
        refused=refused,
        without_consent=[draft for draft in drafts if draft.file.current.consent_on is None],
        consequences=_consequences(drafts),
        amounts=share_and_money,
        action=page_url("issue"),
        back_url=page_url("show_allocation", allocation_id=drafts[0].file.allocation.id)
        if len(drafts) == 1
        else page_url("allocation_list"),
        url=page_url,
    )
    return page, 409 if refused else 200


def _chosen() -> list[UUID]:
    found: list[UUID] = []
    for value in request.values.getlist("id")[:MOST]:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _drafts(chosen: Sequence[UUID]) -> list[Draft]:
    actor, session = current_actor(), db.session()
    files = [draft_file(allocation_id) for allocation_id in chosen]
    items = allocation_items(session, [file.current for file in files])
    return [Draft(file, sides_of(session, file, actor), items[file.current.id]) for file in files]


def _coverage(drafts: Sequence[Draft]) -> list[tuple[str, list[Coverage]]]:
    """Return for every fund the cells that the drafts touch."""
    actor, session = current_actor(), db.session()
    asked: dict[UUID, dict[Cell, Decimal]] = {}
    for draft in drafts:
        cells = asked.setdefault(draft.file.allocation.fund_id, {})
        for item in draft.items:
            cells[item.cell] = cells.get(item.cell, ZERO) + item.amount
    found = []
    for fund in funds(session, actor.tenant_id):
        if fund.id in asked:
            left = {balance.cell: balance.left for balance in fund.balances}
            cells = asked[fund.id]
            found.append(
                (fund.title, [Coverage(cell, left.get(cell, ZERO), cells[cell]) for cell in sorted(cells)])
            )
    return found


def _consequences(drafts: Sequence[Draft]) -> list[str]:
    seen = list(dict.fromkeys(draft.sides.names["Recipient"] for draft in drafts if draft.sides.is_tenant))
    found = ["Die Beträge sind ab sofort vergeben."]
    if len(seen) == 1:
        found.append(
            f"{seen[0]} sieht die Weiterleitung mit Beträgen und Bedingungen sofort und kann sie "
            "bestätigen, einen Einwand erheben oder verzichten."
        )
    elif seen:
        found.append(
            f"{len(seen)} Kommunen sehen ihre Weiterleitung sofort und können sie bestätigen, einen Einwand erheben "
            "oder verzichten."
        )
    if any(not draft.sides.is_tenant for draft in drafts):
        found.append(
            "Stellen aus dem Adressbuch sehen das Portal nicht. Teilen Sie ihnen die Weiterleitung selbst mit."
        )
    found.append("Eine erteilte Weiterleitung wird nur durch eine neue Fassung geändert.")
    if len(drafts) > 1:
        found.append("Reichen die Mittel für eine nicht, wird keine erteilt.")
    return found

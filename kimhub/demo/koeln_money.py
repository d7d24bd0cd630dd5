"""Köln's money in the demo: the Bescheid of 2021, what was spent month by month as planned, calls and receipts."""

from __future__ import annotations

import tomllib
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from importlib import resources
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kimhub.applications.public import list_submitted
from kimhub.core import money
from kimhub.core.web.paging import PageRequest
from kimhub.drawdowns.public import CallMoney, RecordReceipt, call_money, record_receipt
from kimhub.funding.public import (
    Bescheid,
    CellAmount,
    EnterGrant,
    GrantKind,
    enter_grant,
    grant_file,
    list_grants,
    note_finality,
    record_bescheid,
)
from kimhub.planning.public import calculate_plan, get_plan, list_plans
from kimhub.programme.public import (
    Baustein,
    Cell,
    GrantPurpose,
    Plan,
    Teilplanzeile,
    load_drawdown_rules,
    months_after,
)
from kimhub.spending.public import BookExpenditure, book_expenditure, spent
from tenants import Actor, Role, transaction

Row = tuple[str, str, GrantPurpose, Teilplanzeile]
"""A row of the plan's table: id, label, purpose, Teilplanzeile."""


def load_koeln_money(actor: Actor) -> None:
    """Enter Köln's grant with what followed, unless it has one; book the plan's months unless anything is booked."""
    said, actor = _said(), replace(actor, label=Role.KI_COORDINATOR.label)
    with transaction(actor) as session:
        plans = list_plans(session, actor, PageRequest(limit=1))
        if list_grants(session, actor.tenant_id, PageRequest(limit=1)) or not plans:
            return
        plan_id = plans[0]["id"]
        grant_id = _grant(session, actor, said["grant"], plan_id)
        if not spent(session, actor.tenant_id):
            _book(actor, get_plan(session, plan_id).plan)
        for call in said["calls"]:
            _call(actor, grant_id, call)


def _said() -> dict[str, Any]:
    file = resources.files("kimhub.demo") / "data" / "koeln_mittel.toml"
    said: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    return said


def _euro(amount: Decimal | int) -> Decimal:
    return Decimal(amount).quantize(money.CENT)


def _grant(session: Session, actor: Actor, said: dict[str, Any], plan_id: UUID) -> UUID:
    items = tuple(
        CellAmount(Cell.of(int(year), GrantPurpose(purpose)), _euro(amount))
        for year, amounts in said["items"].items()
        for purpose, amount in amounts.items()
    )
    days = {name: said[name] for name in ("issued_on", "received_on", "period_from", "period_to")}
    bescheid = Bescheid(aktenzeichen=said["aktenzeichen"], conditions=said["conditions"], items=items, **days)
    command = EnterGrant(
        title=said["title"],
        kind=GrantKind.BESCHEID,
        granted_by=said["granted_by"],
        bescheid=bescheid,
        plan_id=plan_id,
        application_id=next((row["id"] for row in list_submitted(session, actor)), None),
    )
    grant = enter_grant(actor, command)
    (version,) = grant_file(session, grant.id).versions
    record_bescheid(actor, version.id)
    note_finality(actor, version.id, waived_on=said["waived_on"], final_on=None)
    return grant.id


def _book(actor: Actor, plan: Plan) -> None:
    """Book each row of the plan every month of the Förderzeitraum; the months add up to what the plan's table says."""
    result = calculate_plan(plan)
    for year in plan.funding.years:
        months = sorted(plan.funding.months_in(year))
        for row_id, label, purpose, line in _rows(plan):
            amount = result.row(row_id).amounts[year]
            parts = money.distribute([Fraction(amount) / len(months)] * len(months), total=amount)
            for month, part in zip(months, parts, strict=True):
                if part:
                    day = date(year, month, monthrange(year, month)[1])
                    _, _, name = row_id.partition(".")
                    command = BookExpenditure(
                        receipt_number=f"M-{year}-{month:02}-{name}",
                        booked_on=day,
                        amount=part,
                        purpose=purpose,
                        teilplanzeile=line,
                        period_from=day.replace(day=1),
                        period_to=day,
                        position_reference=name,
                        text=label,
                    )
                    book_expenditure(actor, command)


def _rows(plan: Plan) -> Iterator[Row]:
    for position in plan.positions:
        purpose = GrantPurpose(position.function.value)
        yield f"positions.{position.id}", position.label, purpose, position.teilplanzeile
    for line in plan.lines:
        if line.purpose is not None:
            yield f"lines.{line.id}", line.label, GrantPurpose(line.purpose.value), line.teilplanzeile


def _call(actor: Actor, grant_id: UUID, said: dict[str, Any]) -> None:
    drawdown = call_money(
        actor,
        CallMoney(
            grant_id=grant_id,
            year=said["year"],
            baustein=Baustein(said["baustein"]),
            amount=_euro(said["amount"]),
            requested_on=said["requested_on"],
            due_until=months_after(said["requested_on"], load_drawdown_rules().call_months.value),
        ),
    )
    if "received_on" in said:
        record_receipt(
            actor,
            RecordReceipt(
                drawdown_id=drawdown.id, received_on=said["received_on"], amount=_euro(said["amount"])
            ),
        )

"""`kimhub funds`: what a tenant may still pass on, and whether its ledger adds up."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from kimhub.core import formats
from kimhub.core.operator_error import OperatorError
from kimhub.funding.ledger_queries import verify
from kimhub.funding.queries import FundView, funds
from kimhub.operator.public import working_for
from tenants import transaction

_AMOUNTS = ("funded", "passed_on", "left")
_HEADINGS = ("Mittel", "weitergeleitet", "verfügbar")
_WIDTH = 16


@click.group("funds")
def funds_group() -> None:
    """Mittel einer Kommune ansehen und nachrechnen (Rolle kimhub_app)."""


@funds_group.command("show")
@click.option("--tenant", "slug", required=True, metavar="KÜRZEL", help="Die Kommune, zum Beispiel koeln.")
@click.option("--year", type=int, metavar="JAHR", help="Nur dieses Haushaltsjahr.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def show_command(slug: str, year: int | None, form: str) -> None:
    """Zeigen, was bewilligt oder erhalten ist, was davon weitergeleitet ist und was bleibt."""
    with working_for(slug) as desk, transaction(desk.actor, read_only=True) as session:
        found = funds(session, desk.actor.tenant_id, year=year)
    click.echo(_as_json(found) if form == "json" else "\n\n".join(_as_text(found)) or "Keine Mittel.")


@funds_group.command("verify")
@click.option("--tenant", "slug", required=True, metavar="KÜRZEL", help="Die Kommune, zum Beispiel koeln.")
def verify_command(slug: str) -> None:
    """Alle Mittel aus Bescheiden und Weiterleitungen nachrechnen; Status 1 bei Abweichungen."""
    with working_for(slug) as desk, transaction(desk.actor, read_only=True) as session:
        checked, flaws = verify(session, desk.actor.tenant_id)
    if flaws:
        raise OperatorError("Das Mittelbuch stimmt nicht:\n  - " + "\n  - ".join(flaws))
    click.echo(f"{checked} Zellen nachgerechnet, keine Abweichung.")


def _as_json(found: Sequence[FundView]) -> str:
    return json.dumps(
        [
            {
                "id": str(fund.id),
                "title": fund.title,
                "giver": fund.giver,
                "period": {"from": fund.period_from.isoformat(), "to": fund.period_to.isoformat()},
                "cells": [
                    {
                        "year": balance.cell.year,
                        "baustein": int(balance.cell.baustein),
                        "purpose": str(balance.cell.purpose),
                        **{name: str(getattr(balance, name)) for name in _AMOUNTS},
                    }
                    for balance in fund.balances
                ],
            }
            for fund in found
        ],
        ensure_ascii=False,
        indent=2,
    )


def _as_text(found: Sequence[FundView]) -> list[str]:
    width = max((len(balance.cell.label) for fund in found for balance in fund.balances), default=0)
    return [
        "\n".join(
            [
                f"{fund.title} ({fund.giver}, {formats.period(fund.period_from, fund.period_to)})",
                " " * width + "".join(heading.rjust(_WIDTH) for heading in _HEADINGS),
                *(
                    balance.cell.label.ljust(width)
                    + "".join(formats.euro(getattr(balance, name)).rjust(_WIDTH) for name in _AMOUNTS)
                    for balance in fund.balances
                ),
            ]
        )
        for fund in found
    ]

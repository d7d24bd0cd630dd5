"""The distribution of the demo: 17 full-time equivalents of the Rhein-Sieg-Kreis over its 19 Gemeinden, issued.

The key, the shares and the parties are those of ``examples/verteilung-rhein-sieg.toml``; that it is the year 2026
is an assumption of the demo.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from kimhub.core.web.paging import PageRequest
from kimhub.distributions.public import (
    DraftAllocations,
    create_distribution,
    draft_allocations,
    issue_distribution,
    list_distributions,
)
from kimhub.funding.public import funds
from kimhub.programme.public import (
    Cell,
    Distribution,
    GrantPurpose,
    MoneyBehind,
    Period,
    distribution_from_toml,
)
from tenants import Actor, Role, transaction

FILE = Path(__file__).resolve().parents[2] / "examples" / "verteilung-rhein-sieg.toml"
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
CASE_MANAGEMENT = Cell.of(2026, GrantPurpose.CASE_MANAGEMENT)


def load_distribution(actor: Actor) -> None:
    """Distribute what the Kreis has for case management in 2026, once."""
    actor = replace(actor, label=Role.KI_COORDINATOR.label)
    with transaction(actor) as session:
        if list_distributions(session, actor, PageRequest(limit=1)):
            return
        held = {
            balance.cell: fund.id for fund in funds(session, actor.tenant_id) for balance in fund.balances
        }
        fund_id = held.get(CASE_MANAGEMENT)
        if fund_id is None:
            return
        stored = create_distribution(actor, fund_id, _distribution())
        draft_allocations(
            actor,
            DraftAllocations(
                distribution_id=stored.id,
                expected_version=stored.version,
                issued_on=date(2026, 2, 16),
                conditions="Die Mittel sind für Case Management im Kommunalen Integrationsmanagement bestimmt.",
            ),
        )
        issue_distribution(actor, stored.id)


def _distribution() -> Distribution:
    distribution = distribution_from_toml(FILE.read_bytes())
    return replace(
        distribution,
        title="Case Management in den Gemeinden 2026",
        money=MoneyBehind(GrantPurpose.CASE_MANAGEMENT, YEAR),
    )

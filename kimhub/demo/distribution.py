"""The distribution of the demo: 17 full-time equivalents of the Rhein-Sieg-Kreis over its 19 Gemeinden, issued.

The key, the shares and the parties are those of ``examples/verteilung-rhein-sieg.toml``; that it is the year 2026,
the Pauschale for 20 positions and all its particulars are assumptions of the demo.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from kimhub.core.web.paging import PageRequest
from kimhub.distributions.public import (
    DraftAllocations,
    create_distribution,
    draft_allocations,
    issue_distribution,
    list_distributions,
)
from kimhub.funding.public import (
    CellAmount,
    EnterGrant,
    GrantKind,
    Notice,
    enter_grant,
    funds,
    grant_file,
    record_notice,
)
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
GRANTED = CellAmount(CASE_MANAGEMENT, Decimal("1140000.00"), Decimal(20))
"""20 positions of 57,000 euro: 17 for the Gemeinden, 3 stay at the Kreis."""


def load_distribution(actor: Actor) -> None:
    """Distribute what the Kreis has for case management in 2026, once."""
    actor = replace(actor, label=Role.KI_COORDINATOR.label)
    with transaction(actor) as session:
        if list_distributions(session, actor, PageRequest(limit=1)):
            return
        held = {
            balance.cell: fund.id for fund in funds(session, actor.tenant_id) for balance in fund.balances
        }
        fund_id = held.get(CASE_MANAGEMENT) or _grant(session, actor)
        stored = create_distribution(session, actor, fund_id, _distribution())
        draft_allocations(
            session,
            actor,
            DraftAllocations(
                distribution_id=stored.id,
                expected_version=stored.version,
                issued_on=date(2026, 2, 16),
                conditions="Die Mittel sind für Case Management im Kommunalen Integrationsmanagement bestimmt.",
            ),
        )
        issue_distribution(session, actor, stored.id)


def _grant(session: Session, actor: Actor) -> UUID:
    """Enter the Pauschale of 2026 and put it in force."""
    notice = Notice(
        aktenzeichen="Muster-B2-2026",
        issued_on=date(2026, 1, 26),
        received_on=date(2026, 1, 29),
        period_from=YEAR.start,
        period_to=YEAR.end,
        items=[GRANTED],
    )
    grant = enter_grant(
        actor,
        EnterGrant(
            title="Fachbezogene Pauschale Case Management 2026",
            kind=GrantKind.PAUSCHALE,
            granted_by="Bezirksregierung Arnsberg",
            notice=notice,
        ),
    )
    record_notice(actor, grant_file(session, grant.id).versions[0].id)
    return grant.id


def _distribution() -> Distribution:
    distribution = distribution_from_toml(FILE.read_bytes())
    return replace(
        distribution,
        title="Case Management in den Gemeinden 2026",
        money=MoneyBehind(GrantPurpose.CASE_MANAGEMENT, YEAR),
    )

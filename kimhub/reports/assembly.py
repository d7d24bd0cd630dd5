"""From a stored plan to the document of its Finanzierungsübersicht: letterhead, particulars, figures.

Used by the job that builds a report and by the page that shows beforehand what will go in.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from kimhub.core.formats import LOCAL_TIME, day
from kimhub.planning.public import FinancingPlan
from kimhub.programme.public import PlanInvalidError, load_foerderrichtlinien
from kimhub.reports.findings import Finding, error
from kimhub.reports.letterhead import Cover, Letterhead
from kimhub.reports.types.finanzierungsuebersicht.collect import collect
from kimhub.reports.types.finanzierungsuebersicht.document import FinanzierungsuebersichtDocument
from tenants import Tenant, TenantKind

KI = "Kommunales Integrationszentrum"


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a person adds to the figures: all printed as it is, `prepared_by` a role and never a person.

    An empty `scenario` means that the version of the plan is named instead.
    """

    file_number: str
    office: str
    prepared_by: str
    scenario: str = ""

    def to_json(self) -> dict[str, str]:
        """Return them as a report keeps them."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Particulars:
        """Return what a report keeps."""
        return cls(**stored)


@dataclass(frozen=True, slots=True)
class Material:
    """What a report is made of, as it was at the moment `as_of`."""

    plan: FinancingPlan
    tenant: Tenant
    as_of: datetime


def usual_office(tenant: Tenant) -> str:
    """Return the office that prepares KIM papers: each recipient has a KI (fachlichkeit.md §1), others name theirs."""
    return KI if tenant.is_grant_recipient else ""


def scenario_of(plan: FinancingPlan) -> str:
    """Return what a report calls the state of the plan it shows."""
    return f"Fassung {plan.version} vom {day(plan.changed_at)}"


def letterhead_of(tenant: Tenant, office: str) -> Letterhead:
    """Return the tenant as sender."""
    kind = TenantKind(tenant.kind).label
    return Letterhead(
        tenant_name=tenant.official_name,
        tenant_kind=kind[0].upper() + kind[1:],
        office=office,
        address_lines=tuple(line.strip() for line in tenant.address.splitlines() if line.strip()),
    )


def document_of(material: Material, particulars: Particulars) -> FinanzierungsuebersichtDocument:
    """Return the Finanzierungsübersicht of a stored plan.

    Raises :class:`PlanInvalidError` when the plan breaks a rule that has come up since it was stored.
    """
    plan = material.plan
    local = material.as_of.astimezone(LOCAL_TIME).replace(microsecond=0)
    cover = Cover(
        letterhead=letterhead_of(material.tenant, particulars.office),
        file_number=particulars.file_number,
        issued_on=local.date(),
        prepared_by=particulars.prepared_by,
        as_of=local,
    )
    scenario = particulars.scenario or scenario_of(plan)
    return collect(plan.plan, load_foerderrichtlinien(), cover=cover, scenario=scenario)


def plan_findings(refused: PlanInvalidError) -> tuple[Finding, ...]:
    """Return what is wrong with a plan as the findings of a report."""
    return tuple(
        error("plan-ungueltig", f"plan.{field}" if field else "plan", message, "Berichtigen Sie den Plan.")
        for field, messages in refused.fields.items()
        for message in messages
    )

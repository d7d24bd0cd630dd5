"""What planning asks of whoever has not begun."""

from __future__ import annotations

from sqlalchemy import literal, select

from kimhub.core.matters import ME, Turn, matter_columns
from kimhub.planning.models import FinancingPlan
from tenants import Tenant

NO_PLAN = select(*matter_columns(kind=literal("none"), title=literal(""), turn=int(Turn.OWN))).where(
    Tenant.id == ME,
    ~select(FinancingPlan.id).where(FinancingPlan.tenant_id == ME).exists(),
)
"""One row for whoever has no plan."""

"""Earlier versions of a plan: the audit trail holds each state in full, so nothing is kept twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kimhub.core.audit import history
from kimhub.core.errors import NotFoundError
from kimhub.planning.models import FinancingPlan
from kimhub.programme.public import Plan, plan_from_json
from tenants import Actor


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """What a plan said from one change to the next: its number, since when, and who made it."""

    number: int
    at: datetime
    by: str
    document: Mapping[str, Any]

    @property
    def plan(self) -> Plan:
        """Return the inputs as they were."""
        return plan_from_json(dict(self.document))


def plan_versions(session: Session, actor: Actor, stored: FinancingPlan) -> list[PlanVersion]:
    """Return the versions of a plan of the own tenant, the latest first.

    Putting a plan away counts its row on without changing what it says: such numbers are left out.
    """
    found = []
    for item in history(session, actor, table=FinancingPlan.__tablename__, row_id=stored.id):
        new = {change.column: change.new for change in item.changes}
        if new.get("document"):
            found.append(PlanVersion(int(new["version"]), item.at, item.actor_label, new["document"]))
    return found


def version_in_force(versions: list[PlanVersion], number: int) -> PlanVersion:
    """Return the version that held when the row bore `number`; raises `NotFoundError`."""
    for version in versions:
        if version.number <= number:
            return version
    raise NotFoundError

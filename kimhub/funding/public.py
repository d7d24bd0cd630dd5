"""What other features use of the money: stored plans."""

from __future__ import annotations

from kimhub.funding.actions import PlanAction, add_plan_action
from kimhub.funding.models import FinancingPlan
from kimhub.funding.planner import calculate_plan
from kimhub.funding.queries import get_plan, list_plans
from kimhub.funding.usecases.store_plan import create_plan

__all__ = [
    "FinancingPlan",
    "PlanAction",
    "add_plan_action",
    "calculate_plan",
    "create_plan",
    "get_plan",
    "list_plans",
]

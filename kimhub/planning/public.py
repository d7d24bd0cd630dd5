"""What other features use of the money: stored plans."""

from __future__ import annotations

from kimhub.planning.actions import PlanAction, add_plan_action
from kimhub.planning.models import FinancingPlan
from kimhub.planning.planner import calculate_plan
from kimhub.planning.queries import PLAN, get_plan, list_plans, plan_titles
from kimhub.planning.usecases.store_plan import create_plan

__all__ = [
    "PLAN",
    "FinancingPlan",
    "PlanAction",
    "add_plan_action",
    "calculate_plan",
    "create_plan",
    "get_plan",
    "list_plans",
    "plan_titles",
]

"""What other features offer on the page of a plan, e.g. building a report from it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, url_for

from kimhub.planning.models import FinancingPlan
from tenants import Actor, Permission

_ACTIONS = "kimhub.plan_actions"


@dataclass(frozen=True, slots=True)
class PlanAction:
    """A button on a plan's page: it leads to `endpoint` with the plan's id as the argument ``plan``."""

    label: str
    endpoint: str
    permission: Permission


def add_plan_action(app: Flask, action: PlanAction) -> None:
    """Offer `action` to everybody who has its permission."""
    app.extensions.setdefault(_ACTIONS, []).append(action)


def plan_actions(actor: Actor, plan: FinancingPlan) -> list[tuple[str, str]]:
    """Return label and address of what `actor` can do with `plan`."""
    offered: list[PlanAction] = current_app.extensions.get(_ACTIONS, [])
    return [(a.label, url_for(a.endpoint, plan=plan.id)) for a in offered if actor.may(a.permission)]

"""What other features offer on the page of a plan, e.g. building a report from it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app, url_for

from kimhub.core.routing import admitted
from kimhub.planning.models import FinancingPlan
from tenants import Actor

_ACTIONS = "kimhub.plan_actions"


@dataclass(frozen=True, slots=True)
class PlanAction:
    """A button on a plan's page: it leads to `endpoint` with the plan's id as the argument ``plan``."""

    label: str
    endpoint: str


def add_plan_action(app: Flask, action: PlanAction) -> None:
    """Offer `action` to everybody who may use its page."""
    app.extensions.setdefault(_ACTIONS, []).append(action)


def plan_actions(actor: Actor, plan: FinancingPlan) -> list[tuple[str, str]]:
    """Return label and address of what `actor` can do with `plan`."""
    offered: list[PlanAction] = current_app.extensions.get(_ACTIONS, [])
    return [
        (action.label, url_for(action.endpoint, plan=plan.id))
        for action in offered
        if admitted(action.endpoint, actor)
    ]

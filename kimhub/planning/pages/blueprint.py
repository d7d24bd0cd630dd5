"""What all pages of the planner share."""

from __future__ import annotations

from flask import Blueprint, url_for

from kimhub.core.routing import reserve
from kimhub.core.web.view import Crumb
from kimhub.planning.models import FinancingPlan
from tenants import COMMUNES

blueprint = Blueprint(
    "planning", "kimhub.planning", url_prefix="/t/<slug>/mittel", template_folder="templates"
)
reserve(blueprint, COMMUNES)


def way(*further: Crumb) -> list[Crumb]:
    """Return the breadcrumb that begins on the desk."""
    return [Crumb("Heute", url_for("desk.today")), *further]


def way_to_plan(stored: FinancingPlan, *further: Crumb) -> list[Crumb]:
    """Return the breadcrumb of a plan, or of a page below it."""
    here = Crumb(stored.title, url_for("planning.show_plan", plan_id=stored.id) if further else None)
    return way(Crumb("Finanzierungspläne", url_for("planning.plans")), here, *further)

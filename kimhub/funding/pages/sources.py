"""Plans and applications to choose from, and the amounts they propose for a Bescheid."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from kimhub.applications.public import ApplicationState, get_application, list_submitted
from kimhub.core.errors import InvalidInputError
from kimhub.core.fields.options import Option
from kimhub.core.formats import euro, period
from kimhub.core.routing import current_actor
from kimhub.core.web.forms import Choosable
from kimhub.core.web.paging import PageRequest
from kimhub.funding.models import GrantKind
from kimhub.funding.prefill import Proposal, from_application, from_plan
from kimhub.funding.terms import CellAmount
from kimhub.planning.public import calculate_plan, get_plan, list_plans
from tenants import Permission, db

MOST_PLANS = 200


def source_options(plan_id: UUID | None = None, application_id: UUID | None = None) -> Choosable:
    """Return plans and submitted applications to choose from; one that is chosen already always is among them."""
    session, actor = db.session(), current_actor()
    may_plan = actor.may(Permission.PLAN_READ)
    plans = {
        str(row["id"]): row["title"]
        for row in (list_plans(session, actor, PageRequest(limit=MOST_PLANS)) if may_plan else ())
    }
    if plan_id is not None and str(plan_id) not in plans:
        plans[str(plan_id)] = get_plan(session, plan_id).title
    applications = {
        str(row["id"]): f"{row['title']} ({period(row['starts_on'], row['ends_on'])})"
        for row in list_submitted(session, actor)
        if row["state"] != ApplicationState.WITHDRAWN
    }
    if application_id is not None and str(application_id) not in applications:
        applications[str(application_id)] = get_application(session, application_id).title
    return {
        "plan_id": _options(plans),
        "application_id": _options(applications),
    }


def proposal(plan_id: UUID | None, application_id: UUID | None) -> Proposal:
    """Return the amounts that the application asks for; without one, those that the plan counts on."""
    session = db.session()
    if application_id is not None:
        asked = from_application(get_application(session, application_id))
        if asked.items:
            return asked
    if plan_id is not None:
        try:
            return from_plan(calculate_plan(get_plan(session, plan_id).plan))
        except InvalidInputError:  # a plan of an old guideline that cannot be calculated any more
            return Proposal(())
    return Proposal(())


def fitting(proposed: Proposal, kind: GrantKind, years: Sequence[int]) -> list[CellAmount]:
    """Return what of a proposal the Bescheid can hold."""
    return [
        item
        for item in proposed.items
        if item.cell.baustein in kind.bausteine and item.cell.year in years and item.amount >= 0
    ]


def undivided_note(proposed: Proposal, years: Sequence[int]) -> str | None:
    """Return the sentence about years that a plan gives as one sum only."""
    named = [f"{year}: {euro(amount)}" for year, amount in proposed.undivided if year in years]
    if not named:
        return None
    return (
        f"Für diese Jahre nennt der Finanzierungsplan nur die Summe ({'; '.join(named)}). "
        "Verteilen Sie sie nach dem Bescheid auf die Zwecke."
    )


def _options(found: dict[str, str]) -> list[Option]:
    return [Option(value, label) for value, label in found.items()]

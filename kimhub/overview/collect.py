"""Put the overview of a tenant together: a fixed number of statements, whatever the number of bookings.

Page, desk, API, files and terminal show what `overview` returns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from kimhub.applications.public import bausteine_not_used
from kimhub.core import clock
from kimhub.core.errors import InvalidInputError
from kimhub.core.formats import LOCAL_TIME
from kimhub.drawdowns.public import Drawn, drawn
from kimhub.funding.public import funds, latest_statements
from kimhub.overview.alerts import Alert, alerts
from kimhub.overview.composition import Material
from kimhub.overview.figures import YearFigures
from kimhub.overview.planned import PlanUsed, planned_by_year
from kimhub.overview.queries import (
    PaidTwice,
    PlanChoice,
    given,
    passed_on_below,
    plan_choices,
    positions_paid_twice,
    stored_plans,
)
from kimhub.overview.recipients import RecipientFigures, recipients
from kimhub.planning.public import calculate_plan
from kimhub.programme.public import FIRST_YEAR, LAST_YEAR, Baustein, PlanInvalidError, plan_from_json
from kimhub.spending.public import booked_years, spent
from tenants import Actor, Permission


@dataclass(frozen=True, slots=True)
class Overview:
    """What the Mittelübersicht shows; `year` is None for all years."""

    as_of: datetime
    year: int | None
    known_years: tuple[int, ...]
    """Haushaltsjahre with money, a plan or the present, the latest first."""
    latest_year: int | None
    """The latest Haushaltsjahr up to the present for which there is money."""
    years: tuple[YearFigures, ...]
    recipients: tuple[RecipientFigures, ...]
    alerts: tuple[Alert, ...]
    plans: tuple[PlanUsed, ...]
    plan_choices: tuple[PlanChoice, ...]
    broken_plans: tuple[str, ...]
    """Titles of plans that break a rule that has come up since they were stored."""

    @property
    def guidelines(self) -> tuple[str, ...]:
        """The Förderrichtlinien by which the planned Zuwendung is computed."""
        return tuple(dict.fromkeys(used.title for plan in self.plans for used in plan.result.guidelines))

    @property
    def unverified(self) -> bool:
        """Whether a plan computes with values that nobody has verified."""
        return any(plan.result.unverified for plan in self.plans)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not any(year.bausteine for year in self.years) and not self.recipients


def overview(
    session: Session,
    actor: Actor,
    *,
    year: int | None,
    plan_id: UUID | None = None,
    now: datetime | None = None,
) -> Overview:
    """Return the overview of one Haushaltsjahr, or of all with `year` None.

    The planned cost is that of the plans which Zuwendungen name; if none does, that of `plan_id`. Needs
    `Permission.FUNDING_READ`; without `PLAN_READ` nothing planned is shown, without `EXPENDITURE_READ` the
    overview is refused, because its figures would be wrong.
    """
    actor.require(Permission.FUNDING_READ)
    actor.require(Permission.EXPENDITURE_READ)
    now = now or clock.now()
    as_of = now.astimezone(LOCAL_TIME).date()
    me = actor.tenant_id
    first, last = (year, year) if year is not None else (FIRST_YEAR, LAST_YEAR)
    plans, choices, broken = _plans(session, actor, plan_id)
    material = Material(
        funds=funds(session, me),
        given=given(session, me, first, last),
        spent=spent(session, me, first, last),
        planned=planned_by_year(plans),
        drawn=_called(drawn(session, me)),
        as_of=as_of,
    )
    shown = [year] if year is not None else sorted(material.years or {as_of.year})
    figures = tuple(material.year(each) for each in shown)
    twice, not_used = _of_one_year(session, me, year) if year is not None else ([], set())
    return Overview(
        as_of=now,
        year=year,
        known_years=tuple(
            sorted({*material.years, *booked_years(session, actor), *shown, as_of.year}, reverse=True)
        ),
        latest_year=material.latest_year,
        years=figures,
        recipients=tuple(
            recipients(
                material.given,
                passed_on_below(session, me, first, last),
                latest_statements(session, me),
                range(first, last + 1),
            )
        ),
        alerts=tuple(alerts(figures, material.funds, paid_twice=twice, not_used=not_used, as_of=as_of)),
        plans=tuple(plans),
        plan_choices=tuple(choices),
        broken_plans=tuple(broken),
    )


def _called(grants: Sequence[Drawn]) -> dict[tuple[int, Baustein], Decimal]:
    """Return what is called of all grants together, repayments deducted."""
    sums: dict[tuple[int, Baustein], Decimal] = defaultdict(Decimal)
    for grant in grants:
        sums[grant.year, grant.baustein] += grant.called
    return dict(sums)


def _of_one_year(
    session: Session, me: int, year: int
) -> tuple[list[tuple[int, PaidTwice]], set[tuple[int, Baustein]]]:
    """Return what needs a look at single bookings and decisions; over all years that would be too much to read."""
    twice = [(year, found) for found in positions_paid_twice(session, me, year)]
    return twice, {(year, baustein) for baustein in bausteine_not_used(session, me, year)}


def _plans(
    session: Session, actor: Actor, plan_id: UUID | None
) -> tuple[list[PlanUsed], list[PlanChoice], list[str]]:
    if not actor.may(Permission.PLAN_READ):
        return [], [], []
    choices = plan_choices(session, actor.tenant_id)
    linked = {choice.id for choice in choices if choice.linked}
    wanted = linked or ({plan_id} if plan_id is not None else set())
    used, broken = [], []
    for stored in stored_plans(session, actor.tenant_id, list(wanted)):
        try:
            plan = plan_from_json(stored.document)
            result = calculate_plan(plan)
        except (PlanInvalidError, InvalidInputError):
            broken.append(stored.title)
            continue
        used.append(PlanUsed(stored.id, stored.title, stored.version, stored.id in linked, plan, result))
    return used, choices, broken

"""Reading what a Kreis passes on to its Gemeinden, for the sentences that a notice adds for each of them.

Counted is what versions in force say for the present Haushaltsjahr and later ones, without what was waived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import ARRAY, Integer, any_, bindparam, func, select, true
from sqlalchemy.orm import Session

from kimhub.core import clock
from kimhub.core.formats import day
from kimhub.funding.public import ITEMS_IN_FORCE, LAST_STEP, Allocation, AllocationItem, State
from kimhub.notices.passages import PassedOn, worded
from tenants import Tenant

_PASSED_ON = (
    select(
        Allocation.recipient_id,
        AllocationItem.year,
        AllocationItem.baustein,
        func.sum(AllocationItem.amount).label("amount"),
        func.coalesce(func.sum(AllocationItem.fte), 0).label("fte"),
    )
    .select_from(ITEMS_IN_FORCE)
    .join(LAST_STEP, true())
    .where(
        Allocation.tenant_id == bindparam("me", type_=Integer),
        Allocation.recipient_id == any_(bindparam("recipients", type_=ARRAY(Integer))),
        Allocation.issued_at.is_not(None),
        LAST_STEP.c.to_state != State.WAIVED.value,
        AllocationItem.tenant_id == bindparam("me", type_=Integer),
        AllocationItem.year >= bindparam("year", type_=Integer),
        AllocationItem.amount > 0,
    )
    .group_by(Allocation.recipient_id, AllocationItem.year, AllocationItem.baustein)
    .order_by(Allocation.recipient_id, AllocationItem.year, AllocationItem.baustein)
)


def passages(session: Session, giver: Tenant, recipients: Collection[Tenant]) -> Mapping[int, str]:
    """Return for each Gemeinde what a notice of `giver` means for it today; one statement for all of them."""
    today = clock.today()
    values = {"me": giver.id, "recipients": [one.id for one in recipients], "year": today.year}
    found: defaultdict[int, list[PassedOn]] = defaultdict(list)
    for row in session.execute(_PASSED_ON, values):
        found[row.recipient_id].append(PassedOn(row.year, row.baustein, row.amount, row.fte))
    as_of = f"(Stand: {day(today)}, laut KIMHub)"
    return {
        one.id: f"{worded(giver.official_name, one.official_name, found[one.id], today.year)} {as_of}"
        for one in recipients
    }

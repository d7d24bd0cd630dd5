"""Twenty sessions at the same moment, on connections that really commit: nothing is overdrawn, and nobody hangs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from kimhub.core.attempt import attempt
from kimhub.core.errors import ConflictError
from kimhub.funding.errors import BelowAllocatedError, OverdrawnError, PassedOnError
from kimhub.funding.public import (
    amend_allocation,
    enter_amendment,
    funds,
    issue_allocations,
    record_bescheid,
)
from tenants import Role, transaction
from tests.factories.ledger import CELL, bescheid, confirmed, drafted, euro, granted, terms
from tests.support.committed import committed_district
from tests.support.patience import PATIENCE

SESSIONS = 20


@pytest.fixture
def people(committing):
    district = committed_district(committing)
    return (
        district.kreis.actor(Role.KI_COORDINATOR),
        district.gemeinde.actor(Role.OFFICER),
        district.sibling.actor(Role.OFFICER),
    )


def at_once(app, *calls):
    """Run each (actor, use case) in a session of its own, all beginning together; return what each raised."""
    barrier = Barrier(len(calls))

    def run(call):
        actor, use_case = call
        with app.app_context(), transaction(actor) as session:
            barrier.wait(timeout=PATIENCE)
            try:
                with attempt(session):
                    use_case()
            except ConflictError as error:
                session.rollback()
                return type(error)
        return None

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def balance(app, actor, fund_id):
    with app.app_context(), transaction(actor, read_only=True) as session:
        fund = next(fund for fund in funds(session, actor.tenant_id) if fund.id == fund_id)
        return next(b for b in fund.balances if b.cell == CELL)


def test_of_twenty_allocations_at_once_exactly_those_stand_that_are_covered(committing, people):
    kreis, gemeinde, sibling = people
    with committing.app.app_context():
        fund = granted(kreis, euro(100))
        drafts = [
            drafted(kreis, fund, (gemeinde, sibling)[n % 2].tenant_id, euro(7)) for n in range(SESSIONS)
        ]
    outcomes = at_once(
        committing.app, *((kreis, lambda d=draft: issue_allocations(kreis, [d])) for draft in drafts)
    )
    assert (outcomes.count(None), outcomes.count(OverdrawnError)) == (14, 6)
    assert balance(committing.app, kreis, fund).passed_on == 98


def test_batches_that_overlap_wait_for_each_other_and_never_deadlock(committing, people):
    kreis, gemeinde, sibling = people
    with committing.app.app_context():
        fund = granted(kreis, euro(100))
        batches = [
            [drafted(kreis, fund, to.tenant_id, euro(6)) for to in (gemeinde, sibling)] for _ in range(10)
        ]
    outcomes = at_once(
        committing.app,
        *((kreis, lambda b=batch: issue_allocations(kreis, b)) for batch in batches),
    )
    assert (outcomes.count(None), outcomes.count(OverdrawnError)) == (8, 2)


def test_an_amendment_and_allocations_at_once_leave_no_cell_uncovered(committing, people):
    kreis, gemeinde, _ = people
    with committing.app.app_context():
        fund = granted(kreis, euro(100))
        drafts = [drafted(kreis, fund, gemeinde.tenant_id, euro(10)) for _ in range(9)]
        with transaction(kreis):
            version = enter_amendment(kreis, fund, bescheid(euro(45), reason="Kürzung")).id
    outcomes = at_once(
        committing.app,
        (kreis, lambda: record_bescheid(kreis, version)),
        *((kreis, lambda d=draft: issue_allocations(kreis, [d])) for draft in drafts),
    )
    after = balance(committing.app, kreis, fund)
    assert after.passed_on <= after.funded
    if outcomes[0] is None:
        assert (after.funded, after.passed_on) == (45, 40)
    else:
        assert outcomes[0] is BelowAllocatedError
        assert (after.funded, after.passed_on) == (100, 90)


def test_lowering_above_and_passing_on_below_at_once_leave_no_level_uncovered(committing, people):
    kreis, gemeinde, sibling = people
    with committing.app.app_context():
        fund = granted(kreis, euro(100))
        middle = confirmed(kreis, gemeinde, fund, euro(60))
        drafts = [drafted(gemeinde, middle, sibling.tenant_id, euro(10)) for _ in range(6)]
    lower = terms(euro(25), reason="Kürzung")
    outcomes = at_once(
        committing.app,
        (kreis, lambda: amend_allocation(kreis, middle, lower)),
        *((gemeinde, lambda d=draft: issue_allocations(gemeinde, [d])) for draft in drafts),
    )
    above, below = balance(committing.app, kreis, fund), balance(committing.app, gemeinde, middle)
    assert below.passed_on <= below.funded == above.passed_on
    assert outcomes[0] in {None, PassedOnError}
    assert below.passed_on == (20 if outcomes[0] is None else 60)

"""Two people at the same moment, on connections that really commit: nothing is allocated twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from kimhub.core.attempt import attempt
from kimhub.core.errors import KimhubError
from kimhub.distributions.public import (
    DraftAllocations,
    create_distribution,
    draft_allocations,
    issue_distribution,
)
from kimhub.distributions.queries import allocations_of, get_distribution
from kimhub.programme.public import distribution_from_json
from tenants import Role, transaction
from tests.distributions.conftest import TWO
from tests.factories.ledger import euro, granted, left
from tests.support.committed import committed_district
from tests.support.patience import PATIENCE


def stored(actor, fund):
    with transaction(actor):
        return create_distribution(actor, fund, distribution_from_json(TWO)).id


def both(committing, *steps):
    """Run the steps at the same moment; return what refused each, None where it was done."""
    barrier = Barrier(len(steps))

    def run(step):
        with committing.app.app_context():
            barrier.wait(timeout=PATIENCE)
            try:
                step()
            except KimhubError as refused:
                return refused.code
            return None

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def drafting(actor, distribution_id):
    def step():
        command = DraftAllocations(
            distribution_id=distribution_id, expected_version=1, issued_on=date(2026, 3, 1)
        )
        with transaction(actor) as session, attempt(session):
            draft_allocations(actor, command)

    return step


def issuing(actor, distribution_id):
    def step():
        with transaction(actor) as session, attempt(session):
            issue_distribution(actor, distribution_id)

    return step


def test_of_two_who_prepare_drafts_at_once_one_finds_them_made(committing):
    kreis = committed_district(committing).kreis.actor(Role.KI_COORDINATOR)
    with committing.app.app_context():
        distribution_id = stored(kreis, granted(kreis, euro(200_000)))
    refused = both(committing, *[drafting(kreis, distribution_id)] * 2)
    assert sorted(refused, key=str) == [None, "distribution-allocated"]
    with committing.app.app_context(), transaction(kreis, read_only=True) as session:
        assert len(allocations_of(session, get_distribution(session, distribution_id))) == 2


def test_of_two_who_issue_the_same_drafts_at_once_one_finds_them_issued(committing):
    kreis = committed_district(committing).kreis.actor(Role.KI_COORDINATOR)
    with committing.app.app_context():
        fund = granted(kreis, euro(200_000))
        distribution_id = stored(kreis, fund)
        drafting(kreis, distribution_id)()
    refused = both(committing, *[issuing(kreis, distribution_id)] * 2)
    assert sorted(refused, key=str) == [None, "distribution-without-drafts"]
    with committing.app.app_context():
        assert left(kreis, fund) == 200_000 - 114_000


def test_two_distributions_that_together_exceed_the_fund_are_not_both_issued(committing):
    kreis = committed_district(committing).kreis.actor(Role.KI_COORDINATOR)
    with committing.app.app_context():
        fund = granted(kreis, euro(200_000))
        first, second = stored(kreis, fund), stored(kreis, fund)
        drafting(kreis, first)()
        drafting(kreis, second)()
    refused = both(committing, issuing(kreis, first), issuing(kreis, second))
    assert sorted(refused, key=str) == [None, "fund-overdrawn"]
    with committing.app.app_context():
        assert left(kreis, fund) == 200_000 - 114_000

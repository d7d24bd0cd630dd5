"""From a distribution to allocations: all of them or none, each party its cent, never twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kimhub.core.attempt import attempt
from kimhub.core.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleError
from kimhub.distributions.errors import AllocatedError, NotCoveredError, NothingAllocatedError
from kimhub.distributions.party_queries import recipients_of
from kimhub.distributions.public import (
    DraftAllocations,
    create_distribution,
    draft_allocations,
    issue_distribution,
)
from kimhub.distributions.queries import allocations_of, get_distribution
from kimhub.distributions.usecases.allocate_distribution import discard_drafts
from kimhub.distributions.usecases.store_distribution import change_distribution, delete_distribution
from kimhub.funding.errors import OverdrawnError
from kimhub.funding.public import allocation_file, allocation_items, waive_allocation
from kimhub.programme.public import distribution_from_json
from tenants import Role, transaction
from tenants.proceedings import Step
from tests.distributions.conftest import TWO
from tests.factories.ledger import CELL, confirmed, euro, granted, issued, left, state


def command(distribution_id, version=1, **more):
    return DraftAllocations(
        distribution_id=distribution_id, expected_version=version, issued_on=date(2026, 3, 1), **more
    )


def drafted(actor, distribution_id, **more):
    with transaction(actor):
        return [made.id for made in draft_allocations(actor, command(distribution_id, **more))]


def issue(actor, distribution_id):
    with transaction(actor):
        issue_distribution(actor, distribution_id)


def made(actor, distribution_id):
    with transaction(actor, read_only=True) as session:
        found = allocations_of(session, get_distribution(session, distribution_id))
        return {allocation.recipient: allocation for allocation in found}


def test_every_party_gets_a_draft_with_its_amount_and_its_share(kreis, distribution_id):
    ids = drafted(kreis, distribution_id, conditions="Auflage.", consent_reference="36.01")
    assert {name: allocation.amount for name, allocation in made(kreis, distribution_id).items()} == {
        "Musterstadt": Decimal(85_500), "Öhringhausen": Decimal(28_500),
    }  # fmt: skip
    with transaction(kreis, read_only=True) as session:
        file = allocation_file(session, ids[0])
        (items,) = allocation_items(session, file.versions).values()
        assert [(item.cell, item.amount, item.fte) for item in items] == [
            (CELL, Decimal(85_500), Decimal("1.5"))
        ]
        assert (file.allocation.title, file.current.conditions) == ("Case Management 2026", "Auflage.")
        assert (file.current.period_from, file.current.period_to) == (date(2026, 1, 1), date(2026, 12, 31))


def test_drafts_take_nothing_from_the_fund_and_nobody_else_sees_them(kreis, gemeinde, fund, distribution_id):
    ids = drafted(kreis, distribution_id)
    assert left(kreis, fund) == 200_000
    with transaction(gemeinde, read_only=True) as session, pytest.raises(NotFoundError):
        allocation_file(session, ids[0])


def test_issuing_all_takes_the_money_and_shows_each_gemeinde_its_own(kreis, gemeinde, fund, distribution_id):
    ids = drafted(kreis, distribution_id)
    issue(kreis, distribution_id)
    assert left(kreis, fund) == 200_000 - 114_000
    assert state(gemeinde, ids[0]) == "issued"
    with transaction(gemeinde, read_only=True) as session, pytest.raises(NotFoundError):
        allocation_file(session, ids[1])


def test_what_a_gemeinde_answered_stands_beside_its_allocation(kreis, gemeinde, distribution_id):
    ids = drafted(kreis, distribution_id)
    issue(kreis, distribution_id)
    with transaction(gemeinde):
        waive_allocation(gemeinde, Step(ids[0], note="Wir haben keine Räume."))
    found = made(kreis, distribution_id)
    assert (found["Musterstadt"].standing, found["Öhringhausen"].standing) == ("Verzicht", "erteilt")


def test_issuing_is_all_or_nothing(kreis, district, fund, distribution_id):
    ids = drafted(kreis, distribution_id)
    issued(kreis, fund, district.sibling.id, euro(100_000))
    with transaction(kreis) as session, pytest.raises(OverdrawnError), attempt(session):
        issue_distribution(kreis, distribution_id)
    assert {state(kreis, allocation_id) for allocation_id in ids} == {"draft"}
    assert left(kreis, fund) == 100_000


def test_drafts_are_made_once(kreis, distribution_id):
    drafted(kreis, distribution_id)
    with pytest.raises(AllocatedError):
        drafted(kreis, distribution_id, version=2)
    assert len(made(kreis, distribution_id)) == 2


def test_drafts_of_an_older_version_than_the_present_one_are_refused(kreis, distribution_id):
    with transaction(kreis):
        changed = distribution_from_json({**TWO, "total": "3"})
        change_distribution(kreis, distribution_id, changed, expected_version=1)
    with pytest.raises(StaleError):
        drafted(kreis, distribution_id, version=1)
    assert made(kreis, distribution_id) == {}


def test_more_than_the_fund_holds_is_refused_with_what_is_left(kreis, store):
    distribution_id = store({**TWO, "total": "4"})
    with pytest.raises(NotCoveredError, match=r"Es fehlen 28\.000,00"):
        drafted(kreis, distribution_id)
    assert made(kreis, distribution_id) == {}


def test_who_waives_or_gets_nothing_has_no_allocation(kreis, store):
    parties = [{**TWO["parties"][0], "waiver": "kept"}, TWO["parties"][1]]
    distribution_id = store({**TWO, "parties": parties})
    drafted(kreis, distribution_id)
    assert list(made(kreis, distribution_id)) == ["Öhringhausen"]


def test_a_body_of_the_address_book_can_take_part(kreis, provider, store):
    parties = [*TWO["parties"], {"name": "Wohlfahrtsverband", "key": "400"}]
    distribution_id = store({**TWO, "total": "3", "parties": parties})
    ids = drafted(kreis, distribution_id)
    issue(kreis, distribution_id)
    assert made(kreis, distribution_id)["Wohlfahrtsverband"].amount == Decimal("85500.00")
    assert {state(kreis, allocation_id) for allocation_id in ids} == {"issued"}


def test_a_gemeinde_passes_on_to_another_gemeinde_of_its_kreis(kreis, gemeinde, fund, store):
    """As Bergkamen does with Kamen and Bönen (fachlichkeit.md §4)."""
    received = confirmed(kreis, gemeinde, fund, euro(114_000))
    document = {**TWO, "total": "1", "parties": [{"name": "Öhringhausen", "key": "1"}]}
    distribution_id = store(document, actor=gemeinde, fund_id=received)
    drafted(gemeinde, distribution_id)
    issue(gemeinde, distribution_id)
    assert left(gemeinde, received) == 57_000


def test_nobody_distributes_to_itself(kreis, gemeinde):
    for actor, names in ((kreis, ["Musterstadt", "Öhringhausen"]), (gemeinde, ["Öhringhausen"])):
        with transaction(actor, read_only=True) as session:
            assert [recipient.name for recipient in recipients_of(session, actor)] == names


def test_discarded_drafts_let_the_distribution_be_changed_again(kreis, distribution_id):
    drafted(kreis, distribution_id)
    with transaction(kreis):
        discard_drafts(kreis, distribution_id)
    assert made(kreis, distribution_id) == {}
    with transaction(kreis):
        changed = distribution_from_json({**TWO, "total": "3"})
        change_distribution(kreis, distribution_id, changed, expected_version=2)
    assert len(drafted(kreis, distribution_id, version=3)) == 2


def test_without_drafts_there_is_nothing_to_issue_or_to_discard(kreis, distribution_id):
    with pytest.raises(NothingAllocatedError):
        issue(kreis, distribution_id)
    with transaction(kreis), pytest.raises(NothingAllocatedError):
        discard_drafts(kreis, distribution_id)


def test_once_allocated_inputs_stay_as_they_were(kreis, distribution_id):
    drafted(kreis, distribution_id)
    with transaction(kreis), pytest.raises(AllocatedError):
        change_distribution(kreis, distribution_id, distribution_from_json(TWO), expected_version=2)
    with transaction(kreis), pytest.raises(AllocatedError):
        delete_distribution(kreis, distribution_id)


def test_a_distribution_that_nothing_came_of_can_be_deleted(kreis, distribution_id):
    with transaction(kreis) as session:
        delete_distribution(kreis, distribution_id)
    with transaction(kreis, read_only=True) as session, pytest.raises(NotFoundError):
        get_distribution(session, distribution_id)


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({**TWO, "parties": [{"name": "Fernstadt", "key": "1"}]}, "parties[0].name"),
        ({**TWO, "parties": [{"name": "Musterkreis", "key": "1"}]}, "parties[0].name"),
        ({name: value for name, value in TWO.items() if name != "money"}, "money"),
    ],
)
def test_parties_of_another_kreis_and_nameless_money_are_refused(kreis, fund, document, field):
    with transaction(kreis), pytest.raises(InvalidInputError) as refused:
        create_distribution(kreis, fund, distribution_from_json(document))
    assert field in refused.value.fields


def test_a_fund_of_another_tenant_does_not_exist(gemeinde, fund):
    document = {**TWO, "parties": [{"name": "Öhringhausen", "key": "1"}]}
    with transaction(gemeinde), pytest.raises(NotFoundError):
        create_distribution(gemeinde, fund, distribution_from_json(document))


def test_whoever_may_only_read_stores_and_allocates_nothing(district, kreis, fund, distribution_id):
    reader = district.kreis.actor(Role.AUDITOR)
    with transaction(reader), pytest.raises(ForbiddenError):
        create_distribution(reader, fund, distribution_from_json(TWO))
    with pytest.raises(ForbiddenError):
        drafted(reader, distribution_id)


def test_money_that_begins_within_a_month_is_passed_on_from_that_day(kreis):
    fund = granted(kreis, euro(100_000), period_from=date(2026, 1, 15))
    with transaction(kreis) as session:
        distribution = distribution_from_json({**TWO, "total": "1"})
        distribution_id = create_distribution(kreis, fund, distribution).id
    (allocation_id, *_) = drafted(kreis, distribution_id)
    with transaction(kreis, read_only=True) as session:
        assert allocation_file(session, allocation_id).current.period_from == date(2026, 1, 15)

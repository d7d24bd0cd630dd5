"""Allocations: to a Gemeinde as a proceeding, to a Träger from the address book, over several levels."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from kimhub.core.attempt import attempt
from kimhub.core.errors import InvalidInputError, NotFoundError
from kimhub.funding.errors import OverdrawnError, PassedOnError, RecipientError
from kimhub.funding.public import (
    EndAllocation,
    allocation_file,
    amend_allocation,
    confirm_allocation,
    end_allocation,
    enter_amendment,
    funds,
    issue_allocations,
    object_to_allocation,
    record_bescheid,
    uphold_allocation,
    waive_allocation,
)
from kimhub.funding.usecases.allocate import (
    AllocationIssuedError,
    change_allocation_draft,
    discard_allocation,
)
from kimhub.funding.usecases.answer_allocation import AlreadyPassedOnError
from kimhub.funding.usecases.change_allocation import NotIssuedError
from kimhub.funding.usecases.issue_allocations import WaivedError
from kimhub.programme.public import Cell
from tenants import Role, transaction
from tenants.errors import ForbiddenError
from tenants.proceedings import ProceedingMovedError, Step
from tests.factories.ledger import (
    KOORDINATION,
    bescheid,
    confirmed,
    drafted,
    euro,
    granted,
    issued,
    left,
    plain,
    state,
    terms,
    traeger,
)


def refused(actor, error, use_case):
    with transaction(actor) as session, pytest.raises(error) as caught, attempt(session):
        use_case()
    return caught.value


def do(actor, use_case):
    with transaction(actor):
        return use_case()


def end(actor, allocation_id, reason="Nicht mehr gebraucht"):
    return end_allocation(
        actor, EndAllocation(allocation_id=allocation_id, issued_on=date(2026, 6, 1), reason=reason)
    )


def test_a_draft_takes_nothing_and_nobody_else_sees_it(kreis, gemeinde):
    fund = granted(kreis, euro(100))
    allocation_id = drafted(kreis, fund, gemeinde.tenant_id, euro(60))
    assert left(kreis, fund) == 100
    with transaction(gemeinde, read_only=True) as session, pytest.raises(NotFoundError):
        allocation_file(session, allocation_id)
    do(kreis, lambda: discard_allocation(kreis, allocation_id))
    with transaction(kreis, read_only=True) as session, pytest.raises(NotFoundError):
        allocation_file(session, allocation_id)


def test_an_issued_allocation_is_seen_by_its_recipient_and_by_nobody_else(
    kreis, gemeinde, sibling, unrelated
):
    fund = granted(kreis, euro(100))
    allocation_id = issued(kreis, fund, gemeinde.tenant_id, euro(60))
    assert left(kreis, fund) == 40
    assert state(gemeinde, allocation_id) == "issued"
    for stranger in (sibling, unrelated):
        with transaction(stranger, read_only=True) as session, pytest.raises(NotFoundError):
            allocation_file(session, allocation_id)


def test_what_is_more_than_is_left_is_refused_and_the_error_says_how_much_is(kreis, gemeinde, sibling):
    fund = granted(kreis, euro(100))
    issued(kreis, fund, gemeinde.tenant_id, euro("87.50"))
    second = drafted(kreis, fund, sibling.tenant_id, euro(25))
    error = refused(kreis, OverdrawnError, lambda: issue_allocations(kreis, [second]))
    assert "2026, Baustein 2, Case Management: Es fehlen 12,50 €; noch verfügbar sind 12,50 €." in plain(
        error.detail
    )
    assert error.extra["cells"][0]["left"] == "12.50"
    assert left(kreis, fund) == Decimal("12.50")
    with transaction(sibling, read_only=True) as session, pytest.raises(NotFoundError):
        allocation_file(session, second)


def test_money_does_not_move_between_purposes_or_years(kreis, gemeinde):
    fund = granted(kreis, euro(100), euro(100, Cell.of(2026, KOORDINATION)))
    issued(kreis, fund, gemeinde.tenant_id, euro(100))
    more = drafted(kreis, fund, gemeinde.tenant_id, euro(1))
    refused(kreis, OverdrawnError, lambda: issue_allocations(kreis, [more]))


def test_a_batch_is_issued_as_a_whole_or_not_at_all(kreis, gemeinde, sibling):
    fund = granted(kreis, euro(100))
    batch = [drafted(kreis, fund, to.tenant_id, euro(60)) for to in (gemeinde, sibling)]
    refused(kreis, OverdrawnError, lambda: issue_allocations(kreis, batch))
    assert left(kreis, fund) == 100
    assert [state(kreis, allocation_id) for allocation_id in batch] == ["draft", "draft"]


def test_plain_sql_overdraws_nothing_either(kreis, gemeinde):
    fund = granted(kreis, euro(100))
    draft = drafted(kreis, fund, gemeinde.tenant_id, euro(101))
    with transaction(kreis) as session, pytest.raises(OverdrawnError), attempt(session):
        session.execute(
            text("UPDATE allocation_version SET recorded_at = now() WHERE allocation_id = :a"), {"a": draft}
        )
    for statement in (
        "UPDATE fund_cell SET funded = 1000",
        "UPDATE fund_cell SET passed_on = 0",
        "DELETE FROM fund_cell",
        "UPDATE allocation SET issued_at = now()",
    ):
        with (
            transaction(kreis) as session,
            pytest.raises(Exception, match="permission denied"),
            attempt(session),
        ):
            session.execute(text(statement))


def test_the_recipient_confirms_and_passes_on_only_what_it_has(kreis, gemeinde, sibling):
    fund = granted(kreis, euro(100))
    allocation_id = issued(kreis, fund, gemeinde.tenant_id, euro(60))
    with transaction(gemeinde, read_only=True) as session:
        assert funds(session, gemeinde.tenant_id) == []  # not before the confirmation
    do(gemeinde, lambda: confirm_allocation(gemeinde, Step(allocation_id)))
    assert state(kreis, allocation_id) == "confirmed"
    onward = issued(gemeinde, allocation_id, sibling.tenant_id, euro(45))
    assert left(gemeinde, allocation_id) == 15
    more = drafted(gemeinde, allocation_id, sibling.tenant_id, euro("15.01"))
    refused(gemeinde, OverdrawnError, lambda: issue_allocations(gemeinde, [more]))
    assert state(kreis, onward) == "issued"  # who gave the money sees where it went
    assert state(sibling, onward) == "issued"
    with transaction(sibling, read_only=True) as session, pytest.raises(NotFoundError):
        allocation_file(session, allocation_id)  # but not the level above


def test_three_levels_hold(kreis, gemeinde, sibling):
    fund = granted(kreis, euro(100))
    first = confirmed(kreis, gemeinde, fund, euro(60))
    second = confirmed(gemeinde, sibling, first, euro(50))
    issued(sibling, second, traeger(sibling), euro(50))
    assert [left(*where) for where in ((kreis, fund), (gemeinde, first), (sibling, second))] == [40, 10, 0]


def test_an_allocation_cannot_be_lowered_below_what_the_recipient_passed_on(kreis, gemeinde, sibling):
    fund = granted(kreis, euro(100))
    first = confirmed(kreis, gemeinde, fund, euro(60))
    second = issued(gemeinde, first, sibling.tenant_id, euro(50))
    lower = terms(euro("49.99"), reason="Kürzung")
    error = refused(kreis, PassedOnError, lambda: amend_allocation(kreis, first, lower))
    assert "50" not in error.detail  # how much it passed on is not the giver's to read from an error
    do(gemeinde, lambda: amend_allocation(gemeinde, second, terms(euro(40), reason="Kürzung")))
    do(kreis, lambda: amend_allocation(kreis, first, lower))
    assert (left(kreis, fund), left(gemeinde, first)) == (Decimal("50.01"), Decimal("9.99"))
    assert state(gemeinde, first) == "amended"


def test_a_period_is_not_shortened_below_what_depends_on_it(kreis, gemeinde, sibling):
    fund = granted(kreis, euro(100))
    first = confirmed(kreis, gemeinde, fund, euro(60))
    second = issued(gemeinde, first, sibling.tenant_id, euro(50))
    half = {"period_to": date(2026, 6, 30), "reason": "Kürzung"}

    def shorten_grant():
        record_bescheid(kreis, enter_amendment(kreis, fund, bescheid(euro(100), **half)).id)

    assert "01.01.2026 bis 31.12.2026" in refused(kreis, InvalidInputError, shorten_grant).detail
    refused(kreis, PassedOnError, lambda: amend_allocation(kreis, first, terms(euro(60), **half)))
    do(gemeinde, lambda: amend_allocation(gemeinde, second, terms(euro(50), **half)))
    do(kreis, lambda: amend_allocation(kreis, first, terms(euro(60), **half)))
    do(kreis, shorten_grant)


def test_a_waived_share_comes_back_when_the_giver_takes_it_back(kreis, gemeinde):
    fund = granted(kreis, euro(100))
    allocation_id = issued(kreis, fund, gemeinde.tenant_id, euro(60))
    with pytest.raises(InvalidInputError), transaction(gemeinde):
        waive_allocation(gemeinde, Step(allocation_id))
    do(
        gemeinde,
        lambda: waive_allocation(gemeinde, Step(allocation_id, note="Kein Personal")),
    )
    assert left(kreis, fund) == 40
    do(kreis, lambda: end(kreis, allocation_id))
    assert (state(gemeinde, allocation_id), left(kreis, fund)) == ("ended", 100)


def test_waived_money_is_not_passed_on(kreis, gemeinde, sibling):
    fund = granted(kreis, euro(100))
    first = confirmed(kreis, gemeinde, fund, euro(60))
    draft = drafted(gemeinde, first, sibling.tenant_id, euro(50))
    do(gemeinde, lambda: waive_allocation(gemeinde, Step(first, note="Kein Personal")))
    refused(gemeinde, WaivedError, lambda: issue_allocations(gemeinde, [draft]))


def test_who_has_passed_money_on_cannot_waive_it(kreis, gemeinde, sibling):
    fund = granted(kreis, euro(100))
    first = confirmed(kreis, gemeinde, fund, euro(60))
    second = issued(gemeinde, first, sibling.tenant_id, euro(50))
    waive = Step(first, note="Kein Personal")
    refused(gemeinde, AlreadyPassedOnError, lambda: waive_allocation(gemeinde, waive))
    do(gemeinde, lambda: end(gemeinde, second))
    do(gemeinde, lambda: waive_allocation(gemeinde, waive))


def test_an_objection_is_answered(kreis, gemeinde):
    fund = granted(kreis, euro(100))
    allocation_id = issued(kreis, fund, gemeinde.tenant_id, euro(60))
    note = Step(allocation_id, note="Uns fehlt ein Viertel")
    do(gemeinde, lambda: object_to_allocation(gemeinde, note))
    refused(gemeinde, ProceedingMovedError, lambda: confirm_allocation(gemeinde, note))
    do(kreis, lambda: uphold_allocation(kreis, note))
    do(gemeinde, lambda: confirm_allocation(gemeinde, note))
    assert state(kreis, allocation_id) == "confirmed"


def test_a_changed_allocation_is_confirmed_anew_and_keeps_its_fund(kreis, gemeinde):
    fund = granted(kreis, euro(100))
    first = confirmed(kreis, gemeinde, fund, euro(60))
    do(kreis, lambda: amend_allocation(kreis, first, terms(euro(70), reason="Mehr Fälle")))
    assert left(gemeinde, first) == 70
    do(gemeinde, lambda: confirm_allocation(gemeinde, Step(first)))
    refused(
        kreis, OverdrawnError, lambda: amend_allocation(kreis, first, terms(euro(101), reason="Noch mehr"))
    )


def test_money_to_a_traeger_is_no_proceeding_but_changes_and_ends_likewise(kreis):
    fund = granted(kreis, euro(100))
    allocation_id = issued(kreis, fund, traeger(kreis), euro(60))
    do(kreis, lambda: amend_allocation(kreis, allocation_id, terms(euro(80), reason="Aufstockung")))
    assert left(kreis, fund) == 20
    do(kreis, lambda: end(kreis, allocation_id))
    assert (state(kreis, allocation_id), left(kreis, fund)) == ("ended", 100)
    refused(kreis, NotIssuedError, lambda: end(kreis, allocation_id))


@pytest.mark.parametrize("to", ["unrelated", "kreis", "stadt"])
def test_a_recipient_that_is_not_below_is_refused(to, request, kreis):
    fund = granted(kreis, euro(100))
    recipient = request.getfixturevalue(to)
    with pytest.raises(RecipientError) as caught:
        drafted(kreis, fund, recipient.tenant_id, euro(1))
    assert "recipient" in caught.value.fields


def test_a_stadt_has_nobody_below(stadt, gemeinde):
    fund = granted(stadt, euro(100))
    with pytest.raises(RecipientError):
        drafted(stadt, fund, gemeinde.tenant_id, euro(1))


def test_a_gemeinde_passes_its_own_grant_to_no_other(gemeinde, sibling):
    fund = granted(gemeinde, euro(100))
    with pytest.raises(RecipientError) as caught:
        drafted(gemeinde, fund, sibling.tenant_id, euro(1))
    assert "fund" in caught.value.fields


def test_money_does_not_flow_back_up(kreis, gemeinde, sibling):
    fund = granted(kreis, euro(100))
    first = confirmed(kreis, gemeinde, fund, euro(60))
    second = confirmed(gemeinde, sibling, first, euro(50))
    back = drafted(sibling, second, gemeinde.tenant_id, euro(10))
    refused(sibling, RecipientError, lambda: issue_allocations(sibling, [back]))


def test_plain_sql_names_no_recipient_of_another_kreis(kreis, unrelated, gemeinde):
    fund = granted(kreis, euro(100))
    draft = drafted(kreis, fund, gemeinde.tenant_id, euro(1))
    copy = (
        "INSERT INTO allocation (tenant_id, id, fund_id, title, recipient_id, kreis_id) SELECT tenant_id, id, fund_id,"
        " title, :to, :kreis FROM allocation WHERE id = :draft"
    )
    for kreis_id in (kreis.tenant_id, 0):
        with (
            transaction(kreis) as session,
            pytest.raises(Exception, match="violates"),
            session.begin_nested(),
        ):
            session.execute(text(copy), {"to": unrelated.tenant_id, "kreis": kreis_id, "draft": draft})


def test_a_period_outside_the_grants_is_refused(kreis, gemeinde):
    fund = granted(kreis, euro(100), period_to=date(2026, 6, 30))
    draft = drafted(kreis, fund, gemeinde.tenant_id, euro(1), period_to=date(2026, 7, 1))
    error = refused(kreis, InvalidInputError, lambda: issue_allocations(kreis, [draft]))
    assert "01.01.2026 bis 30.06.2026" in error.fields["period_from"][0]


def test_nothing_is_passed_on_from_a_bescheid_that_is_not_recorded(kreis, gemeinde):
    fund = granted(kreis, euro(100), recorded=False)
    draft = drafted(kreis, fund, gemeinde.tenant_id, euro(1))
    assert (
        "noch nicht erfasst"
        in refused(kreis, InvalidInputError, lambda: issue_allocations(kreis, [draft])).detail
    )


def test_an_issued_allocation_is_not_edited(kreis, gemeinde):
    fund = granted(kreis, euro(100))
    allocation_id = issued(kreis, fund, gemeinde.tenant_id, euro(60))
    for use_case in (
        lambda: change_allocation_draft(kreis, allocation_id, title="Anders", terms=terms(euro(1))),
        lambda: discard_allocation(kreis, allocation_id),
        lambda: issue_allocations(kreis, [allocation_id]),
    ):
        refused(kreis, AllocationIssuedError, use_case)


def test_each_side_takes_its_own_steps_only(kreis, gemeinde):
    fund = granted(kreis, euro(100))
    allocation_id = issued(kreis, fund, gemeinde.tenant_id, euro(60))
    note = Step(allocation_id, note="Text")
    for step in (confirm_allocation, object_to_allocation, waive_allocation):
        refused(kreis, NotFoundError, lambda step=step: step(kreis, note))
    refused(gemeinde, NotFoundError, lambda: uphold_allocation(gemeinde, note))
    refused(gemeinde, NotFoundError, lambda: end(gemeinde, allocation_id))


def test_a_fund_opens_only_on_what_one_received(kreis, gemeinde, sibling):
    fund = granted(kreis, euro(100))
    allocation_id = issued(kreis, fund, gemeinde.tenant_id, euro(60))
    claim = "INSERT INTO fund (tenant_id, id, source) VALUES (:me, :a, 'allocation')"
    for thief in (sibling, kreis):  # neither a stranger nor the giver
        with (
            transaction(thief) as session,
            pytest.raises(Exception, match="fk_fund_allocation"),
            session.begin_nested(),
        ):
            session.execute(text(claim), {"me": thief.tenant_id, "a": allocation_id})


def test_reading_is_not_writing(kreis, gemeinde, district):
    fund = granted(kreis, euro(100))
    auditor = district.kreis.actor(Role.AUDITOR)
    with pytest.raises(ForbiddenError):
        drafted(auditor, fund, gemeinde.tenant_id, euro(1))

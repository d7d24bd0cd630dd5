"""Grants: from the draft of a Bescheid to its amendments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from kimhub.core.attempt import attempt
from kimhub.core.errors import ForbiddenError, InvalidInputError, NotFoundError
from kimhub.funding.errors import (
    BelowAllocatedError,
    BescheidFixedError,
    BescheidOrderError,
    OverlappingBausteinError,
)
from kimhub.funding.public import (
    enter_amendment,
    funds,
    grant_file,
    grant_items,
    note_finality,
    record_bescheid,
)
from kimhub.funding.usecases.enter_grant import change_draft, discard_draft
from kimhub.programme.public import Cell
from tenants import Role, transaction
from tests.factories.ledger import CELL, KOORDINATION, bescheid, euro, granted, issued, left, plain, traeger

NEXT_YEAR = {"period_from": date(2027, 1, 1), "period_to": date(2027, 12, 31)}


def refused(actor, use_case, error):
    with transaction(actor) as session, pytest.raises(error) as caught, attempt(session):
        use_case()
    return caught.value


def amend(actor, grant_id, *items, **more):
    with transaction(actor):
        return enter_amendment(actor, grant_id, bescheid(*items, reason="Stelle fällt weg", **more)).id


def test_a_draft_gives_no_money_and_the_recorded_bescheid_does(kreis):
    grant_id = granted(kreis, euro(100), recorded=False)
    with transaction(kreis) as session:
        assert funds(session, kreis.tenant_id) == []
        record_bescheid(kreis, grant_file(session, grant_id).draft.id)
    assert left(kreis, grant_id) == Decimal("100.00")


def test_the_period_may_have_begun_before_the_bescheid_came(kreis):
    granted(kreis, euro(1), issued_on=date(2026, 2, 15), received_on=date(2026, 2, 20))


def test_an_amendment_is_a_new_version_and_the_first_stays_readable(kreis):
    grant_id = granted(kreis, euro(100))
    version_id = amend(kreis, grant_id, euro(80), euro(30, Cell.of(2026, KOORDINATION)))
    assert left(kreis, grant_id) == 100  # a draft changes nothing
    with transaction(kreis):
        record_bescheid(kreis, version_id)
    assert left(kreis, grant_id) == 80
    assert left(kreis, grant_id, Cell.of(2026, KOORDINATION)) == 30
    with transaction(kreis, read_only=True) as session:
        file = grant_file(session, grant_id)
        items = grant_items(session, file.versions)
    assert [(v.number, [i.amount for i in items[v.id]]) for v in file.versions] == [(2, [30, 80]), (1, [100])]


def test_a_cell_that_the_amendment_does_not_name_is_empty_afterwards(kreis):
    grant_id = granted(kreis, euro(100), euro(50, Cell.of(2026, KOORDINATION)))
    with transaction(kreis):
        record_bescheid(kreis, enter_amendment(kreis, grant_id, bescheid(euro(100))).id)
    assert left(kreis, grant_id, Cell.of(2026, KOORDINATION)) == 0


def test_an_amendment_below_what_is_passed_on_is_refused_and_says_where_and_how_much(kreis):
    grant_id = granted(kreis, euro(100))
    issued(kreis, grant_id, traeger(kreis), euro(60))
    version_id = amend(kreis, grant_id, euro("59.99"))
    error = refused(kreis, lambda: record_bescheid(kreis, version_id), BelowAllocatedError)
    assert "2026, Baustein 2, Case Management: weitergeleitet sind 60,00 €" in plain(error.detail)
    assert error.extra["cells"] == [
        {"year": 2026, "baustein": 2, "purpose": "case_management", "passed_on": "60.00", "granted": "59.99"}
    ]
    assert left(kreis, grant_id) == 40
    with transaction(kreis):
        change_draft(kreis, version_id, bescheid(euro(60)))
        record_bescheid(kreis, version_id)
    assert left(kreis, grant_id) == 0


def test_two_grants_never_pay_for_the_same_baustein_on_the_same_day(kreis, stadt):
    granted(kreis, euro(100))
    granted(stadt, euro(100))  # another tenant is another matter
    granted(kreis, euro(1, Cell.of(2026, KOORDINATION)))  # and so is another Baustein
    granted(kreis, euro(1, Cell.of(2027, CELL.purpose)), **NEXT_YEAR)
    second = granted(kreis, euro(50), recorded=False, period_from=date(2026, 12, 31))
    with transaction(kreis, read_only=True) as session:
        version_id = grant_file(session, second).draft.id
    assert "§ 9 Abs. 4 TIntG" in refused(
        kreis, lambda: record_bescheid(kreis, version_id), OverlappingBausteinError
    ).detail  # fmt: skip


def test_a_grant_that_was_taken_back_makes_room_for_another(kreis):
    grant_id = granted(kreis, euro(100))
    with transaction(kreis):
        record_bescheid(kreis, enter_amendment(kreis, grant_id, bescheid(euro(0), reason="Widerruf")).id)
    granted(kreis, euro(70))


@pytest.mark.parametrize(
    ("items", "more", "field"),
    [
        ((euro("-0.01"),), {}, "items.0"),
        ((euro(1), euro(1)), {}, "items.1"),
        ((euro(1, Cell.of(2027, CELL.purpose)),), {}, "items.0"),
        ((), {}, "items"),
        ((euro(0),), {}, "items"),
        ((euro(1),), {"period_to": date(2025, 12, 31)}, "period_to"),
        ((euro(1),), {"received_on": date(2026, 1, 1)}, "received_on"),
        ((euro(1, Cell.of(2026, KOORDINATION), fte="-1"),), {}, "items.0"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(kreis, items, more, field):
    with pytest.raises(InvalidInputError) as caught:
        granted(kreis, *items, **more)
    assert field in caught.value.fields


def test_three_decimals_are_refused(kreis):
    item = euro(1)
    with pytest.raises(InvalidInputError) as caught:
        granted(kreis, type(item)(item.cell, Decimal("1.001")))
    assert "zwei Nachkommastellen" in caught.value.fields["items.0"][0]


def test_a_recorded_bescheid_is_fixed_for_the_program_and_for_plain_sql(kreis):
    grant_id = granted(kreis, euro(100))
    with transaction(kreis, read_only=True) as session:
        version_id = grant_file(session, grant_id).versions[0].id
    refused(kreis, lambda: change_draft(kreis, version_id, bescheid(euro(1))), BescheidFixedError)
    refused(kreis, lambda: discard_draft(kreis, version_id), BescheidFixedError)
    for statement in (
        "UPDATE grant_item SET amount = 1000 WHERE version_id = :v",
        "DELETE FROM grant_item WHERE version_id = :v",
        (
            "INSERT INTO grant_item (tenant_id, id, version_id, year, baustein, purpose, amount)"
            " SELECT tenant_id, gen_random_uuid(), id, 2026, 1, 'koordination', 5 FROM grant_version WHERE id = :v"
        ),
        "UPDATE grant_version SET aktenzeichen = 'anders' WHERE id = :v",
        "UPDATE grant_version SET recorded_at = NULL WHERE id = :v",
    ):
        with transaction(kreis) as session, pytest.raises(BescheidFixedError), attempt(session):
            session.execute(text(statement), {"v": version_id})


def test_rechtsbehelfsverzicht_and_bestandskraft_are_noted_later(kreis):
    grant_id = granted(kreis, euro(100))
    with transaction(kreis) as session:
        version_id = grant_file(session, grant_id).versions[0].id
        note_finality(kreis, version_id, waived_on=date(2026, 2, 10), final_on=date(2026, 3, 5))
    with pytest.raises(InvalidInputError), transaction(kreis):
        note_finality(kreis, version_id, waived_on=date(2026, 2, 3), final_on=None)


def test_one_amendment_is_entered_at_a_time(kreis):
    grant_id = granted(kreis, euro(100))
    version_id = amend(kreis, grant_id, euro(90))
    refused(kreis, lambda: enter_amendment(kreis, grant_id, bescheid(euro(80))), BescheidOrderError)
    with transaction(kreis):
        discard_draft(kreis, version_id)
    amend(kreis, grant_id, euro(80))


def test_a_discarded_first_draft_leaves_nothing(kreis):
    grant_id = granted(kreis, euro(100), recorded=False)
    with transaction(kreis) as session:
        discard_draft(kreis, grant_file(session, grant_id).draft.id)
    with transaction(kreis, read_only=True) as session, pytest.raises(NotFoundError):
        grant_file(session, grant_id)


def test_nobody_else_finds_a_grant_and_the_auditor_changes_none(kreis, stadt, district):
    grant_id = granted(kreis, euro(100))
    with transaction(stadt, read_only=True) as session, pytest.raises(NotFoundError):
        grant_file(session, grant_id)
    auditor = district.kreis.actor(Role.AUDITOR)
    with transaction(auditor), pytest.raises(ForbiddenError):
        enter_amendment(auditor, grant_id, bescheid(euro(1)))

"""Booking and reversing: what the books take, and what they never do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from kimhub.core.errors import ForbiddenError, InvalidInputError, NotFoundError
from kimhub.programme.public import Baustein, Cell, GrantPurpose, Teilplanzeile
from kimhub.spending.models import MAX_AMOUNT, Expenditure
from kimhub.spending.public import (
    AlreadyReversedError,
    ReceiptBookedError,
    ReverseExpenditure,
    book_expenditure,
    reverse_expenditure,
    spent,
)
from tenants import Role, transaction
from tests.spending.conftest import RENT


def reverse(actor, booking, reason="Falscher Betrag"):
    with transaction(actor):
        return reverse_expenditure(actor, ReverseExpenditure(booking, reason)).id


def sums(actor, **years):
    with transaction(actor, read_only=True) as session:
        return spent(session, actor.tenant_id, **years)


def test_the_haushaltsjahr_is_that_of_the_booking_date_unless_said_otherwise(book, coordinator):
    book()
    book(replace(RENT, receipt_number="RE-2022-0001", booked_on=date(2022, 1, 10), year=2021))
    (only,) = sums(coordinator)
    assert only.cell == Cell(2021, Baustein.STRATEGISCHE_KOORDINATION, GrantPurpose.SACHAUSGABEN_KOORDINATION)
    assert (only.amount, only.last_booked_on) == (Decimal("2469.12"), date(2022, 1, 10))


def test_what_was_spent_is_told_per_year_purpose_and_teilplanzeile(book, coordinator):
    for number, (purpose, line, year) in enumerate(
        [
            (GrantPurpose.CASE_MANAGEMENT, Teilplanzeile.TRANSFERAUFWENDUNGEN, 2022),
            (GrantPurpose.CASE_MANAGEMENT, Teilplanzeile.PERSONALAUFWENDUNGEN, 2022),
            (GrantPurpose.KOORDINATION, Teilplanzeile.PERSONALAUFWENDUNGEN, 2021),
            (GrantPurpose.BAUSTEIN_3, Teilplanzeile.PERSONALAUFWENDUNGEN, 2022),
        ]
    ):
        book(replace(RENT, receipt_number=f"B{number}", purpose=purpose, teilplanzeile=line, year=year))
    assert [(row.cell.year, int(row.cell.baustein), row.teilplanzeile.value) for row in sums(coordinator)] == [
        (2021, 1, "11"), (2022, 2, "11"), (2022, 2, "15"), (2022, 3, "11"),
    ]  # fmt: skip
    assert {row.cell.year for row in sums(coordinator, first_year=2022)} == {2022}


@pytest.mark.parametrize(
    "same", [{}, {"receipt_number": "re-2021-0017"}, {"text": "Andere Worte", "recipient": "Andere"}]
)
def test_the_same_receipt_is_booked_once(book, coordinator, same):
    first = book()
    with pytest.raises(ReceiptBookedError) as refused:
        book(replace(RENT, **same))
    assert refused.value.extra["booked_as"] == str(first)
    assert refused.value.fields["receipt_number"]
    assert sums(coordinator)[0].amount == RENT.amount


@pytest.mark.parametrize(
    "other",
    [
        {"receipt_number": "RE-2021-0018"},
        {"booked_on": date(2021, 7, 15)},
        {"amount": Decimal("1234.57")},
        {"purpose": GrantPurpose.BEGLEITAUSGABEN},
        {"teilplanzeile": Teilplanzeile.TRANSFERAUFWENDUNGEN},
        {"position_reference": "E13-01"},
        {"year": 2022},
        {"receipt_number": "RE-2021-0017\\"},
    ],
)
def test_another_part_of_a_receipt_is_another_booking(book, coordinator, other):
    book()
    book(replace(RENT, **other))


def test_another_tenant_may_have_a_receipt_of_the_same_number(book, district):
    book()
    book(actor=district.gemeinde.actor(Role.OFFICER))


def test_a_reversal_takes_the_amount_back_where_it_was_booked(book, coordinator):
    booking = book(replace(RENT, year=2022))
    reversal = reverse(coordinator, booking)
    (only,) = sums(coordinator)
    assert (only.cell.year, only.amount) == (2022, 0)
    with transaction(coordinator, read_only=True) as session:
        row = session.scalars(select(Expenditure).where(Expenditure.id == reversal)).one()
        assert (row.amount, row.year, row.purpose, row.reason) == (
            -RENT.amount, 2022, RENT.purpose, "Falscher Betrag",
        )  # fmt: skip
        assert row.booked_on == session.scalar(select(func.current_date()))


def test_what_was_reversed_can_be_booked_again_and_again(book, coordinator):
    for _ in range(3):
        reverse(coordinator, book())
    book()
    assert sums(coordinator)[0].amount == RENT.amount
    with pytest.raises(ReceiptBookedError):
        book()


def test_a_booking_is_reversed_once(book, coordinator):
    booking = book()
    reverse(coordinator, booking)
    with pytest.raises(AlreadyReversedError):
        reverse(coordinator, booking)


def test_a_reversal_is_not_reversed(book, coordinator):
    with pytest.raises(AlreadyReversedError):
        reverse(coordinator, reverse(coordinator, book()))


def test_a_reversal_needs_its_reason(book, coordinator):
    booking = book()
    with pytest.raises(InvalidInputError) as refused:
        reverse(coordinator, booking, "")
    assert set(refused.value.fields) == {"reason"}


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"receipt_number": ""}, "receipt_number"),
        ({"booked_on": date(2016, 12, 31)}, "booked_on"),
        ({"booked_on": date(2100, 1, 1)}, "booked_on"),
        ({"year": 2016}, "year"),
        ({"year": 2100}, "year"),
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal("-5.00")}, "amount"),
        ({"amount": Decimal("5.005")}, "amount"),
        ({"amount": MAX_AMOUNT + 1}, "amount"),
        ({"teilplanzeile": Teilplanzeile.ZUWENDUNGEN}, "teilplanzeile"),
        ({"period_from": date(2021, 5, 1)}, "period_to"),
        ({"period_to": date(2021, 5, 1)}, "period_from"),
        ({"period_from": date(2021, 5, 2), "period_to": date(2021, 5, 1)}, "period_to"),
        ({"period_from": date(2016, 5, 2), "period_to": date(2021, 5, 1)}, "period_from"),
    ],
)
def test_bad_input_is_named_with_its_field_and_changes_nothing(book, coordinator, bad, field):
    with pytest.raises(InvalidInputError) as refused:
        book(replace(RENT, **bad))
    assert set(refused.value.fields) == {field}
    assert sums(coordinator) == []


def test_who_may_only_read_books_and_reverses_nothing(book, district):
    booking = book()
    auditor = district.stadt.actor(Role.AUDITOR)
    with transaction(auditor):
        with pytest.raises(ForbiddenError):
            book_expenditure(auditor, RENT)
        with pytest.raises(ForbiddenError):
            reverse_expenditure(auditor, ReverseExpenditure(booking, "x"))


def test_another_tenants_booking_is_not_there(book, district):
    booking = book()
    other = district.kreis.actor(Role.KI_COORDINATOR)
    for unknown in (booking, uuid4()):
        with transaction(other), pytest.raises(NotFoundError):
            reverse_expenditure(other, ReverseExpenditure(unknown, "x"))


ROW = {
    "receipt_number": "R", "booked_on": "2021-06-15", "year": 2021, "purpose": "koordination", "teilplanzeile": "11",
    "amount": "10.00", "generation": 0, "reverses_id": None, "reverses_booked_on": None,
}  # fmt: skip


def insert(session, actor, **given):
    values = {**ROW, "tenant": actor.tenant_id, "id": uuid4(), **given}
    session.execute(
        text(
            "INSERT INTO expenditure (tenant_id, id, receipt_number, booked_on, year, purpose, teilplanzeile, amount,"
            " generation, reverses_id, reverses_booked_on, actor_label) VALUES (:tenant, :id, :receipt_number,"
            " :booked_on, :year, :purpose, :teilplanzeile, :amount, :generation, :reverses_id, :reverses_booked_on,"
            " 'x')"
        ),
        values,
    )
    return values["id"]


@pytest.mark.parametrize(
    "given",
    [
        {"amount": "-10.01"},
        {"amount": "10.00"},
        {"year": 2022},
        {"purpose": "begleitausgaben"},
        {"teilplanzeile": "15"},
        {"reverses_booked_on": "2021-06-16"},
        {"generation": 1},
        {"reverses_booked_on": None},
    ],
)
def test_the_database_takes_only_the_exact_reversal(ctx, coordinator, given):
    with transaction(coordinator) as session:
        booking = insert(session, coordinator)
        right = {
            "reverses_id": booking, "reverses_booked_on": "2021-06-15", "amount": "-10.00", "booked_on": "2021-09-01",
        }  # fmt: skip
        with pytest.raises(IntegrityError), session.begin_nested():
            insert(session, coordinator, **{**right, **given})
        insert(session, coordinator, **right)
        with pytest.raises(IntegrityError), session.begin_nested():
            insert(session, coordinator, **right)


def test_the_database_takes_a_further_generation_only_behind_a_reversal(ctx, coordinator):
    with transaction(coordinator) as session:
        booking = insert(session, coordinator)
        for generation in (0, 1, 2):
            with pytest.raises(IntegrityError), session.begin_nested():
                insert(session, coordinator, generation=generation)
        insert(session, coordinator, reverses_id=booking, reverses_booked_on="2021-06-15", amount="-10.00")
        for generation in (0, 2):
            with pytest.raises(IntegrityError), session.begin_nested():
                insert(session, coordinator, generation=generation)
        insert(session, coordinator, generation=1)


def test_no_tenant_reverses_or_follows_a_booking_of_another(ctx, coordinator, district):
    with transaction(coordinator) as session:
        booking = insert(session, coordinator)
    other = district.kreis.actor(Role.KI_COORDINATOR)
    with transaction(other) as session:
        with pytest.raises(IntegrityError), session.begin_nested():
            insert(session, other, reverses_id=booking, reverses_booked_on="2021-06-15", amount="-10.00")
        with pytest.raises(IntegrityError), session.begin_nested():
            insert(session, other, generation=1)


def test_the_database_refuses_a_negative_booking(ctx, coordinator):
    with transaction(coordinator) as session, pytest.raises(IntegrityError), session.begin_nested():
        insert(session, coordinator, amount="-10.00")


@pytest.mark.parametrize("statement", ["UPDATE expenditure SET amount = 1", "DELETE FROM expenditure"])
def test_nobody_changes_or_deletes_a_booking(book, coordinator, statement):
    book()
    with transaction(coordinator) as session, pytest.raises(ProgrammingError), session.begin_nested():
        session.execute(text(statement))

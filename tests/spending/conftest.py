"""The books of the kreisfreie Stadt of the tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kimhub.programme.public import GrantPurpose, Teilplanzeile
from kimhub.spending.public import BookExpenditure, book_expenditure
from tenants import Role, transaction

RENT = BookExpenditure(
    receipt_number="RE-2021-0017",
    booked_on=date(2021, 6, 15),
    amount=Decimal("1234.56"),
    purpose=GrantPurpose.SACHAUSGABEN_KOORDINATION,
    teilplanzeile=Teilplanzeile.SONSTIGE_AUFWENDUNGEN,
    text="Miete Büro",
)


@pytest.fixture
def coordinator(district):
    return district.stadt.actor(Role.KI_COORDINATOR)


@pytest.fixture
def book(ctx, coordinator):
    """Books and commits; returns the id."""

    def book(command=RENT, actor=coordinator):
        with transaction(actor):
            return book_expenditure(actor, command).id

    return book

"""The district with money: the Kreis has a grant, passes on to a Gemeinde and a Träger, and spends itself."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from kimhub.overview.collect import overview
from kimhub.programme.public import Cell, GrantPurpose, Teilplanzeile
from kimhub.spending.public import BookExpenditure, book_expenditure
from tenants import transaction
from tests.factories.ledger import confirmed, euro, granted, issued, traeger

NOW = datetime(2026, 7, 15, 10, tzinfo=UTC)
KOORDINATION = Cell.of(2026, GrantPurpose.KOORDINATION)


def book(actor, receipt, amount, purpose, line, *, on=date(2026, 6, 30), reference=""):
    """Book an expenditure of 2026."""
    command = BookExpenditure(
        receipt_number=receipt, booked_on=on, amount=Decimal(amount), purpose=purpose, teilplanzeile=line,
        year=2026, position_reference=reference,
    )  # fmt: skip
    with transaction(actor):
        return book_expenditure(actor, command)


@pytest.fixture
def money(kreis, gemeinde):
    """Grant 570,000 + 114,000; to the Gemeinde 57,000, to a Träger 114,000; spent 100,000.01 and 57,000."""
    fund = granted(kreis, euro("570000"), euro("114000", KOORDINATION))
    received = confirmed(kreis, gemeinde, fund, euro("57000", fte="1"))
    issued(kreis, fund, traeger(kreis, "Wohlfahrtsverband"), euro("114000", fte="2"))
    book(kreis, "1", "100000.01", GrantPurpose.CASE_MANAGEMENT, Teilplanzeile.PERSONALAUFWENDUNGEN)
    book(kreis, "2", "57000", GrantPurpose.CASE_MANAGEMENT, Teilplanzeile.TRANSFERAUFWENDUNGEN)
    return {"fund": fund, "received": received}


@pytest.fixture
def seen():
    """Returns the overview of an actor as of 15.07.2026."""

    def seen(actor, *, year=2026, now=NOW, **asked):
        with transaction(actor, read_only=True) as session:
            return overview(session, actor, year=year, now=now, **asked)

    return seen

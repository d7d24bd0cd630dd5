"""Zwischenstand: only what was shown is shared, only with the giver, and for good."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from kimhub.core.errors import ForbiddenError, NotFoundError
from kimhub.funding.public import latest_statements, share_statement
from kimhub.programme.public import GrantPurpose, Teilplanzeile
from kimhub.spending.public import BookExpenditure, book_expenditure
from tenants import Role, transaction
from tests.factories.ledger import CELL, confirmed, euro, granted
from tests.support.reader import reading


@pytest.fixture
def allocation(kreis, gemeinde):
    return confirmed(kreis, gemeinde, granted(kreis, euro("57000.00")), euro("28500.00"))


def spend(actor, amount, number="1", purpose=GrantPurpose.CASE_MANAGEMENT):
    with transaction(actor):
        book_expenditure(
            actor,
            BookExpenditure(
                receipt_number=number, booked_on=date(2026, 5, 1), amount=Decimal(amount), purpose=purpose,
                teilplanzeile=Teilplanzeile.PERSONALAUFWENDUNGEN,
            ),
        )  # fmt: skip


def share(actor, allocation):
    with transaction(actor):
        share_statement(actor, allocation)


def seen_by(actor):
    with transaction(actor, read_only=True) as session:
        return [
            (line.cell, line.allocated, line.spent)
            for statement in latest_statements(session, actor.tenant_id)
            for line in statement.cells
        ]


def test_the_giver_sees_the_sums_of_the_cells_and_nothing_else(kreis, gemeinde, sibling, allocation):
    spend(gemeinde, "100.10")
    spend(gemeinde, "200.20", number="2")
    spend(gemeinde, "999.00", number="3", purpose=GrantPurpose.KOORDINATION)
    assert seen_by(kreis) == []
    share(gemeinde, allocation)
    assert seen_by(kreis) == [(CELL, Decimal("28500.00"), Decimal("300.30"))]
    assert seen_by(gemeinde) == seen_by(kreis)
    assert seen_by(sibling) == []


def test_a_later_statement_replaces_none_before_it(kreis, gemeinde, allocation):
    share(gemeinde, allocation)
    spend(gemeinde, "100.00")
    share(gemeinde, allocation)
    with transaction(kreis, read_only=True) as session:
        kept = session.scalars(text("SELECT spent FROM spending_statement_item ORDER BY spent")).all()
    assert kept == [Decimal("0.00"), Decimal("100.00")]


def test_only_the_recipient_states(kreis, sibling, allocation, district):
    with pytest.raises(NotFoundError):
        share(kreis, allocation)
    with pytest.raises(NotFoundError):
        share(sibling, allocation)
    with pytest.raises(ForbiddenError):
        share(district.gemeinde.actor(Role.AUDITOR), allocation)


@pytest.mark.parametrize(
    "statement", ["UPDATE spending_statement_item SET spent = 0", "DELETE FROM spending_statement"]
)
def test_what_was_shared_is_neither_changed_nor_taken_back(gemeinde, allocation, statement):
    share(gemeinde, allocation)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction(gemeinde) as session:
        session.execute(text(statement))


def test_the_page_shares_what_it_shows(ctx, kreis, gemeinde, allocation):
    with reading(ctx, gemeinde) as reader:
        path = f"/t/{gemeinde.tenant_slug}/mittel/weiterleitungen/{allocation}"
        seen = reader.open(reader.open(path).links["Zwischenstand teilen"])
        spend(gemeinde, "100.00")  # a colleague books meanwhile
        seen = reader.fill(seen, {})
        assert seen.status == 409
        assert "Ihre Ausgaben haben sich inzwischen geändert" in seen.main
        assert seen_by(kreis) == []
        assert "Der Zwischenstand ist geteilt" in reader.fill(seen, {}).main
        reader.acting.actor = kreis
        seen = reader.open(path.replace(gemeinde.tenant_slug, kreis.tenant_slug))
        assert "Zwischenstand der Ausgaben" in seen.main
        assert "Zwischenstand teilen" not in seen.links

"""Who acts is bound for one transaction, and only in one place."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tenants import NOBODY, Role, db, transaction
from tenants.binding import NobodyActsError

TENANT = text("SELECT current_setting('app.tenant', true)")


def test_without_an_actor_no_transaction_begins(ctx):
    with pytest.raises(NobodyActsError):
        db.session.execute(TENANT)


def test_the_actor_holds_for_one_transaction(ctx, district):
    with transaction(district.kreis.actor(Role.KI_COORDINATOR)) as session:
        assert session.scalar(TENANT) == str(district.kreis.id)
    with transaction(NOBODY) as session:
        assert session.scalar(TENANT) == ""


def test_transactions_do_not_nest(ctx, district):
    actor = district.kreis.actor(Role.KI_COORDINATOR)
    with transaction(actor), pytest.raises(NobodyActsError), transaction(actor):
        pass


def test_a_savepoint_that_rebinds_is_undone_by_the_next(ctx, district):
    with transaction(district.kreis.actor(Role.KI_COORDINATOR)) as session:
        with session.begin_nested():
            session.execute(text("SELECT set_config('app.tenant', '999999', true)"))
        with session.begin_nested():
            assert session.scalar(TENANT) == str(district.kreis.id)


def test_a_reading_request_cannot_write(ctx, district):
    with (
        pytest.raises(DBAPIError, match="read-only transaction"),
        transaction(district.kreis.actor(Role.KI_COORDINATOR), read_only=True) as session,
    ):
        session.execute(text("UPDATE tenant SET address = 'x' WHERE id = :id"), {"id": district.kreis.id})


def test_an_error_rolls_everything_back(ctx, district):
    actor = district.kreis.actor(Role.KI_COORDINATOR)
    change = text("UPDATE tenant SET address = 'neu' WHERE id = :id")

    def change_and_fail():
        with transaction(actor) as session:
            session.execute(change, {"id": district.kreis.id})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    with transaction(actor) as session:
        address = session.scalar(text("SELECT address FROM tenant WHERE id = :id"), {"id": district.kreis.id})
    assert address == ""

"""The bookings of a file are audited by one digest: they enter with it or not at all, and are held against it."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from psycopg.errors import CheckViolation, ForeignKeyViolation, InsufficientPrivilege, LockNotAvailable
from sqlalchemy import NullPool, text
from sqlalchemy.exc import DBAPIError

from kimhub.core.audit import BatchBreak, history, verify_batches, verify_chain
from kimhub.core.database.urls import with_database
from kimhub.programme.public import GrantPurpose
from kimhub.spending.errors import ReceiptInMotionError
from kimhub.spending.models import Expenditure
from kimhub.spending.public import ReverseExpenditure, book_expenditure, reverse_expenditure
from kimhub.spending.usecases import book_expenditure as booking
from tenants import Role, transaction
from tenants.batches import row_line
from tenants.binding import bind_connection
from tests.spending.conftest import RENT
from tests.spending.desk import Desk
from tests.spending.files import GOOD, STAFF, changed, csv_file
from tests.support.committed import committed_district

ROWS = (GOOD, STAFF, *(changed(Belegnummer=f"RE-{number}") for number in range(2, 8)))
ENTER = text(
    "INSERT INTO expenditure (tenant_id, id, receipt_number, booked_on, year, amount, teilplanzeile, purpose,"
    " import_id, import_row, actor_label) SELECT :tenant, gen_random_uuid(), 'X-' || n, '2021-06-15', 2021, 10, '16',"
    " 'begleitausgaben', :import, n, '' FROM generate_series(cast(:first AS integer), :last) AS n"
)
BOOK = text(
    "UPDATE expenditure_import SET state = 'booked', rows = :rows, amount = :amount, booked_at = now()"
    " WHERE id = :import"
)


@pytest.fixture
def district(committing):
    return committed_district(committing)


@pytest.fixture
def desk(committing, district):
    with committing.app.app_context():
        yield Desk(district.stadt.actor(Role.KI_COORDINATOR))


@pytest.fixture
def booked(desk):
    """The id of a file with eight bookings, rows 2 to 9."""
    taken = desk.check(csv_file(*ROWS))
    desk.book(taken)
    return taken


@pytest.fixture
def ready(desk):
    """The id of a file that was checked and confirmed, and is not booked yet."""
    taken = desk.check(csv_file(*ROWS))
    with transaction(desk.actor) as session:
        session.execute(
            text("UPDATE expenditure_import SET state = 'booking', confirmed_at = now() WHERE id = :id"),
            {"id": taken},
        )
    return taken


@pytest.fixture
def acting(committing, desk):
    """Connections as the application, bound to the coordinator; nothing is committed unless the test does."""
    engine = committing.engine(committing.urls.app, poolclass=NullPool)
    opened = []

    def acting(actor=desk.actor):
        connection = engine.connect()
        opened.append(connection)
        bind_connection(connection, actor)
        return connection

    yield acting
    for connection in opened:
        connection.close()


@pytest.fixture
def superuser(committing):
    database = committing.urls.app.rpartition("/")[2].partition("?")[0]
    return committing.engine(with_database(committing.urls.admin, database), poolclass=NullPool)


@pytest.fixture
def tamper(superuser):
    """What whoever owns the server can do: no trigger, no policy, no key in the way."""

    def tamper(statement, **values):
        with superuser.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            assert connection.execute(text(statement), values).rowcount > 0

    return tamper


def refused(connection, statement, **values):
    with pytest.raises(DBAPIError) as error:
        connection.execute(statement, values)
    return error.value.orig


def test_the_books_of_a_file_have_one_event_and_everything_else_its_own(desk, booked, acting):
    with transaction(desk.actor) as session:
        first = session.scalars(text("SELECT id FROM expenditure ORDER BY import_row")).first()
        reverse_expenditure(desk.actor, ReverseExpenditure(first, "Falsch"))
        book_expenditure(desk.actor, RENT)
    events = acting().execute(
        text(
            "SELECT table_name, operation, new ->> 'state' AS state, new ->> 'digest' AS digest FROM audit_event"
            " WHERE table_name IN ('expenditure', 'expenditure_import') ORDER BY seq"
        )
    )
    assert [(row.table_name, row.operation, row.state, row.digest is not None) for row in events] == [
        ("expenditure_import", "INSERT", "checking", False),
        ("expenditure_import", "UPDATE", "ready", False),
        ("expenditure_import", "UPDATE", "booking", False),
        ("expenditure_import", "UPDATE", "booking", False),  # its job
        ("expenditure_import", "UPDATE", "booked", True),
        ("expenditure", "INSERT", None, False),
        ("expenditure", "INSERT", None, False),
    ]
    assert verify_chain(acting(), desk.actor.tenant_id).broken is None


def test_a_booking_tells_which_file_and_row_it_came_with(desk, booked):
    with transaction(desk.actor, read_only=True) as session:
        row = session.scalars(text("SELECT id FROM expenditure WHERE receipt_number = 'RE-2'")).one()
        (entered,) = history(session, desk.actor, table="expenditure", row_id=row)
        origin = entered.came_with
        assert (entered.operation, entered.changes) == ("INSERT", ())
        assert (origin.table, origin.row_id, origin.place) == ("expenditure_import", booked, 4)
        assert history(session, desk.actor, table="expenditure", row_id=uuid4()) == []
        assert "digest" not in {
            change.column
            for item in history(session, desk.actor, table="expenditure_import", row_id=booked)
            for change in item.changes
        }


def test_the_database_computes_what_the_model_says():
    migration = (Path(__file__).parents[2] / "migrations/versions/0010_spending.py").read_text()
    assert re.sub(r"\s", "", row_line(Expenditure.__table__, "e")) in re.sub(r"\s", "", migration)


@pytest.mark.parametrize("state", ["ready", "booked", "discarded"])
def test_nothing_is_entered_for_a_file_that_is_not_being_booked(desk, acting, tamper, booked, state):
    if state != "booked":
        tamper(
            "UPDATE expenditure_import SET state = :state, booked_at = NULL, digest = NULL, row_checks = NULL"
            " WHERE id = :id",
            state=state, id=booked,
        )  # fmt: skip
    error = refused(
        acting(), ENTER, **{"tenant": desk.actor.tenant_id, "import": booked, "first": 90, "last": 91}
    )
    assert isinstance(error, CheckViolation)
    assert error.diag.constraint_name == "expenditure_batch_open"


def test_nothing_is_entered_for_a_file_of_another_tenant_or_none(district, desk, ready, acting):
    other = district.gemeinde.actor(Role.OFFICER)
    for actor, import_id in ((other, ready), (desk.actor, uuid4())):
        values = {"tenant": actor.tenant_id, "import": import_id, "first": 1, "last": 1}
        assert isinstance(refused(acting(actor), ENTER, **values), CheckViolation)


def test_what_is_entered_without_the_booking_of_its_file_falls_at_the_commit(desk, ready, acting):
    connection = acting()
    connection.execute(ENTER, {"tenant": desk.actor.tenant_id, "import": ready, "first": 2, "last": 5})
    with pytest.raises(DBAPIError) as error:
        connection.commit()
    assert isinstance(error.value.orig, ForeignKeyViolation)
    assert desk.bookings() == []


@pytest.mark.parametrize(("rows", "amount"), [(3, 40), (5, 40), (4, 41), (4, 39)])
def test_a_file_is_booked_only_with_all_its_rows_and_its_sum(desk, ready, acting, rows, amount):
    connection = acting()
    connection.execute(ENTER, {"tenant": desk.actor.tenant_id, "import": ready, "first": 2, "last": 5})
    error = refused(connection, BOOK, **{"rows": rows, "amount": amount, "import": ready})
    assert error.diag.constraint_name == "expenditure_import_whole"


def test_a_file_whose_rows_and_sum_agree_is_booked_and_nothing_can_follow(desk, ready, acting):
    connection = acting()
    values = {"tenant": desk.actor.tenant_id, "import": ready}
    connection.execute(ENTER, {**values, "first": 2, "last": 5})
    connection.execute(BOOK, {"rows": 4, "amount": 40, "import": ready})
    point = connection.begin_nested()
    assert isinstance(refused(connection, ENTER, **values, first=6, last=6), CheckViolation)
    point.rollback()
    connection.commit()
    report = verify_batches(acting(), desk.actor.tenant_id)
    assert (report.batches, report.rows, report.broken) == (1, 4, ())


def test_two_cannot_enter_bookings_of_one_file_at_once(desk, ready, acting):
    first, second = acting(), acting()
    values = {"tenant": desk.actor.tenant_id, "import": ready}
    first.execute(ENTER, {**values, "first": 2, "last": 3})
    second.execute(text("SET LOCAL lock_timeout = '100ms'"))
    assert isinstance(refused(second, ENTER, **values, first=90, last=91), LockNotAvailable)


@pytest.mark.parametrize("column", ["digest", "row_checks"])
def test_nobody_writes_a_digest_but_the_database(ready, acting, column):
    for statement in (
        f"UPDATE expenditure_import SET {column} = NULL",
        f"INSERT INTO expenditure_import (tenant_id, {column}) VALUES (1, NULL)",
    ):
        assert isinstance(refused(acting(), text(statement)), InsufficientPrivilege)


def test_a_row_that_names_no_file_has_no_place_and_the_other_way_round(desk, ready, acting):
    statement = text(
        ENTER.text.replace("import, n,", "import, cast(:last AS integer),").replace(":last)", "1)")
    )
    for import_id, row in ((ready, None), (None, 2), (ready, 0)):
        values = {"tenant": desk.actor.tenant_id, "import": import_id, "first": 1, "last": row}
        assert refused(acting(), statement, **values).diag.constraint_name == "ck_expenditure_import_row"


def test_people_of_the_tenant_write_while_the_bookings_of_a_file_are_entered(desk, ready, acting):
    """The chain is locked when the file is booked, for its one event: not while its rows go in."""
    importing, person = acting(), acting()
    importing.execute(ENTER, {"tenant": desk.actor.tenant_id, "import": ready, "first": 2, "last": 5})
    importing.execute(BOOK, {"rows": 4, "amount": 40, "import": ready})
    person.execute(text("SET LOCAL lock_timeout = '100ms'"))
    person.execute(
        text(
            "INSERT INTO proceeding (tenant_id, id, kind, counterpart_id, subject)"
            " SELECT :tenant, gen_random_uuid(), 'x', min(id), 'Sache' FROM tenant WHERE id <> :tenant"
        ),
        {"tenant": desk.actor.tenant_id},
    )
    person.commit()
    importing.commit()
    assert verify_chain(acting(), desk.actor.tenant_id).broken is None
    assert verify_batches(acting(), desk.actor.tenant_id).broken == ()


def test_who_books_a_receipt_of_the_file_is_told_so_soon(desk, ready, acting, monkeypatch):
    monkeypatch.setattr(booking, "PATIENCE", "100ms")
    importing = acting()
    importing.execute(ENTER, {"tenant": desk.actor.tenant_id, "import": ready, "first": 2, "last": 5})
    same = replace(
        RENT, receipt_number="X-3", purpose=GrantPurpose.BEGLEITAUSGABEN, amount=Decimal(10), text=""
    )
    with pytest.raises(ReceiptInMotionError) as told, transaction(desk.actor) as session:
        book_expenditure(desk.actor, same)
    assert "die gerade gebucht wird" in told.value.fields["receipt_number"][0]
    importing.rollback()
    with transaction(desk.actor) as session:
        book_expenditure(desk.actor, same)
        assert session.scalar(text("SHOW lock_timeout")) == "10s"


OTHER_VALUES = {
    "tenant_id": "tenant_id + 0", "id": "gen_random_uuid()", "import_id": "import_id",
    "created_at": "created_at + interval '1 microsecond'", "receipt_number": "receipt_number || ' '",
    "booked_on": "booked_on + 1", "year": "year + 1", "period_from": "DATE '2021-01-01'",
    "period_to": "DATE '2021-12-31'", "amount": "amount + 1000", "teilplanzeile": "'15'", "purpose": "'baustein_3'",
    "position_reference": "'E13-02'", "text": "'anderer'", "recipient": "'jemand'", "import_row": "100",
    "generation": "generation + 1", "reverses_id": "gen_random_uuid()", "reverses_booked_on": "booked_on",
    "reason": "'weil'", "account_id": "gen_random_uuid()", "actor_label": "'jemand'",
}  # fmt: skip
CHECKS = text("SELECT conname FROM pg_constraint WHERE conrelid = 'expenditure'::regclass AND contype = 'c'")
NOT_BY_ITSELF = {"tenant_id", "import_id"}
"""Changing these moves the row away: missing here, see below."""


def test_every_stored_column_is_tried():
    stored = {column.name for column in Expenditure.__table__.columns if column.computed is None}
    assert set(OTHER_VALUES) == stored


def test_a_changed_value_is_found_with_its_row(desk, booked, superuser):
    """Each column is changed and put back again."""
    with superuser.begin() as connection:
        for name in connection.scalars(CHECKS).all():
            connection.execute(text(f"ALTER TABLE expenditure DROP CONSTRAINT {name}"))
    found = {}
    with superuser.connect() as connection:
        row = connection.scalar(text("SELECT id FROM expenditure WHERE import_row = 9"))
        for column in sorted(set(OTHER_VALUES) - NOT_BY_ITSELF):
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(
                text(f"UPDATE expenditure SET {column} = {OTHER_VALUES[column]} WHERE id = :id"), {"id": row}
            )
            connection.execute(text("SET LOCAL ROLE kimhub_app"))
            bind_connection(connection, desk.actor)
            (broken,) = verify_batches(connection, desk.actor.tenant_id).broken
            connection.rollback()
            found[column] = (broken.parent_id, broken.kind, broken.place)
    expected = (str(booked), BatchBreak.CHANGED, 9)
    assert found.pop("import_row") == (str(booked), BatchBreak.CHANGED, 100)
    assert set(found.values()) == {expected}


def test_a_removed_row_is_found_where_it_stood_and_at_the_end(desk, booked, acting, tamper):
    tamper("DELETE FROM expenditure WHERE import_row = 9")
    (broken,) = verify_batches(acting(), desk.actor.tenant_id).broken
    assert (broken.kind, broken.place) == (BatchBreak.MISSING, None)
    tamper("DELETE FROM expenditure WHERE import_row = 5")
    (broken,) = verify_batches(acting(), desk.actor.tenant_id).broken
    assert (broken.kind, broken.place) == (BatchBreak.MISSING, 6)
    tamper("DELETE FROM expenditure")
    (broken,) = verify_batches(acting(), desk.actor.tenant_id).broken
    assert (broken.kind, broken.place) == (BatchBreak.MISSING, None)


def test_an_added_row_is_found(desk, booked, acting, tamper):
    values = {"tenant": desk.actor.tenant_id, "import": booked, "first": 10, "last": 10}
    tamper(ENTER.text, **values)
    (broken,) = verify_batches(acting(), desk.actor.tenant_id).broken
    assert (broken.kind, broken.place) == (BatchBreak.ADDED, 10)


def test_rows_of_a_file_that_nobody_booked_are_found(desk, ready, acting, tamper):
    for import_id in (ready, uuid4()):
        tamper(ENTER.text, **{"tenant": desk.actor.tenant_id, "import": import_id, "first": 2, "last": 3})
        found = verify_batches(acting(), desk.actor.tenant_id).broken[-1]
        assert (found.parent_id, found.kind) == (str(import_id), BatchBreak.UNKNOWN)
        tamper("DELETE FROM expenditure")


def test_rows_given_to_another_tenant_are_missed_here_and_unknown_there(
    desk, district, booked, acting, tamper
):
    other = district.gemeinde.actor(Role.AUDITOR)
    tamper("UPDATE expenditure SET tenant_id = :other WHERE import_row = 4", other=other.tenant_id)
    (here,) = verify_batches(acting(), desk.actor.tenant_id).broken
    (there,) = verify_batches(acting(other), other.tenant_id).broken
    assert (here.kind, there.kind) == (BatchBreak.MISSING, BatchBreak.UNKNOWN)


def test_digest_and_rows_changed_together_do_not_fit_the_event(desk, booked, acting, tamper):
    """The digest in the row is no proof: the one in the chain is."""
    tamper("UPDATE expenditure SET amount = amount + 1 WHERE import_row = 4")
    tamper("UPDATE expenditure_import SET digest = sha256('x'), row_checks = 'xxxx'")
    (broken,) = verify_batches(acting(), desk.actor.tenant_id).broken
    assert (broken.kind, broken.place) == (BatchBreak.CHANGED, 4)
    assert re.fullmatch(
        rf"Einlesung {booked}: Zeile 4 \(expenditure [0-9a-f-]+\) wurde nachträglich geändert\.",
        broken.sentence,
    )


def test_many_rows_are_proved_piece_by_piece(desk, acting, monkeypatch):
    monkeypatch.setattr("kimhub.core.audit.batches.AT_A_TIME", 3)
    desk.book(desk.check(csv_file(*ROWS)))
    told = []
    report = verify_batches(
        acting(), desk.actor.tenant_id, progress=lambda done, total: told.append((done, total))
    )
    assert (report.rows, report.broken) == (8, ())
    assert told == [(3, 8), (6, 8), (8, 8)]

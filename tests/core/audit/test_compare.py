"""Tables tampered with as only a superuser can: each row that is not as its history says is named."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text

from kimhub.core.audit import Deviation, Difference, compare, compare_with_history, verify_chain
from kimhub.spending.public import book_expenditure
from tenants import Role, transaction
from tests.core.audit.test_verify import as_application, district, superuser, tamper
from tests.spending.conftest import RENT
from tests.spending.desk import Desk
from tests.spending.files import GOOD, STAFF, csv_file

__all__ = ["as_application", "district", "superuser"]

DRAFT = (
    "INSERT INTO proceeding (tenant_id, id, kind, counterpart_id, subject)"
    " VALUES (:tenant, :id, 'x', :other, 'Sache')"
)


@pytest.fixture
def stadt(committing, district):
    """A kreisfreie Stadt with three drafts, of which one was deleted, a booking, and a file with two."""
    body = district.stadt
    actor = body.actor(Role.KI_COORDINATOR)
    with committing.app.app_context():
        for number in range(3):
            with transaction(actor) as session:
                session.execute(text(DRAFT), {"tenant": body.id, "id": uuid4(), "other": district.kreis.id})
            if number == 0:
                with transaction(actor) as session:
                    session.execute(text("DELETE FROM proceeding"))
        with transaction(actor) as session:
            book_expenditure(actor, RENT)
        desk = Desk(actor)
        desk.book(desk.check(csv_file(GOOD, STAFF)))
    return body


@pytest.fixture
def compared(stadt, as_application):
    def compared():
        return as_application(stadt, compare_with_history, stadt.id)

    return compared


def one(superuser, question):
    with superuser.connect() as connection:
        return str(connection.scalar(text(question)))


def test_what_nobody_tampered_with_agrees(stadt, compared, as_application, district):
    report = compared()
    assert (report.count, report.named) == (0, ())
    assert report.rows > 6
    for body in district.all():
        assert as_application(body, compare_with_history, body.id).count == 0


def test_a_changed_amount_is_named_exactly_although_the_chain_is_whole(
    stadt, compared, superuser, as_application
):
    tamper(superuser, "UPDATE expenditure SET amount = amount + 1000 WHERE import_id IS NULL")
    booking = one(superuser, "SELECT id FROM expenditure WHERE import_id IS NULL")
    assert compared().named == (Difference("expenditure", booking, Deviation.CHANGED, ("amount",)),)
    assert compared().named[0].sentence == f"expenditure {booking}: amount weicht vom letzten Eintrag ab."
    assert as_application(stadt, verify_chain, stadt.id).broken is None


def test_the_newest_event_cut_off_with_its_head_is_found(
    stadt, compared, superuser, as_application, district
):
    last = uuid4()
    tamper_free = {"tenant": stadt.id, "id": last, "other": district.kreis.id}
    with superuser.begin() as connection:
        connection.execute(text(DRAFT), tamper_free)
    assert compared().count == 0
    tamper(
        superuser,
        "DELETE FROM audit_event AS e USING audit_head AS h"
        " WHERE e.tenant_id = :id AND h.tenant_id = :id AND e.seq = h.seq",
        "UPDATE audit_head AS h SET seq = e.seq, hash = e.hash FROM audit_event AS e"
        " WHERE h.tenant_id = :id AND e.tenant_id = :id AND e.seq = h.seq - 1",
        id=stadt.id,
    )
    assert as_application(stadt, verify_chain, stadt.id).broken is None, (
        "not sealed yet: the chain looks whole"
    )
    assert compared().named == (Difference("proceeding", str(last), Deviation.UNTOLD),)


def test_rows_put_in_taken_out_and_brought_back_are_found(stadt, compared, superuser, district):
    put_in = uuid4()
    tamper(superuser, DRAFT, tenant=stadt.id, id=put_in, other=district.kreis.id)
    taken_out = one(superuser, "SELECT id FROM expenditure WHERE import_id IS NULL")
    tamper(superuser, "DELETE FROM expenditure WHERE import_id IS NULL")
    brought_back = one(superuser, "SELECT row_id FROM audit_event WHERE operation = 'DELETE'")
    tamper(superuser, DRAFT, tenant=stadt.id, id=brought_back, other=district.kreis.id)
    assert set(compared().named) == {
        Difference("proceeding", str(put_in), Deviation.UNTOLD),
        Difference("expenditure", taken_out, Deviation.VANISHED),
        Difference("proceeding", brought_back, Deviation.RETURNED),
    }


def test_a_tenants_own_facts_are_compared_with_its_events(stadt, compared, superuser):
    tamper(superuser, "UPDATE tenant SET name = 'Andere' WHERE id = :id", id=stadt.id)
    assert compared().named == (Difference("tenant", str(stadt.id), Deviation.CHANGED, ("name",)),)


def test_another_clock_and_columns_added_since_are_no_difference(stadt, compared, superuser, as_application):
    def elsewhere(connection):
        connection.execute(text("SET LOCAL TIME ZONE 'Asia/Tokyo'"))
        return compare_with_history(connection, stadt.id)

    assert as_application(stadt, elsewhere).count == 0
    with superuser.begin() as connection:
        connection.execute(text("ALTER TABLE proceeding ADD COLUMN later text NOT NULL DEFAULT 'x'"))
    assert compared().count == 0


def test_a_table_is_compared_in_parts_and_says_how_far_it_is(stadt, as_application, superuser, monkeypatch):
    monkeypatch.setattr(compare, "PART", 1)
    tamper(superuser, "UPDATE proceeding SET subject = 'x'")
    told = []
    report = as_application(
        stadt, compare_with_history, stadt.id, progress=lambda done, total: told.append((done, total))
    )
    assert (report.count, {difference.columns for difference in report.named}) == (2, {("subject",)})
    assert told[-1] == (report.rows, report.rows)
    assert sorted(told) == told
    assert len(told) > report.tables, "several parts of one table"


def test_of_very_many_differences_the_rest_is_counted(stadt, compared, superuser, monkeypatch):
    monkeypatch.setattr(compare, "MOST_NAMED", 1)
    tamper(superuser, "UPDATE proceeding SET subject = 'x'")
    assert (compared().count, len(compared().named)) == (2, 1)

"""A notice for certain committees: who is told, who may take note, and what its giver sees of each committee."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kimhub.committees.terms import CommitteeKind, SeatRole
from kimhub.committees.usecases.committees import (
    NewCommittee,
    create_committee,
    delete_committee,
    join_participant,
)
from kimhub.committees.usecases.seats import NewSeat, SeatDetails, change_seat, fill_seat, remove_seat
from kimhub.core.errors import ForbiddenError
from kimhub.notices.queries import RECIPIENTS, people_of_notice
from kimhub.notices.usecases.drafts import NoticeDetails
from tenants import Role, transaction
from tests.notices.acts import member, noted, recipients, sent, withdrawn

FOR_INTEGRATION = NoticeDetails(
    subject="Nur Integration", text="Text", to_gemeinden=True, committees=["integrationsausschuss"]
)
LONG_AGO = date(2021, 5, 1)


@pytest.fixture
def office(site):
    return site.actor("office", site.district.gemeinde, Role.COMMITTEE_OFFICE)


def committee(actor, kind=CommitteeKind.INTEGRATIONSAUSSCHUSS, name="Integrationsausschuss") -> UUID:
    with transaction(actor):
        return create_committee(actor, NewCommittee(kind=kind, name=name, since=LONG_AGO)).id


def seated(site, actor, committee_id, name, body=None, **more) -> UUID:
    holder = member(site, name, body or site.district.gemeinde).subject
    with transaction(actor):
        return fill_seat(
            actor,
            committee_id,
            NewSeat(role=SeatRole.MEMBER, since=LONG_AGO, holder=holder, **more),
        ).id


def told(site, kind="notice.send"):
    slug = site.district.gemeinde.slug
    return {name for name in ("anna", "bert", "office") if site.lines()[slug, name, kind]}


def by_committee(actor, notice_id):
    with transaction(actor, read_only=True) as session:
        rows = RECIPIENTS.all(session, actor.tenant_id, {"notice": notice_id})
        return {
            (row["slug"], one["name"]): (one["acknowledged"], one["told"])
            for row in rows
            for one in row["committees"]
        }


def test_only_who_sits_there_and_the_office_are_told(site, ki, office):
    seated(site, office, committee(office), "anna")
    notice_id = sent(ki, FOR_INTEGRATION)
    site.deliver()
    assert told(site) == {"anna", "office"}
    with transaction(office, read_only=True) as session:
        assert len(people_of_notice(session, office.tenant_id, notice_id)) == 2
    with pytest.raises(ForbiddenError, match="andere Gremien"):
        noted(member(site, "bert"), notice_id)
    assert noted(member(site, "anna"), notice_id)
    slug = site.district.gemeinde.slug
    assert recipients(ki, notice_id)[slug] == (1, 2)
    assert by_committee(ki, notice_id) == {(slug, "Integrationsausschuss"): (1, 1)}


def test_where_nobody_is_entered_all_members_are_told(site, ki, office):
    committee(office)
    sent(ki, FOR_INTEGRATION)
    site.deliver()
    assert told(site) == {"anna", "bert", "office"}


def test_another_kind_of_committee_is_not_meant(site, ki, office):
    seated(site, office, committee(office), "anna")
    seated(site, office, committee(office, CommitteeKind.RAT, "Rat"), "bert")
    sent(ki, FOR_INTEGRATION)
    site.deliver()
    assert told(site) == {"anna", "office"}


def test_each_notice_is_for_its_own_committees(site, ki, office):
    """One to the other committee is no reason to be told of this one."""
    seated(site, office, committee(office), "anna")
    seated(site, office, committee(office, CommitteeKind.RAT, "Rat"), "bert")
    first = sent(ki, FOR_INTEGRATION)
    second = sent(ki, replace(FOR_INTEGRATION, subject="Rat", committees=["rat"]))
    site.deliver()
    slug = site.district.gemeinde.slug
    assert [site.lines()[slug, name, "notice.send"] for name in ("anna", "bert", "office")] == [1, 1, 2]
    for reader, other in (("anna", second), ("bert", first)):
        with pytest.raises(ForbiddenError):
            noted(member(site, reader), other)


def test_a_seat_that_is_over_counts_no_more(site, ki, office):
    committee_id = committee(office)
    seat_id = seated(site, office, committee_id, "anna")
    seated(site, office, committee_id, "bert")
    with transaction(office):
        change_seat(
            office, seat_id, SeatDetails(role=SeatRole.MEMBER, since=LONG_AGO, until=date(2022, 5, 1))
        )
    sent(ki, FOR_INTEGRATION)
    site.deliver()
    assert told(site) == {"bert", "office"}


def test_who_has_no_role_any_more_is_nobody_for_whom_others_are_left_out(site, ki, office):
    """The only seat is held by somebody who cannot be told: then all members are."""
    site.settle("gone", (site.district.gemeinde, Role.COMMITTEE_MEMBER))
    seated(site, office, committee(office), "gone")
    with site.superuser.begin() as connection:
        connection.execute(
            text("UPDATE membership SET ended_at = now() WHERE account_id = :gone"),
            {"gone": site.people["gone"].account_id},
        )
    sent(ki, FOR_INTEGRATION)
    site.deliver()
    assert told(site) == {"anna", "bert", "office"}


def test_a_withdrawal_is_told_to_those_who_were_told(site, ki, office):
    seated(site, office, committee(office), "anna")
    notice_id = sent(ki, FOR_INTEGRATION)
    site.deliver()
    withdrawn(ki, notice_id)
    site.deliver()
    assert told(site, "notice.withdraw") == {"anna", "office"}


def test_members_of_a_joint_committee_are_told_in_their_own_body(site, ki, office):
    d = site.district
    lead = site.actor("ki", d.kreis, Role.KI_COORDINATOR)
    committee_id = committee(lead, name="Gemeinsamer Ausschuss")
    with transaction(lead):
        join_participant(lead, committee_id, d.gemeinde.slug)
    seated(site, office, committee_id, "anna")
    notice_id = sent(ki, FOR_INTEGRATION)
    site.deliver()
    assert told(site) == {"anna", "office"}
    noted(member(site, "anna"), notice_id)
    assert by_committee(ki, notice_id) == {(d.gemeinde.slug, "Gemeinsamer Ausschuss"): (1, 1)}


def test_what_its_members_took_note_of_keeps_a_committee(site, ki, office):
    committee_id = committee(office)
    seat_id = seated(site, office, committee_id, "anna")
    noted(member(site, "anna"), sent(ki, FOR_INTEGRATION))
    with transaction(office):
        remove_seat(office, seat_id)
    with pytest.raises(IntegrityError, match="fk_notice_committee_tally_committee"), transaction(office):
        delete_committee(office, committee_id)

"""Whatever dies: each member gets one mail and one line of each notice. Real processes, real signals."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from kimhub.committees.public import (
    CommitteeKind,
    NewCommittee,
    NewSeat,
    SeatRole,
    create_committee,
    fill_seat,
)
from kimhub.inbox.rhythm import Rhythm
from kimhub.notices.usecases.drafts import NoticeDetails
from tenants import Role, transaction
from tests.inbox.test_faults import crew, end_leases, recipients, sent
from tests.notices.acts import sent as given_out
from tests.support.job_processes import child_of, eventually, kill

__all__ = ["crew"]

pytestmark = pytest.mark.faults

MEMBERS = 18
"""Who sits in the committee of each of three bodies."""
NOTICES = 3
KILLINGS = 6
LONG_AGO = date(2021, 5, 1)


def three_committees(site):
    """A committee with its members in the Kreis and two Gemeinden, and in each a member who does not sit there.

    All want their mail at once: gathered, it would be one for all three notices. Return who sits where.
    """
    d = site.district
    members = []
    for body in (d.kreis, d.gemeinde, d.sibling):
        office, names = body.actor(Role.COMMITTEE_OFFICE), []
        for number in range(MEMBERS + 1):
            names.append(f"{body.slug}-{number}")
            site.settle(names[-1], (body, Role.COMMITTEE_MEMBER))
            site.choose(names[-1], body, Rhythm.AT_ONCE)
        named = NewCommittee(
            kind=CommitteeKind.INTEGRATIONSAUSSCHUSS, name="Integrationsausschuss", since=LONG_AGO
        )
        with transaction(office):
            committee_id = create_committee(office, named).id
            for name in names[:MEMBERS]:
                holder = site.people[name].account_id
                fill_seat(office, committee_id, NewSeat(role=SeatRole.MEMBER, since=LONG_AGO, holder=holder))
        members += [(body.slug, name) for name in names[:MEMBERS]]
    return members


def test_54_members_get_162_mails_of_three_notices_although_worker_and_relay_are_killed(town, crew):
    town.settle("ki", (town.district.kreis, Role.KI_COORDINATOR))
    ki = town.actor("ki", town.district.kreis, Role.KI_COORDINATOR)
    with town.works.app.app_context():
        members = three_committees(town)
        relay, worker = crew.relay(), crew.worker()
        for number in range(NOTICES):
            details = NoticeDetails(
                subject=f"KIM {number}", text="Text", to_own=True, to_gemeinden=True,
                committees=[CommitteeKind.INTEGRATIONSAUSSCHUSS.value],
            )  # fmt: skip
            given_out(ki, details)
    total = len(members) * NOTICES
    assert total == 162
    for killing in range(KILLINGS):  # the first one in the middle of receiving, if it is quick enough
        wanted = killing * total // (KILLINGS + 1)
        eventually(lambda wanted=wanted: sent(town)[0] >= wanted, "nothing is sent")
        kill(child_of(worker), worker, relay)
        relay, worker = crew.relay(), crew.worker()
        end_leases(town)
    eventually(lambda: sent(town) == (total, total), "not all mails are sent")
    assert town.lines() == Counter({(slug, name, "notice.send"): NOTICES for slug, name in members})
    files, message_ids = recipients(town)
    assert files == Counter({f"{name}@kim.example": NOTICES for _, name in members})
    assert len(message_ids) == total

"""What other features use of committees."""

from __future__ import annotations

from kimhub.committees.blocks import add_block
from kimhub.committees.models import (
    Committee,
    CommitteeInUseError,
    CommitteeName,
    CommitteeParticipant,
    Seat,
)
from kimhub.committees.queries import (
    COMMITTEES,
    NAMED_NOW,
    CommitteeFile,
    carried_committee,
    committee_file,
    committees_at,
    has_committees,
    members_of,
    named_on,
    seats_of_people,
    working_groups,
)
from kimhub.committees.terms import FOR_INTEGRATION, CommitteeKind, Duty, RuleKind, SeatRole, Sector
from kimhub.committees.usecases.committees import (
    Naming,
    NewCommittee,
    Ruling,
    create_committee,
    join_participant,
    name_committee,
    set_rule,
)
from kimhub.committees.usecases.seats import NewSeat, fill_seat

__all__ = [
    "COMMITTEES",
    "FOR_INTEGRATION",
    "NAMED_NOW",
    "Committee",
    "CommitteeFile",
    "CommitteeInUseError",
    "CommitteeKind",
    "CommitteeName",
    "CommitteeParticipant",
    "Duty",
    "Naming",
    "NewCommittee",
    "NewSeat",
    "RuleKind",
    "Ruling",
    "Seat",
    "SeatRole",
    "Sector",
    "add_block",
    "carried_committee",
    "committee_file",
    "committees_at",
    "create_committee",
    "fill_seat",
    "has_committees",
    "join_participant",
    "members_of",
    "name_committee",
    "named_on",
    "seats_of_people",
    "set_rule",
    "working_groups",
]

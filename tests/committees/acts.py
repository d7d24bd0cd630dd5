"""What bodies do with their committees, in transactions that commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError

from kimhub.committees.queries import CommitteeFile, committee_file
from kimhub.committees.terms import CommitteeKind, SeatRole
from kimhub.committees.usecases.committees import (
    CommitteeDetails,
    Naming,
    NewCommittee,
    change_committee,
    create_committee,
    join_participant,
    name_committee,
)
from kimhub.committees.usecases.seats import NewSeat, SeatDetails, change_seat, fill_seat, remove_seat
from tenants import Actor, transaction

BEGIN, TERM = date(2025, 11, 1), date(2030, 10, 31)
"""A Wahlperiode."""


def entered(
    actor: Actor,
    kind: CommitteeKind = CommitteeKind.INTEGRATIONSAUSSCHUSS,
    name: str = "Ausschuss für Integration",
    since: date = BEGIN,
    **details: Any,
) -> UUID:
    """Enter a committee whose Wahlperiode is `TERM`, unless another one is said."""
    with transaction(actor):
        return create_committee(
            actor, NewCommittee(kind=kind, name=name, since=since, **{"term_until": TERM, **details})
        ).id


def joined(lead: Actor, *partners: Actor, **said: Any) -> UUID:
    """Enter a committee that several bodies carry."""
    committee_id = entered(lead, **said)
    for partner in partners:
        with transaction(lead):
            join_participant(lead, committee_id, partner.tenant_slug)
    return committee_id


def seated(actor: Actor, committee_id: UUID, holder: UUID | None = None, **said: Any) -> UUID:
    """Fill a seat from the beginning of the Wahlperiode: with a person, else with the Jobcenter."""
    words = {
        "role": SeatRole.MEMBER, "since": BEGIN, "holder": holder,
        "organization": "" if holder else "Jobcenter", **said,
    }  # fmt: skip
    with transaction(actor):
        return fill_seat(actor, committee_id, NewSeat(**words)).id


def changed(actor: Actor, seat_id: UUID, **said: Any) -> None:
    """Change a seat; what is not said is as `seated` says it of a person."""
    with transaction(actor):
        change_seat(actor, seat_id, SeatDetails(**{"role": SeatRole.MEMBER, "since": BEGIN, **said}))


def removed(actor: Actor, seat_id: UUID) -> None:
    with transaction(actor):
        remove_seat(actor, seat_id)


def detailed(actor: Actor, committee_id: UUID, **details: Any) -> None:
    with transaction(actor):
        change_committee(actor, committee_id, CommitteeDetails(**details))


def named(
    actor: Actor, committee_id: UUID, name: str, since: date, kind: CommitteeKind | None = None
) -> None:
    naming = Naming(kind=kind or CommitteeKind.INTEGRATIONSAUSSCHUSS, name=name, since=since)
    with transaction(actor):
        name_committee(actor, committee_id, naming)


def read(actor: Actor, committee_id: UUID) -> CommitteeFile:
    with transaction(actor, read_only=True) as session:
        file = committee_file(session, committee_id)
        session.expunge_all()
        return file


@contextmanager
def refused_by(constraint: str) -> Iterator[None]:
    """Expect that the database itself refuses, by this rule."""
    with pytest.raises(IntegrityError) as refusal:
        yield
    assert isinstance(refusal.value.orig, psycopg.Error)
    assert refusal.value.orig.diag.constraint_name == constraint

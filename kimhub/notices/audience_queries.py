"""For whom a notice is: whoever sits in the committees that it names, and whoever works for them.

A notice that names none is for all members. Where a body has not entered who sits in such a committee, it is for all
its members, too: that nobody has kept the directory must not be why a committee hears nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Uuid,
    any_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from kimhub.committees.public import Seat, seats_of_people
from kimhub.identity.public import IN_OFFICE, in_office
from kimhub.inbox.public import people_told_of
from kimhub.notices.models import Notice, NoticeAcknowledgement
from tenants import Membership, Permission, Role, permissions_of

TAKES_NOTE = tuple(role for role in Role if Permission.NOTICE_ACKNOWLEDGE in permissions_of([role]))
"""The roles of those whom a notice is for: members of committees, and who works for these."""
_ROLES = [role.value for role in TAKES_NOTE]
_holding = aliased(Membership, name="holding")
_seated = aliased(Membership, name="seated")


Expression = ColumnElement[Any] | InstrumentedAttribute[Any]


def is_for(account: Expression, body: Expression) -> ColumnElement[bool]:
    """Return whether a person of `body` is to take note of a `Notice`, as far as that depends on its committees."""
    return or_(
        func.cardinality(Notice.committees) == 0,
        _sits(account, body),
        exists().where(
            _holding.tenant_id == body,
            _holding.account_id == account,
            _holding.role == Role.COMMITTEE_OFFICE.value,
            *in_office(_holding),
        ),
        ~exists().where(
            _seated.tenant_id == body,
            _seated.role.in_(_ROLES),
            *in_office(_seated),
            _sits(_seated.account_id, body),
        ),
    )


def _sits(account: Expression, body: Expression) -> ColumnElement[bool]:
    """Return whether a person sits in a committee that the notice names.

    Looked up person by person, in a subquery that is no EXISTS: that one the planner turns into a join with all seats.
    """
    seat = (
        seats_of_people(body, Notice.committees)
        .with_only_columns(literal(value=True))
        .where(Seat.account_id == account)
        .limit(1)
    )
    return seat.scalar_subquery().is_not(None)


_me = bindparam("me", type_=Integer)
_PEOPLE = select(Membership.account_id, Membership.role).where(
    Membership.tenant_id == _me, Membership.role.in_(_ROLES), *IN_OFFICE
)
_ADDRESSED = (
    _PEOPLE.add_columns(Notice.id)
    .select_from(Membership)
    .join(Notice, Notice.id == any_(bindparam("notices", type_=ARRAY(Uuid))))
    .where(is_for(Membership.account_id, _me))
)
_NOTED = select(NoticeAcknowledgement.notice_id, NoticeAcknowledgement.account_id).where(
    NoticeAcknowledgement.tenant_id == _me,
    NoticeAcknowledgement.notice_id == any_(bindparam("notices", type_=ARRAY(Uuid))),
)


def those_who_have_not(
    session: Session, me: int, notices: Collection[UUID]
) -> Mapping[UUID, Collection[UUID]]:
    """Return who of a body has still to take note of each of some notices; nobody of what it cannot read any more."""
    values = {"me": me, "notices": [*notices]}
    noted = {(row.notice_id, row.account_id) for row in session.execute(_NOTED, values)}
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for row in session.execute(_ADDRESSED, values):
        if (row.id, row.account_id) not in noted:
            found[row.id].add(row.account_id)
    return found


def addressees(session: Session, me: int, notices: Collection[UUID]) -> Mapping[UUID, Collection[UUID]]:
    """Return for whom of a body each of some notices is.

    What the body cannot read any more is for its office, and for those who have been told of it or have taken note.
    """
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for row in session.execute(_ADDRESSED, {"me": me, "notices": [*notices]}):
        found[row.id].add(row.account_id)
    gone = {one for one in notices if one not in found}
    if not gone:
        return found
    people = session.execute(_PEOPLE, {"me": me}).all()
    office = {row.account_id for row in people if row.role == Role.COMMITTEE_OFFICE}
    told = people_told_of(session, me, gone)
    for one in gone:
        found[one] |= office | {*told.get(one, ())}
    for row in session.execute(_NOTED, {"me": me, "notices": [*gone]}):
        found[row.notice_id].add(row.account_id)
    return found

"""A tenant receives what concerns it: a line for each person who is responsible now, and a mail at once or gathered."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ARRAY,
    BindParameter,
    DateTime,
    Integer,
    Row,
    Text,
    Uuid,
    bindparam,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kimhub.core import clock
from kimhub.core.events.kinds import EventKind, kinds
from kimhub.core.jobs.outbox import after_commit
from kimhub.core.mail.outbox import Letter, send_mails
from kimhub.deputies.public import StandIn, stand_ins
from kimhub.inbox.letters import subject_of, text_of
from kimhub.inbox.models import ASKED, Delivery, Receipt
from kimhub.inbox.people_queries import Person, people_of
from kimhub.inbox.queries import TO_TELL, UNRECEIVED, WITHOUT_PEOPLE
from kimhub.inbox.responsible import with_deputies
from kimhub.inbox.rhythm import next_gathering
from kimhub.inbox.usecases.write_to_offices import write_to_offices
from tenants import Actor, db

AT_ONCE = 100
"""Events of one transaction; a mail is a row and a job, and a Kreis may have ten people."""
GATHER = "inbox.gather"
"""The kind of job that writes the gathered mails of a tenant."""

_lists: tuple[BindParameter[Any], ...] = (
    bindparam("events", type_=ARRAY(Uuid)),
    bindparam("accounts", type_=ARRAY(Uuid)),
    bindparam("reasons", type_=ARRAY(Text)),
    bindparam("mails", type_=ARRAY(Uuid)),
    bindparam("moments", type_=ARRAY(DateTime(timezone=True))),
    bindparam("deputations", type_=ARRAY(Uuid)),
)
_LINE = ("event_id", "account_id", "reason", "mail_id", "mail_due_at", "deputation_id")
_LINES = func.unnest(*_lists).table_valued(*_LINE).render_derived()
_me = bindparam("me", type_=Integer)

_RECEIVE = (
    insert(Receipt)
    .from_select(["tenant_id", "id"], UNRECEIVED)
    .on_conflict_do_nothing()  # whichever key: with one of two named, the other waits while it holds the row's place
    .returning(Receipt.id)
    .execution_options(dml_strategy="raw")
)
_DELIVER = (
    insert(Delivery)
    .from_select(["tenant_id", *_LINE], select(_me, *(_LINES.c[name] for name in _LINE)))
    .on_conflict_do_nothing(index_elements=["tenant_id", "event_id", "account_id"])
    .returning(*(Delivery.__table__.c[name] for name in _LINE))
    .execution_options(dml_strategy="raw")
)
_COUNTED = (
    func.unnest(bindparam("events", type_=ARRAY(Uuid)), bindparam("people", type_=ARRAY(Integer)))
    .table_valued("event_id", "people")
    .render_derived()
)
_COUNT = (
    update(Receipt)
    .where(Receipt.tenant_id == _me, Receipt.id == _COUNTED.c.event_id)
    .values(people=_COUNTED.c.people)
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True, slots=True)
class Line:
    """What is to stand in somebody's inbox, with a mail of its own or due to be gathered, or without."""

    event_id: UUID
    person: Person
    reason: str
    mail_id: UUID | None = None
    mail_due_at: datetime | None = None
    stand_in: StandIn | None = None


def receive_events(actor: Actor) -> bool:
    """Receive some of what is there, oldest first; return whether there may be more.

    A line stands once per event and person, and its mail with it, however often and by how many this is done: keys of
    the database say so. Whoever did something is not told of it. Who stands in for one of them is
    told, too. What nobody is responsible for goes to the Funktionspostfach of the role, if there is one; it is tried
    again with the next event.
    """
    session, kinds_by_code = db.session(), kinds()
    values = {"me": actor.tenant_id, "known": [*kinds_by_code], "limit": AT_ONCE}
    received = session.scalars(_RECEIVE, values).all()
    waiting = session.scalars(WITHOUT_PEOPLE, values).all()
    events = session.execute(TO_TELL, {**values, "events": [*{*received, *waiting}]}).all()
    people, now = people_of(session, actor), clock.now()
    by_account = {person.account_id: person for person in people}
    deputies = {one.id: one for one in stand_ins(session, actor.tenant_id, clock.today())}
    lines: list[Line] = []
    responsible: dict[UUID, int] = {}
    addressed = _addressed(session, actor, events)
    for event in events:
        kind = kinds_by_code[event.kind]
        told = [*_told(kind, event.account_id, people)]
        responsible[event.id] = len(told)
        if kind.addressees is not None:
            told = [
                one for one in told if one[0].account_id in addressed[kind.code].get(event.subject_id, ())
            ]
        lines += [
            replace(_line(event, kind, person, reason, now), stand_in=one)
            for person, reason, one in with_deputies(told, by_account, deputies.values(), event.account_id)
        ]
    _deliver(session, actor, {event.id: event for event in events}, lines, deputies)
    write_to_offices(actor, [event for event in events if not responsible[event.id] and event.is_news])
    session.execute(_COUNT, {**values, "events": [*responsible], "people": [*responsible.values()]})
    return len(received) == AT_ONCE


def _addressed(
    session: Session, actor: Actor, events: Sequence[Row[*tuple[Any, ...]]]
) -> Mapping[str, Mapping[UUID, Collection[UUID]]]:
    """Return for whom the things of a kind are that are not for all: one question per kind, not per event."""
    known = kinds()
    found: dict[str, Mapping[UUID, Collection[UUID]]] = {}
    for code in {event.kind for event in events}:
        asks = known[code].addressees
        if asks is not None:
            found[code] = asks(
                session, actor.tenant_id, {one.subject_id for one in events if one.kind == code}
            )
    return found


def _told(kind: EventKind, author: UUID | None, people: Sequence[Person]) -> Iterator[tuple[Person, str]]:
    """Yield who is responsible, each with the reason."""
    if kind.to_author:
        asked = [person for person in people if person.account_id == author]
        if asked:
            yield from ((person, ASKED) for person in asked)
            return
    for person in people:
        fitting = next((role for role in kind.roles if role in person.roles), None)
        if fitting is not None:
            yield person, fitting.value


def _line(event: Row[*tuple[Any, ...]], kind: EventKind, person: Person, reason: str, now: datetime) -> Line:
    """Return the line of an event for a person.

    A mail tells of what is news, and not of what one has asked for oneself; by itself, or later with others, as the
    person wants it.
    """
    if reason == ASKED or not event.is_news or not person.can_get_mail:
        return Line(event.id, person, reason)
    due = None if kind.urgent else next_gathering(person.rhythm, now)
    return Line(event.id, person, reason, mail_id=None if due else uuid4(), mail_due_at=due)


def _deliver(
    session: Session,
    actor: Actor,
    events: dict[UUID, Row[*tuple[Any, ...]]],
    lines: Sequence[Line],
    deputies: Mapping[UUID, StandIn],
) -> None:
    emails = {line.person.account_id: line.person.email for line in lines}
    values = {
        "me": actor.tenant_id,
        "events": [line.event_id for line in lines],
        "accounts": [line.person.account_id for line in lines],
        "reasons": [line.reason for line in lines],
        "mails": [line.mail_id for line in lines],
        "moments": [line.mail_due_at for line in lines],
        "deputations": [line.stand_in.id if line.stand_in else None for line in lines],
    }
    written = session.execute(_DELIVER, values).all()
    letters = []
    for one in written:
        if one.mail_id is not None:
            event = events[one.event_id]
            kind = kinds()[event.kind]
            letters.append(
                Letter(
                    to=emails[one.account_id],
                    subject=subject_of(kind, event.author),
                    text=text_of(
                        kind, event.author, actor=actor, event_id=event.id, reason=one.reason,
                        stand_in=deputies.get(one.deputation_id),
                    ),
                    mail_id=one.mail_id,
                    thread_id=event.subject_id,
                )
            )  # fmt: skip
    send_mails(session, actor, letters)
    for moment in sorted({one.mail_due_at for one in written if one.mail_due_at is not None}):
        after_commit(session, actor, GATHER, {}, dedup_key=moment.isoformat(), due_at=moment)

"""A tenant receives what concerns it: a line for each person who is responsible now, and a mail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ARRAY, BindParameter, Integer, Row, Text, Uuid, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kimhub.core.errors import InvalidInputError
from kimhub.core.events.kinds import EventKind, kinds
from kimhub.core.mail.outbox import address, send_mail
from kimhub.inbox.letters import address_of_line, subject_of, text_of
from kimhub.inbox.models import ASKED, Delivery, Receipt
from kimhub.inbox.queries import PEOPLE, TO_TELL, UNRECEIVED, WITHOUT_PEOPLE
from tenants import Actor, Role, db

AT_ONCE = 100
"""Events of one transaction; a mail is a row and a job, and a Kreis may have ten people."""

_lists: dict[str, BindParameter[Any]] = {
    name: bindparam(name, type_=ARRAY(kind))
    for name, kind in {"events": Uuid, "accounts": Uuid, "reasons": Text, "mails": Uuid}.items()
}
_LINES = (
    func.unnest(*_lists.values()).table_valued("event_id", "account_id", "reason", "mail_id").render_derived()
)
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
    .from_select(
        ["tenant_id", "event_id", "account_id", "reason", "mail_id"],
        select(_me, _LINES.c.event_id, _LINES.c.account_id, _LINES.c.reason, _LINES.c.mail_id),
    )
    .on_conflict_do_nothing(index_elements=["tenant_id", "event_id", "account_id"])
    .returning(Delivery.event_id, Delivery.account_id, Delivery.reason, Delivery.mail_id)
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
class Person:
    """Somebody who has a role in the tenant now, and may have several."""

    account_id: UUID
    roles: frozenset[Role]
    email: str


def receive_events(actor: Actor) -> bool:
    """Receive some of what is there, oldest first; return whether there may be more.

    A line stands once per event and person, and its mail with it, however often and by how many this is done: keys of
    the database say so. Whoever did something is not told of it. What nobody is responsible for is received all the
    same, and tried again with the next event.
    """
    session, kinds_by_code = db.session(), kinds()
    values = {"me": actor.tenant_id, "known": [*kinds_by_code], "limit": AT_ONCE}
    received = session.scalars(_RECEIVE, values).all()
    waiting = session.scalars(WITHOUT_PEOPLE, values).all()
    events = session.execute(TO_TELL, {**values, "events": [*{*received, *waiting}]}).all()
    people = _people(session, actor)
    lines: list[tuple[UUID, Person, str, UUID | None]] = []
    responsible: dict[UUID, int] = {}
    for event in events:
        told = [*_told(kinds_by_code[event.kind], event.account_id, people)]
        responsible[event.id] = len(told)
        lines += [
            (event.id, person, reason, uuid4() if _is_mailed(event, person, reason) else None)
            for person, reason in told
            if reason == ASKED or person.account_id != event.account_id
        ]
    _deliver(session, actor, {event.id: event for event in events}, lines)
    session.execute(_COUNT, {**values, "events": [*responsible], "people": [*responsible.values()]})
    return len(received) == AT_ONCE


def _people(session: Session, actor: Actor) -> Sequence[Person]:
    roles: defaultdict[tuple[UUID, str], set[Role]] = defaultdict(set)
    for row in session.execute(PEOPLE, {"me": actor.tenant_id}):
        roles[row.account_id, row.email].add(Role(row.role))
    return [Person(account_id, frozenset(held), email) for (account_id, email), held in roles.items()]


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


def _deliver(
    session: Session,
    actor: Actor,
    events: dict[UUID, Row[*tuple[Any, ...]]],
    lines: Sequence[tuple[UUID, Person, str, UUID | None]],
) -> None:
    emails = {person.account_id: person.email for _, person, _, _ in lines}
    values = {
        "me": actor.tenant_id,
        "events": [event_id for event_id, *_ in lines],
        "accounts": [person.account_id for _, person, _, _ in lines],
        "reasons": [reason for *_, reason, _ in lines],
        "mails": [mail_id for *_, mail_id in lines],
    }
    for written in session.execute(_DELIVER, values).all():
        if written.mail_id is not None:
            event = events[written.event_id]
            kind = kinds()[event.kind]
            send_mail(
                session,
                actor,
                to=emails[written.account_id],
                subject=subject_of(kind, event.author),
                text=text_of(
                    kind, event.author, reason=written.reason, tenant_name=actor.tenant_name,
                    link=address_of_line(actor.tenant_slug, event.id),
                ),
                mail_id=written.mail_id,
            )  # fmt: skip


def _is_mailed(event: Row[*tuple[Any, ...]], person: Person, reason: str) -> bool:
    """Whether a mail goes with the line: for what is news, and not what one has asked for oneself.

    A line in the inbox reaches also whose address is none.
    """
    if reason == ASKED or not event.is_news:
        return False
    try:
        address(person.email)
    except InvalidInputError:
        return False
    return True

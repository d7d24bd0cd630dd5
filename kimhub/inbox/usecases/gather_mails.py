"""A tenant writes the mails that are due and gather several lines of a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Row, Uuid, any_, bindparam, func, select, update

from kimhub.core.events.kinds import kinds
from kimhub.core.events.models import Event
from kimhub.core.keyset import row_limit
from kimhub.core.mail.outbox import Letter, send_mails
from kimhub.deputies.public import Deputation
from kimhub.inbox.letters import MOST_LINES, Told, gathered_subject, gathered_text
from kimhub.inbox.models import Delivery
from kimhub.inbox.people_queries import Person, people_of
from tenants import Actor, Role, Tenant, db

PEOPLE_AT_ONCE = 50
"""People of one transaction; a mail is never parted."""

_me = bindparam("me", type_=Integer)
_due = (Delivery.tenant_id == _me, Delivery.mail_due_at <= func.now())

DUE_PEOPLE = (
    select(Delivery.account_id).where(*_due).distinct().order_by(Delivery.account_id).limit(row_limit())
)
"""For whom a mail is due."""

DUE_LINES = (
    select(
        Delivery.event_id, Delivery.account_id, Delivery.reason, Delivery.unread, Delivery.created_at,
        Event.kind, Tenant.official_name.label("author"), Deputation.account_name.label("stands_in_for"),
    )
    .join(Event, Event.id == Delivery.event_id)
    .join(Tenant, Tenant.id == Event.tenant_id)
    .outerjoin(Deputation, Deputation.id == Delivery.deputation_id)
    .where(*_due, Delivery.account_id == any_(bindparam("accounts", type_=ARRAY(Uuid))))
    .order_by(Delivery.account_id, Delivery.created_at, Delivery.event_id)
    .with_for_update(of=Delivery)
)  # fmt: skip
"""Their lines, held: whoever gathers at the same moment waits, and finds none of them due any more."""

_MAILED = (
    func.unnest(*(bindparam(name, type_=ARRAY(Uuid)) for name in ("events", "accounts", "mails")))
    .table_valued("event_id", "account_id", "mail_id")
    .render_derived()
)
_GATHER = (
    update(Delivery)
    .where(
        Delivery.tenant_id == _me,
        Delivery.event_id == _MAILED.c.event_id,
        Delivery.account_id == _MAILED.c.account_id,
    )
    .values(mail_due_at=None, mail_id=_MAILED.c.mail_id)
    .execution_options(synchronize_session=False)
)


def gather_mails(actor: Actor) -> bool:
    """Write what is due, one mail per person; return whether there may be more.

    What somebody has read meanwhile is not told again, and nobody is written to who has no role any more.
    """
    session = db.session()
    accounts = session.scalars(DUE_PEOPLE, {"me": actor.tenant_id, "limit": PEOPLE_AT_ONCE}).all()
    if not accounts:
        return False
    due: defaultdict[UUID, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in session.execute(DUE_LINES, {"me": actor.tenant_id, "accounts": accounts}).all():
        due[row.account_id].append(row)
    people = {person.account_id: person for person in people_of(session, actor)}
    letters: list[Letter] = []
    done: list[tuple[UUID, UUID, UUID | None]] = []
    for account_id, lines in due.items():
        fresh = [line for line in lines if line.unread and line.kind in kinds()]
        person, letter = people.get(account_id), None
        if person is not None and person.can_get_mail and fresh:
            letter = _letter(actor, person, fresh)
            letters.append(letter)
        done += [
            (line.event_id, account_id, letter.mail_id if letter and line in fresh else None)
            for line in lines
        ]
    send_mails(session, actor, letters)
    if done:
        events, accounts_of, mails = zip(*done, strict=True)
        lists = {"events": [*events], "accounts": [*accounts_of], "mails": [*mails]}
        session.execute(_GATHER, {"me": actor.tenant_id, **lists})
    return len(accounts) == PEOPLE_AT_ONCE


def _letter(actor: Actor, person: Person, lines: Sequence[Row[*tuple[Any, ...]]]) -> Letter:
    named = [Told(kinds()[line.kind], line.author, line.created_at) for line in lines[:MOST_LINES]]
    reasons = {line.reason for line in lines}
    return Letter(
        to=person.email,
        subject=gathered_subject(len(lines), actor),
        text=gathered_text(
            named,
            actor=actor,
            roles=[role for role in Role if role.value in reasons],
            stands_in_for=sorted({line.stands_in_for for line in lines if line.stands_in_for}),
            rhythm=person.rhythm,
            number=len(lines),
        ),
    )

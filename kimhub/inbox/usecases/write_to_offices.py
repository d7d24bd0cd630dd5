"""What nobody is responsible for goes as one mail to the Funktionspostfach of the role that should be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import ARRAY, Integer, Row, Text, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from kimhub.core.events.kinds import EventKind, kinds
from kimhub.core.mail.outbox import Letter, send_mails
from kimhub.inbox.letters import subject_of, text_to_office
from kimhub.inbox.models import OfficeNotice
from kimhub.offices.public import Office, offices_of
from tenants import Actor, Role, db

_NOTICES = (
    func.unnest(
        bindparam("events", type_=ARRAY(Uuid)),
        bindparam("roles", type_=ARRAY(Text)),
        bindparam("mails", type_=ARRAY(Uuid)),
    )
    .table_valued("event_id", "role", "mail_id")
    .render_derived()
)
_NOTE = (
    insert(OfficeNotice)
    .from_select(
        ["tenant_id", "event_id", "role", "mail_id"],
        select(bindparam("me", type_=Integer), _NOTICES.c.event_id, _NOTICES.c.role, _NOTICES.c.mail_id),
    )
    .on_conflict_do_nothing()
    .returning(OfficeNotice.event_id, OfficeNotice.role, OfficeNotice.mail_id)
    .execution_options(dml_strategy="raw")
)


def write_to_offices(actor: Actor, untold: Sequence[Row[*tuple[Any, ...]]]) -> None:
    """Write to the offices of the tenant what `untold` events say; each event once, whoever receives it and how often.

    An event whose roles have no office with a Funktionspostfach waits until it gets one or somebody takes up the role.
    """
    if not untold:
        return
    session = db.session()
    offices = offices_of(session, actor.tenant_id)
    wanted = [
        (event.id, role.value)
        for event in untold
        if (role := _role(kinds()[event.kind], offices)) is not None
    ]
    if not wanted:
        return
    values = {
        "me": actor.tenant_id,
        "events": [event_id for event_id, _ in wanted],
        "roles": [role for _, role in wanted],
        "mails": [uuid4() for _ in wanted],
    }
    events = {event.id: event for event in untold}
    letters = []
    for noted in session.execute(_NOTE, values).all():
        event, role = events[noted.event_id], Role(noted.role)
        kind = kinds()[event.kind]
        letters.append(
            Letter(
                to=offices[role].email,
                subject=subject_of(kind, event.author),
                text=text_to_office(kind, event.author, role, actor=actor, event_id=event.id),
                mail_id=noted.mail_id,
                thread_id=event.subject_id,
            )
        )
    send_mails(session, actor, letters)


def _role(kind: EventKind, offices: Mapping[Role, Office]) -> Role | None:
    """Return the first of the roles that should be told whose office has a Funktionspostfach."""
    return next((role for role in kind.roles if role in offices and offices[role].email), None)

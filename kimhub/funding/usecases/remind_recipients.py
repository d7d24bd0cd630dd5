"""Asking all who have not confirmed what was passed on to them, with one click and not too often."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import func, null, select
from sqlalchemy.orm import Session

from kimhub.core.errors import InvalidInputError
from kimhub.core.events.telling import tell
from kimhub.core.jobs.outbox import after_commit
from kimhub.funding.events import CONFIRMATION_ASKED
from kimhub.funding.letter_queries import letters_for
from kimhub.funding.models import Letter, LetterFile
from kimhub.funding.reminder_queries import Asking, Unconfirmed, asking
from kimhub.reports.public import to_json, unprintable
from tenants import Actor, Permission, db

WRITE_LETTERS = "funding.write_letters"
"""The kind of job that draws letters."""


@dataclass(frozen=True, slots=True)
class Reminded:
    """What came of a click; `letters` is the file that is drawn now, None where nobody needs one."""

    asked: Asking
    letters: LetterFile | None


def remind_recipients(actor: Actor) -> Reminded:
    """Ask every recipient, once, for a confirmation that is still missing: in KIMHub, or by a letter as PDF.

    Whoever was asked in the last days (`reminder_queries.PAUSE`) is left in peace. Two people at once: the second finds
    that all were asked. Raises `ForbiddenError`, and `InvalidInputError` where a letter holds what cannot be printed;
    then nobody is asked.
    """
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    session.execute(select(func.app.hold("reminders", null())))
    found = asking(session, actor)
    letters = _write(session, actor, found) if found.written else None
    oldest: dict[int, Unconfirmed] = {}
    for one in (*found.told, *found.written):
        if one.recipient_id is not None:
            oldest.setdefault(one.recipient_id, one)
    act_id = uuid4()
    for recipient_id, one in oldest.items():
        tell(
            session,
            actor,
            CONFIRMATION_ASKED,
            one.id,
            about=one.title,
            concerns=recipient_id,
            act_id=act_id,
        )
    session.flush()
    return Reminded(found, letters)


def _write(session: Session, actor: Actor, found: Asking) -> LetterFile:
    """Freeze the letters, note which allocations they ask about, and have them drawn."""
    letters = letters_for(session, actor, found.written)
    faults = [*unprintable(letters)]
    if faults:
        raise InvalidInputError(
            "Ein Schreiben lässt sich so nicht drucken. "
            + " ".join(dict.fromkeys(f"{fault.message} {fault.cure}" for fault in faults))
            + " Die Angaben stehen in der Weiterleitung, im Adressbuch oder in Ihren Kontaktdaten."
        )
    file_id = uuid4()
    file = LetterFile(
        tenant_id=actor.tenant_id,
        id=file_id,
        letters=found.letters,
        frozen=to_json(letters).decode(),
        job_id=after_commit(session, actor, WRITE_LETTERS, {"letters_id": file_id}),
        account_id=actor.subject,
        actor_label=actor.label,
    )
    session.add(file)
    session.flush()  # each letter refers to it
    session.add_all(
        Letter(tenant_id=actor.tenant_id, letter_file_id=file_id, allocation_id=one.id, number=one.number)
        for one in found.written
    )
    session.flush()
    return file

"""Draw letters whose text is frozen, and keep them as one PDF."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from kimhub.core.documents import UploadedFile, store_document
from kimhub.core.errors import NotFoundError
from kimhub.core.events.telling import tell
from kimhub.core.formats import day
from kimhub.core.jobs.handler import JobContext
from kimhub.funding.events import LETTERS_DRAWN
from kimhub.funding.letters import SUBJECT, ReminderLetters, draw
from kimhub.funding.models import LetterFile
from kimhub.reports.public import from_json
from tenants import Actor, Permission


def draw_letters(actor: Actor, letters_id: UUID, work: JobContext) -> None:
    """Draw the letters unless that has been done: outside of any transaction, kept together with the job's completion.

    Raises `NotFoundError`, and `DocumentRefusedError` where the tenant's room for documents is used up.
    """
    actor.require(Permission.FUNDING_WRITE)
    work.progress("Schreiben lesen", 0, 2)
    with work.reading() as session:
        found = session.execute(
            select(LetterFile.frozen, LetterFile.document_id).where(LetterFile.id == letters_id)
        ).one_or_none()
    if found is None:
        raise NotFoundError
    letters = from_json(ReminderLetters, found.frozen.encode())
    work.progress("Schreiben setzen", 1, 2)
    content = draw(letters) if found.document_id is None else b""
    with work.completing() as session:
        file = session.get_one(LetterFile, (actor.tenant_id, letters_id))
        if not content or file.document_id is not None:
            return
        name = f"Bitte um Bestätigung vom {day(letters.as_of)}.pdf"
        file.document_id = store_document(session, actor, UploadedFile(name, content)).id
        tell(session, actor, LETTERS_DRAWN, letters_id, about=SUBJECT)

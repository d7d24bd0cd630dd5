"""Keeping, sharing and discarding a document. What may be done with it is the calling feature's decision."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import BinaryIO, cast
from uuid import UUID, uuid4

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.orm import Session

from kimhub.core.documents.kinds import KINDS, DocumentKind, DocumentRefusedError, kind_of
from kimhub.core.documents.limits import MAX_FILE_SIZE, MEGABYTE, TENANT_QUOTA
from kimhub.core.documents.models import Document, DocumentContent
from kimhub.core.documents.names import safe_name
from kimhub.core.errors import NotFoundError
from kimhub.core.formats import number
from tenants import Actor

_HOLD_QUOTA = text("SELECT app.hold('document quota', NULL)")
"""Uploads of one tenant count one after the other."""

_USED = select(func.coalesce(func.sum(Document.size), 0)).where(Document.tenant_id == bindparam("tenant"))


_PIECE = 1 << 20
_PIECE_OF = select(func.substring(DocumentContent.content, bindparam("start"), _PIECE)).where(
    DocumentContent.tenant_id == bindparam("tenant"), DocumentContent.document_id == bindparam("document")
)


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file as it came: the name the sender gave it, and its bytes."""

    name: str
    content: bytes

    @classmethod
    def read(cls, name: str, stream: BinaryIO, limit: int = MAX_FILE_SIZE) -> UploadedFile:
        """Read a file of a form; no more than one byte beyond the limit, which is enough to refuse it."""
        return cls(name, stream.read(limit + 1))


def store_document(
    session: Session,
    actor: Actor,
    file: UploadedFile,
    *,
    counterpart_id: int | None = None,
    kinds: Sequence[DocumentKind] = KINDS,
    limit: int = MAX_FILE_SIZE,
) -> Document:
    """Keep `file` for the actor's tenant and return its document; with `counterpart_id` it is shared at once.

    `kinds` are those that are taken; `limit` is in bytes.

    Raises `DocumentRefusedError` for an empty or too large file, for a kind that is not taken, for content that
    is not what the name says, and when the tenant's quota is used up.
    """
    size = len(file.content)
    if size == 0:
        raise DocumentRefusedError("Die Datei ist leer. Wählen Sie eine andere Datei aus.")
    if size > limit:
        raise DocumentRefusedError(
            f"Die Datei ist größer als {number(limit // MEGABYTE)} MB. "
            "Verkleinern Sie sie, zum Beispiel durch Einscannen mit 200 dpi in Graustufen."
        )
    name = safe_name(file.name)
    kind = kind_of(name, file.content, kinds)
    _require_room(session, actor, size)
    document = Document(
        tenant_id=actor.tenant_id,
        id=uuid4(),
        name=name,
        media_type=kind.media_type,
        size=size,
        sha256=hashlib.sha256(file.content).digest(),
        account_id=actor.subject,
        actor_label=actor.label,
    )
    if counterpart_id is not None:
        release_document(session, document, counterpart_id=counterpart_id)
    session.add(document)
    session.flush()  # the content's foreign key needs the document's row
    session.add(DocumentContent(tenant_id=document.tenant_id, document_id=document.id, content=file.content))
    session.flush()  # lets go of the bytes, which the session would otherwise hold until the commit
    return document


def release_document(session: Session, document: Document, *, counterpart_id: int) -> None:
    """Share `document` with another tenant; one that is shared already stays as it is."""
    if document.released_at is None:
        moment = session.scalar(select(func.now()))
        document.counterpart_id, document.released_at = counterpart_id, moment


def discard_document(session: Session, document: Document) -> None:
    """Remove a document that nobody else has seen; a shared one stays on record.

    Its hash and name remain in the audit trail.
    """
    if document.released_at is None:
        session.delete(document)


def document_of(session: Session, document_id: UUID) -> Document:
    """Return a document that the acting tenant sees; raises `NotFoundError`."""
    document = session.scalars(select(Document).where(Document.id == document_id)).one_or_none()
    if document is None:
        raise NotFoundError
    return document


@contextmanager
def content_stream(session: Session, document: Document) -> Iterator[BinaryIO]:
    """Yield the bytes of a document as a temporary file, fetched piece by piece: never the whole in memory."""
    with TemporaryFile() as stream:
        for start in range(1, document.size + 1, _PIECE):
            values = {"tenant": document.tenant_id, "document": document.id, "start": start}
            stream.write(session.execute(_PIECE_OF, values).scalar_one())
        stream.seek(0)
        yield cast("BinaryIO", stream)


def _require_room(session: Session, actor: Actor, size: int) -> None:
    session.execute(_HOLD_QUOTA)
    used = session.scalar(_USED, {"tenant": actor.tenant_id}) or 0
    if used + size > TENANT_QUOTA:
        raise DocumentRefusedError(
            f"Der Speicherplatz Ihrer Kommune ({number(TENANT_QUOTA // MEGABYTE)} MB) ist aufgebraucht. "
            "Löschen Sie Dateien in Entwürfen oder wenden Sie sich an den Betrieb von KIMHub."
        )

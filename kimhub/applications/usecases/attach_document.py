"""Attach a file to a draft, or remove it."""

from __future__ import annotations

from uuid import UUID, uuid4

from kimhub.applications.models import ApplicationDocument, GrantApplication
from kimhub.applications.queries import get_attachment
from kimhub.applications.usecases.loading import load_draft
from kimhub.core.documents import UploadedFile, discard_document, document_of, store_document
from tenants import Actor, Permission, db


def attach_document(actor: Actor, application_id: UUID, file: UploadedFile) -> ApplicationDocument:
    """Keep a file with a draft; raises also `DocumentRefusedError`."""
    session = db.session()
    application = load_draft(session, actor, application_id)
    document = store_document(session, actor, file)
    attachment = ApplicationDocument(
        tenant_id=actor.tenant_id, id=uuid4(), application_id=application.id, document_id=document.id
    )
    session.add(attachment)
    application.touch()
    session.flush()  # constraints speak now, while the caller can still answer
    return attachment


def remove_document(actor: Actor, attachment_id: UUID) -> GrantApplication:
    """Remove a file from a draft; its name and hash stay in the audit trail."""
    session = db.session()
    actor.require(Permission.FUNDING_WRITE)
    attachment = get_attachment(session, attachment_id)
    application = load_draft(session, actor, attachment.application_id)
    document = document_of(session, attachment.document_id)
    session.delete(attachment)
    application.touch()
    session.flush()  # the attachment lets go of the document before that is discarded
    discard_document(session, document)
    return application

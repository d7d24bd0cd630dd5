"""Files of a Bescheid: the Bescheid itself, a Rechtsbehelfsverzicht, correspondence."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from kimhub.core.documents import UploadedFile, discard_document, document_of, store_document
from kimhub.core.errors import NotFoundError
from kimhub.funding.models import GrantDocument
from kimhub.funding.usecases.enter_grant import load_draft, load_version
from tenants import Actor, Permission, db


def attach_document(actor: Actor, version_id: UUID, file: UploadedFile) -> GrantDocument:
    """Keep a file with a Bescheid, also with a recorded one: what arrives later belongs to it too.

    Raises `NotFoundError` and `DocumentRefusedError`.
    """
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    version = load_version(session, version_id)
    document = store_document(session, actor, file)
    attached = GrantDocument(tenant_id=actor.tenant_id, version_id=version.id, document_id=document.id)
    session.add(attached)
    session.flush()  # its id is wanted
    return attached


def remove_document(actor: Actor, grant_document_id: UUID) -> UUID:
    """Remove a file from a draft and return the Bescheid's id; with a recorded Bescheid a file stays.

    Raises `NotFoundError` and `BescheidFixedError`.
    """
    actor.require(Permission.FUNDING_WRITE)
    session = db.session()
    attached = session.scalars(
        select(GrantDocument).where(GrantDocument.id == grant_document_id)
    ).one_or_none()
    if attached is None:
        raise NotFoundError
    version = load_draft(session, attached.version_id)
    document = document_of(session, attached.document_id)
    session.delete(attached)
    session.flush()  # the document may go only after what refers to it
    discard_document(session, document)
    return version.id

"""Take a file with expenditures: keep it, and have it checked."""

from __future__ import annotations

from uuid import uuid4

from kimhub.core.documents import UploadedFile
from kimhub.core.jobs.outbox import after_commit
from kimhub.core.tables.uploads import keep_table
from kimhub.spending.models import ExpenditureImport
from tenants import Actor, Permission, db

CHECK = "spending.check"
"""The kind of job that checks a file."""


def upload_import(actor: Actor, file: UploadedFile) -> ExpenditureImport:
    """Keep the file and order its check; nothing of it is booked.

    Raises `DocumentRefusedError` for a file that is no table, too large, damaged or protected.
    """
    session = db.session()
    actor.require(Permission.EXPENDITURE_WRITE)
    document = keep_table(session, actor, file)
    import_id = uuid4()
    taken = ExpenditureImport(
        tenant_id=actor.tenant_id,
        id=import_id,
        document_id=document.id,
        filename=document.name,
        sha256=document.sha256,
        job_id=after_commit(session, actor, CHECK, {"import_id": import_id}),
        account_id=actor.subject,
        actor_label=actor.label,
    )
    session.add(taken)
    session.flush()  # the caller links to it
    return taken

"""Sending a kept file so that it is saved and never opened inside the portal.

``attachment`` + ``nosniff`` + a policy of its own that forbids everything: even a browser that shows the file
gives it no script, no form and no access to the portal's pages (OWASP ASVS 5.0 §5.4, RFC 6266).
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from kimhub.core.documents.models import Document, DocumentContent
from kimhub.core.errors import NotFoundError
from kimhub.core.exports import ExportColumn, Value, table_file
from kimhub.core.read_access import record_reading
from tenants import Actor

_NOT_ESCAPED = "!#$&+-.^_`|~"
"""attr-char of RFC 8187 beside letters and digits."""


def document_response(session: Session, actor: Actor, document: Document) -> Response:
    """Return the file as a download; another tenant's file is entered in the reading log.

    The caller has decided that the actor may see the thing to which the document belongs. The route must be
    marked with ``keeps_record`` (a GET that writes).
    """
    content = session.scalar(
        select(DocumentContent.content).where(
            DocumentContent.tenant_id == document.tenant_id, DocumentContent.document_id == document.id
        )
    )
    if content is None:
        raise NotFoundError
    if document.tenant_id != actor.tenant_id:
        record_reading(
            session, actor, owner_id=document.tenant_id, subject="document", subject_id=document.id
        )
    return download(content, name=document.name, media_type=document.media_type, sha256=document.sha256)


def download(content: bytes, *, name: str, media_type: str, sha256: bytes | None = None) -> Response:
    """Return bytes as a file to be saved; their hash is the ETag, so that a program need not fetch the same twice."""
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = content_disposition(name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response.cache_control.no_store = True
    response.set_etag((sha256 or hashlib.sha256(content).digest()).hex())
    response.make_conditional(request)
    return response


def send_table(
    table_format: str, name: str, sheet: str, columns: Sequence[ExportColumn], rows: Iterable[Sequence[Value]]
) -> Response:
    """Return a table as an XLSX or CSV file called `name`; raises `NotFoundError` for any other format."""
    content, media_type = table_file(table_format, sheet, columns, rows)
    return download(content, name=f"{name}.{table_format}", media_type=media_type)


def content_disposition(name: str) -> str:
    """Return the header that offers a download under `name` (RFC 6266, RFC 8187).

    Old programs read the plain form, in which umlauts are spelled out; all others the one with umlauts.
    """
    spelled = name.translate(_SPELLED)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    plain = plain.replace("\\", "_").replace('"', "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=_NOT_ESCAPED)}"


_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})

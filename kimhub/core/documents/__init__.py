"""Files that people upload: kept in the database, checked for what they really are, served so that they harm nobody.

A feature stores a file with `store_document`, shows its own link to it, and answers that link with
`document_response` after having decided that the actor may read the thing to which the file belongs.
"""

from __future__ import annotations

from kimhub.core.documents.kinds import DocumentKind, DocumentRefusedError
from kimhub.core.documents.limits import MAX_FILE_SIZE
from kimhub.core.documents.models import Document
from kimhub.core.documents.serving import document_response, download, send_table
from kimhub.core.documents.store import (
    UploadedFile,
    content_stream,
    discard_document,
    document_of,
    release_document,
    store_document,
)

__all__ = [
    "MAX_FILE_SIZE",
    "Document",
    "DocumentKind",
    "DocumentRefusedError",
    "UploadedFile",
    "content_stream",
    "discard_document",
    "document_of",
    "document_response",
    "download",
    "release_document",
    "send_table",
    "store_document",
]

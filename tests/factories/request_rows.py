"""Requests as plain rows, written by the superuser, for tests that visit pages of any tenant."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from tenants import TenantKind
from tests.factories.files import PDF
from tests.factories.tenants import Body

_INSERT = """
INSERT INTO proceeding (tenant_id, id, kind, counterpart_id, subject)
VALUES (:gemeinde, :id, 'position_request', :kreis, 'Koordinierungsstelle');

INSERT INTO position_request (tenant_id, id, counterpart_id, function, fte, starts_on, justification)
VALUES (:gemeinde, :id, :kreis, 'Koordinierungsstelle', 1, '2027-01-01', 'Weil');

INSERT INTO document (tenant_id, id, name, media_type, size, sha256, actor_label)
VALUES (:gemeinde, :document, 'Satzung.pdf', 'application/pdf', :size, :sha256, '');

INSERT INTO document_content (tenant_id, document_id, content) VALUES (:gemeinde, :document, :content);

INSERT INTO request_criterion (tenant_id, id, request_id, criterion, met, evidence, document_id)
SELECT :gemeinde, gen_random_uuid(), :id, c, true, 'Satzung', CASE c WHEN 'jugendamt' THEN :document END
FROM unnest(ARRAY['auslaenderbehoerde', 'jugendamt', 'integration_committee']) AS c
"""
_SUBMIT = """
UPDATE proceeding SET released_at = now() WHERE id = :id;

UPDATE document SET released_at = now(), counterpart_id = :kreis WHERE id = :document;

UPDATE position_request SET released_at = now() WHERE id = :id;

INSERT INTO proceeding_entry (tenant_id, id, proceeding_id, initiator_id, counterpart_id, kind, seq, action,
  from_state, to_state, note, actor_label)
VALUES (:gemeinde, gen_random_uuid(), :id, :gemeinde, :kreis, 'position_request', 1, 'submit', 'draft',
  'submitted', '', 'Sachbearbeitung')
"""
_GEMEINDE_OF = text("SELECT id FROM tenant WHERE parent_id = :kreis ORDER BY id LIMIT 1")


@dataclass(frozen=True)
class RequestRows:
    """A request with a document."""

    request_id: UUID
    document_id: UUID


def request_in_view_of(connection: Connection, body: Body) -> RequestRows | None:
    """Create a request that `body` sees: a Gemeinde's own draft, or one submitted to a Kreis; others have none."""
    if body.kind is TenantKind.GEMEINDE:
        gemeinde, kreis, statements = body.id, body.parent_id, _INSERT.split(";\n")
    elif body.kind is TenantKind.KREIS:
        gemeinde, kreis = connection.scalar(_GEMEINDE_OF, {"kreis": body.id}), body.id
        statements = f"{_INSERT};\n{_SUBMIT}".split(";\n")
    else:
        return None
    created = RequestRows(uuid4(), uuid4())
    values = {
        "gemeinde": gemeinde, "kreis": kreis, "id": created.request_id, "document": created.document_id,
        "content": PDF, "size": len(PDF), "sha256": hashlib.sha256(PDF).digest(),
    }  # fmt: skip
    for statement in statements:
        connection.execute(text(statement), values)
    return created

"""Documents, the reading log, and the keys of repeated requests.

Revision 0002, after 0001.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE document (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 BYTEA NOT NULL,
  counterpart_id INTEGER,
  released_at TIMESTAMP WITH TIME ZONE,
  account_id UUID,
  actor_label TEXT NOT NULL,
  shared_with INTEGER GENERATED ALWAYS AS (CASE WHEN released_at IS NOT NULL THEN counterpart_id END) STORED,
  CONSTRAINT pk_document PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_document_media_type CHECK (media_type IN ('application/pdf', 'image/png', 'image/jpeg', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')),
  CONSTRAINT ck_document_size CHECK (size > 0),
  CONSTRAINT ck_document_name CHECK (length(name) BETWEEN 1 AND 150),
  CONSTRAINT ck_document_two_sides CHECK (counterpart_id <> tenant_id),
  CONSTRAINT ck_document_released_to_somebody CHECK ((released_at IS NULL) = (counterpart_id IS NULL)),
  CONSTRAINT uq_document_content UNIQUE (tenant_id, id, size, sha256),
  CONSTRAINT fk_document_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_document_id UNIQUE (id),
  CONSTRAINT fk_document_counterpart_id FOREIGN KEY(counterpart_id) REFERENCES tenant (id)
);

CREATE INDEX ix_document_quota ON document (tenant_id) INCLUDE (size);

ALTER TABLE document ENABLE ROW LEVEL SECURITY;

ALTER TABLE document FORCE ROW LEVEL SECURITY;

ALTER TABLE document ALTER COLUMN tenant_id SET (n_distinct = -0.001);

ALTER TABLE document ALTER COLUMN shared_with SET (n_distinct = -0.001);

GRANT SELECT ON document TO kimhub_app;

CREATE POLICY document_read ON document FOR SELECT TO kimhub_app USING (coalesce(tenant_id = (SELECT app.tenant()) OR shared_with = (SELECT app.tenant()), false));

GRANT INSERT (tenant_id, id, name, media_type, size, sha256, counterpart_id, released_at, account_id, actor_label) ON document TO kimhub_app;

CREATE POLICY document_insert ON document FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (counterpart_id, released_at) ON document TO kimhub_app;

CREATE POLICY document_update ON document FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (released_at IS NULL)) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON document TO kimhub_app;

CREATE POLICY document_delete ON document FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (released_at IS NULL));

CREATE TRIGGER document_stays_shared AFTER UPDATE ON document FOR EACH ROW WHEN (OLD.shared_with IS NOT NULL AND NEW.shared_with IS DISTINCT FROM OLD.shared_with) EXECUTE FUNCTION app.stays_shared();

CREATE CONSTRAINT TRIGGER document_audit AFTER INSERT OR UPDATE OR DELETE ON document DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE idempotency_key (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  caller TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint BYTEA NOT NULL,
  status INTEGER,
  headers JSONB,
  body BYTEA,
  CONSTRAINT pk_idempotency_key PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_idempotency_key_fingerprint CHECK (octet_length(fingerprint) = 32),
  CONSTRAINT fk_idempotency_key_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_idempotency_key_id UNIQUE (id)
);

CREATE INDEX ix_idempotency_key_age ON idempotency_key (tenant_id, created_at);

CREATE UNIQUE INDEX uq_idempotency_key_caller ON idempotency_key (tenant_id, caller, key);

ALTER TABLE idempotency_key ENABLE ROW LEVEL SECURITY;

ALTER TABLE idempotency_key FORCE ROW LEVEL SECURITY;

ALTER TABLE idempotency_key ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON idempotency_key TO kimhub_app;

CREATE POLICY idempotency_key_read ON idempotency_key FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, caller, key, fingerprint, status, headers, body) ON idempotency_key TO kimhub_app;

CREATE POLICY idempotency_key_insert ON idempotency_key FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (status, headers, body) ON idempotency_key TO kimhub_app;

CREATE POLICY idempotency_key_update ON idempotency_key FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON idempotency_key TO kimhub_app;

CREATE POLICY idempotency_key_delete ON idempotency_key FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (created_at < now() - interval '86400 seconds'));

CREATE TABLE read_access (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  owner_id INTEGER NOT NULL,
  subject TEXT NOT NULL,
  subject_id UUID NOT NULL,
  account_id UUID,
  actor_label TEXT NOT NULL,
  request_id TEXT NOT NULL,
  shared_with INTEGER GENERATED ALWAYS AS (owner_id) STORED NOT NULL,
  CONSTRAINT pk_read_access PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_read_access_two_sides CHECK (owner_id <> tenant_id),
  CONSTRAINT fk_read_access_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_read_access_id UNIQUE (id),
  CONSTRAINT fk_read_access_owner_id FOREIGN KEY(owner_id) REFERENCES tenant (id)
);

CREATE INDEX ix_read_access_own ON read_access (tenant_id, created_at, id);

CREATE INDEX ix_read_access_shared ON read_access (shared_with, subject_id, created_at);

ALTER TABLE read_access ENABLE ROW LEVEL SECURITY;

ALTER TABLE read_access FORCE ROW LEVEL SECURITY;

ALTER TABLE read_access ALTER COLUMN tenant_id SET (n_distinct = -0.001);

ALTER TABLE read_access ALTER COLUMN shared_with SET (n_distinct = -0.001);

GRANT SELECT ON read_access TO kimhub_app;

CREATE POLICY read_access_read ON read_access FOR SELECT TO kimhub_app USING (coalesce(tenant_id = (SELECT app.tenant()) OR shared_with = (SELECT app.tenant()), false));

GRANT INSERT (tenant_id, id, owner_id, subject, subject_id, account_id, actor_label, request_id) ON read_access TO kimhub_app;

CREATE POLICY read_access_insert ON read_access FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER read_access_audit AFTER INSERT OR UPDATE OR DELETE ON read_access DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE document_content (
  tenant_id INTEGER NOT NULL,
  document_id UUID NOT NULL,
  content BYTEA,
  size INTEGER GENERATED ALWAYS AS (octet_length(content)) STORED NOT NULL,
  sha256 BYTEA GENERATED ALWAYS AS (sha256(content)) STORED NOT NULL,
  CONSTRAINT pk_document_content PRIMARY KEY (tenant_id, document_id),
  CONSTRAINT fk_document_content_document FOREIGN KEY(tenant_id, document_id, size, sha256) REFERENCES document (tenant_id, id, size, sha256) ON DELETE CASCADE,
  CONSTRAINT fk_document_content_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id)
);

ALTER TABLE document_content ENABLE ROW LEVEL SECURITY;

ALTER TABLE document_content FORCE ROW LEVEL SECURITY;

GRANT SELECT ON document_content TO kimhub_app;

CREATE POLICY document_content_read ON document_content FOR SELECT TO kimhub_app USING (EXISTS (SELECT 1 FROM document AS parent WHERE parent.id = document_id));

GRANT INSERT (tenant_id, document_id, content) ON document_content TO kimhub_app;

CREATE POLICY document_content_insert ON document_content FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER document_content_audit AFTER INSERT OR UPDATE OR DELETE ON document_content DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id', 'content');

ALTER TABLE document_content ALTER COLUMN content SET STORAGE EXTERNAL
"""

DOWN = r"""
DROP TABLE document_content;
DROP TABLE read_access;
DROP TABLE idempotency_key;
DROP TABLE document
"""


def upgrade() -> None:
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

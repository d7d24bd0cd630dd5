"""Ordered reports and their files.

Revision 0008, after 0007.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE report (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  type TEXT NOT NULL,
  title TEXT NOT NULL,
  plan_id UUID NOT NULL,
  plan_version INTEGER NOT NULL,
  parameters JSONB NOT NULL,
  job_id UUID NOT NULL,
  state TEXT DEFAULT 'ordered' NOT NULL,
  sha256 BYTEA,
  findings JSONB DEFAULT '[]' NOT NULL,
  finished_at TIMESTAMP WITH TIME ZONE,
  account_id UUID,
  actor_label TEXT NOT NULL,
  frozen_as TEXT GENERATED ALWAYS AS (CASE WHEN state = 'built' THEN 'json' END) STORED,
  CONSTRAINT pk_report PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_report_type CHECK (type IN ('finanzierungsuebersicht')),
  CONSTRAINT ck_report_state CHECK (state IN ('ordered', 'built', 'failed')),
  CONSTRAINT ck_report_title CHECK (title <> ''),
  CONSTRAINT ck_report_finished CHECK ((state = 'ordered') = (finished_at IS NULL)),
  CONSTRAINT ck_report_hash CHECK ((state = 'built') = (sha256 IS NOT NULL)),
  CONSTRAINT ck_report_failed_for_a_reason CHECK (state <> 'failed' OR jsonb_array_length(findings) > 0),
  CONSTRAINT fk_report_plan FOREIGN KEY(tenant_id, plan_id) REFERENCES financing_plan (tenant_id, id),
  CONSTRAINT uq_report_tenant_id_job_id UNIQUE (tenant_id, job_id),
  CONSTRAINT fk_report_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_report_id UNIQUE (id)
);

CREATE INDEX ix_report_own ON report (tenant_id, created_at, id);

CREATE INDEX ix_report_plan ON report (tenant_id, plan_id);

ALTER TABLE report ENABLE ROW LEVEL SECURITY;

ALTER TABLE report FORCE ROW LEVEL SECURITY;

ALTER TABLE report ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON report TO kimhub_app;

CREATE POLICY report_read ON report FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, type, title, plan_id, plan_version, parameters, job_id, state, sha256, findings, finished_at, account_id, actor_label) ON report TO kimhub_app;

CREATE POLICY report_insert ON report FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (state, plan_version, sha256, findings, finished_at) ON report TO kimhub_app;

CREATE POLICY report_update ON report FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (state = 'ordered')) WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER report_audit AFTER INSERT OR UPDATE OR DELETE ON report DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE report_file (
  tenant_id INTEGER NOT NULL,
  report_id UUID NOT NULL,
  format TEXT NOT NULL,
  filename TEXT NOT NULL,
  content BYTEA NOT NULL,
  size INTEGER GENERATED ALWAYS AS (octet_length(content)) STORED NOT NULL,
  sha256 BYTEA GENERATED ALWAYS AS (sha256(content)) STORED NOT NULL,
  CONSTRAINT pk_report_file PRIMARY KEY (tenant_id, report_id, format),
  CONSTRAINT ck_report_file_format CHECK (format IN ('json', 'pdf', 'xlsx')),
  CONSTRAINT ck_report_file_filename CHECK (length(filename) BETWEEN 1 AND 150),
  CONSTRAINT ck_report_file_content CHECK (octet_length(content) > 0),
  CONSTRAINT fk_report_file_report FOREIGN KEY(tenant_id, report_id) REFERENCES report (tenant_id, id),
  CONSTRAINT uq_report_file_content UNIQUE (tenant_id, report_id, format, sha256),
  CONSTRAINT fk_report_file_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id)
);

ALTER TABLE report_file ENABLE ROW LEVEL SECURITY;

ALTER TABLE report_file FORCE ROW LEVEL SECURITY;

ALTER TABLE report_file ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON report_file TO kimhub_app;

CREATE POLICY report_file_read ON report_file FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, report_id, format, filename, content) ON report_file TO kimhub_app;

CREATE POLICY report_file_insert ON report_file FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER report_file_audit AFTER INSERT OR UPDATE OR DELETE ON report_file DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id', 'content');

ALTER TABLE report_file ALTER COLUMN content SET STORAGE EXTERNAL;

ALTER TABLE report ADD CONSTRAINT fk_report_frozen FOREIGN KEY (tenant_id, id, frozen_as, sha256) REFERENCES report_file (tenant_id, report_id, format, sha256)
"""

DOWN = r"""
ALTER TABLE report DROP CONSTRAINT fk_report_frozen;
DROP TABLE report_file;
DROP TABLE report
"""


def upgrade() -> None:
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

"""Stored financing plans.

Revision 0006, after 0005.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE financing_plan (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  title TEXT NOT NULL,
  document JSONB NOT NULL,
  version INTEGER NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  changed_by UUID,
  archived_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_financing_plan PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_financing_plan_title CHECK (title <> ''),
  CONSTRAINT fk_financing_plan_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_financing_plan_id UNIQUE (id)
);

CREATE INDEX ix_financing_plan_own ON financing_plan (tenant_id, changed_at, id);

ALTER TABLE financing_plan ENABLE ROW LEVEL SECURITY;

ALTER TABLE financing_plan FORCE ROW LEVEL SECURITY;

ALTER TABLE financing_plan ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON financing_plan TO kimhub_app;

CREATE POLICY financing_plan_read ON financing_plan FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, title, document, version, changed_at, changed_by, archived_at) ON financing_plan TO kimhub_app;

CREATE POLICY financing_plan_insert ON financing_plan FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (title, document, version, changed_at, changed_by, archived_at) ON financing_plan TO kimhub_app;

CREATE POLICY financing_plan_update ON financing_plan FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER financing_plan_audit AFTER INSERT OR UPDATE OR DELETE ON financing_plan DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id')
"""

DOWN = r"""
DROP TABLE financing_plan
"""


def upgrade() -> None:
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

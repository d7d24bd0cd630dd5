"""Stored distributions, the tables that fill them, and the allocations that came of them.

Revision 0013, after 0012.
"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE distribution (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  title TEXT NOT NULL,
  fund_id UUID NOT NULL,
  document JSONB NOT NULL,
  recipients JSONB NOT NULL,
  version INTEGER NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  changed_by UUID,
  CONSTRAINT pk_distribution PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_distribution_title CHECK (length(title) BETWEEN 1 AND 200),
  CONSTRAINT fk_distribution_fund FOREIGN KEY(tenant_id, fund_id) REFERENCES fund (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT fk_distribution_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_distribution_id UNIQUE (id)
);

CREATE INDEX ix_distribution_fund ON distribution (tenant_id, fund_id);

CREATE INDEX ix_distribution_own ON distribution (tenant_id, changed_at, id);

ALTER TABLE distribution ENABLE ROW LEVEL SECURITY;

ALTER TABLE distribution FORCE ROW LEVEL SECURITY;

ALTER TABLE distribution ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON distribution TO kimhub_app;

CREATE POLICY distribution_read ON distribution FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, title, fund_id, document, recipients, version, changed_at, changed_by) ON distribution TO kimhub_app;

CREATE POLICY distribution_insert ON distribution FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (title, document, recipients, version, changed_at, changed_by) ON distribution TO kimhub_app;

CREATE POLICY distribution_update ON distribution FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON distribution TO kimhub_app;

CREATE POLICY distribution_delete ON distribution FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE CONSTRAINT TRIGGER distribution_audit AFTER INSERT OR UPDATE OR DELETE ON distribution DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE distributed_allocation (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  distribution_id UUID NOT NULL,
  allocation_id UUID NOT NULL,
  CONSTRAINT pk_distributed_allocation PRIMARY KEY (tenant_id, id),
  CONSTRAINT fk_distributed_allocation_distribution FOREIGN KEY(tenant_id, distribution_id) REFERENCES distribution (tenant_id, id),
  CONSTRAINT fk_distributed_allocation_allocation FOREIGN KEY(tenant_id, allocation_id) REFERENCES allocation (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT uq_distributed_allocation_allocation UNIQUE (tenant_id, allocation_id),
  CONSTRAINT fk_distributed_allocation_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_distributed_allocation_id UNIQUE (id)
);

CREATE INDEX ix_distributed_allocation_distribution ON distributed_allocation (tenant_id, distribution_id);

ALTER TABLE distributed_allocation ENABLE ROW LEVEL SECURITY;

ALTER TABLE distributed_allocation FORCE ROW LEVEL SECURITY;

ALTER TABLE distributed_allocation ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON distributed_allocation TO kimhub_app;

CREATE POLICY distributed_allocation_read ON distributed_allocation FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, distribution_id, allocation_id) ON distributed_allocation TO kimhub_app;

CREATE POLICY distributed_allocation_insert ON distributed_allocation FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER distributed_allocation_audit AFTER INSERT OR UPDATE OR DELETE ON distributed_allocation DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE key_figure_file (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  distribution_id UUID NOT NULL,
  distribution_version INTEGER NOT NULL,
  document_id UUID,
  filename TEXT NOT NULL,
  state TEXT DEFAULT 'reading' NOT NULL,
  problems JSONB DEFAULT '[]' NOT NULL,
  job_id UUID NOT NULL,
  finished_at TIMESTAMP WITH TIME ZONE,
  account_id UUID,
  actor_label TEXT NOT NULL,
  CONSTRAINT pk_key_figure_file PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_key_figure_file_state CHECK (state IN ('reading', 'taken', 'refused')),
  CONSTRAINT ck_key_figure_file_filename CHECK (length(filename) BETWEEN 1 AND 150),
  CONSTRAINT ck_key_figure_file_kept_until_read CHECK ((state = 'reading') = (document_id IS NOT NULL) AND (document_id IS NULL) = (finished_at IS NOT NULL)),
  CONSTRAINT fk_key_figure_file_distribution FOREIGN KEY(tenant_id, distribution_id) REFERENCES distribution (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT fk_key_figure_file_document FOREIGN KEY(tenant_id, document_id) REFERENCES document (tenant_id, id),
  CONSTRAINT uq_key_figure_file_distribution UNIQUE (tenant_id, distribution_id),
  CONSTRAINT fk_key_figure_file_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_key_figure_file_id UNIQUE (id)
);

CREATE INDEX ix_key_figure_file_document ON key_figure_file (tenant_id, document_id) WHERE document_id IS NOT NULL;

ALTER TABLE key_figure_file ENABLE ROW LEVEL SECURITY;

ALTER TABLE key_figure_file FORCE ROW LEVEL SECURITY;

ALTER TABLE key_figure_file ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON key_figure_file TO kimhub_app;

CREATE POLICY key_figure_file_read ON key_figure_file FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, distribution_id, distribution_version, document_id, filename, state, problems, job_id, finished_at, account_id, actor_label) ON key_figure_file TO kimhub_app;

CREATE POLICY key_figure_file_insert ON key_figure_file FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (state, problems, document_id, finished_at) ON key_figure_file TO kimhub_app;

CREATE POLICY key_figure_file_update ON key_figure_file FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON key_figure_file TO kimhub_app;

CREATE POLICY key_figure_file_delete ON key_figure_file FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE CONSTRAINT TRIGGER key_figure_file_audit AFTER INSERT OR UPDATE OR DELETE ON key_figure_file DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id')
"""

DOWN = r"""
DROP TABLE key_figure_file;
DROP TABLE distributed_allocation;
DROP TABLE distribution
"""


def upgrade() -> None:
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

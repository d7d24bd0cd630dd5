"""What has no state of its own: follow-ups, and lines of Heute that are put off.

Revision 0020, after 0019.
"""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE deferral (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject_id UUID NOT NULL,
  until DATE NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  actor_label TEXT NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  ended_by TEXT DEFAULT '' NOT NULL,
  CONSTRAINT pk_deferral PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_deferral_line CHECK (source <> '' AND kind <> ''),
  CONSTRAINT ck_deferral_reason CHECK (length(reason) <= 200),
  CONSTRAINT ck_deferral_ended CHECK (ended_at IS NOT NULL OR ended_by = ''),
  CONSTRAINT fk_deferral_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_deferral_id UNIQUE (id)
);

CREATE INDEX ix_deferral_day ON deferral (tenant_id, until, id);

CREATE UNIQUE INDEX uq_deferral_line ON deferral (tenant_id, source, kind, subject_id) WHERE ended_at IS NULL;

ALTER TABLE deferral ENABLE ROW LEVEL SECURITY;

ALTER TABLE deferral FORCE ROW LEVEL SECURITY;

ALTER TABLE deferral ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON deferral TO kimhub_app;

CREATE POLICY deferral_read ON deferral FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, source, kind, subject_id, until, reason, actor_label, ended_at, ended_by) ON deferral TO kimhub_app;

CREATE POLICY deferral_insert ON deferral FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (ended_at, ended_by) ON deferral TO kimhub_app;

CREATE POLICY deferral_update ON deferral FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER deferral_audit AFTER INSERT OR UPDATE OR DELETE ON deferral DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE follow_up (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  about TEXT DEFAULT '' NOT NULL,
  due_on DATE NOT NULL,
  role TEXT,
  account_id UUID,
  actor_label TEXT NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  ended_by TEXT DEFAULT '' NOT NULL,
  CONSTRAINT pk_follow_up PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_follow_up_kind CHECK (kind IN ('reminder', 'promised', 'promise')),
  CONSTRAINT ck_follow_up_role CHECK (role IN ('ki_coordinator', 'officer', 'committee_office', 'authority', 'administrator')),
  CONSTRAINT ck_follow_up_title CHECK (length(title) BETWEEN 1 AND 200),
  CONSTRAINT ck_follow_up_about CHECK (length(about) <= 200),
  CONSTRAINT ck_follow_up_whose CHECK ((role IS NULL) <> (account_id IS NULL)),
  CONSTRAINT ck_follow_up_ended CHECK (ended_at IS NOT NULL OR ended_by = ''),
  CONSTRAINT fk_follow_up_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_follow_up_id UNIQUE (id),
  CONSTRAINT fk_follow_up_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_follow_up_day ON follow_up (tenant_id, due_on, id);

CREATE INDEX ix_follow_up_open ON follow_up (tenant_id, due_on, id) WHERE ended_at IS NULL;

ALTER TABLE follow_up ENABLE ROW LEVEL SECURITY;

ALTER TABLE follow_up FORCE ROW LEVEL SECURITY;

ALTER TABLE follow_up ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON follow_up TO kimhub_app;

CREATE POLICY follow_up_read ON follow_up FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, kind, title, about, due_on, role, account_id, actor_label, ended_at, ended_by) ON follow_up TO kimhub_app;

CREATE POLICY follow_up_insert ON follow_up FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (kind, title, about, due_on, ended_at, ended_by) ON follow_up TO kimhub_app;

CREATE POLICY follow_up_update ON follow_up FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER follow_up_audit AFTER INSERT OR UPDATE OR DELETE ON follow_up DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE follow_up_day (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  follow_up_id UUID NOT NULL,
  due_on DATE NOT NULL,
  actor_label TEXT NOT NULL,
  CONSTRAINT pk_follow_up_day PRIMARY KEY (tenant_id, id),
  CONSTRAINT fk_follow_up_day_follow_up FOREIGN KEY(tenant_id, follow_up_id) REFERENCES follow_up (tenant_id, id),
  CONSTRAINT fk_follow_up_day_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_follow_up_day_id UNIQUE (id)
);

CREATE INDEX ix_follow_up_day_of ON follow_up_day (tenant_id, follow_up_id, created_at, id);

ALTER TABLE follow_up_day ENABLE ROW LEVEL SECURITY;

ALTER TABLE follow_up_day FORCE ROW LEVEL SECURITY;

ALTER TABLE follow_up_day ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON follow_up_day TO kimhub_app;

CREATE POLICY follow_up_day_read ON follow_up_day FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, follow_up_id, due_on, actor_label) ON follow_up_day TO kimhub_app;

CREATE POLICY follow_up_day_insert ON follow_up_day FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER follow_up_day_audit AFTER INSERT OR UPDATE OR DELETE ON follow_up_day DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id')
"""

DOWN = r"""
DROP TABLE follow_up_day;
DROP TABLE follow_up;
DROP TABLE deferral
"""


def upgrade() -> None:
    """Create the tables."""
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

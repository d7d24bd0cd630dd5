"""Releases: what a Kreis lets its Gemeinden read, frozen; who reads it; what concerns single Gemeinden.

Revision 0021, after 0020.
"""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE release (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  kind TEXT NOT NULL,
  subject_id UUID NOT NULL,
  application_id UUID,
  plan_id UUID,
  source_title TEXT NOT NULL,
  source_version INTEGER NOT NULL,
  source_reference TEXT DEFAULT '' NOT NULL,
  submitted_on DATE,
  as_of DATE NOT NULL,
  content JSONB NOT NULL,
  to_gemeinden BOOLEAN NOT NULL,
  released_at TIMESTAMP WITH TIME ZONE NOT NULL,
  actor_label TEXT NOT NULL,
  CONSTRAINT pk_release PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_release_kind CHECK (kind IN ('participants', 'involvement', 'plan')),
  CONSTRAINT ck_release_plan CHECK ((kind = 'plan') = (plan_id IS NOT NULL)),
  CONSTRAINT ck_release_application CHECK ((kind <> 'plan') = (application_id IS NOT NULL)),
  CONSTRAINT ck_release_content CHECK (jsonb_typeof(content) = 'object'),
  CONSTRAINT fk_release_application FOREIGN KEY(tenant_id, application_id) REFERENCES grant_application (tenant_id, id),
  CONSTRAINT fk_release_plan FOREIGN KEY(tenant_id, plan_id) REFERENCES financing_plan (tenant_id, id),
  CONSTRAINT uq_release_released UNIQUE (tenant_id, id, released_at, kind, subject_id),
  CONSTRAINT fk_release_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_release_id UNIQUE (id)
);

CREATE INDEX ix_release_list ON release (tenant_id, released_at, id);

CREATE INDEX ix_release_rule ON release (tenant_id, id) WHERE to_gemeinden;

ALTER TABLE release ENABLE ROW LEVEL SECURITY;

ALTER TABLE release FORCE ROW LEVEL SECURITY;

ALTER TABLE release ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON release TO kimhub_app;

GRANT INSERT (tenant_id, id, kind, subject_id, application_id, plan_id, source_title, source_version, source_reference, submitted_on, as_of, content, to_gemeinden, released_at, actor_label) ON release TO kimhub_app;

CREATE POLICY release_insert ON release FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER release_audit AFTER INSERT OR UPDATE OR DELETE ON release DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE release_portion (
  tenant_id INTEGER NOT NULL,
  release_id UUID NOT NULL,
  ags TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  content JSONB NOT NULL,
  CONSTRAINT pk_release_portion PRIMARY KEY (tenant_id, release_id, ags),
  CONSTRAINT fk_release_portion_release FOREIGN KEY(tenant_id, release_id) REFERENCES release (tenant_id, id),
  CONSTRAINT ck_release_portion_content CHECK (jsonb_typeof(content) = 'object'),
  CONSTRAINT fk_release_portion_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT fk_release_portion_ags FOREIGN KEY(ags) REFERENCES register_entry (ags)
);

ALTER TABLE release_portion ENABLE ROW LEVEL SECURITY;

ALTER TABLE release_portion FORCE ROW LEVEL SECURITY;

ALTER TABLE release_portion ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON release_portion TO kimhub_app;

CREATE POLICY release_portion_read ON release_portion FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, release_id, ags, content) ON release_portion TO kimhub_app;

CREATE POLICY release_portion_insert ON release_portion FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER release_portion_audit AFTER INSERT OR UPDATE OR DELETE ON release_portion DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE release_recipient (
  tenant_id INTEGER NOT NULL,
  release_id UUID NOT NULL,
  recipient_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject_id UUID NOT NULL,
  content JSONB DEFAULT '{}' NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  released_at TIMESTAMP WITH TIME ZONE NOT NULL,
  withdrawn_at TIMESTAMP WITH TIME ZONE,
  withdrawal TEXT DEFAULT '' NOT NULL,
  shared_with INTEGER GENERATED ALWAYS AS (CASE WHEN withdrawn_at IS NULL THEN recipient_id END) STORED,
  CONSTRAINT pk_release_recipient PRIMARY KEY (tenant_id, release_id, recipient_id),
  CONSTRAINT fk_release_recipient_released FOREIGN KEY(tenant_id, release_id, released_at, kind, subject_id) REFERENCES release (tenant_id, id, released_at, kind, subject_id),
  CONSTRAINT ck_release_recipient_withdrawal CHECK ((withdrawn_at IS NULL) = (withdrawal = '')),
  CONSTRAINT ck_release_recipient_withdrawal_length CHECK (length(withdrawal) <= 1000),
  CONSTRAINT ck_release_recipient_content CHECK (jsonb_typeof(content) = 'object'),
  CONSTRAINT fk_release_recipient_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT fk_release_recipient_recipient_id FOREIGN KEY(recipient_id) REFERENCES tenant (id)
);

CREATE INDEX ix_release_recipient_newer ON release_recipient (shared_with, subject_id, kind, released_at);

CREATE INDEX ix_release_recipient_received ON release_recipient (shared_with, released_at, release_id) INCLUDE (tenant_id);

ALTER TABLE release_recipient ENABLE ROW LEVEL SECURITY;

ALTER TABLE release_recipient FORCE ROW LEVEL SECURITY;

ALTER TABLE release_recipient ALTER COLUMN tenant_id SET (n_distinct = -0.001);

ALTER TABLE release_recipient ALTER COLUMN shared_with SET (n_distinct = -0.001);

GRANT SELECT ON release_recipient TO kimhub_app;

CREATE POLICY release_recipient_read ON release_recipient FOR SELECT TO kimhub_app USING (coalesce(tenant_id = (SELECT app.tenant()) OR shared_with = (SELECT app.tenant()), false));

GRANT INSERT (tenant_id, release_id, recipient_id, kind, subject_id, content, released_at) ON release_recipient TO kimhub_app;

CREATE POLICY release_recipient_insert ON release_recipient FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (withdrawn_at, withdrawal) ON release_recipient TO kimhub_app;

CREATE POLICY release_recipient_update ON release_recipient FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (withdrawn_at IS NULL)) WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER release_recipient_audit AFTER INSERT OR UPDATE OR DELETE ON release_recipient DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE POLICY release_read ON release FOR SELECT TO kimhub_app USING (coalesce(tenant_id = (SELECT app.tenant()) OR (SELECT true FROM release_recipient AS r WHERE r.tenant_id = release.tenant_id AND r.release_id = release.id AND r.recipient_id = (SELECT app.tenant()) AND r.shared_with = (SELECT app.tenant())), false))
"""

DOWN = r"""
DROP POLICY release_read ON release;
DROP TABLE release_portion;
DROP TABLE release_recipient;
DROP TABLE release
"""


def upgrade() -> None:
    """Create the tables."""
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

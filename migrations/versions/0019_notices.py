"""Notices: one row that many tenants read, who received it, who has taken note.

Revision 0019, after 0018.
"""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE notice (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  subject TEXT NOT NULL,
  text TEXT DEFAULT '' NOT NULL,
  to_own BOOLEAN DEFAULT false NOT NULL,
  to_gemeinden BOOLEAN DEFAULT false NOT NULL,
  named INTEGER[] DEFAULT '{}' NOT NULL,
  committees TEXT[] DEFAULT '{}' NOT NULL,
  figures BOOLEAN DEFAULT false NOT NULL,
  released_at TIMESTAMP WITH TIME ZONE,
  actor_label TEXT DEFAULT '' NOT NULL,
  CONSTRAINT pk_notice PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_notice_subject CHECK (length(subject) BETWEEN 1 AND 200),
  CONSTRAINT ck_notice_text CHECK (length(text) <= 10000),
  CONSTRAINT ck_notice_committees CHECK (committees <@ ARRAY['integrationsausschuss', 'integrationsrat', 'rat', 'kreistag', 'ausschuss', 'bezirksvertretung']),
  CONSTRAINT ck_notice_complete CHECK (released_at IS NULL OR (text <> '' AND actor_label <> '' AND cardinality(named) = 0)),
  CONSTRAINT uq_notice_released UNIQUE (tenant_id, id, released_at),
  CONSTRAINT fk_notice_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_notice_id UNIQUE (id)
);

CREATE INDEX ix_notice_draft ON notice (tenant_id, id) WHERE released_at IS NULL;

CREATE INDEX ix_notice_list ON notice (tenant_id, created_at, id);

CREATE INDEX ix_notice_rule ON notice (tenant_id, id) WHERE to_gemeinden AND released_at IS NOT NULL;

ALTER TABLE notice ENABLE ROW LEVEL SECURITY;

ALTER TABLE notice FORCE ROW LEVEL SECURITY;

ALTER TABLE notice ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON notice TO kimhub_app;

GRANT INSERT (tenant_id, id, subject, text, to_own, to_gemeinden, named, committees, figures, released_at, actor_label) ON notice TO kimhub_app;

CREATE POLICY notice_insert ON notice FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (subject, text, to_own, to_gemeinden, named, committees, figures, released_at, actor_label) ON notice TO kimhub_app;

CREATE POLICY notice_update ON notice FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (released_at IS NULL)) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON notice TO kimhub_app;

CREATE POLICY notice_delete ON notice FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (released_at IS NULL));

CREATE CONSTRAINT TRIGGER notice_audit AFTER INSERT OR UPDATE OR DELETE ON notice DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE notice_recipient (
  tenant_id INTEGER NOT NULL,
  notice_id UUID NOT NULL,
  recipient_id INTEGER NOT NULL,
  passage TEXT DEFAULT '' NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  released_at TIMESTAMP WITH TIME ZONE NOT NULL,
  withdrawn_at TIMESTAMP WITH TIME ZONE,
  withdrawal TEXT DEFAULT '' NOT NULL,
  shared_with INTEGER GENERATED ALWAYS AS (CASE WHEN withdrawn_at IS NULL THEN recipient_id END) STORED,
  CONSTRAINT pk_notice_recipient PRIMARY KEY (tenant_id, notice_id, recipient_id),
  CONSTRAINT fk_notice_recipient_released FOREIGN KEY(tenant_id, notice_id, released_at) REFERENCES notice (tenant_id, id, released_at),
  CONSTRAINT ck_notice_recipient_withdrawal CHECK ((withdrawn_at IS NULL) = (withdrawal = '')),
  CONSTRAINT ck_notice_recipient_withdrawal_length CHECK (length(withdrawal) <= 1000),
  CONSTRAINT ck_notice_recipient_passage CHECK (length(passage) <= 10000),
  CONSTRAINT fk_notice_recipient_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT fk_notice_recipient_recipient_id FOREIGN KEY(recipient_id) REFERENCES tenant (id)
);

CREATE INDEX ix_notice_recipient_received ON notice_recipient (shared_with, released_at, notice_id) INCLUDE (tenant_id);

ALTER TABLE notice_recipient ENABLE ROW LEVEL SECURITY;

ALTER TABLE notice_recipient FORCE ROW LEVEL SECURITY;

ALTER TABLE notice_recipient ALTER COLUMN tenant_id SET (n_distinct = -0.001);

ALTER TABLE notice_recipient ALTER COLUMN shared_with SET (n_distinct = -0.001);

GRANT SELECT ON notice_recipient TO kimhub_app;

CREATE POLICY notice_recipient_read ON notice_recipient FOR SELECT TO kimhub_app USING (coalesce(tenant_id = (SELECT app.tenant()) OR shared_with = (SELECT app.tenant()), false));

GRANT INSERT (tenant_id, notice_id, recipient_id, passage, released_at) ON notice_recipient TO kimhub_app;

CREATE POLICY notice_recipient_insert ON notice_recipient FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (withdrawn_at, withdrawal) ON notice_recipient TO kimhub_app;

CREATE POLICY notice_recipient_update ON notice_recipient FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (withdrawn_at IS NULL)) WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER notice_recipient_audit AFTER INSERT OR UPDATE OR DELETE ON notice_recipient DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE notice_acknowledgement (
  tenant_id INTEGER NOT NULL,
  notice_id UUID NOT NULL,
  account_id UUID NOT NULL,
  owner_id INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_notice_acknowledgement PRIMARY KEY (tenant_id, notice_id, account_id),
  CONSTRAINT fk_notice_acknowledgement_received FOREIGN KEY(owner_id, notice_id, tenant_id) REFERENCES notice_recipient (tenant_id, notice_id, recipient_id),
  CONSTRAINT fk_notice_acknowledgement_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT fk_notice_acknowledgement_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

ALTER TABLE notice_acknowledgement ENABLE ROW LEVEL SECURITY;

ALTER TABLE notice_acknowledgement FORCE ROW LEVEL SECURITY;

ALTER TABLE notice_acknowledgement ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON notice_acknowledgement TO kimhub_app;

CREATE POLICY notice_acknowledgement_read ON notice_acknowledgement FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, notice_id, account_id, owner_id) ON notice_acknowledgement TO kimhub_app;

CREATE POLICY notice_acknowledgement_insert ON notice_acknowledgement FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER notice_acknowledgement_audit AFTER INSERT OR UPDATE OR DELETE ON notice_acknowledgement DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE notice_tally (
  tenant_id INTEGER NOT NULL,
  notice_id UUID NOT NULL,
  owner_id INTEGER NOT NULL,
  acknowledged INTEGER NOT NULL,
  told INTEGER NOT NULL,
  shared_with INTEGER GENERATED ALWAYS AS (owner_id) STORED NOT NULL,
  CONSTRAINT pk_notice_tally PRIMARY KEY (tenant_id, notice_id),
  CONSTRAINT fk_notice_tally_received FOREIGN KEY(owner_id, notice_id, tenant_id) REFERENCES notice_recipient (tenant_id, notice_id, recipient_id),
  CONSTRAINT ck_notice_tally_acknowledged CHECK (acknowledged BETWEEN 1 AND told),
  CONSTRAINT fk_notice_tally_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id)
);

CREATE INDEX ix_notice_tally_given ON notice_tally (shared_with, notice_id);

ALTER TABLE notice_tally ENABLE ROW LEVEL SECURITY;

ALTER TABLE notice_tally FORCE ROW LEVEL SECURITY;

ALTER TABLE notice_tally ALTER COLUMN tenant_id SET (n_distinct = -0.001);

ALTER TABLE notice_tally ALTER COLUMN shared_with SET (n_distinct = -0.001);

GRANT SELECT ON notice_tally TO kimhub_app;

CREATE POLICY notice_tally_read ON notice_tally FOR SELECT TO kimhub_app USING (coalesce(tenant_id = (SELECT app.tenant()) OR shared_with = (SELECT app.tenant()), false));

GRANT INSERT (tenant_id, notice_id, owner_id, acknowledged, told) ON notice_tally TO kimhub_app;

CREATE POLICY notice_tally_insert ON notice_tally FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (acknowledged, told) ON notice_tally TO kimhub_app;

CREATE POLICY notice_tally_update ON notice_tally FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE TRIGGER notice_tally_stays_shared AFTER UPDATE ON notice_tally FOR EACH ROW WHEN (OLD.shared_with IS NOT NULL AND NEW.shared_with IS DISTINCT FROM OLD.shared_with) EXECUTE FUNCTION app.stays_shared();

CREATE POLICY notice_read ON notice FOR SELECT TO kimhub_app USING (coalesce(tenant_id = (SELECT app.tenant()) OR (SELECT true FROM notice_recipient AS r WHERE r.tenant_id = notice.tenant_id AND r.notice_id = notice.id AND r.recipient_id = (SELECT app.tenant()) AND r.shared_with = (SELECT app.tenant())), false));

CREATE FUNCTION app.notice_acknowledged() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM notice_recipient AS r
    WHERE r.tenant_id = NEW.owner_id AND r.notice_id = NEW.notice_id AND r.recipient_id = NEW.tenant_id
      AND r.shared_with = NEW.tenant_id
  ) THEN
    RAISE EXCEPTION 'not shared with %', NEW.tenant_id USING ERRCODE = 'check_violation', CONSTRAINT = 'notice_acknowledged';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER notice_acknowledged AFTER INSERT ON notice_acknowledgement FOR EACH ROW EXECUTE FUNCTION app.notice_acknowledged()
"""

DOWN = r"""
DROP POLICY notice_read ON notice;
DROP TABLE notice_tally;
DROP TABLE notice_acknowledgement;
DROP FUNCTION app.notice_acknowledged();
DROP TABLE notice_recipient;
DROP TABLE notice
"""


def upgrade() -> None:
    """Create the tables and the function."""
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

"""Events, and what tenants and their people are told of them.

Revision 0016, after 0015.
"""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE event (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  concerns INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject_id UUID NOT NULL,
  about TEXT NOT NULL,
  act_id UUID NOT NULL,
  revokes BOOLEAN DEFAULT 'false' NOT NULL,
  account_id UUID,
  actor_label TEXT NOT NULL,
  rung_at TIMESTAMP WITH TIME ZONE,
  shared_with INTEGER GENERATED ALWAYS AS (concerns) STORED NOT NULL,
  CONSTRAINT pk_event PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_event_kind CHECK (kind ~ '^[a-z_]+\.[a-z_]+$'),
  CONSTRAINT ck_event_about CHECK (length(about) <= 300),
  CONSTRAINT uq_event_concerned UNIQUE (id, shared_with),
  CONSTRAINT fk_event_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_event_id UNIQUE (id),
  CONSTRAINT fk_event_concerns FOREIGN KEY(concerns) REFERENCES tenant (id)
);

CREATE INDEX ix_event_concerned ON event (shared_with, created_at, id);

CREATE INDEX ix_event_revoking ON event (shared_with, subject_id) WHERE revokes;

CREATE INDEX ix_event_told ON event (tenant_id, concerns, kind);

CREATE INDEX ix_event_not_rung ON event (concerns, id) WHERE rung_at IS NULL;

ALTER TABLE event ENABLE ROW LEVEL SECURITY;

ALTER TABLE event FORCE ROW LEVEL SECURITY;

ALTER TABLE event ALTER COLUMN tenant_id SET (n_distinct = -0.001);

ALTER TABLE event ALTER COLUMN shared_with SET (n_distinct = -0.001);

GRANT SELECT ON event TO kimhub_app;

CREATE POLICY event_read ON event FOR SELECT TO kimhub_app USING (coalesce(tenant_id = (SELECT app.tenant()) OR shared_with = (SELECT app.tenant()), false));

GRANT INSERT (tenant_id, id, concerns, kind, subject_id, about, act_id, revokes, account_id, actor_label) ON event TO kimhub_app;

CREATE POLICY event_insert ON event FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT SELECT (tenant_id, id, concerns, rung_at) ON event TO kimhub_relay;

CREATE POLICY event_kimhub_relay_select ON event FOR SELECT TO kimhub_relay USING (true);

GRANT UPDATE (rung_at) ON event TO kimhub_relay;

CREATE POLICY event_kimhub_relay_update ON event FOR UPDATE TO kimhub_relay USING (true) WITH CHECK (true);

CREATE TABLE receipt (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  people INTEGER DEFAULT '0' NOT NULL,
  taken_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_receipt PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_receipt_people CHECK (people >= 0),
  CONSTRAINT fk_receipt_event FOREIGN KEY(id, tenant_id) REFERENCES event (id, shared_with),
  CONSTRAINT fk_receipt_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_receipt_id UNIQUE (id)
);

CREATE INDEX ix_receipt_list ON receipt (tenant_id, created_at, id);

CREATE INDEX ix_receipt_nobody ON receipt (tenant_id, created_at, id) WHERE people = 0;

ALTER TABLE receipt ENABLE ROW LEVEL SECURITY;

ALTER TABLE receipt FORCE ROW LEVEL SECURITY;

ALTER TABLE receipt ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON receipt TO kimhub_app;

CREATE POLICY receipt_read ON receipt FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, people, taken_at) ON receipt TO kimhub_app;

CREATE POLICY receipt_insert ON receipt FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (people, taken_at) ON receipt TO kimhub_app;

CREATE POLICY receipt_update ON receipt FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE TABLE delivery (
  tenant_id INTEGER NOT NULL,
  event_id UUID NOT NULL,
  account_id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  reason TEXT NOT NULL,
  mail_id UUID,
  mail_due_at TIMESTAMP WITH TIME ZONE,
  read_at TIMESTAMP WITH TIME ZONE,
  unread BOOLEAN GENERATED ALWAYS AS (read_at IS NULL) STORED NOT NULL,
  CONSTRAINT pk_delivery PRIMARY KEY (tenant_id, event_id, account_id),
  CONSTRAINT ck_delivery_reason CHECK (reason IN ('asked', 'ki_coordinator', 'officer', 'committee_member', 'committee_office', 'authority', 'administrator', 'auditor')),
  CONSTRAINT fk_delivery_receipt FOREIGN KEY(tenant_id, event_id) REFERENCES receipt (tenant_id, id),
  CONSTRAINT fk_delivery_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT fk_delivery_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_delivery_inbox ON delivery (tenant_id, account_id, unread, created_at, event_id);

CREATE INDEX ix_delivery_mail_due ON delivery (tenant_id, account_id, mail_due_at) WHERE mail_due_at IS NOT NULL;

ALTER TABLE delivery ENABLE ROW LEVEL SECURITY;

ALTER TABLE delivery FORCE ROW LEVEL SECURITY;

ALTER TABLE delivery ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON delivery TO kimhub_app;

CREATE POLICY delivery_read ON delivery FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, event_id, account_id, reason, mail_id, mail_due_at, read_at) ON delivery TO kimhub_app;

CREATE POLICY delivery_insert ON delivery FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (read_at, mail_id, mail_due_at) ON delivery TO kimhub_app;

CREATE POLICY delivery_update ON delivery FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT SELECT (tenant_id, account_id, unread) ON delivery TO kimhub_gate;

CREATE POLICY delivery_kimhub_gate_select ON delivery FOR SELECT TO kimhub_gate USING (true);

ALTER TABLE delivery ALTER COLUMN account_id SET (n_distinct = -0.001);

CREATE STATISTICS delivery_person (dependencies) ON tenant_id, account_id FROM delivery;

CREATE TABLE mail_setting (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  account_id UUID NOT NULL,
  rhythm TEXT NOT NULL,
  CONSTRAINT pk_mail_setting PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_mail_setting_rhythm CHECK (rhythm IN ('at_once', 'daily', 'weekly')),
  CONSTRAINT uq_mail_setting_tenant_id_account_id UNIQUE (tenant_id, account_id),
  CONSTRAINT fk_mail_setting_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_mail_setting_id UNIQUE (id),
  CONSTRAINT fk_mail_setting_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

ALTER TABLE mail_setting ENABLE ROW LEVEL SECURITY;

ALTER TABLE mail_setting FORCE ROW LEVEL SECURITY;

ALTER TABLE mail_setting ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON mail_setting TO kimhub_app;

CREATE POLICY mail_setting_read ON mail_setting FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, account_id, rhythm) ON mail_setting TO kimhub_app;

CREATE POLICY mail_setting_insert ON mail_setting FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (rhythm) ON mail_setting TO kimhub_app;

CREATE POLICY mail_setting_update ON mail_setting FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER mail_setting_audit AFTER INSERT OR UPDATE OR DELETE ON mail_setting DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

SET LOCAL ROLE kimhub_gate;

CREATE FUNCTION app.inbox_unread(account uuid, tenant integer) RETURNS integer
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT count(*)::integer FROM (
    SELECT FROM delivery AS d
    WHERE d.tenant_id = tenant AND d.account_id = account AND d.unread LIMIT 100
  ) AS lines
$$;

RESET ROLE
"""

DOWN = r"""
SET LOCAL ROLE kimhub_gate;
DROP FUNCTION app.inbox_unread(uuid, integer);
RESET ROLE;
DROP TABLE mail_setting;
DROP TABLE delivery;
DROP TABLE receipt;
DROP TABLE event
"""


def upgrade() -> None:
    """Create the tables and the function."""
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

"""How a body is reached: its offices, what went to their Funktionspostfach, who stands in for whom.

Revision 0017, after 0016.
"""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE deputation (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  account_id UUID NOT NULL,
  account_name TEXT NOT NULL,
  deputy_id UUID NOT NULL,
  deputy_name TEXT NOT NULL,
  starts_on DATE NOT NULL,
  ends_on DATE NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_deputation PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_deputation_another CHECK (deputy_id <> account_id),
  CONSTRAINT ck_deputation_period CHECK (ends_on >= starts_on),
  CONSTRAINT fk_deputation_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_deputation_id UNIQUE (id),
  CONSTRAINT fk_deputation_account_id FOREIGN KEY(account_id) REFERENCES account (id),
  CONSTRAINT fk_deputation_deputy_id FOREIGN KEY(deputy_id) REFERENCES account (id)
);

ALTER TABLE deputation ENABLE ROW LEVEL SECURITY;

ALTER TABLE deputation FORCE ROW LEVEL SECURITY;

ALTER TABLE deputation ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON deputation TO kimhub_app;

CREATE POLICY deputation_read ON deputation FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, account_id, account_name, deputy_id, deputy_name, starts_on, ends_on, ended_at) ON deputation TO kimhub_app;

CREATE POLICY deputation_insert ON deputation FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (ended_at) ON deputation TO kimhub_app;

CREATE POLICY deputation_update ON deputation FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER deputation_audit AFTER INSERT OR UPDATE OR DELETE ON deputation DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE office (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  role TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT NOT NULL,
  CONSTRAINT pk_office PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_office_role CHECK (role IN ('ki_coordinator', 'officer', 'authority')),
  CONSTRAINT ck_office_name CHECK (length(name) BETWEEN 1 AND 200),
  CONSTRAINT ck_office_reachable CHECK (email <> '' OR phone <> ''),
  CONSTRAINT uq_office_tenant_id_role UNIQUE (tenant_id, role),
  CONSTRAINT fk_office_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_office_id UNIQUE (id)
);

ALTER TABLE office ENABLE ROW LEVEL SECURITY;

ALTER TABLE office FORCE ROW LEVEL SECURITY;

ALTER TABLE office ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON office TO kimhub_app;

CREATE POLICY office_read ON office FOR SELECT TO kimhub_app USING ((SELECT app.tenant()) IS NOT NULL);

GRANT INSERT (tenant_id, id, role, name, email, phone) ON office TO kimhub_app;

CREATE POLICY office_insert ON office FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (name, email, phone) ON office TO kimhub_app;

CREATE POLICY office_update ON office FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON office TO kimhub_app;

CREATE POLICY office_delete ON office FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE CONSTRAINT TRIGGER office_audit AFTER INSERT OR UPDATE OR DELETE ON office DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE office_notice (
  tenant_id INTEGER NOT NULL,
  event_id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  role TEXT NOT NULL,
  mail_id UUID NOT NULL,
  CONSTRAINT pk_office_notice PRIMARY KEY (tenant_id, event_id),
  CONSTRAINT ck_office_notice_role CHECK (role IN ('ki_coordinator', 'officer', 'authority')),
  CONSTRAINT fk_office_notice_receipt FOREIGN KEY(tenant_id, event_id) REFERENCES receipt (tenant_id, id),
  CONSTRAINT fk_office_notice_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id)
);

ALTER TABLE office_notice ENABLE ROW LEVEL SECURITY;

ALTER TABLE office_notice FORCE ROW LEVEL SECURITY;

ALTER TABLE office_notice ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON office_notice TO kimhub_app;

CREATE POLICY office_notice_read ON office_notice FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, event_id, role, mail_id) ON office_notice TO kimhub_app;

CREATE POLICY office_notice_insert ON office_notice FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

ALTER TABLE delivery ADD COLUMN deputation_id UUID,
  DROP CONSTRAINT ck_delivery_reason,
  ADD CONSTRAINT ck_delivery_reason CHECK (reason IN ('asked', 'deputy', 'ki_coordinator', 'officer', 'committee_member', 'committee_office', 'authority', 'administrator', 'auditor')),
  ADD CONSTRAINT ck_delivery_deputation CHECK ((reason = 'deputy') = (deputation_id IS NOT NULL)),
  ADD CONSTRAINT fk_delivery_deputation FOREIGN KEY(tenant_id, deputation_id) REFERENCES deputation (tenant_id, id);

GRANT INSERT (deputation_id) ON delivery TO kimhub_app;

SET LOCAL ROLE kimhub_gate;

CREATE FUNCTION app.members_disabled() RETURNS SETOF uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT m.account_id FROM membership AS m JOIN account AS a ON a.id = m.account_id
  WHERE m.tenant_id = (SELECT app.tenant()) AND m.ended_at IS NULL AND m.accepted_at IS NOT NULL
    AND a.disabled_at IS NOT NULL
$$;

GRANT EXECUTE ON FUNCTION app.members_disabled() TO kimhub_app;

RESET ROLE
"""

DOWN = r"""
SET LOCAL ROLE kimhub_gate;
DROP FUNCTION app.members_disabled();
RESET ROLE;
ALTER TABLE delivery NO FORCE ROW LEVEL SECURITY;
DELETE FROM delivery WHERE reason = 'deputy';
ALTER TABLE delivery FORCE ROW LEVEL SECURITY;
ALTER TABLE delivery DROP CONSTRAINT ck_delivery_reason, DROP COLUMN deputation_id,
  ADD CONSTRAINT ck_delivery_reason CHECK (reason IN ('asked', 'ki_coordinator', 'officer', 'committee_member', 'committee_office', 'authority', 'administrator', 'auditor'));
DROP TABLE deputation;
DROP TABLE office_notice;
DROP TABLE office
"""


def upgrade() -> None:
    """Create the tables and the function."""
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

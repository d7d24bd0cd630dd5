"""On paper: letters that ask for a confirmation, and confirmations that came on paper.

Revision 0018, after 0017.
"""

from __future__ import annotations

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE letter_file (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  letters INTEGER NOT NULL,
  frozen TEXT NOT NULL,
  job_id UUID NOT NULL,
  document_id UUID,
  account_id UUID,
  actor_label TEXT NOT NULL,
  CONSTRAINT pk_letter_file PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_letter_file_letters CHECK (letters > 0),
  CONSTRAINT ck_letter_file_frozen CHECK (frozen <> ''),
  CONSTRAINT fk_letter_file_document FOREIGN KEY(tenant_id, document_id) REFERENCES document (tenant_id, id),
  CONSTRAINT uq_letter_file_tenant_id_job_id UNIQUE (tenant_id, job_id),
  CONSTRAINT fk_letter_file_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_letter_file_id UNIQUE (id)
);

ALTER TABLE letter_file ENABLE ROW LEVEL SECURITY;

ALTER TABLE letter_file FORCE ROW LEVEL SECURITY;

ALTER TABLE letter_file ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON letter_file TO kimhub_app;

CREATE POLICY letter_file_read ON letter_file FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, letters, frozen, job_id, document_id, account_id, actor_label) ON letter_file TO kimhub_app;

CREATE POLICY letter_file_insert ON letter_file FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (document_id) ON letter_file TO kimhub_app;

CREATE POLICY letter_file_update ON letter_file FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER letter_file_audit AFTER INSERT OR UPDATE OR DELETE ON letter_file DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id', 'frozen');

CREATE TABLE letter (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  letter_file_id UUID NOT NULL,
  allocation_id UUID NOT NULL,
  number INTEGER NOT NULL,
  CONSTRAINT pk_letter PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_letter_number CHECK (number > 0),
  CONSTRAINT fk_letter_letter_file FOREIGN KEY(tenant_id, letter_file_id) REFERENCES letter_file (tenant_id, id),
  CONSTRAINT fk_letter_allocation FOREIGN KEY(tenant_id, allocation_id) REFERENCES allocation (tenant_id, id),
  CONSTRAINT uq_letter_once UNIQUE (tenant_id, letter_file_id, allocation_id),
  CONSTRAINT fk_letter_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_letter_id UNIQUE (id)
);

CREATE INDEX ix_letter_allocation ON letter (tenant_id, allocation_id, created_at);

ALTER TABLE letter ENABLE ROW LEVEL SECURITY;

ALTER TABLE letter FORCE ROW LEVEL SECURITY;

ALTER TABLE letter ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON letter TO kimhub_app;

CREATE POLICY letter_read ON letter FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, letter_file_id, allocation_id, number) ON letter TO kimhub_app;

CREATE POLICY letter_insert ON letter FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER letter_audit AFTER INSERT OR UPDATE OR DELETE ON letter DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE paper_confirmation (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  allocation_id UUID NOT NULL,
  number INTEGER NOT NULL,
  confirmed_on DATE NOT NULL,
  account_id UUID,
  actor_label TEXT NOT NULL,
  CONSTRAINT pk_paper_confirmation PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_paper_confirmation_number CHECK (number > 0),
  CONSTRAINT fk_paper_confirmation_allocation FOREIGN KEY(tenant_id, allocation_id) REFERENCES allocation (tenant_id, id),
  CONSTRAINT uq_paper_confirmation_version UNIQUE (tenant_id, allocation_id, number),
  CONSTRAINT fk_paper_confirmation_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_paper_confirmation_id UNIQUE (id)
);

ALTER TABLE paper_confirmation ENABLE ROW LEVEL SECURITY;

ALTER TABLE paper_confirmation FORCE ROW LEVEL SECURITY;

ALTER TABLE paper_confirmation ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON paper_confirmation TO kimhub_app;

CREATE POLICY paper_confirmation_read ON paper_confirmation FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, allocation_id, number, confirmed_on, account_id, actor_label) ON paper_confirmation TO kimhub_app;

CREATE POLICY paper_confirmation_insert ON paper_confirmation FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON paper_confirmation TO kimhub_app;

CREATE POLICY paper_confirmation_delete ON paper_confirmation FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE CONSTRAINT TRIGGER paper_confirmation_audit AFTER INSERT OR UPDATE OR DELETE ON paper_confirmation DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

SET LOCAL ROLE kimhub_gate;

CREATE FUNCTION app.recipients_with_people(roles text[]) RETURNS SETOF integer
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT a.recipient_id FROM allocation AS a
  WHERE a.tenant_id = (SELECT app.tenant()) AND a.issued_at IS NOT NULL AND EXISTS (
    SELECT FROM membership AS m JOIN account AS p ON p.id = m.account_id
    WHERE m.tenant_id = a.recipient_id AND m.role = ANY (roles) AND m.accepted_at IS NOT NULL AND m.ended_at IS NULL
      AND p.disabled_at IS NULL
  )
$$;

GRANT EXECUTE ON FUNCTION app.recipients_with_people(text[]) TO kimhub_app;

RESET ROLE
"""

DOWN = r"""
SET LOCAL ROLE kimhub_gate;
DROP FUNCTION app.recipients_with_people(text[]);
RESET ROLE;
DROP TABLE paper_confirmation;
DROP TABLE letter;
DROP TABLE letter_file
"""


def upgrade() -> None:
    """Create the tables and the function."""
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

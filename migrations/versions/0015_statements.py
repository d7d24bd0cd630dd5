"""What a recipient tells its giver about its spending.

Revision 0015, after 0014.
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE spending_statement (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  allocation_id UUID NOT NULL,
  giver_id INTEGER NOT NULL,
  account_id UUID,
  actor_label TEXT NOT NULL,
  shared_with INTEGER GENERATED ALWAYS AS (giver_id) STORED NOT NULL,
  CONSTRAINT pk_spending_statement PRIMARY KEY (tenant_id, id),
  CONSTRAINT fk_spending_statement_giver FOREIGN KEY(allocation_id, giver_id) REFERENCES allocation (id, tenant_id),
  CONSTRAINT fk_spending_statement_recipient FOREIGN KEY(allocation_id, tenant_id) REFERENCES allocation (id, shared_with),
  CONSTRAINT fk_spending_statement_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_spending_statement_id UNIQUE (id),
  CONSTRAINT fk_spending_statement_giver_id FOREIGN KEY(giver_id) REFERENCES tenant (id)
);

CREATE INDEX ix_spending_statement_own ON spending_statement (tenant_id, allocation_id, created_at, id);

CREATE INDEX ix_spending_statement_shared ON spending_statement (shared_with, allocation_id, created_at, id);

ALTER TABLE spending_statement ENABLE ROW LEVEL SECURITY;

ALTER TABLE spending_statement FORCE ROW LEVEL SECURITY;

ALTER TABLE spending_statement ALTER COLUMN tenant_id SET (n_distinct = -0.001);

ALTER TABLE spending_statement ALTER COLUMN shared_with SET (n_distinct = -0.001);

GRANT SELECT ON spending_statement TO kimhub_app;

CREATE POLICY spending_statement_read ON spending_statement FOR SELECT TO kimhub_app USING (coalesce(tenant_id = (SELECT app.tenant()) OR shared_with = (SELECT app.tenant()), false));

GRANT INSERT (tenant_id, id, allocation_id, giver_id, account_id, actor_label) ON spending_statement TO kimhub_app;

CREATE POLICY spending_statement_insert ON spending_statement FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER spending_statement_audit AFTER INSERT OR UPDATE OR DELETE ON spending_statement DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE spending_statement_item (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  statement_id UUID NOT NULL,
  year INTEGER NOT NULL,
  baustein INTEGER NOT NULL,
  purpose TEXT NOT NULL,
  allocated NUMERIC(14, 2) NOT NULL,
  spent NUMERIC(14, 2) NOT NULL,
  CONSTRAINT pk_spending_statement_item PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_spending_statement_item_year CHECK (year BETWEEN 2017 AND 2099),
  CONSTRAINT ck_spending_statement_item_purpose CHECK ((baustein = 1 AND purpose IN ('begleitausgaben', 'externe_begleitung', 'koordination', 'sachausgaben_koordination', 'sachausgaben_verwaltungsassistenz', 'verwaltungsassistenz')) OR (baustein = 2 AND purpose IN ('case_management')) OR (baustein = 3 AND purpose IN ('baustein_3'))),
  CONSTRAINT ck_spending_statement_item_allocated CHECK (allocated >= 0),
  CONSTRAINT fk_spending_statement_item_statement FOREIGN KEY(tenant_id, statement_id) REFERENCES spending_statement (tenant_id, id),
  CONSTRAINT uq_spending_statement_item_cell UNIQUE (tenant_id, statement_id, year, purpose),
  CONSTRAINT fk_spending_statement_item_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_spending_statement_item_id UNIQUE (id)
);

ALTER TABLE spending_statement_item ENABLE ROW LEVEL SECURITY;

ALTER TABLE spending_statement_item FORCE ROW LEVEL SECURITY;

GRANT SELECT ON spending_statement_item TO kimhub_app;

CREATE POLICY spending_statement_item_read ON spending_statement_item FOR SELECT TO kimhub_app USING (EXISTS (SELECT 1 FROM spending_statement AS parent WHERE parent.id = statement_id));

GRANT INSERT (tenant_id, id, statement_id, year, baustein, purpose, allocated, spent) ON spending_statement_item TO kimhub_app;

CREATE POLICY spending_statement_item_insert ON spending_statement_item FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER spending_statement_item_audit AFTER INSERT OR UPDATE OR DELETE ON spending_statement_item DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id')
"""

DOWN = r"""
DROP TABLE spending_statement_item;

DROP TABLE spending_statement;
"""


def upgrade() -> None:
    """Create the tables."""
    op.execute(UP)


def downgrade() -> None:
    """Drop the tables."""
    op.execute(DOWN)

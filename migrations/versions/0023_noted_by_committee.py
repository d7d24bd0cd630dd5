"""How many members of each committee have taken note of a notice.

Revision 0023, after 0022.
"""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE notice_committee_tally (
  tenant_id INTEGER NOT NULL,
  notice_id UUID NOT NULL,
  committee_id UUID NOT NULL,
  owner_id INTEGER NOT NULL,
  acknowledged INTEGER NOT NULL,
  told INTEGER NOT NULL,
  shared_with INTEGER GENERATED ALWAYS AS (owner_id) STORED NOT NULL,
  CONSTRAINT pk_notice_committee_tally PRIMARY KEY (tenant_id, notice_id, committee_id),
  CONSTRAINT fk_notice_committee_tally_received FOREIGN KEY(owner_id, notice_id, tenant_id) REFERENCES notice_recipient (tenant_id, notice_id, recipient_id),
  CONSTRAINT fk_notice_committee_tally_committee FOREIGN KEY(committee_id) REFERENCES committee (id),
  CONSTRAINT ck_notice_committee_tally_acknowledged CHECK (acknowledged BETWEEN 1 AND told),
  CONSTRAINT fk_notice_committee_tally_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id)
);

CREATE INDEX ix_notice_committee_tally_given ON notice_committee_tally (shared_with, notice_id);

ALTER TABLE notice_committee_tally ENABLE ROW LEVEL SECURITY;

ALTER TABLE notice_committee_tally FORCE ROW LEVEL SECURITY;

ALTER TABLE notice_committee_tally ALTER COLUMN tenant_id SET (n_distinct = -0.001);

ALTER TABLE notice_committee_tally ALTER COLUMN shared_with SET (n_distinct = -0.001);

GRANT SELECT ON notice_committee_tally TO kimhub_app;

CREATE POLICY notice_committee_tally_read ON notice_committee_tally FOR SELECT TO kimhub_app USING (coalesce(tenant_id = (SELECT app.tenant()) OR shared_with = (SELECT app.tenant()), false));

GRANT INSERT (tenant_id, notice_id, committee_id, owner_id, acknowledged, told) ON notice_committee_tally TO kimhub_app;

CREATE POLICY notice_committee_tally_insert ON notice_committee_tally FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (acknowledged, told) ON notice_committee_tally TO kimhub_app;

CREATE POLICY notice_committee_tally_update ON notice_committee_tally FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE TRIGGER notice_committee_tally_stays_shared AFTER UPDATE ON notice_committee_tally FOR EACH ROW WHEN (OLD.shared_with IS NOT NULL AND NEW.shared_with IS DISTINCT FROM OLD.shared_with) EXECUTE FUNCTION app.stays_shared()
"""

DOWN = r"""
DROP TABLE notice_committee_tally
"""


def upgrade() -> None:
    """Create the table."""
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop it."""
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

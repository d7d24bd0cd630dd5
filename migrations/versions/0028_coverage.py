"""What a body says of coverage: rules, what need not be told, what papers were about.

Revision 0028, after 0027.
"""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE coverage_rule (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  lead_id INTEGER NOT NULL,
  committee_id UUID NOT NULL,
  kinds TEXT[] NOT NULL,
  actor_label TEXT NOT NULL,
  CONSTRAINT pk_coverage_rule PRIMARY KEY (tenant_id, id),
  CONSTRAINT fk_coverage_rule_committee FOREIGN KEY(lead_id, committee_id, tenant_id) REFERENCES committee_participant (tenant_id, committee_id, participant_id),
  CONSTRAINT ck_coverage_rule_kinds CHECK (kinds <@ ARRAY['application', 'grant', 'amendment', 'allocation', 'contract', 'allocation_change', 'allocation_end', 'position_request', 'position_decision', 'measure']),
  CONSTRAINT ck_coverage_rule_actor_label CHECK (actor_label <> ''),
  CONSTRAINT fk_coverage_rule_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_coverage_rule_id UNIQUE (id)
);

CREATE INDEX ix_coverage_rule_last ON coverage_rule (tenant_id, committee_id, created_at);

ALTER TABLE coverage_rule ENABLE ROW LEVEL SECURITY;

ALTER TABLE coverage_rule FORCE ROW LEVEL SECURITY;

ALTER TABLE coverage_rule ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON coverage_rule TO kimhub_app;

CREATE POLICY coverage_rule_read ON coverage_rule FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, lead_id, committee_id, kinds, actor_label) ON coverage_rule TO kimhub_app;

CREATE POLICY coverage_rule_insert ON coverage_rule FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER coverage_rule_audit AFTER INSERT OR UPDATE OR DELETE ON coverage_rule DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE coverage_waiver (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  owner_id INTEGER NOT NULL,
  occurrence_id UUID NOT NULL,
  lead_id INTEGER NOT NULL,
  committee_id UUID NOT NULL,
  reason TEXT NOT NULL,
  actor_label TEXT NOT NULL,
  CONSTRAINT pk_coverage_waiver PRIMARY KEY (tenant_id, id),
  CONSTRAINT fk_coverage_waiver_committee FOREIGN KEY(lead_id, committee_id, tenant_id) REFERENCES committee_participant (tenant_id, committee_id, participant_id),
  CONSTRAINT fk_coverage_waiver_line FOREIGN KEY(owner_id, occurrence_id, tenant_id) REFERENCES occurrence_line (tenant_id, occurrence_id, concerns_id),
  CONSTRAINT uq_coverage_waiver UNIQUE (tenant_id, occurrence_id, committee_id),
  CONSTRAINT ck_coverage_waiver_reason CHECK (length(reason) BETWEEN 1 AND 300),
  CONSTRAINT ck_coverage_waiver_actor_label CHECK (actor_label <> ''),
  CONSTRAINT fk_coverage_waiver_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_coverage_waiver_id UNIQUE (id)
);

ALTER TABLE coverage_waiver ENABLE ROW LEVEL SECURITY;

ALTER TABLE coverage_waiver FORCE ROW LEVEL SECURITY;

ALTER TABLE coverage_waiver ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON coverage_waiver TO kimhub_app;

CREATE POLICY coverage_waiver_read ON coverage_waiver FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, owner_id, occurrence_id, lead_id, committee_id, reason, actor_label) ON coverage_waiver TO kimhub_app;

CREATE POLICY coverage_waiver_insert ON coverage_waiver FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (reason) ON coverage_waiver TO kimhub_app;

CREATE POLICY coverage_waiver_update ON coverage_waiver FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON coverage_waiver TO kimhub_app;

CREATE POLICY coverage_waiver_delete ON coverage_waiver FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE CONSTRAINT TRIGGER coverage_waiver_audit AFTER INSERT OR UPDATE OR DELETE ON coverage_waiver DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE paper_topic (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  owner_id INTEGER NOT NULL,
  occurrence_id UUID NOT NULL,
  paper_id UUID NOT NULL,
  actor_label TEXT NOT NULL,
  CONSTRAINT pk_paper_topic PRIMARY KEY (tenant_id, id),
  CONSTRAINT fk_paper_topic_paper FOREIGN KEY(tenant_id, paper_id) REFERENCES paper (tenant_id, id),
  CONSTRAINT fk_paper_topic_line FOREIGN KEY(owner_id, occurrence_id, tenant_id) REFERENCES occurrence_line (tenant_id, occurrence_id, concerns_id),
  CONSTRAINT uq_paper_topic UNIQUE (tenant_id, occurrence_id, paper_id),
  CONSTRAINT ck_paper_topic_actor_label CHECK (actor_label <> ''),
  CONSTRAINT fk_paper_topic_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_paper_topic_id UNIQUE (id)
);

ALTER TABLE paper_topic ENABLE ROW LEVEL SECURITY;

ALTER TABLE paper_topic FORCE ROW LEVEL SECURITY;

ALTER TABLE paper_topic ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON paper_topic TO kimhub_app;

CREATE POLICY paper_topic_read ON paper_topic FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, owner_id, occurrence_id, paper_id, actor_label) ON paper_topic TO kimhub_app;

CREATE POLICY paper_topic_insert ON paper_topic FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (actor_label) ON paper_topic TO kimhub_app;

CREATE POLICY paper_topic_update ON paper_topic FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON paper_topic TO kimhub_app;

CREATE POLICY paper_topic_delete ON paper_topic FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE CONSTRAINT TRIGGER paper_topic_audit AFTER INSERT OR UPDATE OR DELETE ON paper_topic DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id')
"""

DOWN = r"""
DROP TABLE paper_topic;
DROP TABLE coverage_waiver;
DROP TABLE coverage_rule
"""


def upgrade() -> None:
    """Create the tables."""
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

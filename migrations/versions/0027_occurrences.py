"""What happened, whom it concerns, and of what a notice has told.

Revision 0027, after 0026.
"""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE occurrence (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  kind TEXT NOT NULL,
  source_id UUID NOT NULL,
  subject_id UUID NOT NULL,
  about TEXT NOT NULL,
  happened_on DATE NOT NULL,
  revoked_on DATE,
  actor_label TEXT NOT NULL,
  CONSTRAINT pk_occurrence PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_occurrence_kind CHECK (kind IN ('application', 'grant', 'amendment', 'allocation', 'contract', 'allocation_change', 'allocation_end', 'position_request', 'position_decision', 'measure')),
  CONSTRAINT ck_occurrence_about CHECK (length(about) BETWEEN 1 AND 300),
  CONSTRAINT ck_occurrence_revoked CHECK (revoked_on >= happened_on),
  CONSTRAINT uq_occurrence_source UNIQUE (tenant_id, kind, source_id),
  CONSTRAINT uq_occurrence_line UNIQUE (tenant_id, id, kind, happened_on),
  CONSTRAINT fk_occurrence_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_occurrence_id UNIQUE (id)
);

ALTER TABLE occurrence ENABLE ROW LEVEL SECURITY;

ALTER TABLE occurrence FORCE ROW LEVEL SECURITY;

ALTER TABLE occurrence ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON occurrence TO kimhub_app;

CREATE POLICY occurrence_read ON occurrence FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, kind, source_id, subject_id, about, happened_on, actor_label) ON occurrence TO kimhub_app;

CREATE POLICY occurrence_insert ON occurrence FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (revoked_on) ON occurrence TO kimhub_app;

CREATE POLICY occurrence_update ON occurrence FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (revoked_on IS NULL)) WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER occurrence_audit AFTER INSERT OR UPDATE OR DELETE ON occurrence DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE occurrence_line (
  tenant_id INTEGER NOT NULL,
  occurrence_id UUID NOT NULL,
  concerns_id INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  kind TEXT NOT NULL,
  happened_on DATE NOT NULL,
  subject_id UUID,
  revoked_on DATE,
  elsewhere BOOLEAN GENERATED ALWAYS AS (concerns_id <> tenant_id) STORED NOT NULL,
  shared_with INTEGER GENERATED ALWAYS AS (concerns_id) STORED NOT NULL,
  CONSTRAINT pk_occurrence_line PRIMARY KEY (tenant_id, occurrence_id, concerns_id),
  CONSTRAINT fk_occurrence_line_occurrence FOREIGN KEY(tenant_id, occurrence_id, kind, happened_on) REFERENCES occurrence (tenant_id, id, kind, happened_on),
  CONSTRAINT ck_occurrence_line_subject CHECK (subject_id IS NULL OR concerns_id <> tenant_id),
  CONSTRAINT fk_occurrence_line_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT fk_occurrence_line_concerns_id FOREIGN KEY(concerns_id) REFERENCES tenant (id)
);

CREATE INDEX ix_occurrence_line_given ON occurrence_line (tenant_id, elsewhere, happened_on, concerns_id, occurrence_id) INCLUDE (shared_with);

CREATE INDEX ix_occurrence_line_list ON occurrence_line (shared_with, happened_on, occurrence_id) INCLUDE (tenant_id);

ALTER TABLE occurrence_line ENABLE ROW LEVEL SECURITY;

ALTER TABLE occurrence_line FORCE ROW LEVEL SECURITY;

ALTER TABLE occurrence_line ALTER COLUMN tenant_id SET (n_distinct = -0.001);

ALTER TABLE occurrence_line ALTER COLUMN shared_with SET (n_distinct = -0.001);

GRANT SELECT ON occurrence_line TO kimhub_app;

CREATE POLICY occurrence_line_read ON occurrence_line FOR SELECT TO kimhub_app USING (coalesce(tenant_id = (SELECT app.tenant()) OR shared_with = (SELECT app.tenant()), false));

GRANT INSERT (tenant_id, occurrence_id, concerns_id, kind, happened_on, subject_id) ON occurrence_line TO kimhub_app;

CREATE POLICY occurrence_line_insert ON occurrence_line FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (revoked_on) ON occurrence_line TO kimhub_app;

CREATE POLICY occurrence_line_update ON occurrence_line FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (revoked_on IS NULL)) WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE TRIGGER occurrence_line_stays_shared AFTER UPDATE ON occurrence_line FOR EACH ROW WHEN (OLD.shared_with IS NOT NULL AND NEW.shared_with IS DISTINCT FROM OLD.shared_with) EXECUTE FUNCTION app.stays_shared();

CREATE TABLE occurrence_reach (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  kind TEXT NOT NULL,
  to_gemeinden BOOLEAN NOT NULL,
  actor_label TEXT NOT NULL,
  CONSTRAINT pk_occurrence_reach PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_occurrence_reach_kind CHECK (kind IN ('application', 'grant', 'amendment', 'allocation', 'contract', 'allocation_change', 'allocation_end', 'position_request', 'position_decision', 'measure')),
  CONSTRAINT ck_occurrence_reach_actor_label CHECK (actor_label <> ''),
  CONSTRAINT fk_occurrence_reach_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_occurrence_reach_id UNIQUE (id)
);

CREATE INDEX ix_occurrence_reach_last ON occurrence_reach (tenant_id, kind, created_at);

ALTER TABLE occurrence_reach ENABLE ROW LEVEL SECURITY;

ALTER TABLE occurrence_reach FORCE ROW LEVEL SECURITY;

ALTER TABLE occurrence_reach ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON occurrence_reach TO kimhub_app;

CREATE POLICY occurrence_reach_read ON occurrence_reach FOR SELECT TO kimhub_app USING ((SELECT app.tenant()) IS NOT NULL);

GRANT INSERT (tenant_id, id, kind, to_gemeinden, actor_label) ON occurrence_reach TO kimhub_app;

CREATE POLICY occurrence_reach_insert ON occurrence_reach FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER occurrence_reach_audit AFTER INSERT OR UPDATE OR DELETE ON occurrence_reach DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE notice_topic (
  tenant_id INTEGER NOT NULL,
  notice_id UUID NOT NULL,
  owner_id INTEGER NOT NULL,
  occurrence_id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_notice_topic PRIMARY KEY (tenant_id, notice_id, owner_id, occurrence_id),
  CONSTRAINT fk_notice_topic_notice FOREIGN KEY(tenant_id, notice_id) REFERENCES notice (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT fk_notice_topic_line FOREIGN KEY(owner_id, occurrence_id, tenant_id) REFERENCES occurrence_line (tenant_id, occurrence_id, concerns_id),
  CONSTRAINT fk_notice_topic_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id)
);

CREATE INDEX ix_notice_topic_of ON notice_topic (tenant_id, occurrence_id);

ALTER TABLE notice_topic ENABLE ROW LEVEL SECURITY;

ALTER TABLE notice_topic FORCE ROW LEVEL SECURITY;

ALTER TABLE notice_topic ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON notice_topic TO kimhub_app;

CREATE POLICY notice_topic_read ON notice_topic FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, notice_id, owner_id, occurrence_id) ON notice_topic TO kimhub_app;

CREATE POLICY notice_topic_insert ON notice_topic FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON notice_topic TO kimhub_app;

CREATE POLICY notice_topic_delete ON notice_topic FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE CONSTRAINT TRIGGER notice_topic_audit AFTER INSERT OR UPDATE OR DELETE ON notice_topic DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE notice_told (
  tenant_id INTEGER NOT NULL,
  notice_id UUID NOT NULL,
  owner_id INTEGER NOT NULL,
  occurrence_id UUID NOT NULL,
  recipient_id INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  released_at TIMESTAMP WITH TIME ZONE NOT NULL,
  committees TEXT[] NOT NULL,
  shared_with INTEGER GENERATED ALWAYS AS (recipient_id) STORED NOT NULL,
  CONSTRAINT pk_notice_told PRIMARY KEY (tenant_id, notice_id, owner_id, occurrence_id, recipient_id),
  CONSTRAINT fk_notice_told_topic FOREIGN KEY(tenant_id, notice_id, owner_id, occurrence_id) REFERENCES notice_topic (tenant_id, notice_id, owner_id, occurrence_id),
  CONSTRAINT fk_notice_told_recipient FOREIGN KEY(tenant_id, notice_id, recipient_id) REFERENCES notice_recipient (tenant_id, notice_id, recipient_id),
  CONSTRAINT fk_notice_told_line FOREIGN KEY(owner_id, occurrence_id, recipient_id) REFERENCES occurrence_line (tenant_id, occurrence_id, concerns_id),
  CONSTRAINT ck_notice_told_author_is_a_side CHECK (tenant_id IN (owner_id, recipient_id)),
  CONSTRAINT fk_notice_told_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT fk_notice_told_owner_id FOREIGN KEY(owner_id) REFERENCES tenant (id),
  CONSTRAINT fk_notice_told_recipient_id FOREIGN KEY(recipient_id) REFERENCES tenant (id)
);

CREATE INDEX ix_notice_told_given ON notice_told (tenant_id, occurrence_id, recipient_id);

CREATE INDEX ix_notice_told_line ON notice_told (shared_with, occurrence_id);

ALTER TABLE notice_told ENABLE ROW LEVEL SECURITY;

ALTER TABLE notice_told FORCE ROW LEVEL SECURITY;

ALTER TABLE notice_told ALTER COLUMN tenant_id SET (n_distinct = -0.001);

ALTER TABLE notice_told ALTER COLUMN shared_with SET (n_distinct = -0.001);

GRANT SELECT ON notice_told TO kimhub_app;

CREATE POLICY notice_told_read ON notice_told FOR SELECT TO kimhub_app USING (coalesce(tenant_id = (SELECT app.tenant()) OR shared_with = (SELECT app.tenant()), false));

GRANT INSERT (tenant_id, notice_id, owner_id, occurrence_id, recipient_id, released_at, committees) ON notice_told TO kimhub_app;

CREATE POLICY notice_told_insert ON notice_told FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()))
"""

DOWN = r"""
DROP TABLE notice_told;
DROP TABLE notice_topic;
DROP TABLE occurrence_reach;
DROP TABLE occurrence_line;
DROP TABLE occurrence
"""


def upgrade() -> None:
    """Create the tables."""
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

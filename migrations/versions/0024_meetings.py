"""Meetings of committees, papers as references, and which paper was on which agenda.

Revision 0024, after 0023.
"""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE paper (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  number TEXT NOT NULL,
  title TEXT NOT NULL,
  kind TEXT NOT NULL,
  is_public BOOLEAN NOT NULL,
  link TEXT NOT NULL,
  dated DATE,
  CONSTRAINT pk_paper PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_paper_number CHECK (length(number) <= 50),
  CONSTRAINT ck_paper_title CHECK (length(title) BETWEEN 1 AND 300),
  CONSTRAINT ck_paper_kind CHECK (kind IN ('information', 'decision', 'progress', 'supplement', 'motion', 'inquiry', 'large_inquiry', 'answer')),
  CONSTRAINT ck_paper_link CHECK (link = '' OR (starts_with(link, 'https://') AND length(link) <= 500)),
  CONSTRAINT fk_paper_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_paper_id UNIQUE (id)
);

CREATE INDEX ix_paper_list ON paper (tenant_id, created_at, id);

CREATE INDEX ix_paper_number ON paper (tenant_id, number, id);

ALTER TABLE paper ENABLE ROW LEVEL SECURITY;

ALTER TABLE paper FORCE ROW LEVEL SECURITY;

ALTER TABLE paper ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON paper TO kimhub_app;

CREATE POLICY paper_read ON paper FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, number, title, kind, is_public, link, dated) ON paper TO kimhub_app;

CREATE POLICY paper_insert ON paper FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (number, title, kind, is_public, link, dated) ON paper TO kimhub_app;

CREATE POLICY paper_update ON paper FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON paper TO kimhub_app;

CREATE POLICY paper_delete ON paper FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE CONSTRAINT TRIGGER paper_audit AFTER INSERT OR UPDATE OR DELETE ON paper DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE meeting (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  owner_id INTEGER NOT NULL,
  committee_id UUID NOT NULL,
  day DATE NOT NULL,
  link TEXT NOT NULL,
  cancelled_on DATE,
  cancelled_reason TEXT NOT NULL,
  CONSTRAINT pk_meeting PRIMARY KEY (tenant_id, id),
  CONSTRAINT fk_meeting_participant FOREIGN KEY(owner_id, committee_id, tenant_id) REFERENCES committee_participant (tenant_id, committee_id, participant_id),
  CONSTRAINT uq_meeting_day UNIQUE (tenant_id, committee_id, day),
  CONSTRAINT ck_meeting_link CHECK (link = '' OR (starts_with(link, 'https://') AND length(link) <= 500)),
  CONSTRAINT ck_meeting_cancelled_reason CHECK (length(cancelled_reason) <= 200),
  CONSTRAINT ck_meeting_cancelled CHECK (cancelled_on IS NOT NULL OR cancelled_reason = ''),
  CONSTRAINT fk_meeting_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_meeting_id UNIQUE (id)
);

CREATE INDEX ix_meeting_list ON meeting (tenant_id, day, id);

ALTER TABLE meeting ENABLE ROW LEVEL SECURITY;

ALTER TABLE meeting FORCE ROW LEVEL SECURITY;

ALTER TABLE meeting ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON meeting TO kimhub_app;

CREATE POLICY meeting_read ON meeting FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, owner_id, committee_id, day, link, cancelled_on, cancelled_reason) ON meeting TO kimhub_app;

CREATE POLICY meeting_insert ON meeting FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (day, link, cancelled_on, cancelled_reason) ON meeting TO kimhub_app;

CREATE POLICY meeting_update ON meeting FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON meeting TO kimhub_app;

CREATE POLICY meeting_delete ON meeting FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE CONSTRAINT TRIGGER meeting_audit AFTER INSERT OR UPDATE OR DELETE ON meeting DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE consultation (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  meeting_id UUID NOT NULL,
  paper_id UUID NOT NULL,
  item TEXT NOT NULL,
  CONSTRAINT pk_consultation PRIMARY KEY (tenant_id, id),
  CONSTRAINT fk_consultation_meeting FOREIGN KEY(tenant_id, meeting_id) REFERENCES meeting (tenant_id, id),
  CONSTRAINT fk_consultation_paper FOREIGN KEY(tenant_id, paper_id) REFERENCES paper (tenant_id, id),
  CONSTRAINT uq_consultation_paper UNIQUE (tenant_id, meeting_id, paper_id),
  CONSTRAINT ck_consultation_item CHECK (length(item) BETWEEN 1 AND 20),
  CONSTRAINT fk_consultation_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_consultation_id UNIQUE (id)
);

CREATE INDEX ix_consultation_paper ON consultation (tenant_id, paper_id, meeting_id);

ALTER TABLE consultation ENABLE ROW LEVEL SECURITY;

ALTER TABLE consultation FORCE ROW LEVEL SECURITY;

ALTER TABLE consultation ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON consultation TO kimhub_app;

CREATE POLICY consultation_read ON consultation FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, meeting_id, paper_id, item) ON consultation TO kimhub_app;

CREATE POLICY consultation_insert ON consultation FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (item) ON consultation TO kimhub_app;

CREATE POLICY consultation_update ON consultation FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON consultation TO kimhub_app;

CREATE POLICY consultation_delete ON consultation FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE CONSTRAINT TRIGGER consultation_audit AFTER INSERT OR UPDATE OR DELETE ON consultation DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id')
"""

DOWN = r"""
DROP TABLE consultation;
DROP TABLE meeting;
DROP TABLE paper
"""


def upgrade() -> None:
    """Create the tables."""
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

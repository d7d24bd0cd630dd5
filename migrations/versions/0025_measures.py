"""Measures of the groups that steer the KIM, and each state that they were in.

Revision 0025, after 0024.
"""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE measure (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  owner_id INTEGER NOT NULL,
  committee_id UUID NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  responsible TEXT NOT NULL,
  due DATE,
  baustein INTEGER,
  origin TEXT NOT NULL,
  origin_text TEXT NOT NULL,
  paper TEXT NOT NULL,
  state TEXT NOT NULL,
  decided_on DATE,
  closed_on DATE,
  closing_note TEXT DEFAULT '' NOT NULL,
  actor_label TEXT NOT NULL,
  CONSTRAINT pk_measure PRIMARY KEY (tenant_id, id),
  CONSTRAINT fk_measure_participant FOREIGN KEY(owner_id, committee_id, tenant_id) REFERENCES committee_participant (tenant_id, committee_id, participant_id),
  CONSTRAINT ck_measure_title CHECK (length(title) BETWEEN 1 AND 200),
  CONSTRAINT ck_measure_text CHECK (length(text) <= 2000),
  CONSTRAINT ck_measure_responsible CHECK (length(responsible) BETWEEN 1 AND 200),
  CONSTRAINT ck_measure_baustein CHECK (baustein BETWEEN 1 AND 3),
  CONSTRAINT ck_measure_origin CHECK (origin IN ('case_work', 'project_group', 'committee', 'gemeinde', 'traeger', 'report', 'other')),
  CONSTRAINT ck_measure_origin_text CHECK (length(origin_text) <= 1000),
  CONSTRAINT ck_measure_paper CHECK (length(paper) <= 200),
  CONSTRAINT ck_measure_state CHECK (state IN ('proposed', 'decided', 'in_progress', 'done', 'dropped')),
  CONSTRAINT ck_measure_decided CHECK (CASE state WHEN 'proposed' THEN decided_on IS NULL WHEN 'dropped' THEN true ELSE decided_on IS NOT NULL END),
  CONSTRAINT ck_measure_closed CHECK ((closed_on IS NOT NULL) = (state IN ('done', 'dropped'))),
  CONSTRAINT ck_measure_order CHECK (closed_on >= decided_on),
  CONSTRAINT ck_measure_closing_note CHECK (length(closing_note) <= 1000),
  CONSTRAINT ck_measure_reason CHECK (state <> 'dropped' OR closing_note <> ''),
  CONSTRAINT fk_measure_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_measure_id UNIQUE (id)
);

CREATE INDEX ix_measure_committee ON measure (tenant_id, committee_id);

CREATE INDEX ix_measure_due ON measure (tenant_id, due) WHERE state IN ('decided', 'in_progress');

CREATE INDEX ix_measure_list ON measure (tenant_id, created_at, id);

ALTER TABLE measure ENABLE ROW LEVEL SECURITY;

ALTER TABLE measure FORCE ROW LEVEL SECURITY;

ALTER TABLE measure ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON measure TO kimhub_app;

CREATE POLICY measure_read ON measure FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, owner_id, committee_id, title, text, responsible, due, baustein, origin, origin_text, paper, state, decided_on, closed_on, closing_note, actor_label) ON measure TO kimhub_app;

CREATE POLICY measure_insert ON measure FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (title, text, responsible, due, baustein, origin, origin_text, paper, state, decided_on, closed_on, closing_note) ON measure TO kimhub_app;

CREATE POLICY measure_update ON measure FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (NOT (state IN ('done', 'dropped')))) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON measure TO kimhub_app;

CREATE POLICY measure_delete ON measure FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (state = 'proposed'));

CREATE CONSTRAINT TRIGGER measure_audit AFTER INSERT OR UPDATE OR DELETE ON measure DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE measure_step (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  measure_id UUID NOT NULL,
  number INTEGER NOT NULL,
  state TEXT NOT NULL,
  happened_on DATE NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  responsible TEXT NOT NULL,
  due DATE,
  note TEXT NOT NULL,
  actor_label TEXT NOT NULL,
  CONSTRAINT pk_measure_step PRIMARY KEY (tenant_id, id),
  CONSTRAINT fk_measure_step_measure FOREIGN KEY(tenant_id, measure_id) REFERENCES measure (tenant_id, id),
  CONSTRAINT ck_measure_step_state CHECK (state IN ('decided', 'in_progress', 'done', 'dropped')),
  CONSTRAINT ck_measure_step_note CHECK (length(note) <= 1000),
  CONSTRAINT uq_measure_step_number UNIQUE (tenant_id, measure_id, number),
  CONSTRAINT fk_measure_step_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_measure_step_id UNIQUE (id)
);

ALTER TABLE measure_step ENABLE ROW LEVEL SECURITY;

ALTER TABLE measure_step FORCE ROW LEVEL SECURITY;

ALTER TABLE measure_step ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON measure_step TO kimhub_app;

CREATE POLICY measure_step_read ON measure_step FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, measure_id, number, state, happened_on, title, text, responsible, due, note, actor_label) ON measure_step TO kimhub_app;

CREATE POLICY measure_step_insert ON measure_step FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER measure_step_audit AFTER INSERT OR UPDATE OR DELETE ON measure_step DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id')
"""

DOWN = r"""
DROP TABLE measure_step;
DROP TABLE measure
"""


def upgrade() -> None:
    """Create the tables."""
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

"""Applications with their Förderskizze, decisions about Bausteine, and of which plan a plan is a variant.

Revision 0011, after 0010.
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

UP = r"""
CREATE FUNCTION app.application_is_draft() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  part record;
BEGIN
  IF TG_OP = 'DELETE' THEN part := OLD; ELSE part := NEW; END IF;
  -- The lock holds the draft open until the change is committed: a submission waits, or this finds it submitted.
  PERFORM FROM grant_application AS a
    WHERE a.tenant_id = part.tenant_id AND a.id = part.application_id AND a.submitted_at IS NULL FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a submitted application is not changed'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'application_is_draft';
  END IF;
  RETURN NULL;
END $$;

ALTER TABLE financing_plan ADD COLUMN origin_id UUID;

ALTER TABLE financing_plan ADD CONSTRAINT ck_financing_plan_origin_is_another CHECK (origin_id <> id);

ALTER TABLE financing_plan ADD CONSTRAINT fk_financing_plan_origin FOREIGN KEY(tenant_id, origin_id) REFERENCES financing_plan (tenant_id, id);

GRANT INSERT (origin_id) ON financing_plan TO kimhub_app;

CREATE TABLE baustein_decision (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  baustein INTEGER NOT NULL,
  uses BOOLEAN NOT NULL,
  from_year INTEGER NOT NULL,
  decided_on DATE NOT NULL,
  reason TEXT NOT NULL,
  reference TEXT DEFAULT '' NOT NULL,
  actor_label TEXT NOT NULL,
  CONSTRAINT pk_baustein_decision PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_baustein_decision_baustein CHECK (baustein IN (1, 2, 3)),
  CONSTRAINT ck_baustein_decision_from_year CHECK (from_year BETWEEN 2017 AND 2099),
  CONSTRAINT ck_baustein_decision_reason CHECK (length(reason) BETWEEN 1 AND 4000),
  CONSTRAINT ck_baustein_decision_reference CHECK (length(reference) <= 200),
  CONSTRAINT fk_baustein_decision_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_baustein_decision_id UNIQUE (id)
);

CREATE INDEX ix_baustein_decision_own ON baustein_decision (tenant_id, decided_on, created_at, id);

ALTER TABLE baustein_decision ENABLE ROW LEVEL SECURITY;

ALTER TABLE baustein_decision FORCE ROW LEVEL SECURITY;

ALTER TABLE baustein_decision ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON baustein_decision TO kimhub_app;

CREATE POLICY baustein_decision_read ON baustein_decision FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, baustein, uses, from_year, decided_on, reason, reference, actor_label) ON baustein_decision TO kimhub_app;

CREATE POLICY baustein_decision_insert ON baustein_decision FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER baustein_decision_audit AFTER INSERT OR UPDATE OR DELETE ON baustein_decision DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE grant_application (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  title TEXT NOT NULL,
  starts_on DATE NOT NULL,
  ends_on DATE NOT NULL,
  plan_id UUID,
  supersedes_id UUID,
  version INTEGER DEFAULT '1' NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  archived_at TIMESTAMP WITH TIME ZONE,
  submitted_at TIMESTAMP WITH TIME ZONE,
  submitted_on DATE,
  submitted_by TEXT,
  reference TEXT DEFAULT '' NOT NULL,
  plan_version INTEGER,
  plan_document JSONB,
  plan_result JSONB,
  submitted BOOLEAN GENERATED ALWAYS AS (submitted_at IS NOT NULL) STORED NOT NULL,
  supersedes_submitted BOOLEAN GENERATED ALWAYS AS (CASE WHEN supersedes_id IS NOT NULL THEN true END) STORED,
  CONSTRAINT pk_grant_application PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_grant_application_title CHECK (length(title) BETWEEN 1 AND 200),
  CONSTRAINT ck_grant_application_period CHECK (starts_on <= ends_on AND starts_on >= '2017-01-01' AND ends_on <= '2099-12-31'),
  CONSTRAINT ck_grant_application_submitted_whole CHECK (num_nulls(submitted_at, submitted_on, submitted_by, plan_version, plan_document, plan_result) IN (0, 6)),
  CONSTRAINT ck_grant_application_only_drafts_are_put_away CHECK (submitted_at IS NULL OR archived_at IS NULL),
  CONSTRAINT ck_grant_application_supersedes_another CHECK (supersedes_id <> id),
  CONSTRAINT fk_grant_application_plan FOREIGN KEY(tenant_id, plan_id) REFERENCES financing_plan (tenant_id, id),
  CONSTRAINT fk_grant_application_supersedes FOREIGN KEY(tenant_id, supersedes_id, supersedes_submitted) REFERENCES grant_application (tenant_id, id, submitted),
  CONSTRAINT uq_grant_application_submitted UNIQUE (tenant_id, id, submitted),
  CONSTRAINT fk_grant_application_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_grant_application_id UNIQUE (id)
);

CREATE INDEX ix_grant_application_own ON grant_application (tenant_id, created_at, id);

CREATE UNIQUE INDEX uq_grant_application_correction ON grant_application (tenant_id, supersedes_id) WHERE archived_at IS NULL;

ALTER TABLE grant_application ENABLE ROW LEVEL SECURITY;

ALTER TABLE grant_application FORCE ROW LEVEL SECURITY;

ALTER TABLE grant_application ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON grant_application TO kimhub_app;

CREATE POLICY grant_application_read ON grant_application FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, title, starts_on, ends_on, plan_id, supersedes_id, version, changed_at, archived_at, submitted_at, submitted_on, submitted_by, reference, plan_version, plan_document, plan_result) ON grant_application TO kimhub_app;

CREATE POLICY grant_application_insert ON grant_application FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (title, starts_on, ends_on, plan_id, version, changed_at, archived_at, submitted_at, submitted_on, submitted_by, reference, plan_version, plan_document, plan_result) ON grant_application TO kimhub_app;

CREATE POLICY grant_application_update ON grant_application FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (submitted_at IS NULL)) WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER grant_application_audit AFTER INSERT OR UPDATE OR DELETE ON grant_application DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE application_document (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  application_id UUID NOT NULL,
  document_id UUID NOT NULL,
  CONSTRAINT pk_application_document PRIMARY KEY (tenant_id, id),
  CONSTRAINT fk_application_document_application FOREIGN KEY(tenant_id, application_id) REFERENCES grant_application (tenant_id, id),
  CONSTRAINT fk_application_document_document FOREIGN KEY(tenant_id, document_id) REFERENCES document (tenant_id, id),
  CONSTRAINT uq_application_document_once UNIQUE (tenant_id, document_id),
  CONSTRAINT fk_application_document_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_application_document_id UNIQUE (id)
);

CREATE INDEX ix_application_document_own ON application_document (tenant_id, application_id, created_at);

ALTER TABLE application_document ENABLE ROW LEVEL SECURITY;

ALTER TABLE application_document FORCE ROW LEVEL SECURITY;

ALTER TABLE application_document ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON application_document TO kimhub_app;

CREATE POLICY application_document_read ON application_document FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, application_id, document_id) ON application_document TO kimhub_app;

CREATE POLICY application_document_insert ON application_document FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON application_document TO kimhub_app;

CREATE POLICY application_document_delete ON application_document FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE CONSTRAINT TRIGGER application_document_audit AFTER INSERT OR UPDATE OR DELETE ON application_document DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE application_event (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  application_id UUID NOT NULL,
  kind TEXT NOT NULL,
  happened_on DATE NOT NULL,
  reference TEXT DEFAULT '' NOT NULL,
  note TEXT DEFAULT '' NOT NULL,
  actor_label TEXT NOT NULL,
  submitted BOOLEAN GENERATED ALWAYS AS (true) STORED NOT NULL,
  CONSTRAINT pk_application_event PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_application_event_kind CHECK (kind IN ('received', 'withdrawn', 'decided')),
  CONSTRAINT ck_application_event_note CHECK (length(note) <= 2000),
  CONSTRAINT ck_application_event_reference CHECK (length(reference) <= 120),
  CONSTRAINT fk_application_event_application FOREIGN KEY(tenant_id, application_id, submitted) REFERENCES grant_application (tenant_id, id, submitted),
  CONSTRAINT uq_application_event_once UNIQUE (tenant_id, application_id, kind),
  CONSTRAINT fk_application_event_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_application_event_id UNIQUE (id)
);

CREATE UNIQUE INDEX uq_application_event_end ON application_event (tenant_id, application_id) WHERE kind IN ('withdrawn', 'decided');

ALTER TABLE application_event ENABLE ROW LEVEL SECURITY;

ALTER TABLE application_event FORCE ROW LEVEL SECURITY;

ALTER TABLE application_event ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON application_event TO kimhub_app;

CREATE POLICY application_event_read ON application_event FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, application_id, kind, happened_on, reference, note, actor_label) ON application_event TO kimhub_app;

CREATE POLICY application_event_insert ON application_event FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER application_event_audit AFTER INSERT OR UPDATE OR DELETE ON application_event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE foerderskizze_participant (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  application_id UUID NOT NULL,
  name TEXT NOT NULL,
  inside BOOLEAN NOT NULL,
  contribution TEXT DEFAULT '' NOT NULL,
  CONSTRAINT pk_foerderskizze_participant PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_foerderskizze_participant_name CHECK (length(name) BETWEEN 1 AND 200),
  CONSTRAINT ck_foerderskizze_participant_contribution CHECK (length(contribution) <= 2000),
  CONSTRAINT fk_foerderskizze_participant_application FOREIGN KEY(tenant_id, application_id) REFERENCES grant_application (tenant_id, id),
  CONSTRAINT fk_foerderskizze_participant_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_foerderskizze_participant_id UNIQUE (id)
);

CREATE INDEX ix_foerderskizze_participant_own ON foerderskizze_participant (tenant_id, application_id, inside, name, id);

ALTER TABLE foerderskizze_participant ENABLE ROW LEVEL SECURITY;

ALTER TABLE foerderskizze_participant FORCE ROW LEVEL SECURITY;

ALTER TABLE foerderskizze_participant ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON foerderskizze_participant TO kimhub_app;

CREATE POLICY foerderskizze_participant_read ON foerderskizze_participant FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, application_id, name, inside, contribution) ON foerderskizze_participant TO kimhub_app;

CREATE POLICY foerderskizze_participant_insert ON foerderskizze_participant FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (name, inside, contribution) ON foerderskizze_participant TO kimhub_app;

CREATE POLICY foerderskizze_participant_update ON foerderskizze_participant FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON foerderskizze_participant TO kimhub_app;

CREATE POLICY foerderskizze_participant_delete ON foerderskizze_participant FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE CONSTRAINT TRIGGER foerderskizze_participant_audit AFTER INSERT OR UPDATE OR DELETE ON foerderskizze_participant DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE foerderskizze_section (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  application_id UUID NOT NULL,
  key TEXT DEFAULT '' NOT NULL,
  place INTEGER NOT NULL,
  heading TEXT NOT NULL,
  text TEXT DEFAULT '' NOT NULL,
  version INTEGER DEFAULT '1' NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_foerderskizze_section PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_foerderskizze_section_heading CHECK (length(heading) BETWEEN 1 AND 200),
  CONSTRAINT ck_foerderskizze_section_text CHECK (length(text) <= 20000),
  CONSTRAINT ck_foerderskizze_section_place CHECK (place BETWEEN 1 AND 100),
  CONSTRAINT fk_foerderskizze_section_application FOREIGN KEY(tenant_id, application_id) REFERENCES grant_application (tenant_id, id),
  CONSTRAINT fk_foerderskizze_section_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_foerderskizze_section_id UNIQUE (id)
);

CREATE INDEX ix_foerderskizze_section_own ON foerderskizze_section (tenant_id, application_id, place, id);

CREATE UNIQUE INDEX uq_foerderskizze_section_key ON foerderskizze_section (tenant_id, application_id, key) WHERE key <> '';

ALTER TABLE foerderskizze_section ENABLE ROW LEVEL SECURITY;

ALTER TABLE foerderskizze_section FORCE ROW LEVEL SECURITY;

ALTER TABLE foerderskizze_section ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON foerderskizze_section TO kimhub_app;

CREATE POLICY foerderskizze_section_read ON foerderskizze_section FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, application_id, key, place, heading, text, version, changed_at) ON foerderskizze_section TO kimhub_app;

CREATE POLICY foerderskizze_section_insert ON foerderskizze_section FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (place, heading, text, version, changed_at) ON foerderskizze_section TO kimhub_app;

CREATE POLICY foerderskizze_section_update ON foerderskizze_section FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON foerderskizze_section TO kimhub_app;

CREATE POLICY foerderskizze_section_delete ON foerderskizze_section FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE CONSTRAINT TRIGGER foerderskizze_section_audit AFTER INSERT OR UPDATE OR DELETE ON foerderskizze_section DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE gemeinde_involvement (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  application_id UUID NOT NULL,
  ags TEXT NOT NULL,
  involved BOOLEAN,
  how TEXT DEFAULT '' NOT NULL,
  CONSTRAINT pk_gemeinde_involvement PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_gemeinde_involvement_how CHECK (length(how) <= 2000),
  CONSTRAINT fk_gemeinde_involvement_application FOREIGN KEY(tenant_id, application_id) REFERENCES grant_application (tenant_id, id),
  CONSTRAINT uq_gemeinde_involvement_once UNIQUE (tenant_id, application_id, ags),
  CONSTRAINT fk_gemeinde_involvement_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_gemeinde_involvement_id UNIQUE (id),
  CONSTRAINT fk_gemeinde_involvement_ags FOREIGN KEY(ags) REFERENCES register_entry (ags)
);

ALTER TABLE gemeinde_involvement ENABLE ROW LEVEL SECURITY;

ALTER TABLE gemeinde_involvement FORCE ROW LEVEL SECURITY;

ALTER TABLE gemeinde_involvement ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON gemeinde_involvement TO kimhub_app;

CREATE POLICY gemeinde_involvement_read ON gemeinde_involvement FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, application_id, ags, involved, how) ON gemeinde_involvement TO kimhub_app;

CREATE POLICY gemeinde_involvement_insert ON gemeinde_involvement FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (involved, how) ON gemeinde_involvement TO kimhub_app;

CREATE POLICY gemeinde_involvement_update ON gemeinde_involvement FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON gemeinde_involvement TO kimhub_app;

CREATE POLICY gemeinde_involvement_delete ON gemeinde_involvement FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE CONSTRAINT TRIGGER gemeinde_involvement_audit AFTER INSERT OR UPDATE OR DELETE ON gemeinde_involvement DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TRIGGER application_document_only_in_draft AFTER INSERT OR UPDATE OR DELETE ON application_document FOR EACH ROW EXECUTE FUNCTION app.application_is_draft();

CREATE TRIGGER foerderskizze_participant_only_in_draft AFTER INSERT OR UPDATE OR DELETE ON foerderskizze_participant FOR EACH ROW EXECUTE FUNCTION app.application_is_draft();

CREATE TRIGGER foerderskizze_section_only_in_draft AFTER INSERT OR UPDATE OR DELETE ON foerderskizze_section FOR EACH ROW EXECUTE FUNCTION app.application_is_draft();

CREATE TRIGGER gemeinde_involvement_only_in_draft AFTER INSERT OR UPDATE OR DELETE ON gemeinde_involvement FOR EACH ROW EXECUTE FUNCTION app.application_is_draft()
"""

DOWN = r"""
DROP TABLE gemeinde_involvement;
DROP TABLE foerderskizze_section;
DROP TABLE foerderskizze_participant;
DROP TABLE application_event;
DROP TABLE application_document;
DROP TABLE grant_application;
DROP TABLE baustein_decision;
DROP FUNCTION app.application_is_draft();
ALTER TABLE financing_plan DROP CONSTRAINT fk_financing_plan_origin;
ALTER TABLE financing_plan DROP CONSTRAINT ck_financing_plan_origin_is_another;
ALTER TABLE financing_plan DROP COLUMN origin_id
"""


def upgrade() -> None:
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

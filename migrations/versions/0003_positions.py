"""Requests for the additional coordination position.

Revision 0003, after 0002.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UP = r"""
CREATE FUNCTION app.position_request_fixed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF coalesce((
    SELECT e.to_state FROM proceeding_entry AS e WHERE e.proceeding_id = (to_jsonb(NEW) ->> TG_ARGV[0])::uuid
    ORDER BY e.seq DESC LIMIT 1
  ), 'draft') NOT IN ('draft', 'question') THEN
    RAISE EXCEPTION 'a submitted request changes only while a question is open'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'position_request_fixed';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION app.position_request_released() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM position_request AS r WHERE r.id = NEW.proceeding_id AND r.released_at IS NOT NULL) THEN
    RAISE EXCEPTION 'a request is submitted only with its three criteria'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'position_request_released';
  END IF;
  RETURN NULL;
END $$;

CREATE TABLE position_request (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  counterpart_id INTEGER NOT NULL,
  kind TEXT GENERATED ALWAYS AS ('position_request') STORED NOT NULL,
  function TEXT NOT NULL,
  fte NUMERIC(4, 2) NOT NULL,
  starts_on DATE NOT NULL,
  justification TEXT DEFAULT '' NOT NULL,
  released_at TIMESTAMP WITH TIME ZONE,
  shared_with INTEGER GENERATED ALWAYS AS (CASE WHEN released_at IS NOT NULL THEN counterpart_id END) STORED,
  requires_met BOOLEAN GENERATED ALWAYS AS (CASE WHEN released_at IS NOT NULL THEN true END) STORED,
  requires_auslaenderbehoerde TEXT GENERATED ALWAYS AS (CASE WHEN released_at IS NOT NULL THEN 'auslaenderbehoerde' END) STORED,
  requires_jugendamt TEXT GENERATED ALWAYS AS (CASE WHEN released_at IS NOT NULL THEN 'jugendamt' END) STORED,
  requires_integration_committee TEXT GENERATED ALWAYS AS (CASE WHEN released_at IS NOT NULL THEN 'integration_committee' END) STORED,
  CONSTRAINT pk_position_request PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_position_request_fte CHECK (fte > 0 AND fte <= 1.00),
  CONSTRAINT ck_position_request_function CHECK (length(function) BETWEEN 1 AND 200),
  CONSTRAINT ck_position_request_justification_length CHECK (length(justification) <= 6000),
  CONSTRAINT ck_position_request_justified CHECK (released_at IS NULL OR justification <> ''),
  CONSTRAINT fk_position_request_kreis FOREIGN KEY(tenant_id, counterpart_id) REFERENCES tenant (id, parent_id),
  CONSTRAINT fk_position_request_proceeding FOREIGN KEY(id, tenant_id, counterpart_id, kind) REFERENCES proceeding (id, tenant_id, counterpart_id, kind),
  CONSTRAINT fk_position_request_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_position_request_id UNIQUE (id)
);

CREATE INDEX ix_position_request_own ON position_request (tenant_id, created_at, id);

CREATE INDEX ix_position_request_shared ON position_request (shared_with, released_at, id) WHERE shared_with IS NOT NULL;

ALTER TABLE position_request ENABLE ROW LEVEL SECURITY;

ALTER TABLE position_request FORCE ROW LEVEL SECURITY;

ALTER TABLE position_request ALTER COLUMN tenant_id SET (n_distinct = -0.001);

ALTER TABLE position_request ALTER COLUMN shared_with SET (n_distinct = -0.001);

GRANT SELECT ON position_request TO kimhub_app;

CREATE POLICY position_request_read ON position_request FOR SELECT TO kimhub_app USING (coalesce(tenant_id = (SELECT app.tenant()) OR shared_with = (SELECT app.tenant()), false));

GRANT INSERT (tenant_id, id, counterpart_id, function, fte, starts_on, justification, released_at) ON position_request TO kimhub_app;

CREATE POLICY position_request_insert ON position_request FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (function, fte, starts_on, justification, released_at) ON position_request TO kimhub_app;

CREATE POLICY position_request_update ON position_request FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON position_request TO kimhub_app;

CREATE POLICY position_request_delete ON position_request FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (released_at IS NULL));

CREATE TRIGGER position_request_stays_shared AFTER UPDATE ON position_request FOR EACH ROW WHEN (OLD.shared_with IS NOT NULL AND NEW.shared_with IS DISTINCT FROM OLD.shared_with) EXECUTE FUNCTION app.stays_shared();

CREATE CONSTRAINT TRIGGER position_request_audit AFTER INSERT OR UPDATE OR DELETE ON position_request DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TRIGGER position_request_fixed BEFORE UPDATE ON position_request FOR EACH ROW EXECUTE FUNCTION app.position_request_fixed('id');

CREATE TRIGGER position_request_released AFTER INSERT ON proceeding_entry FOR EACH ROW WHEN (NEW.kind = 'position_request' AND NEW.action = 'submit') EXECUTE FUNCTION app.position_request_released();

CREATE TABLE request_criterion (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  request_id UUID NOT NULL,
  criterion TEXT NOT NULL,
  met BOOLEAN NOT NULL,
  evidence TEXT DEFAULT '' NOT NULL,
  document_id UUID,
  CONSTRAINT pk_request_criterion PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_request_criterion_criterion CHECK (criterion IN ('auslaenderbehoerde', 'jugendamt', 'integration_committee')),
  CONSTRAINT ck_request_criterion_evidence_length CHECK (length(evidence) <= 2000),
  CONSTRAINT ck_request_criterion_evidence CHECK (NOT met OR evidence <> ''),
  CONSTRAINT fk_request_criterion_request FOREIGN KEY(tenant_id, request_id) REFERENCES position_request (tenant_id, id),
  CONSTRAINT fk_request_criterion_document FOREIGN KEY(tenant_id, document_id) REFERENCES document (tenant_id, id),
  CONSTRAINT uq_request_criterion_once UNIQUE (tenant_id, request_id, criterion),
  CONSTRAINT uq_request_criterion_met UNIQUE (tenant_id, request_id, criterion, met),
  CONSTRAINT fk_request_criterion_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_request_criterion_id UNIQUE (id)
);

CREATE INDEX ix_request_criterion_document ON request_criterion (tenant_id, document_id);

ALTER TABLE request_criterion ENABLE ROW LEVEL SECURITY;

ALTER TABLE request_criterion FORCE ROW LEVEL SECURITY;

GRANT SELECT ON request_criterion TO kimhub_app;

CREATE POLICY request_criterion_read ON request_criterion FOR SELECT TO kimhub_app USING (EXISTS (SELECT 1 FROM position_request AS parent WHERE parent.id = request_id));

GRANT INSERT (tenant_id, id, request_id, criterion, met, evidence, document_id) ON request_criterion TO kimhub_app;

CREATE POLICY request_criterion_insert ON request_criterion FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (met, evidence, document_id) ON request_criterion TO kimhub_app;

CREATE POLICY request_criterion_update ON request_criterion FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON request_criterion TO kimhub_app;

CREATE POLICY request_criterion_delete ON request_criterion FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (EXISTS (SELECT 1 FROM position_request AS r WHERE r.id = request_id AND r.released_at IS NULL)));

CREATE CONSTRAINT TRIGGER request_criterion_audit AFTER INSERT OR UPDATE OR DELETE ON request_criterion DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TRIGGER request_criterion_fixed BEFORE INSERT OR UPDATE ON request_criterion FOR EACH ROW EXECUTE FUNCTION app.position_request_fixed('request_id');

ALTER TABLE position_request ADD CONSTRAINT fk_position_request_meets_auslaenderbehoerde FOREIGN KEY (tenant_id, id, requires_auslaenderbehoerde, requires_met) REFERENCES request_criterion (tenant_id, request_id, criterion, met);

ALTER TABLE position_request ADD CONSTRAINT fk_position_request_meets_jugendamt FOREIGN KEY (tenant_id, id, requires_jugendamt, requires_met) REFERENCES request_criterion (tenant_id, request_id, criterion, met);

ALTER TABLE position_request ADD CONSTRAINT fk_position_request_meets_integration_committee FOREIGN KEY (tenant_id, id, requires_integration_committee, requires_met) REFERENCES request_criterion (tenant_id, request_id, criterion, met);

INSERT INTO workflow_transition (kind, action, from_state, to_state, side) VALUES
  ('position_request', 'submit', 'draft', 'submitted', 'initiator'),
  ('position_request', 'ask', 'submitted', 'question', 'counterpart'),
  ('position_request', 'ask', 'answered', 'question', 'counterpart'),
  ('position_request', 'answer', 'question', 'answered', 'initiator'),
  ('position_request', 'endorse', 'submitted', 'endorsed', 'counterpart'),
  ('position_request', 'endorse', 'answered', 'endorsed', 'counterpart'),
  ('position_request', 'reject', 'submitted', 'rejected', 'counterpart'),
  ('position_request', 'reject', 'question', 'rejected', 'counterpart'),
  ('position_request', 'reject', 'answered', 'rejected', 'counterpart'),
  ('position_request', 'withdraw', 'submitted', 'withdrawn', 'initiator'),
  ('position_request', 'withdraw', 'question', 'withdrawn', 'initiator'),
  ('position_request', 'withdraw', 'answered', 'withdrawn', 'initiator')
"""

DOWN = r"""
DROP TRIGGER position_request_released ON proceeding_entry;
ALTER TABLE position_request DROP CONSTRAINT fk_position_request_meets_auslaenderbehoerde;
ALTER TABLE position_request DROP CONSTRAINT fk_position_request_meets_jugendamt;
ALTER TABLE position_request DROP CONSTRAINT fk_position_request_meets_integration_committee;
DROP TABLE request_criterion;
DROP TABLE position_request;
DROP FUNCTION app.position_request_fixed();
DROP FUNCTION app.position_request_released();
DELETE FROM workflow_transition WHERE kind = 'position_request'
"""


def upgrade() -> None:
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

"""What was spent: the books, and files imported into them.

Revision 0010, after 0009.
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

UP = r"""
ALTER TABLE document DROP CONSTRAINT ck_document_media_type;

ALTER TABLE document ADD CONSTRAINT ck_document_media_type CHECK (media_type IN ('application/pdf', 'image/png', 'image/jpeg', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'text/csv'));

CREATE FUNCTION app.expenditure_batch_open() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  named record;
  standing text;
BEGIN
  FOR named IN
    SELECT DISTINCT e.tenant_id, e.import_id FROM entered AS e WHERE e.import_id IS NOT NULL ORDER BY 1, 2
  LOOP
    -- Held to the end of the transaction: nobody else enters bookings of the file meanwhile, or moves it on.
    SELECT i.state INTO standing FROM expenditure_import AS i
      WHERE i.tenant_id = named.tenant_id AND i.id = named.import_id FOR NO KEY UPDATE;
    IF standing IS DISTINCT FROM 'booking' THEN
      RAISE EXCEPTION 'bookings of a file are entered only while it is booked'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'expenditure_batch_open';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

CREATE FUNCTION app.expenditure_import_batch_digest() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
  entered record;
BEGIN
  SELECT count(*) AS rows, coalesce(sum(l.amount), 0) AS amount,
    sha256(coalesce(string_agg(l.hash, '' ORDER BY l.import_row), '')) AS digest,
    replace(encode(string_agg(substr(l.hash, 1, 3), '' ORDER BY l.import_row), 'base64'), chr(10), '') AS row_checks
  INTO entered FROM (
    SELECT e.import_row, e.amount, sha256(convert_to(jsonb_build_array(
      e.tenant_id, e.id, (extract(epoch FROM e.created_at) * 1000000)::bigint, e.receipt_number, e.booked_on,
      e.year, e.period_from, e.period_to, e.amount, e.teilplanzeile, e.purpose, e.position_reference, e.text,
      e.recipient, e.import_id, e.import_row, e.generation, e.reverses_id, e.reverses_booked_on, e.reason,
      e.account_id, e.actor_label
    )::text, 'UTF8')) AS hash FROM expenditure AS e
    WHERE e.tenant_id = NEW.tenant_id AND e.import_id = NEW.id OFFSET 0
  ) AS l;
  IF (entered.rows, entered.amount) <> (NEW.rows, NEW.amount) THEN
    RAISE EXCEPTION 'a file is booked whole or not at all'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'expenditure_import_whole';
  END IF;
  NEW.digest := entered.digest;
  NEW.row_checks := entered.row_checks;
  RETURN NEW;
END $$;

CREATE TABLE expenditure_import (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  document_id UUID NOT NULL,
  filename TEXT NOT NULL,
  sha256 BYTEA NOT NULL,
  state TEXT DEFAULT 'checking' NOT NULL,
  job_id UUID,
  annotated_id UUID,
  rows INTEGER DEFAULT '0' NOT NULL,
  errors INTEGER DEFAULT '0' NOT NULL,
  hints INTEGER DEFAULT '0' NOT NULL,
  amount NUMERIC(14, 2) DEFAULT '0' NOT NULL,
  summary JSONB DEFAULT '{}' NOT NULL,
  checked_at TIMESTAMP WITH TIME ZONE,
  confirmed_at TIMESTAMP WITH TIME ZONE,
  confirmed_by UUID,
  confirmed_label TEXT DEFAULT '' NOT NULL,
  booked_at TIMESTAMP WITH TIME ZONE,
  booked_id UUID GENERATED ALWAYS AS (CASE WHEN state = 'booked' THEN id END) STORED,
  account_id UUID,
  actor_label TEXT NOT NULL,
  digest BYTEA,
  row_checks TEXT,
  CONSTRAINT pk_expenditure_import PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_expenditure_import_state CHECK (state IN ('checking', 'faulty', 'ready', 'booking', 'booked', 'discarded')),
  CONSTRAINT ck_expenditure_import_filename CHECK (length(filename) BETWEEN 1 AND 150),
  CONSTRAINT ck_expenditure_import_counts CHECK (rows >= 0 AND errors >= 0 AND hints >= 0),
  CONSTRAINT ck_expenditure_import_sound CHECK (NOT (state IN ('ready', 'booking', 'booked')) OR (errors = 0 AND rows > 0 AND checked_at IS NOT NULL)),
  CONSTRAINT ck_expenditure_import_booked CHECK ((state = 'booked') = (booked_at IS NOT NULL)),
  CONSTRAINT ck_expenditure_import_confirmed CHECK (booked_at IS NULL OR confirmed_at IS NOT NULL),
  CONSTRAINT ck_expenditure_import_digest CHECK ((booked_at IS NULL) = (digest IS NULL) AND (digest IS NULL) = (row_checks IS NULL)),
  CONSTRAINT uq_expenditure_import_booked UNIQUE (tenant_id, booked_id),
  CONSTRAINT fk_expenditure_import_document FOREIGN KEY(tenant_id, document_id) REFERENCES document (tenant_id, id),
  CONSTRAINT fk_expenditure_import_annotated FOREIGN KEY(tenant_id, annotated_id) REFERENCES document (tenant_id, id),
  CONSTRAINT fk_expenditure_import_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_expenditure_import_id UNIQUE (id)
);

CREATE INDEX ix_expenditure_import_annotated ON expenditure_import (tenant_id, annotated_id) WHERE annotated_id IS NOT NULL;

CREATE INDEX ix_expenditure_import_content ON expenditure_import (tenant_id, sha256);

CREATE INDEX ix_expenditure_import_document ON expenditure_import (tenant_id, document_id);

CREATE INDEX ix_expenditure_import_own ON expenditure_import (tenant_id, created_at, id);

ALTER TABLE expenditure_import ENABLE ROW LEVEL SECURITY;

ALTER TABLE expenditure_import FORCE ROW LEVEL SECURITY;

ALTER TABLE expenditure_import ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON expenditure_import TO kimhub_app;

CREATE POLICY expenditure_import_read ON expenditure_import FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, document_id, filename, sha256, state, job_id, annotated_id, rows, errors, hints, amount, summary, checked_at, confirmed_at, confirmed_by, confirmed_label, booked_at, account_id, actor_label) ON expenditure_import TO kimhub_app;

CREATE POLICY expenditure_import_insert ON expenditure_import FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (state, job_id, annotated_id, rows, errors, hints, amount, summary, checked_at, confirmed_at, confirmed_by, confirmed_label, booked_at) ON expenditure_import TO kimhub_app;

CREATE POLICY expenditure_import_update ON expenditure_import FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (NOT (state IN ('booked', 'discarded')))) WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER expenditure_import_audit AFTER INSERT OR UPDATE OR DELETE ON expenditure_import DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE expenditure (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  receipt_number TEXT NOT NULL,
  booked_on DATE NOT NULL,
  year INTEGER NOT NULL,
  period_from DATE,
  period_to DATE,
  amount NUMERIC(14, 2) NOT NULL,
  teilplanzeile TEXT NOT NULL,
  purpose TEXT NOT NULL,
  baustein INTEGER GENERATED ALWAYS AS (CASE purpose WHEN 'koordination' THEN 1 WHEN 'verwaltungsassistenz' THEN 1 WHEN 'sachausgaben_koordination' THEN 1 WHEN 'sachausgaben_verwaltungsassistenz' THEN 1 WHEN 'begleitausgaben' THEN 1 WHEN 'externe_begleitung' THEN 1 WHEN 'case_management' THEN 2 WHEN 'baustein_3' THEN 3 END) STORED NOT NULL,
  position_reference TEXT DEFAULT '' NOT NULL,
  text TEXT DEFAULT '' NOT NULL,
  recipient TEXT DEFAULT '' NOT NULL,
  import_id UUID,
  import_row INTEGER,
  generation SMALLINT DEFAULT '0' NOT NULL,
  reverses_id UUID,
  reverses_booked_on DATE,
  reason TEXT DEFAULT '' NOT NULL,
  account_id UUID,
  actor_label TEXT NOT NULL,
  fingerprint BYTEA GENERATED ALWAYS AS (substr(sha256(replace(lower(receipt_number) || chr(31) || (coalesce(reverses_booked_on, booked_on) - DATE '2000-01-01')::text || chr(31) || year::text || chr(31) || purpose || chr(31) || teilplanzeile || chr(31) || lower(position_reference) || chr(31) || abs(amount)::numeric(14, 2)::text, '\', '\\')::bytea), 1, 16)) STORED NOT NULL,
  is_reversal BOOLEAN GENERATED ALWAYS AS (reverses_id IS NOT NULL) STORED NOT NULL,
  reversed_amount NUMERIC(14, 2) GENERATED ALWAYS AS (CASE WHEN reverses_id IS NOT NULL THEN -amount END) STORED,
  generation_before SMALLINT GENERATED ALWAYS AS (CASE WHEN reverses_id IS NULL AND generation > 0 THEN generation - 1 END) STORED,
  reversed_before BOOLEAN GENERATED ALWAYS AS (CASE WHEN reverses_id IS NULL AND generation > 0 THEN true END) STORED,
  CONSTRAINT pk_expenditure PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_expenditure_receipt_number CHECK (length(receipt_number) BETWEEN 1 AND 60),
  CONSTRAINT ck_expenditure_position_reference CHECK (length(position_reference) <= 60),
  CONSTRAINT ck_expenditure_year CHECK (year BETWEEN 2017 AND 2099),
  CONSTRAINT ck_expenditure_booked_on CHECK (booked_on BETWEEN DATE '2017-01-01' AND DATE '2099-12-31'),
  CONSTRAINT ck_expenditure_period CHECK ((period_from IS NULL) = (period_to IS NULL) AND period_from <= period_to),
  CONSTRAINT ck_expenditure_purpose CHECK (purpose IN ('koordination', 'verwaltungsassistenz', 'sachausgaben_koordination', 'sachausgaben_verwaltungsassistenz', 'begleitausgaben', 'externe_begleitung', 'case_management', 'baustein_3')),
  CONSTRAINT ck_expenditure_teilplanzeile CHECK (teilplanzeile IN ('11', '15', '16')),
  CONSTRAINT ck_expenditure_amount CHECK (amount <> 0 AND (amount < 0) = (reverses_id IS NOT NULL)),
  CONSTRAINT ck_expenditure_reversal CHECK ((reverses_id IS NULL) = (reverses_booked_on IS NULL)),
  CONSTRAINT ck_expenditure_generation CHECK (generation >= 0),
  CONSTRAINT ck_expenditure_import_row CHECK ((import_id IS NULL) = (import_row IS NULL) AND import_row > 0),
  CONSTRAINT ck_expenditure_imported CHECK (import_id IS NULL OR (reverses_id IS NULL AND reason = '')),
  CONSTRAINT uq_expenditure_receipt UNIQUE (tenant_id, fingerprint, generation, is_reversal),
  CONSTRAINT uq_expenditure_reversible UNIQUE (tenant_id, id, fingerprint, generation, amount),
  CONSTRAINT fk_expenditure_reversal FOREIGN KEY(tenant_id, reverses_id, fingerprint, generation, reversed_amount) REFERENCES expenditure (tenant_id, id, fingerprint, generation, amount),
  CONSTRAINT fk_expenditure_booked_again FOREIGN KEY(tenant_id, fingerprint, generation_before, reversed_before) REFERENCES expenditure (tenant_id, fingerprint, generation, is_reversal),
  CONSTRAINT fk_expenditure_import FOREIGN KEY(tenant_id, import_id) REFERENCES expenditure_import (tenant_id, booked_id) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT fk_expenditure_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_expenditure_id UNIQUE (id)
);

CREATE INDEX ix_expenditure_day ON expenditure (tenant_id, booked_on, id);

CREATE INDEX ix_expenditure_reversal ON expenditure (tenant_id, reverses_id) WHERE reverses_id IS NOT NULL;

CREATE INDEX ix_expenditure_staff ON expenditure (tenant_id, year, position_reference, purpose) INCLUDE (amount, booked_on, period_from, period_to) WHERE purpose IN ('koordination', 'verwaltungsassistenz', 'case_management', 'baustein_3') AND position_reference <> '';

CREATE INDEX ix_expenditure_sums ON expenditure (tenant_id, year, baustein, purpose, teilplanzeile) INCLUDE (amount, booked_on);

CREATE INDEX ix_expenditure_year ON expenditure (tenant_id, year, booked_on, id);

CREATE UNIQUE INDEX uq_expenditure_import_row ON expenditure (tenant_id, import_id, import_row) WHERE import_id IS NOT NULL;

ALTER TABLE expenditure ENABLE ROW LEVEL SECURITY;

ALTER TABLE expenditure FORCE ROW LEVEL SECURITY;

ALTER TABLE expenditure ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON expenditure TO kimhub_app;

CREATE POLICY expenditure_read ON expenditure FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, receipt_number, booked_on, year, period_from, period_to, amount, teilplanzeile, purpose, position_reference, text, recipient, import_id, import_row, generation, reverses_id, reverses_booked_on, reason, account_id, actor_label) ON expenditure TO kimhub_app;

CREATE POLICY expenditure_insert ON expenditure FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER expenditure_audit AFTER INSERT ON expenditure DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.import_id IS NULL) EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE CONSTRAINT TRIGGER expenditure_audit_changes AFTER UPDATE OR DELETE ON expenditure DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE import_finding (
  tenant_id INTEGER NOT NULL,
  import_id UUID NOT NULL,
  number INTEGER NOT NULL,
  severity TEXT NOT NULL,
  code TEXT NOT NULL,
  row_number INTEGER,
  heading TEXT DEFAULT '' NOT NULL,
  place INTEGER,
  message TEXT NOT NULL,
  cure TEXT NOT NULL,
  CONSTRAINT pk_import_finding PRIMARY KEY (tenant_id, import_id, number),
  CONSTRAINT ck_import_finding_severity CHECK (severity IN ('error', 'hint')),
  CONSTRAINT fk_import_finding_import FOREIGN KEY(tenant_id, import_id) REFERENCES expenditure_import (tenant_id, id),
  CONSTRAINT fk_import_finding_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id)
);

ALTER TABLE import_finding ENABLE ROW LEVEL SECURITY;

ALTER TABLE import_finding FORCE ROW LEVEL SECURITY;

ALTER TABLE import_finding ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON import_finding TO kimhub_app;

CREATE POLICY import_finding_read ON import_finding FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, import_id, number, severity, code, row_number, heading, place, message, cure) ON import_finding TO kimhub_app;

CREATE POLICY import_finding_insert ON import_finding FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON import_finding TO kimhub_app;

CREATE POLICY import_finding_delete ON import_finding FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE TRIGGER expenditure_import_batch_digest BEFORE UPDATE ON expenditure_import FOR EACH ROW WHEN (NEW.state = 'booked' AND OLD.state <> 'booked') EXECUTE FUNCTION app.expenditure_import_batch_digest();

CREATE TRIGGER expenditure_batch_open AFTER INSERT ON expenditure REFERENCING NEW TABLE AS entered FOR EACH STATEMENT EXECUTE FUNCTION app.expenditure_batch_open()
"""

DOWN = r"""
DROP TABLE import_finding;
DROP TABLE expenditure;
DROP TABLE expenditure_import;
DROP FUNCTION app.expenditure_batch_open();
DROP FUNCTION app.expenditure_import_batch_digest();
ALTER TABLE document DROP CONSTRAINT ck_document_media_type;
ALTER TABLE document ADD CONSTRAINT ck_document_media_type CHECK (media_type IN ('application/pdf', 'image/png', 'image/jpeg', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'))
"""


def upgrade() -> None:
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

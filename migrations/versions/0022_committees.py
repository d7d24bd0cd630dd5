"""Committees: their names since when, their rules, who carries them, who sits in them.

Revision 0022, after 0021.
"""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE committee (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  basis TEXT NOT NULL,
  task TEXT NOT NULL,
  term_until DATE,
  dissolved_on DATE,
  duty TEXT,
  duty_source TEXT NOT NULL,
  CONSTRAINT pk_committee PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_committee_basis CHECK (length(basis) <= 200),
  CONSTRAINT ck_committee_task CHECK (length(task) <= 1000),
  CONSTRAINT ck_committee_duty CHECK (duty IS NULL OR duty IN ('every_meeting', 'quarterly', 'half_yearly', 'yearly')),
  CONSTRAINT ck_committee_duty_source_length CHECK (length(duty_source) <= 200),
  CONSTRAINT ck_committee_duty_source CHECK ((duty IS NULL) = (duty_source = '')),
  CONSTRAINT fk_committee_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_committee_id UNIQUE (id)
);

ALTER TABLE committee ENABLE ROW LEVEL SECURITY;

ALTER TABLE committee FORCE ROW LEVEL SECURITY;

ALTER TABLE committee ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON committee TO kimhub_app;

CREATE POLICY committee_read ON committee FOR SELECT TO kimhub_app USING ((SELECT app.tenant()) IS NOT NULL);

GRANT INSERT (tenant_id, id, basis, task, term_until, dissolved_on, duty, duty_source) ON committee TO kimhub_app;

CREATE POLICY committee_insert ON committee FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (basis, task, term_until, dissolved_on, duty, duty_source) ON committee TO kimhub_app;

CREATE POLICY committee_update ON committee FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON committee TO kimhub_app;

CREATE POLICY committee_delete ON committee FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE CONSTRAINT TRIGGER committee_audit AFTER INSERT OR UPDATE OR DELETE ON committee DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE committee_name (
  tenant_id INTEGER NOT NULL,
  committee_id UUID NOT NULL,
  since DATE NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  CONSTRAINT pk_committee_name PRIMARY KEY (tenant_id, committee_id, since),
  CONSTRAINT fk_committee_name_committee FOREIGN KEY(tenant_id, committee_id) REFERENCES committee (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT ck_committee_name_kind CHECK (kind IN ('integrationsausschuss', 'integrationsrat', 'rat', 'kreistag', 'ausschuss', 'bezirksvertretung', 'stadtarbeitsgemeinschaft', 'lenkungsgruppe', 'projektgruppe', 'fallkonferenz')),
  CONSTRAINT ck_committee_name_name CHECK (length(name) BETWEEN 1 AND 200),
  CONSTRAINT fk_committee_name_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id)
);

ALTER TABLE committee_name ENABLE ROW LEVEL SECURITY;

ALTER TABLE committee_name FORCE ROW LEVEL SECURITY;

ALTER TABLE committee_name ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON committee_name TO kimhub_app;

CREATE POLICY committee_name_read ON committee_name FOR SELECT TO kimhub_app USING ((SELECT app.tenant()) IS NOT NULL);

GRANT INSERT (tenant_id, committee_id, since, kind, name) ON committee_name TO kimhub_app;

CREATE POLICY committee_name_insert ON committee_name FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (kind, name) ON committee_name TO kimhub_app;

CREATE POLICY committee_name_update ON committee_name FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON committee_name TO kimhub_app;

CREATE POLICY committee_name_delete ON committee_name FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE CONSTRAINT TRIGGER committee_name_audit AFTER INSERT OR UPDATE OR DELETE ON committee_name DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE committee_participant (
  tenant_id INTEGER NOT NULL,
  committee_id UUID NOT NULL,
  participant_id INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_committee_participant PRIMARY KEY (tenant_id, committee_id, participant_id),
  CONSTRAINT fk_committee_participant_committee FOREIGN KEY(tenant_id, committee_id) REFERENCES committee (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT fk_committee_participant_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT fk_committee_participant_participant_id FOREIGN KEY(participant_id) REFERENCES tenant (id)
);

CREATE INDEX ix_committee_participant_list ON committee_participant (participant_id, committee_id);

ALTER TABLE committee_participant ENABLE ROW LEVEL SECURITY;

ALTER TABLE committee_participant FORCE ROW LEVEL SECURITY;

ALTER TABLE committee_participant ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON committee_participant TO kimhub_app;

CREATE POLICY committee_participant_read ON committee_participant FOR SELECT TO kimhub_app USING ((SELECT app.tenant()) IS NOT NULL);

GRANT INSERT (tenant_id, committee_id, participant_id) ON committee_participant TO kimhub_app;

CREATE POLICY committee_participant_insert ON committee_participant FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON committee_participant TO kimhub_app;

CREATE POLICY committee_participant_delete ON committee_participant FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (participant_id <> tenant_id));

CREATE CONSTRAINT TRIGGER committee_participant_audit AFTER INSERT OR UPDATE OR DELETE ON committee_participant DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE committee_rule (
  tenant_id INTEGER NOT NULL,
  committee_id UUID NOT NULL,
  kind TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  amount INTEGER NOT NULL,
  unit TEXT NOT NULL,
  source TEXT NOT NULL,
  CONSTRAINT pk_committee_rule PRIMARY KEY (tenant_id, committee_id, kind),
  CONSTRAINT fk_committee_rule_committee FOREIGN KEY(tenant_id, committee_id) REFERENCES committee (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT ck_committee_rule_kind CHECK (kind IN ('invitation', 'papers', 'motions', 'inquiries', 'answers')),
  CONSTRAINT ck_committee_rule_unit CHECK (unit IN ('day', 'full_day', 'werktag', 'arbeitstag', 'week', 'month', 'year')),
  CONSTRAINT ck_committee_rule_amount CHECK (amount BETWEEN 1 AND 365),
  CONSTRAINT ck_committee_rule_source CHECK (length(source) BETWEEN 1 AND 200),
  CONSTRAINT ck_committee_rule_full_days CHECK (unit <> 'full_day' OR kind <> 'answers'),
  CONSTRAINT fk_committee_rule_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id)
);

ALTER TABLE committee_rule ENABLE ROW LEVEL SECURITY;

ALTER TABLE committee_rule FORCE ROW LEVEL SECURITY;

ALTER TABLE committee_rule ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON committee_rule TO kimhub_app;

CREATE POLICY committee_rule_read ON committee_rule FOR SELECT TO kimhub_app USING ((SELECT app.tenant()) IS NOT NULL);

GRANT INSERT (tenant_id, committee_id, kind, amount, unit, source) ON committee_rule TO kimhub_app;

CREATE POLICY committee_rule_insert ON committee_rule FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (amount, unit, source) ON committee_rule TO kimhub_app;

CREATE POLICY committee_rule_update ON committee_rule FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON committee_rule TO kimhub_app;

CREATE POLICY committee_rule_delete ON committee_rule FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE CONSTRAINT TRIGGER committee_rule_audit AFTER INSERT OR UPDATE OR DELETE ON committee_rule DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE seat (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  owner_id INTEGER NOT NULL,
  committee_id UUID NOT NULL,
  role TEXT NOT NULL,
  faction TEXT NOT NULL,
  account_id UUID,
  organization TEXT NOT NULL,
  function TEXT NOT NULL,
  sector TEXT,
  since DATE NOT NULL,
  until DATE,
  shared_with INTEGER GENERATED ALWAYS AS (CASE WHEN owner_id <> tenant_id THEN owner_id END) STORED,
  CONSTRAINT pk_seat PRIMARY KEY (tenant_id, id),
  CONSTRAINT fk_seat_participant FOREIGN KEY(owner_id, committee_id, tenant_id) REFERENCES committee_participant (tenant_id, committee_id, participant_id),
  CONSTRAINT ck_seat_role CHECK (role IN ('chair', 'deputy_chair', 'member', 'citizen', 'resident', 'advisory', 'deputy', 'management')),
  CONSTRAINT ck_seat_sector CHECK (sector IS NULL OR sector IN ('administration', 'arbeitsagentur', 'jobcenter', 'wohlfahrt', 'migrantenorganisation', 'sprachkurse', 'volunteers', 'target_group', 'other')),
  CONSTRAINT ck_seat_faction CHECK (length(faction) <= 100),
  CONSTRAINT ck_seat_organization CHECK (length(organization) <= 200),
  CONSTRAINT ck_seat_function CHECK (length(function) <= 200),
  CONSTRAINT ck_seat_held CHECK (account_id IS NOT NULL OR organization <> ''),
  CONSTRAINT ck_seat_period CHECK (until >= since),
  CONSTRAINT fk_seat_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_seat_id UNIQUE (id),
  CONSTRAINT fk_seat_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_seat_committee ON seat (tenant_id, committee_id, since, id);

CREATE INDEX ix_seat_person ON seat (tenant_id, account_id);

CREATE INDEX ix_seat_shared ON seat (shared_with, committee_id, since, id);

ALTER TABLE seat ENABLE ROW LEVEL SECURITY;

ALTER TABLE seat FORCE ROW LEVEL SECURITY;

ALTER TABLE seat ALTER COLUMN tenant_id SET (n_distinct = -0.001);

ALTER TABLE seat ALTER COLUMN shared_with SET (n_distinct = -0.001);

GRANT SELECT ON seat TO kimhub_app;

CREATE POLICY seat_read ON seat FOR SELECT TO kimhub_app USING (coalesce(tenant_id = (SELECT app.tenant()) OR shared_with = (SELECT app.tenant()), false));

GRANT INSERT (tenant_id, id, owner_id, committee_id, role, faction, account_id, organization, function, sector, since, until) ON seat TO kimhub_app;

CREATE POLICY seat_insert ON seat FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (role, faction, organization, function, sector, since, until) ON seat TO kimhub_app;

CREATE POLICY seat_update ON seat FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON seat TO kimhub_app;

CREATE POLICY seat_delete ON seat FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE TRIGGER seat_stays_shared AFTER UPDATE ON seat FOR EACH ROW WHEN (OLD.shared_with IS NOT NULL AND NEW.shared_with IS DISTINCT FROM OLD.shared_with) EXECUTE FUNCTION app.stays_shared();

CREATE CONSTRAINT TRIGGER seat_audit AFTER INSERT OR UPDATE OR DELETE ON seat DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE FUNCTION app.committee_term() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM app.hold('seats', NEW.id);
  IF EXISTS (
    SELECT FROM seat AS s
    WHERE s.owner_id = NEW.tenant_id AND s.committee_id = NEW.id AND coalesce(s.until, 'infinity') > NEW.term_until
      AND (s.tenant_id = NEW.tenant_id OR s.shared_with = NEW.tenant_id)
  ) THEN
    RAISE EXCEPTION 'seats go beyond %', NEW.term_until USING ERRCODE = 'check_violation', CONSTRAINT = 'committee_term';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION app.committee_has_seats() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM app.hold('seats', NEW.committee_id);
  IF EXISTS (
    SELECT FROM seat AS s
    WHERE s.owner_id = NEW.tenant_id AND s.committee_id = NEW.committee_id
      AND (s.tenant_id = NEW.tenant_id OR s.shared_with = NEW.tenant_id)
  ) THEN
    RAISE EXCEPTION 'it has seats' USING ERRCODE = 'check_violation', CONSTRAINT = 'committee_has_seats';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION app.seat_fits() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  last_day date;
  days daterange := daterange(NEW.since, NEW.until, '[]');
BEGIN
  PERFORM app.hold('seats', NEW.committee_id);
  SELECT term_until INTO last_day FROM committee WHERE tenant_id = NEW.owner_id AND id = NEW.committee_id;
  IF coalesce(NEW.until, 'infinity') > last_day THEN
    RAISE EXCEPTION 'the term ends on %', last_day USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_term';
  END IF;
  IF EXISTS (
    SELECT FROM committee_name AS n
    WHERE n.tenant_id = NEW.owner_id AND n.committee_id = NEW.committee_id AND n.kind = 'fallkonferenz'
  ) THEN
    RAISE EXCEPTION 'nobody is a member' USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_of_fallkonferenz';
  END IF;
  IF NEW.account_id IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM app.hold('seats', NULL);
  IF EXISTS (
    SELECT FROM seat AS s
    WHERE s.tenant_id = NEW.tenant_id AND s.account_id = NEW.account_id AND s.id <> NEW.id
      AND s.owner_id = NEW.owner_id AND s.committee_id = NEW.committee_id
      AND daterange(s.since, s.until, '[]') && days
  ) THEN
    RAISE EXCEPTION 'has a seat there' USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_once';
  END IF;
  IF NEW.faction <> '' AND EXISTS (
    SELECT FROM seat AS s
    WHERE s.tenant_id = NEW.tenant_id AND s.account_id = NEW.account_id AND s.id <> NEW.id
      AND s.faction NOT IN ('', NEW.faction) AND daterange(s.since, s.until, '[]') && days
  ) THEN
    RAISE EXCEPTION 'is in another faction' USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_faction';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER committee_has_seats AFTER INSERT OR UPDATE ON committee_name FOR EACH ROW WHEN (NEW.kind = 'fallkonferenz') EXECUTE FUNCTION app.committee_has_seats();

CREATE TRIGGER committee_term AFTER UPDATE OF term_until ON committee FOR EACH ROW WHEN (NEW.term_until IS DISTINCT FROM OLD.term_until) EXECUTE FUNCTION app.committee_term();

CREATE TRIGGER seat_fits AFTER INSERT OR UPDATE ON seat FOR EACH ROW EXECUTE FUNCTION app.seat_fits()
"""

DOWN = r"""
DROP TABLE seat;
DROP TABLE committee_participant;
DROP TABLE committee_rule;
DROP TABLE committee_name;
DROP TABLE committee;
DROP FUNCTION app.seat_fits();
DROP FUNCTION app.committee_has_seats();
DROP FUNCTION app.committee_term()
"""


def upgrade() -> None:
    """Create the tables and the functions."""
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    """Drop them."""
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

"""The ledger: address book, grants, funds, allocations.

Revision 0009, after 0008. `fund` and `allocation` refer to each other; the second key is added at the end.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

UP = r"""
CREATE FUNCTION app.bescheid_fixed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  later CONSTANT text[] := TG_ARGV[0:TG_NARGS - 1];
BEGIN
  IF to_jsonb(NEW) - later <> to_jsonb(OLD) - later THEN
    RAISE EXCEPTION 'a recorded Bescheid does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'bescheid_fixed';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION app.bescheid_item_fixed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  item CONSTANT jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
  recorded timestamptz;
BEGIN
  -- FOR SHARE: an item and the recording of its Bescheid wait for each other.
  EXECUTE format('SELECT recorded_at FROM public.%I WHERE tenant_id = $1 AND id = $2 FOR SHARE', TG_ARGV[0])
    INTO recorded USING (item ->> 'tenant_id')::integer, (item ->> 'version_id')::uuid;
  IF recorded IS NOT NULL THEN
    RAISE EXCEPTION 'the items of a recorded Bescheid do not change'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'bescheid_fixed';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION app.bescheid_items(giver integer, version uuid)
  RETURNS TABLE (year integer, baustein integer, purpose text, amount numeric)
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT i.year, i.baustein, i.purpose, i.amount FROM grant_item AS i WHERE i.tenant_id = giver AND i.version_id = version
    UNION ALL
    SELECT i.year, i.baustein, i.purpose, i.amount FROM allocation_item AS i
      WHERE i.tenant_id = giver AND i.version_id = version;
END $$;

CREATE FUNCTION app.changed_amounts(giver integer, version uuid, before uuid)
  RETURNS TABLE (year integer, baustein integer, purpose text, more numeric)
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT i.year, i.baustein, i.purpose, sum(CASE WHEN i.version_id = version THEN i.amount ELSE -i.amount END)
    FROM allocation_item AS i WHERE i.tenant_id = giver AND i.version_id IN (version, before)
    GROUP BY i.year, i.baustein, i.purpose;
END $$;

CREATE FUNCTION app.require_next_bescheid(standing integer, number integer) RETURNS void
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF number <> standing + 1 THEN
    RAISE EXCEPTION 'Bescheide come into force one after the other'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'bescheid_order';
  END IF;
END $$;

CREATE FUNCTION app.require_sound_items(giver integer, version uuid, period_from date, period_to date) RETURNS void
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  outside jsonb;
BEGIN
  IF NOT EXISTS (SELECT FROM app.bescheid_items(giver, version)) THEN
    RAISE EXCEPTION 'a Bescheid grants something' USING ERRCODE = 'check_violation', CONSTRAINT = 'bescheid_empty';
  END IF;
  SELECT jsonb_agg(DISTINCT i.year ORDER BY i.year) INTO outside FROM app.bescheid_items(giver, version) AS i
    WHERE i.amount > 0 AND i.year NOT BETWEEN extract(year FROM period_from) AND extract(year FROM period_to);
  IF outside IS NOT NULL THEN
    RAISE EXCEPTION 'an amount lies outside the period'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'bescheid_years', DETAIL = outside::text;
  END IF;
END $$;

CREATE FUNCTION app.lock_cells(holder integer, fund uuid) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM fund_cell AS c WHERE c.tenant_id = holder AND c.fund_id = fund
    ORDER BY c.year, c.purpose FOR NO KEY UPDATE;
END $$;

CREATE FUNCTION app.cells_below(holder integer, fund uuid, giver integer, version uuid) RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN (
    SELECT jsonb_agg(jsonb_build_object('year', c.year, 'purpose', c.purpose, 'passed_on', c.passed_on::text,
      'granted', coalesce(i.amount, 0.00)::text) ORDER BY c.year, c.baustein, c.purpose)
    FROM fund_cell AS c
    LEFT JOIN app.bescheid_items(giver, version) AS i ON i.year = c.year AND i.purpose = c.purpose
    WHERE c.tenant_id = holder AND c.fund_id = fund AND c.passed_on > coalesce(i.amount, 0)
  );
END $$;

CREATE FUNCTION app.allocations_outside(holder integer, fund uuid, period_from date, period_to date) RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN (
    SELECT jsonb_build_object('from', min(v.period_from), 'to', max(v.period_to)) FROM allocation AS a
    JOIN allocation_version AS v
      ON v.tenant_id = a.tenant_id AND v.allocation_id = a.id AND v.number = a.current_version
    WHERE a.tenant_id = holder AND a.fund_id = fund AND a.ended_at IS NULL
      AND (v.period_from < allocations_outside.period_from OR v.period_to > allocations_outside.period_to)
    HAVING count(*) > 0
  );
END $$;

CREATE FUNCTION app.fill_cells(holder integer, fund uuid, giver integer, version uuid) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE fund_cell AS c SET funded = coalesce((
      SELECT i.amount FROM app.bescheid_items(giver, version) AS i WHERE i.year = c.year AND i.purpose = c.purpose
    ), 0) WHERE c.tenant_id = holder AND c.fund_id = fund;
  INSERT INTO fund_cell (tenant_id, id, fund_id, year, baustein, purpose, funded, passed_on)
    SELECT holder, gen_random_uuid(), fund, i.year, i.baustein, i.purpose, i.amount, 0
    FROM app.bescheid_items(giver, version) AS i WHERE NOT EXISTS (
      SELECT FROM fund_cell AS c
      WHERE c.tenant_id = holder AND c.fund_id = fund AND c.year = i.year AND c.purpose = i.purpose
    );
END $$;

CREATE FUNCTION app.list_bausteine(owner integer, granted uuid, version uuid, period daterange) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  DELETE FROM grant_baustein AS b WHERE b.tenant_id = owner AND b.grant_id = granted;
  INSERT INTO grant_baustein (tenant_id, id, grant_id, baustein, period)
    SELECT owner, gen_random_uuid(), granted, i.baustein, list_bausteine.period
    FROM app.bescheid_items(owner, version) AS i WHERE i.amount > 0 GROUP BY i.baustein;
END $$;

CREATE FUNCTION app.grant_recorded() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  standing integer;
  short jsonb;
BEGIN
  SELECT current_version INTO standing FROM funding_grant
    WHERE tenant_id = NEW.tenant_id AND id = NEW.grant_id FOR NO KEY UPDATE;
  PERFORM app.require_next_bescheid(standing, NEW.number);
  PERFORM app.require_sound_items(NEW.tenant_id, NEW.id, NEW.period_from, NEW.period_to);
  PERFORM app.lock_cells(NEW.tenant_id, NEW.grant_id);
  short := app.cells_below(NEW.tenant_id, NEW.grant_id, NEW.tenant_id, NEW.id);
  IF short IS NOT NULL THEN
    RAISE EXCEPTION 'more is passed on than the Bescheid grants'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_below_allocated', DETAIL = short::text;
  END IF;
  short := app.allocations_outside(NEW.tenant_id, NEW.grant_id, NEW.period_from, NEW.period_to);
  IF short IS NOT NULL THEN
    RAISE EXCEPTION 'an allocation lies outside the new period'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_period_allocated', DETAIL = short::text;
  END IF;
  PERFORM app.fill_cells(NEW.tenant_id, NEW.grant_id, NEW.tenant_id, NEW.id);
  UPDATE funding_grant SET current_version = NEW.number, period_from = NEW.period_from, period_to = NEW.period_to
    WHERE tenant_id = NEW.tenant_id AND id = NEW.grant_id;
  PERFORM app.list_bausteine(NEW.tenant_id, NEW.grant_id, NEW.id, daterange(NEW.period_from, NEW.period_to, '[]'));
  RETURN NULL;
END $$;

CREATE FUNCTION app.fund_opened() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  given record;
BEGIN
  -- The lock lets the opening and a change of the allocation wait for each other.
  PERFORM FROM allocation WHERE id = NEW.id FOR NO KEY UPDATE;
  SELECT v.tenant_id, v.id INTO given FROM allocation AS a
    JOIN allocation_version AS v
      ON v.tenant_id = a.tenant_id AND v.allocation_id = a.id AND v.number = a.current_version
    WHERE a.id = NEW.id AND a.recipient_id = NEW.tenant_id;
  PERFORM app.fill_cells(NEW.tenant_id, NEW.id, given.tenant_id, given.id);
  RETURN NULL;
END $$;

CREATE FUNCTION app.require_not_upwards(source uuid, recipient integer) RETURNS void
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (
    WITH RECURSIVE above AS (
      SELECT a.tenant_id, a.source_allocation_id FROM allocation AS a WHERE a.id = source
      UNION ALL
      SELECT a.tenant_id, a.source_allocation_id FROM allocation AS a JOIN above AS b ON a.id = b.source_allocation_id
    )
    SELECT FROM above WHERE above.tenant_id = recipient
  ) THEN
    RAISE EXCEPTION 'money does not go back to where it came from'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_circle';
  END IF;
END $$;

CREATE FUNCTION app.require_period_of_money(giver integer, fund uuid, source uuid, period_from date, period_to date)
  RETURNS void LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  source_from date;
  source_to date;
BEGIN
  SELECT g.period_from, g.period_to INTO source_from, source_to FROM funding_grant AS g
    WHERE source IS NULL AND g.tenant_id = giver AND g.id = fund
  UNION ALL
  SELECT v.period_from, v.period_to FROM allocation AS a
    JOIN allocation_version AS v
      ON v.tenant_id = a.tenant_id AND v.allocation_id = a.id AND v.number = a.current_version
    WHERE a.id = source;
  IF source_from IS NULL OR period_from < source_from OR period_to > source_to THEN
    RAISE EXCEPTION 'the period lies outside that of the money'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_period',
        DETAIL = jsonb_build_object('from', source_from, 'to', source_to)::text;
  END IF;
END $$;

CREATE FUNCTION app.pass_on(giver integer, fund uuid, version uuid, before uuid) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  short jsonb;
BEGIN
  SELECT jsonb_agg(jsonb_build_object('year', d.year, 'purpose', d.purpose, 'asked', d.more::text,
      'left', coalesce(c.funded - c.passed_on, 0.00)::text) ORDER BY d.year, d.baustein, d.purpose)
    INTO short FROM app.changed_amounts(giver, version, before) AS d
    LEFT JOIN fund_cell AS c ON c.tenant_id = giver AND c.fund_id = fund AND c.year = d.year AND c.purpose = d.purpose
    WHERE d.more > coalesce(c.funded - c.passed_on, 0);
  IF short IS NOT NULL THEN
    RAISE EXCEPTION 'more is passed on than there is'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'fund_overdrawn', DETAIL = short::text;
  END IF;
  UPDATE fund_cell AS c SET passed_on = c.passed_on + d.more FROM app.changed_amounts(giver, version, before) AS d
    WHERE c.tenant_id = giver AND c.fund_id = fund AND c.year = d.year AND c.purpose = d.purpose AND d.more <> 0;
END $$;

CREATE FUNCTION app.hand_down(recipient integer, allocated uuid, giver integer, version uuid, period_from date, period_to date)
  RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM fund AS f WHERE f.tenant_id = recipient AND f.id = allocated) THEN
    RETURN;
  END IF;
  PERFORM app.lock_cells(recipient, allocated);
  IF app.cells_below(recipient, allocated, giver, version) IS NOT NULL
    OR app.allocations_outside(recipient, allocated, period_from, period_to) IS NOT NULL
  THEN
    RAISE EXCEPTION 'the recipient has passed on more'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_passed_on';
  END IF;
  PERFORM app.fill_cells(recipient, allocated, giver, version);
END $$;

CREATE FUNCTION app.allocation_recorded() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  given record;
  before uuid;
  gives boolean;
BEGIN
  SELECT a.fund_id, a.recipient_id, a.source_allocation_id, a.current_version INTO given FROM allocation AS a
    WHERE a.tenant_id = NEW.tenant_id AND a.id = NEW.allocation_id FOR NO KEY UPDATE;
  PERFORM app.require_next_bescheid(given.current_version, NEW.number);
  PERFORM app.require_sound_items(NEW.tenant_id, NEW.id, NEW.period_from, NEW.period_to);
  PERFORM app.require_not_upwards(given.source_allocation_id, given.recipient_id);
  PERFORM app.lock_cells(NEW.tenant_id, given.fund_id);
  gives := EXISTS (SELECT FROM app.bescheid_items(NEW.tenant_id, NEW.id) AS i WHERE i.amount > 0);
  IF gives THEN
    PERFORM app.require_period_of_money(NEW.tenant_id, given.fund_id, given.source_allocation_id,
      NEW.period_from, NEW.period_to);
  END IF;
  SELECT v.id INTO before FROM allocation_version AS v
    WHERE v.tenant_id = NEW.tenant_id AND v.allocation_id = NEW.allocation_id AND v.number = given.current_version;
  PERFORM app.pass_on(NEW.tenant_id, given.fund_id, NEW.id, before);
  UPDATE allocation SET
      current_version = NEW.number,
      issued_at = coalesce(issued_at, now()),
      ended_at = CASE WHEN NOT gives THEN now() END
    WHERE tenant_id = NEW.tenant_id AND id = NEW.allocation_id;
  PERFORM app.hand_down(given.recipient_id, NEW.allocation_id, NEW.tenant_id, NEW.id, NEW.period_from, NEW.period_to);
  RETURN NULL;
END $$;

CREATE FUNCTION app.allocation_issued() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM allocation AS a WHERE a.id = NEW.proceeding_id AND a.issued_at IS NOT NULL) THEN
    RAISE EXCEPTION 'an allocation is issued only with a version in force'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_issued';
  END IF;
  RETURN NULL;
END $$;

CREATE TABLE organization (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  sort_key TEXT NOT NULL,
  contact TEXT DEFAULT '' NOT NULL,
  address TEXT DEFAULT '' NOT NULL,
  email TEXT DEFAULT '' NOT NULL,
  archived_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_organization PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_organization_kind CHECK (kind IN ('ki', 'amt', 'auslaenderbehoerde', 'einbuergerungsbehoerde', 'traeger', 'sonstige')),
  CONSTRAINT ck_organization_name CHECK (length(name) BETWEEN 1 AND 200),
  CONSTRAINT uq_organization_name UNIQUE (tenant_id, kind, name),
  CONSTRAINT fk_organization_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_organization_id UNIQUE (id)
);

CREATE INDEX ix_organization_own ON organization (tenant_id, sort_key, id);

ALTER TABLE organization ENABLE ROW LEVEL SECURITY;

ALTER TABLE organization FORCE ROW LEVEL SECURITY;

ALTER TABLE organization ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON organization TO kimhub_app;

CREATE POLICY organization_read ON organization FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, name, kind, sort_key, contact, address, email, archived_at) ON organization TO kimhub_app;

CREATE POLICY organization_insert ON organization FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (name, kind, sort_key, contact, address, email, archived_at) ON organization TO kimhub_app;

CREATE POLICY organization_update ON organization FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER organization_audit AFTER INSERT OR UPDATE OR DELETE ON organization DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE funding_grant (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  title TEXT NOT NULL,
  kind TEXT NOT NULL,
  granted_by TEXT NOT NULL,
  plan_id UUID,
  current_version INTEGER DEFAULT '0' NOT NULL,
  period_from DATE,
  period_to DATE,
  CONSTRAINT pk_funding_grant PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_funding_grant_kind CHECK (kind IN ('bescheid', 'pauschale')),
  CONSTRAINT ck_funding_grant_title CHECK (length(title) BETWEEN 1 AND 200),
  CONSTRAINT ck_funding_grant_granted_by CHECK (length(granted_by) BETWEEN 1 AND 200),
  CONSTRAINT fk_funding_grant_plan FOREIGN KEY(tenant_id, plan_id) REFERENCES financing_plan (tenant_id, id),
  CONSTRAINT fk_funding_grant_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_funding_grant_id UNIQUE (id)
);

CREATE INDEX ix_funding_grant_own ON funding_grant (tenant_id, created_at, id);

CREATE INDEX ix_funding_grant_plan ON funding_grant (tenant_id, plan_id);

ALTER TABLE funding_grant ENABLE ROW LEVEL SECURITY;

ALTER TABLE funding_grant FORCE ROW LEVEL SECURITY;

ALTER TABLE funding_grant ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON funding_grant TO kimhub_app;

CREATE POLICY funding_grant_read ON funding_grant FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, title, kind, granted_by, plan_id) ON funding_grant TO kimhub_app;

CREATE POLICY funding_grant_insert ON funding_grant FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (title, granted_by, plan_id) ON funding_grant TO kimhub_app;

CREATE POLICY funding_grant_update ON funding_grant FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON funding_grant TO kimhub_app;

CREATE POLICY funding_grant_delete ON funding_grant FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (current_version = 0));

GRANT SELECT (tenant_id, id, current_version, period_from, period_to) ON funding_grant TO kimhub_gate;

CREATE POLICY funding_grant_kimhub_gate_select ON funding_grant FOR SELECT TO kimhub_gate USING (true);

GRANT UPDATE (current_version, period_from, period_to) ON funding_grant TO kimhub_gate;

CREATE POLICY funding_grant_kimhub_gate_update ON funding_grant FOR UPDATE TO kimhub_gate USING (true) WITH CHECK (true);

CREATE CONSTRAINT TRIGGER funding_grant_audit AFTER INSERT OR UPDATE OR DELETE ON funding_grant DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE fund (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  source TEXT NOT NULL,
  grant_id UUID GENERATED ALWAYS AS (CASE WHEN source = 'grant' THEN id END) STORED,
  allocation_id UUID GENERATED ALWAYS AS (CASE WHEN source = 'allocation' THEN id END) STORED,
  CONSTRAINT pk_fund PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_fund_source CHECK (source IN ('grant', 'allocation')),
  CONSTRAINT fk_fund_grant FOREIGN KEY(tenant_id, grant_id) REFERENCES funding_grant (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT uq_fund_allocation UNIQUE (tenant_id, id, allocation_id),
  CONSTRAINT fk_fund_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_fund_id UNIQUE (id)
);

ALTER TABLE fund ENABLE ROW LEVEL SECURITY;

ALTER TABLE fund FORCE ROW LEVEL SECURITY;

ALTER TABLE fund ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON fund TO kimhub_app;

CREATE POLICY fund_read ON fund FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, source) ON fund TO kimhub_app;

CREATE POLICY fund_insert ON fund FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT SELECT (tenant_id, id, source, grant_id, allocation_id) ON fund TO kimhub_gate;

CREATE POLICY fund_kimhub_gate_select ON fund FOR SELECT TO kimhub_gate USING (true);

CREATE CONSTRAINT TRIGGER fund_audit AFTER INSERT OR UPDATE OR DELETE ON fund DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE grant_baustein (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  grant_id UUID NOT NULL,
  baustein INTEGER NOT NULL,
  period DATERANGE NOT NULL,
  CONSTRAINT pk_grant_baustein PRIMARY KEY (tenant_id, id),
  CONSTRAINT fk_grant_baustein_grant FOREIGN KEY(tenant_id, grant_id) REFERENCES funding_grant (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT uq_grant_baustein_once UNIQUE (tenant_id, grant_id, baustein),
  CONSTRAINT grant_baustein_once EXCLUDE USING gist (int4range(tenant_id, tenant_id, '[]') WITH &&, int4range(baustein, baustein, '[]') WITH &&, period WITH &&),
  CONSTRAINT fk_grant_baustein_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_grant_baustein_id UNIQUE (id)
);

ALTER TABLE grant_baustein ENABLE ROW LEVEL SECURITY;

ALTER TABLE grant_baustein FORCE ROW LEVEL SECURITY;

ALTER TABLE grant_baustein ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON grant_baustein TO kimhub_app;

CREATE POLICY grant_baustein_read ON grant_baustein FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT SELECT (tenant_id, id, grant_id, baustein, period) ON grant_baustein TO kimhub_gate;

CREATE POLICY grant_baustein_kimhub_gate_select ON grant_baustein FOR SELECT TO kimhub_gate USING (true);

GRANT INSERT (tenant_id, id, grant_id, baustein, period) ON grant_baustein TO kimhub_gate;

CREATE POLICY grant_baustein_kimhub_gate_insert ON grant_baustein FOR INSERT TO kimhub_gate WITH CHECK (true);

GRANT DELETE ON grant_baustein TO kimhub_gate;

CREATE POLICY grant_baustein_kimhub_gate_delete ON grant_baustein FOR DELETE TO kimhub_gate USING (true);

CREATE TABLE grant_version (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  grant_id UUID NOT NULL,
  number INTEGER NOT NULL,
  aktenzeichen TEXT NOT NULL,
  issued_on DATE NOT NULL,
  received_on DATE NOT NULL,
  period_from DATE NOT NULL,
  period_to DATE NOT NULL,
  conditions TEXT DEFAULT '' NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  waived_on DATE,
  final_on DATE,
  recorded_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_grant_version PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_grant_version_number CHECK (number > 0),
  CONSTRAINT ck_grant_version_period CHECK (period_from <= period_to),
  CONSTRAINT ck_grant_version_aktenzeichen CHECK (length(aktenzeichen) BETWEEN 1 AND 100),
  CONSTRAINT ck_grant_version_conditions CHECK (length(conditions) <= 20000),
  CONSTRAINT ck_grant_version_reason CHECK (length(reason) <= 2000),
  CONSTRAINT ck_grant_version_received CHECK (received_on >= issued_on),
  CONSTRAINT ck_grant_version_waived CHECK (waived_on >= received_on),
  CONSTRAINT ck_grant_version_final CHECK (final_on >= received_on),
  CONSTRAINT fk_grant_version_grant FOREIGN KEY(tenant_id, grant_id) REFERENCES funding_grant (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT uq_grant_version_number UNIQUE (tenant_id, grant_id, number),
  CONSTRAINT fk_grant_version_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_grant_version_id UNIQUE (id)
);

ALTER TABLE grant_version ENABLE ROW LEVEL SECURITY;

ALTER TABLE grant_version FORCE ROW LEVEL SECURITY;

ALTER TABLE grant_version ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON grant_version TO kimhub_app;

CREATE POLICY grant_version_read ON grant_version FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, grant_id, number, aktenzeichen, issued_on, received_on, period_from, period_to, conditions, reason, waived_on, final_on) ON grant_version TO kimhub_app;

CREATE POLICY grant_version_insert ON grant_version FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (aktenzeichen, issued_on, received_on, period_from, period_to, conditions, reason, waived_on, final_on, recorded_at) ON grant_version TO kimhub_app;

CREATE POLICY grant_version_update ON grant_version FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON grant_version TO kimhub_app;

CREATE POLICY grant_version_delete ON grant_version FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (recorded_at IS NULL));

GRANT SELECT (tenant_id, id, grant_id, number, recorded_at) ON grant_version TO kimhub_gate;

CREATE POLICY grant_version_kimhub_gate_select ON grant_version FOR SELECT TO kimhub_gate USING (true);

GRANT UPDATE (recorded_at) ON grant_version TO kimhub_gate;

CREATE POLICY grant_version_kimhub_gate_update ON grant_version FOR UPDATE TO kimhub_gate USING (true) WITH CHECK (true);

CREATE CONSTRAINT TRIGGER grant_version_audit AFTER INSERT OR UPDATE OR DELETE ON grant_version DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE allocation (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  fund_id UUID NOT NULL,
  title TEXT NOT NULL,
  recipient_id INTEGER,
  organization_id UUID,
  organization_name TEXT DEFAULT '' NOT NULL,
  kreis_id INTEGER,
  giver_kreis_id INTEGER GENERATED ALWAYS AS (CASE WHEN kreis_id <> tenant_id THEN kreis_id END) STORED,
  source_allocation_id UUID,
  upstream_id INTEGER,
  kind TEXT GENERATED ALWAYS AS (CASE WHEN recipient_id IS NOT NULL THEN 'allocation' END) STORED,
  current_version INTEGER DEFAULT '0' NOT NULL,
  issued_at TIMESTAMP WITH TIME ZONE,
  ended_at TIMESTAMP WITH TIME ZONE,
  shared_with INTEGER GENERATED ALWAYS AS (CASE WHEN issued_at IS NOT NULL THEN recipient_id END) STORED,
  released_to INTEGER GENERATED ALWAYS AS (CASE WHEN issued_at IS NOT NULL THEN upstream_id END) STORED,
  CONSTRAINT pk_allocation PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_allocation_one_recipient CHECK (num_nonnulls(recipient_id, organization_id) = 1),
  CONSTRAINT ck_allocation_kreis CHECK ((recipient_id IS NULL) = (kreis_id IS NULL)),
  CONSTRAINT ck_allocation_organization_name CHECK ((organization_id IS NULL) = (organization_name = '')),
  CONSTRAINT ck_allocation_not_to_oneself CHECK (recipient_id <> tenant_id),
  CONSTRAINT ck_allocation_below CHECK (kreis_id = tenant_id OR source_allocation_id IS NOT NULL),
  CONSTRAINT ck_allocation_upstream CHECK ((source_allocation_id IS NULL) = (upstream_id IS NULL)),
  CONSTRAINT ck_allocation_title CHECK (length(title) BETWEEN 1 AND 200),
  CONSTRAINT fk_allocation_fund FOREIGN KEY(tenant_id, fund_id) REFERENCES fund (tenant_id, id),
  CONSTRAINT fk_allocation_organization FOREIGN KEY(tenant_id, organization_id) REFERENCES organization (tenant_id, id),
  CONSTRAINT fk_allocation_recipient FOREIGN KEY(recipient_id, kreis_id) REFERENCES tenant (id, parent_id),
  CONSTRAINT fk_allocation_giver FOREIGN KEY(tenant_id, giver_kreis_id) REFERENCES tenant (id, parent_id),
  CONSTRAINT fk_allocation_proceeding FOREIGN KEY(id, tenant_id, recipient_id, kind) REFERENCES proceeding (id, tenant_id, counterpart_id, kind),
  CONSTRAINT fk_allocation_source FOREIGN KEY(tenant_id, fund_id, source_allocation_id) REFERENCES fund (tenant_id, id, allocation_id),
  CONSTRAINT fk_allocation_upstream FOREIGN KEY(source_allocation_id, upstream_id) REFERENCES allocation (id, tenant_id),
  CONSTRAINT uq_allocation_giver UNIQUE (id, tenant_id),
  CONSTRAINT uq_allocation_recipient UNIQUE (id, shared_with),
  CONSTRAINT fk_allocation_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_allocation_id UNIQUE (id),
  CONSTRAINT fk_allocation_recipient_id FOREIGN KEY(recipient_id) REFERENCES tenant (id),
  CONSTRAINT fk_allocation_kreis_id FOREIGN KEY(kreis_id) REFERENCES tenant (id),
  CONSTRAINT fk_allocation_upstream_id FOREIGN KEY(upstream_id) REFERENCES tenant (id)
);

CREATE INDEX ix_allocation_fund ON allocation (tenant_id, fund_id);

CREATE INDEX ix_allocation_organization ON allocation (tenant_id, organization_id);

CREATE INDEX ix_allocation_own ON allocation (tenant_id, created_at, id);

CREATE INDEX ix_allocation_released ON allocation (released_to, issued_at, id) WHERE released_to IS NOT NULL;

CREATE INDEX ix_allocation_shared ON allocation (shared_with, issued_at, id) WHERE shared_with IS NOT NULL;

ALTER TABLE allocation ENABLE ROW LEVEL SECURITY;

ALTER TABLE allocation FORCE ROW LEVEL SECURITY;

ALTER TABLE allocation ALTER COLUMN tenant_id SET (n_distinct = -0.001);

ALTER TABLE allocation ALTER COLUMN shared_with SET (n_distinct = -0.001);

ALTER TABLE allocation ALTER COLUMN released_to SET (n_distinct = -0.001);

GRANT SELECT ON allocation TO kimhub_app;

CREATE POLICY allocation_read ON allocation FOR SELECT TO kimhub_app USING (coalesce(tenant_id = (SELECT app.tenant()) OR shared_with = (SELECT app.tenant()) OR released_to = (SELECT app.tenant()), false));

GRANT INSERT (tenant_id, id, fund_id, title, recipient_id, organization_id, organization_name, kreis_id, source_allocation_id, upstream_id) ON allocation TO kimhub_app;

CREATE POLICY allocation_insert ON allocation FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (title) ON allocation TO kimhub_app;

CREATE POLICY allocation_update ON allocation FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (issued_at IS NULL)) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON allocation TO kimhub_app;

CREATE POLICY allocation_delete ON allocation FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (issued_at IS NULL));

GRANT SELECT (tenant_id, id, fund_id, recipient_id, source_allocation_id, current_version, issued_at, ended_at) ON allocation TO kimhub_gate;

CREATE POLICY allocation_kimhub_gate_select ON allocation FOR SELECT TO kimhub_gate USING (true);

GRANT UPDATE (current_version, issued_at, ended_at) ON allocation TO kimhub_gate;

CREATE POLICY allocation_kimhub_gate_update ON allocation FOR UPDATE TO kimhub_gate USING (true) WITH CHECK (true);

CREATE TRIGGER allocation_stays_shared AFTER UPDATE ON allocation FOR EACH ROW WHEN (OLD.shared_with IS NOT NULL AND NEW.shared_with IS DISTINCT FROM OLD.shared_with OR OLD.released_to IS NOT NULL AND NEW.released_to IS DISTINCT FROM OLD.released_to) EXECUTE FUNCTION app.stays_shared();

CREATE CONSTRAINT TRIGGER allocation_audit AFTER INSERT OR UPDATE OR DELETE ON allocation DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE fund_cell (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  fund_id UUID NOT NULL,
  year INTEGER NOT NULL,
  baustein INTEGER NOT NULL,
  purpose TEXT NOT NULL,
  funded NUMERIC(14, 2) NOT NULL,
  passed_on NUMERIC(14, 2) NOT NULL,
  CONSTRAINT pk_fund_cell PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_fund_cell_year CHECK (year BETWEEN 2017 AND 2099),
  CONSTRAINT ck_fund_cell_purpose CHECK ((baustein = 1 AND purpose IN ('begleitausgaben', 'externe_begleitung', 'koordination', 'sachausgaben_koordination', 'sachausgaben_verwaltungsassistenz', 'verwaltungsassistenz')) OR (baustein = 2 AND purpose IN ('case_management')) OR (baustein = 3 AND purpose IN ('baustein_3'))),
  CONSTRAINT ck_fund_cell_passed_on CHECK (passed_on >= 0),
  CONSTRAINT ck_fund_cell_covered CHECK (passed_on <= funded),
  CONSTRAINT fk_fund_cell_fund FOREIGN KEY(tenant_id, fund_id) REFERENCES fund (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT uq_fund_cell_cell UNIQUE (tenant_id, fund_id, year, purpose),
  CONSTRAINT fk_fund_cell_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_fund_cell_id UNIQUE (id)
);

ALTER TABLE fund_cell ENABLE ROW LEVEL SECURITY;

ALTER TABLE fund_cell FORCE ROW LEVEL SECURITY;

ALTER TABLE fund_cell ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON fund_cell TO kimhub_app;

CREATE POLICY fund_cell_read ON fund_cell FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT SELECT (tenant_id, id, fund_id, year, baustein, purpose, funded, passed_on) ON fund_cell TO kimhub_gate;

CREATE POLICY fund_cell_kimhub_gate_select ON fund_cell FOR SELECT TO kimhub_gate USING (true);

GRANT INSERT (tenant_id, id, fund_id, year, baustein, purpose, funded, passed_on) ON fund_cell TO kimhub_gate;

CREATE POLICY fund_cell_kimhub_gate_insert ON fund_cell FOR INSERT TO kimhub_gate WITH CHECK (true);

GRANT UPDATE (funded, passed_on) ON fund_cell TO kimhub_gate;

CREATE POLICY fund_cell_kimhub_gate_update ON fund_cell FOR UPDATE TO kimhub_gate USING (true) WITH CHECK (true);

CREATE TABLE grant_document (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  version_id UUID NOT NULL,
  document_id UUID NOT NULL,
  CONSTRAINT pk_grant_document PRIMARY KEY (tenant_id, id),
  CONSTRAINT fk_grant_document_version FOREIGN KEY(tenant_id, version_id) REFERENCES grant_version (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT fk_grant_document_document FOREIGN KEY(tenant_id, document_id) REFERENCES document (tenant_id, id),
  CONSTRAINT uq_grant_document_once UNIQUE (tenant_id, version_id, document_id),
  CONSTRAINT fk_grant_document_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_grant_document_id UNIQUE (id)
);

CREATE INDEX ix_grant_document_document ON grant_document (tenant_id, document_id);

ALTER TABLE grant_document ENABLE ROW LEVEL SECURITY;

ALTER TABLE grant_document FORCE ROW LEVEL SECURITY;

ALTER TABLE grant_document ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON grant_document TO kimhub_app;

CREATE POLICY grant_document_read ON grant_document FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, version_id, document_id) ON grant_document TO kimhub_app;

CREATE POLICY grant_document_insert ON grant_document FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON grant_document TO kimhub_app;

CREATE POLICY grant_document_delete ON grant_document FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (EXISTS (SELECT FROM grant_version AS v WHERE v.id = version_id AND v.recorded_at IS NULL)));

CREATE CONSTRAINT TRIGGER grant_document_audit AFTER INSERT OR UPDATE OR DELETE ON grant_document DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE grant_item (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  version_id UUID NOT NULL,
  year INTEGER NOT NULL,
  baustein INTEGER NOT NULL,
  purpose TEXT NOT NULL,
  amount NUMERIC(14, 2) NOT NULL,
  fte NUMERIC(6, 2),
  CONSTRAINT pk_grant_item PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_grant_item_year CHECK (year BETWEEN 2017 AND 2099),
  CONSTRAINT ck_grant_item_purpose CHECK ((baustein = 1 AND purpose IN ('begleitausgaben', 'externe_begleitung', 'koordination', 'sachausgaben_koordination', 'sachausgaben_verwaltungsassistenz', 'verwaltungsassistenz')) OR (baustein = 2 AND purpose IN ('case_management')) OR (baustein = 3 AND purpose IN ('baustein_3'))),
  CONSTRAINT ck_grant_item_amount CHECK (amount >= 0),
  CONSTRAINT ck_grant_item_fte CHECK (fte >= 0),
  CONSTRAINT fk_grant_item_version FOREIGN KEY(tenant_id, version_id) REFERENCES grant_version (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT uq_grant_item_cell UNIQUE (tenant_id, version_id, year, purpose),
  CONSTRAINT fk_grant_item_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_grant_item_id UNIQUE (id)
);

ALTER TABLE grant_item ENABLE ROW LEVEL SECURITY;

ALTER TABLE grant_item FORCE ROW LEVEL SECURITY;

ALTER TABLE grant_item ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON grant_item TO kimhub_app;

CREATE POLICY grant_item_read ON grant_item FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, version_id, year, baustein, purpose, amount, fte) ON grant_item TO kimhub_app;

CREATE POLICY grant_item_insert ON grant_item FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (amount, fte) ON grant_item TO kimhub_app;

CREATE POLICY grant_item_update ON grant_item FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON grant_item TO kimhub_app;

CREATE POLICY grant_item_delete ON grant_item FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

GRANT SELECT (tenant_id, id, version_id, year, baustein, purpose, amount) ON grant_item TO kimhub_gate;

CREATE POLICY grant_item_kimhub_gate_select ON grant_item FOR SELECT TO kimhub_gate USING (true);

CREATE CONSTRAINT TRIGGER grant_item_audit AFTER INSERT OR UPDATE OR DELETE ON grant_item DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE allocation_version (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  allocation_id UUID NOT NULL,
  number INTEGER NOT NULL,
  issued_on DATE NOT NULL,
  period_from DATE NOT NULL,
  period_to DATE NOT NULL,
  conditions TEXT DEFAULT '' NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  consent_on DATE,
  consent_reference TEXT DEFAULT '' NOT NULL,
  recorded_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_allocation_version PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_allocation_version_number CHECK (number > 0),
  CONSTRAINT ck_allocation_version_period CHECK (period_from <= period_to),
  CONSTRAINT ck_allocation_version_conditions CHECK (length(conditions) <= 20000),
  CONSTRAINT ck_allocation_version_reason CHECK (length(reason) <= 2000),
  CONSTRAINT ck_allocation_version_consent_reference CHECK (length(consent_reference) <= 200),
  CONSTRAINT fk_allocation_version_allocation FOREIGN KEY(tenant_id, allocation_id) REFERENCES allocation (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT uq_allocation_version_number UNIQUE (tenant_id, allocation_id, number),
  CONSTRAINT fk_allocation_version_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_allocation_version_id UNIQUE (id)
);

ALTER TABLE allocation_version ENABLE ROW LEVEL SECURITY;

ALTER TABLE allocation_version FORCE ROW LEVEL SECURITY;

GRANT SELECT ON allocation_version TO kimhub_app;

CREATE POLICY allocation_version_read ON allocation_version FOR SELECT TO kimhub_app USING (EXISTS (SELECT 1 FROM allocation AS parent WHERE parent.id = allocation_id));

GRANT INSERT (tenant_id, id, allocation_id, number, issued_on, period_from, period_to, conditions, reason, consent_on, consent_reference) ON allocation_version TO kimhub_app;

CREATE POLICY allocation_version_insert ON allocation_version FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (issued_on, period_from, period_to, conditions, reason, consent_on, consent_reference, recorded_at) ON allocation_version TO kimhub_app;

CREATE POLICY allocation_version_update ON allocation_version FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (recorded_at IS NULL)) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON allocation_version TO kimhub_app;

CREATE POLICY allocation_version_delete ON allocation_version FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (recorded_at IS NULL));

GRANT SELECT (tenant_id, id, allocation_id, number, period_from, period_to, recorded_at) ON allocation_version TO kimhub_gate;

CREATE POLICY allocation_version_kimhub_gate_select ON allocation_version FOR SELECT TO kimhub_gate USING (true);

GRANT UPDATE (recorded_at) ON allocation_version TO kimhub_gate;

CREATE POLICY allocation_version_kimhub_gate_update ON allocation_version FOR UPDATE TO kimhub_gate USING (true) WITH CHECK (true);

CREATE CONSTRAINT TRIGGER allocation_version_audit AFTER INSERT OR UPDATE OR DELETE ON allocation_version DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE allocation_item (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  version_id UUID NOT NULL,
  year INTEGER NOT NULL,
  baustein INTEGER NOT NULL,
  purpose TEXT NOT NULL,
  amount NUMERIC(14, 2) NOT NULL,
  fte NUMERIC(6, 2),
  CONSTRAINT pk_allocation_item PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_allocation_item_year CHECK (year BETWEEN 2017 AND 2099),
  CONSTRAINT ck_allocation_item_purpose CHECK ((baustein = 1 AND purpose IN ('begleitausgaben', 'externe_begleitung', 'koordination', 'sachausgaben_koordination', 'sachausgaben_verwaltungsassistenz', 'verwaltungsassistenz')) OR (baustein = 2 AND purpose IN ('case_management')) OR (baustein = 3 AND purpose IN ('baustein_3'))),
  CONSTRAINT ck_allocation_item_amount CHECK (amount >= 0),
  CONSTRAINT ck_allocation_item_fte CHECK (fte >= 0),
  CONSTRAINT fk_allocation_item_version FOREIGN KEY(tenant_id, version_id) REFERENCES allocation_version (tenant_id, id) ON DELETE CASCADE,
  CONSTRAINT uq_allocation_item_cell UNIQUE (tenant_id, version_id, year, purpose),
  CONSTRAINT fk_allocation_item_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_allocation_item_id UNIQUE (id)
);

ALTER TABLE allocation_item ENABLE ROW LEVEL SECURITY;

ALTER TABLE allocation_item FORCE ROW LEVEL SECURITY;

GRANT SELECT ON allocation_item TO kimhub_app;

CREATE POLICY allocation_item_read ON allocation_item FOR SELECT TO kimhub_app USING (EXISTS (SELECT 1 FROM allocation_version AS parent WHERE parent.id = version_id));

GRANT INSERT (tenant_id, id, version_id, year, baustein, purpose, amount, fte) ON allocation_item TO kimhub_app;

CREATE POLICY allocation_item_insert ON allocation_item FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (amount, fte) ON allocation_item TO kimhub_app;

CREATE POLICY allocation_item_update ON allocation_item FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON allocation_item TO kimhub_app;

CREATE POLICY allocation_item_delete ON allocation_item FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

GRANT SELECT (tenant_id, id, version_id, year, baustein, purpose, amount) ON allocation_item TO kimhub_gate;

CREATE POLICY allocation_item_kimhub_gate_select ON allocation_item FOR SELECT TO kimhub_gate USING (true);

CREATE CONSTRAINT TRIGGER allocation_item_audit AFTER INSERT OR UPDATE OR DELETE ON allocation_item DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

ALTER TABLE fund ADD CONSTRAINT fk_fund_allocation FOREIGN KEY (allocation_id, tenant_id) REFERENCES allocation (id, shared_with);

CREATE TRIGGER fund_opened AFTER INSERT ON fund FOR EACH ROW WHEN (NEW.source = 'allocation') EXECUTE FUNCTION app.fund_opened();

CREATE TRIGGER grant_version_fixed BEFORE UPDATE ON grant_version FOR EACH ROW WHEN (OLD.recorded_at IS NOT NULL) EXECUTE FUNCTION app.bescheid_fixed('waived_on', 'final_on');

CREATE TRIGGER grant_version_recorded AFTER UPDATE OF recorded_at ON grant_version FOR EACH ROW WHEN (OLD.recorded_at IS NULL AND NEW.recorded_at IS NOT NULL) EXECUTE FUNCTION app.grant_recorded();

CREATE TRIGGER allocation_issued AFTER INSERT ON proceeding_entry FOR EACH ROW WHEN (NEW.kind = 'allocation' AND NEW.action = 'issue') EXECUTE FUNCTION app.allocation_issued();

CREATE TRIGGER grant_item_fixed BEFORE INSERT OR UPDATE OR DELETE ON grant_item FOR EACH ROW EXECUTE FUNCTION app.bescheid_item_fixed('grant_version');

CREATE TRIGGER allocation_version_recorded AFTER UPDATE OF recorded_at ON allocation_version FOR EACH ROW WHEN (OLD.recorded_at IS NULL AND NEW.recorded_at IS NOT NULL) EXECUTE FUNCTION app.allocation_recorded();

CREATE TRIGGER allocation_item_fixed BEFORE INSERT OR UPDATE OR DELETE ON allocation_item FOR EACH ROW EXECUTE FUNCTION app.bescheid_item_fixed('allocation_version');

REVOKE ALL ON FUNCTION app.bescheid_item_fixed(), app.grant_recorded(), app.fund_opened(), app.allocation_recorded() FROM PUBLIC;

ALTER FUNCTION app.bescheid_items(integer, uuid) OWNER TO kimhub_gate;

ALTER FUNCTION app.changed_amounts(integer, uuid, uuid) OWNER TO kimhub_gate;

ALTER FUNCTION app.require_next_bescheid(integer, integer) OWNER TO kimhub_gate;

ALTER FUNCTION app.require_sound_items(integer, uuid, date, date) OWNER TO kimhub_gate;

ALTER FUNCTION app.lock_cells(integer, uuid) OWNER TO kimhub_gate;

ALTER FUNCTION app.cells_below(integer, uuid, integer, uuid) OWNER TO kimhub_gate;

ALTER FUNCTION app.allocations_outside(integer, uuid, date, date) OWNER TO kimhub_gate;

ALTER FUNCTION app.fill_cells(integer, uuid, integer, uuid) OWNER TO kimhub_gate;

ALTER FUNCTION app.list_bausteine(integer, uuid, uuid, daterange) OWNER TO kimhub_gate;

ALTER FUNCTION app.grant_recorded() OWNER TO kimhub_gate;

ALTER FUNCTION app.fund_opened() OWNER TO kimhub_gate;

ALTER FUNCTION app.require_not_upwards(uuid, integer) OWNER TO kimhub_gate;

ALTER FUNCTION app.require_period_of_money(integer, uuid, uuid, date, date) OWNER TO kimhub_gate;

ALTER FUNCTION app.pass_on(integer, uuid, uuid, uuid) OWNER TO kimhub_gate;

ALTER FUNCTION app.hand_down(integer, uuid, integer, uuid, date, date) OWNER TO kimhub_gate;

ALTER FUNCTION app.allocation_recorded() OWNER TO kimhub_gate;

ALTER FUNCTION app.bescheid_item_fixed() OWNER TO kimhub_gate;

INSERT INTO workflow_transition (kind, action, from_state, to_state, side) VALUES
  ('allocation', 'issue', 'draft', 'issued', 'initiator'),
  ('allocation', 'confirm', 'issued', 'confirmed', 'counterpart'),
  ('allocation', 'confirm', 'amended', 'confirmed', 'counterpart'),
  ('allocation', 'object', 'issued', 'objected', 'counterpart'),
  ('allocation', 'object', 'amended', 'objected', 'counterpart'),
  ('allocation', 'uphold', 'objected', 'issued', 'initiator'),
  ('allocation', 'waive', 'issued', 'waived', 'counterpart'),
  ('allocation', 'waive', 'confirmed', 'waived', 'counterpart'),
  ('allocation', 'waive', 'objected', 'waived', 'counterpart'),
  ('allocation', 'waive', 'amended', 'waived', 'counterpart'),
  ('allocation', 'amend', 'issued', 'amended', 'initiator'),
  ('allocation', 'amend', 'confirmed', 'amended', 'initiator'),
  ('allocation', 'amend', 'objected', 'amended', 'initiator'),
  ('allocation', 'amend', 'amended', 'amended', 'initiator'),
  ('allocation', 'amend', 'waived', 'amended', 'initiator'),
  ('allocation', 'end', 'issued', 'ended', 'initiator'),
  ('allocation', 'end', 'confirmed', 'ended', 'initiator'),
  ('allocation', 'end', 'objected', 'ended', 'initiator'),
  ('allocation', 'end', 'amended', 'ended', 'initiator'),
  ('allocation', 'end', 'waived', 'ended', 'initiator')
"""

DOWN = r"""
DROP TRIGGER allocation_issued ON proceeding_entry;
ALTER TABLE fund DROP CONSTRAINT fk_fund_allocation;
DROP TABLE allocation_item;
DROP TABLE allocation_version;
DROP TABLE allocation;
DROP TABLE fund_cell;
DROP TABLE fund;
DROP TABLE grant_baustein;
DROP TABLE grant_document;
DROP TABLE grant_item;
DROP TABLE grant_version;
DROP TABLE funding_grant;
DROP TABLE organization;
DROP FUNCTION app.allocation_recorded();
DROP FUNCTION app.hand_down(integer, uuid, integer, uuid, date, date);
DROP FUNCTION app.pass_on(integer, uuid, uuid, uuid);
DROP FUNCTION app.require_period_of_money(integer, uuid, uuid, date, date);
DROP FUNCTION app.require_not_upwards(uuid, integer);
DROP FUNCTION app.fund_opened();
DROP FUNCTION app.grant_recorded();
DROP FUNCTION app.list_bausteine(integer, uuid, uuid, daterange);
DROP FUNCTION app.fill_cells(integer, uuid, integer, uuid);
DROP FUNCTION app.allocations_outside(integer, uuid, date, date);
DROP FUNCTION app.cells_below(integer, uuid, integer, uuid);
DROP FUNCTION app.lock_cells(integer, uuid);
DROP FUNCTION app.require_sound_items(integer, uuid, date, date);
DROP FUNCTION app.require_next_bescheid(integer, integer);
DROP FUNCTION app.changed_amounts(integer, uuid, uuid);
DROP FUNCTION app.bescheid_items(integer, uuid);
DROP FUNCTION app.allocation_issued();
DROP FUNCTION app.bescheid_item_fixed();
DROP FUNCTION app.bescheid_fixed();
DELETE FROM workflow_transition WHERE kind = 'allocation'
"""


def upgrade() -> None:
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

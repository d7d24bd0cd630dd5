"""The kernel: register, tenants, accounts, proceedings, audit.

Revision 0001, after None.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UP = r"""
CREATE SCHEMA app;

GRANT USAGE ON SCHEMA app TO kimhub_app, kimhub_signin, kimhub_relay, kimhub_gate;

GRANT CREATE ON SCHEMA app TO kimhub_gate;

GRANT USAGE ON SCHEMA public TO kimhub_app, kimhub_signin, kimhub_relay, kimhub_gate;

ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

GRANT SELECT ON alembic_version TO kimhub_app;

CREATE FUNCTION app.stays_shared() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'what was shared is not withdrawn' USING ERRCODE = 'check_violation', CONSTRAINT = 'stays_shared';
END $$;

CREATE FUNCTION app.membership_accepted() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- Who belongs to the tenant already need not accept another role of it; everybody else is only invited.
  IF TG_OP = 'INSERT' OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL) THEN
    NEW.accepted_at := CASE WHEN TG_OP = 'INSERT' THEN NEW.accepted_at END;
    IF NEW.accepted_at IS NULL AND EXISTS (
      SELECT FROM membership AS m WHERE m.tenant_id = NEW.tenant_id AND m.account_id = NEW.account_id
        AND m.id <> NEW.id AND m.ended_at IS NULL AND m.accepted_at IS NOT NULL
    ) THEN
      NEW.accepted_at := clock_timestamp();
    END IF;
  END IF;
  RETURN NEW;
END $$;

SET LOCAL ROLE kimhub_gate;

ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE FUNCTION app.tenant() RETURNS integer LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  tenant text := coalesce(current_setting('app.tenant', true), '');
  actor text := coalesce(current_setting('app.actor', true), '');
  label text := coalesce(current_setting('app.actor_label', true), '');
  request text := coalesce(current_setting('app.request_id', true), '');
  proof text[];
  key record;
BEGIN
  IF tenant || actor || label || request = '' THEN
    RETURN NULL;
  END IF;
  proof := string_to_array(current_setting('app.proof', true), '.');
  SELECT k.inner_pad, k.outer_pad INTO key FROM binding_key AS k
  WHERE k.id = proof[1] AND (k.ends_at IS NULL OR k.ends_at > transaction_timestamp());
  -- Hashes are compared, so that the time of the comparison tells nothing about the right proof.
  IF NOT FOUND OR sha256(convert_to(coalesce(proof[3], ''), 'UTF8')) <> sha256(convert_to(encode(sha256(
    key.outer_pad || sha256(key.inner_pad || convert_to(concat_ws('|', proof[1] || '.' || proof[2], tenant, actor,
      length(label), label, request), 'UTF8'))), 'hex'), 'UTF8'))
  THEN
    RAISE EXCEPTION 'binding is not signed' USING ERRCODE = 'insufficient_privilege',
      HINT = 'Who acts is said by tenants/binding.py alone, with a key that the database knows (kimhub db migrate).';
  END IF;
  IF proof[2]::bigint < extract(epoch FROM transaction_timestamp()) THEN
    RAISE EXCEPTION 'binding has expired' USING ERRCODE = 'insufficient_privilege',
      HINT = 'A proof holds for a day; the clocks of the application and of the database must agree better than that.';
  END IF;
  RETURN nullif(tenant, '')::integer;
END $$;

CREATE FUNCTION app.hold(what text, id uuid) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  acting integer := app.tenant();
BEGIN
  IF acting IS NULL THEN
    RAISE EXCEPTION 'no tenant acts' USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(what || ':' || coalesce(id::text, 'tenant ' || acting), 0));
END $$;

CREATE FUNCTION app.binding_key_known(wanted text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM binding_key AS k
    WHERE k.id = wanted AND (k.ends_at IS NULL OR k.ends_at > transaction_timestamp()));
END $$;

CREATE FUNCTION app.binding_key_use(wanted text, inner_pad bytea, outer_pad bytea, grace interval)
  RETURNS TABLE (added boolean, ending integer) LANGUAGE plpgsql VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  moment timestamptz := clock_timestamp();
BEGIN
  added := NOT app.binding_key_known(wanted);
  INSERT INTO binding_key (id, inner_pad, outer_pad) VALUES (wanted, inner_pad, outer_pad)
  ON CONFLICT (id) DO UPDATE SET ends_at = NULL;
  UPDATE binding_key AS k SET ends_at = least(k.ends_at, moment + grace) WHERE k.id <> wanted;
  DELETE FROM binding_key AS k WHERE k.ends_at <= moment;
  SELECT count(*) INTO ending FROM binding_key AS k WHERE k.id <> wanted;
  RETURN NEXT;
END $$;

CREATE FUNCTION app.audit_body(
  seq bigint, at timestamptz, table_name text, row_id text, operation text, actor_id uuid, actor_label text,
  request_id text, old jsonb, new jsonb
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN jsonb_build_array(
    seq, (extract(epoch FROM at) * 1000000)::bigint, table_name, row_id, operation, actor_id, actor_label,
    request_id, old, new
  )::text;

CREATE FUNCTION app.audit_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - TG_ARGV[1:] END;
  after jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - TG_ARGV[1:] END;
  whole jsonb := coalesce(to_jsonb(NEW), to_jsonb(OLD));
  owner integer := (whole ->> TG_ARGV[0])::integer;
  acting integer := app.tenant();  -- raises unless what the settings say of the actor is signed
  actor uuid := nullif(current_setting('app.actor', true), '')::uuid;
  label text := coalesce(nullif(current_setting('app.actor_label', true), ''), session_user);
  request text := coalesce(current_setting('app.request_id', true), '');
  at timestamptz;
  head record;
  last record;
  next_hash bytea;
BEGIN
  SELECT h.seq, h.hash INTO head FROM audit_head AS h WHERE h.tenant_id = owner FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO audit_head (tenant_id, seq, hash) VALUES (owner, 0, '\x') ON CONFLICT DO NOTHING;
    SELECT h.seq, h.hash INTO head FROM audit_head AS h WHERE h.tenant_id = owner FOR UPDATE;
  END IF;
  -- Within a transaction the head follows only at its end: moving it with every event would leave a version of the
  -- row each time, and the next event would have to pass them all.
  SELECT e.seq, e.hash INTO last FROM audit_event AS e
  WHERE e.tenant_id = owner AND e.seq > head.seq ORDER BY e.seq DESC LIMIT 1;
  IF NOT FOUND THEN
    last := head;
  END IF;
  at := clock_timestamp();
  next_hash := sha256(last.hash || convert_to(app.audit_body(
    last.seq + 1, at, TG_TABLE_NAME, coalesce(whole ->> 'id', ''), TG_OP, actor, label, request, before, after
  ), 'UTF8'));
  INSERT INTO audit_event (tenant_id, seq, at, table_name, row_id, operation, actor_id, actor_label, request_id,
    old, new, previous_hash, hash)
  VALUES (owner, last.seq + 1, at, TG_TABLE_NAME, coalesce(whole ->> 'id', ''), TG_OP, actor, label, request,
    before, after, last.hash, next_hash);
  RETURN NULL;
END $$;

CREATE FUNCTION app.audit_head_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  before bigint;
  sealed bigint;
BEGIN
  IF EXISTS (SELECT FROM audit_event AS e WHERE e.tenant_id = NEW.tenant_id AND e.seq > NEW.seq) THEN
    RETURN NULL;
  END IF;
  SELECT h.seq INTO before FROM audit_head AS h WHERE h.tenant_id = NEW.tenant_id;
  UPDATE audit_head SET seq = NEW.seq, hash = NEW.hash WHERE tenant_id = NEW.tenant_id;
  -- With a thousand unsealed events the chain is sealed by whoever writes; looked at with every hundredth, and left to
  -- the next one while somebody else seals: nobody waits for another tenant.
  IF before / 100 <> NEW.seq / 100 THEN
    SELECT s.seq INTO sealed FROM audit_seal AS s WHERE s.tenant_id = NEW.tenant_id ORDER BY s.root_seq DESC LIMIT 1;
    IF NEW.seq - coalesce(sealed, 0) >= 1000 AND pg_try_advisory_xact_lock(app.audit_seal_lock()) THEN
      PERFORM app.audit_seal_grown(NEW.tenant_id);
    END IF;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION app.audit_head(OUT seq bigint, OUT hash bytea) RETURNS SETOF record
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT h.seq, h.hash FROM audit_head AS h WHERE h.tenant_id = (SELECT app.tenant());
END $$;

CREATE FUNCTION app.audit_seal_lock() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN hashtext('app.audit_seal');

CREATE FUNCTION app.audit_seal_grown(wanted integer) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  last record;
  number bigint;
  at timestamptz;
BEGIN
  SELECT r.seq, r.hash INTO last FROM audit_root AS r ORDER BY r.seq DESC LIMIT 1;
  number := coalesce(last.seq, 0) + 1;
  at := clock_timestamp();
  WITH grown AS (
    SELECT h.tenant_id, h.seq, h.hash FROM audit_head AS h
    WHERE (wanted IS NULL OR h.tenant_id = wanted) AND h.seq > coalesce(
      (SELECT s.seq FROM audit_seal AS s WHERE s.tenant_id = h.tenant_id ORDER BY s.root_seq DESC LIMIT 1), 0)
  ), body AS (
    SELECT count(*) AS tenants, format('%s %s %s', number, (extract(epoch FROM at) * 1000000)::bigint,
      string_agg(format('%s:%s:%s', g.tenant_id, g.seq, encode(g.hash, 'hex')), ',' ORDER BY g.tenant_id)) AS text
    FROM grown AS g
  ), root AS (
    INSERT INTO audit_root (seq, at, tenants, previous_hash, hash)
    SELECT number, at, b.tenants, coalesce(last.hash, ''), sha256(coalesce(last.hash, '') || convert_to(b.text, 'UTF8'))
    FROM body AS b WHERE b.tenants > 0
    RETURNING audit_root.seq
  )
  INSERT INTO audit_seal (tenant_id, root_seq, seq, hash)
  SELECT g.tenant_id, r.seq, g.seq, g.hash FROM grown AS g CROSS JOIN root AS r;
END $$;

CREATE FUNCTION app.audit_seal() RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(app.audit_seal_lock());
  PERFORM app.audit_seal_grown(NULL);
  RETURN (SELECT max(r.seq) FROM audit_root AS r);
END $$;

GRANT EXECUTE ON FUNCTION app.tenant(), app.hold(text, uuid), app.binding_key_known(text) TO kimhub_app;

GRANT EXECUTE ON FUNCTION app.binding_key_use(text, bytea, bytea, interval) TO kimhub_owner;

GRANT EXECUTE ON FUNCTION app.audit_row(), app.audit_head_follows() TO kimhub_owner;

GRANT EXECUTE ON FUNCTION app.audit_head() TO kimhub_app;

GRANT EXECUTE ON FUNCTION app.audit_seal() TO kimhub_relay, kimhub_owner;

RESET ROLE;

CREATE TABLE account (
  id UUID NOT NULL,
  email TEXT NOT NULL,
  display_name TEXT NOT NULL,
  disabled_at TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_account PRIMARY KEY (id),
  CONSTRAINT ck_account_email CHECK (email = lower(email)),
  CONSTRAINT uq_account_email UNIQUE (email)
);

ALTER TABLE account ENABLE ROW LEVEL SECURITY;

ALTER TABLE account FORCE ROW LEVEL SECURITY;

GRANT SELECT (id, email, display_name, disabled_at) ON account TO kimhub_gate;

CREATE POLICY account_kimhub_gate_select ON account FOR SELECT TO kimhub_gate USING (true);

GRANT INSERT (id, email, display_name) ON account TO kimhub_gate;

CREATE POLICY account_kimhub_gate_insert ON account FOR INSERT TO kimhub_gate WITH CHECK (true);

GRANT UPDATE (display_name, disabled_at) ON account TO kimhub_gate;

CREATE POLICY account_kimhub_gate_update ON account FOR UPDATE TO kimhub_gate USING (true) WITH CHECK (true);

CREATE TABLE audit_root (
  seq BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  tenants INTEGER NOT NULL,
  previous_hash BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  CONSTRAINT pk_audit_root PRIMARY KEY (seq)
);

ALTER TABLE audit_root ENABLE ROW LEVEL SECURITY;

ALTER TABLE audit_root FORCE ROW LEVEL SECURITY;

GRANT SELECT ON audit_root TO kimhub_app;

CREATE POLICY audit_root_read ON audit_root FOR SELECT TO kimhub_app USING (true);

CREATE POLICY audit_root_operator ON audit_root FOR SELECT TO kimhub_owner USING (true);

GRANT SELECT (seq, at, tenants, previous_hash, hash) ON audit_root TO kimhub_gate;

CREATE POLICY audit_root_kimhub_gate_select ON audit_root FOR SELECT TO kimhub_gate USING (true);

GRANT INSERT (seq, at, tenants, previous_hash, hash) ON audit_root TO kimhub_gate;

CREATE POLICY audit_root_kimhub_gate_insert ON audit_root FOR INSERT TO kimhub_gate WITH CHECK (true);

CREATE TABLE binding_key (
  id TEXT NOT NULL,
  inner_pad BYTEA NOT NULL,
  outer_pad BYTEA NOT NULL,
  ends_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_binding_key PRIMARY KEY (id),
  CONSTRAINT ck_binding_key_pads CHECK (octet_length(inner_pad) = 64 AND octet_length(outer_pad) = 64)
);

ALTER TABLE binding_key ENABLE ROW LEVEL SECURITY;

ALTER TABLE binding_key FORCE ROW LEVEL SECURITY;

GRANT SELECT (id, inner_pad, outer_pad, ends_at) ON binding_key TO kimhub_gate;

CREATE POLICY binding_key_kimhub_gate_select ON binding_key FOR SELECT TO kimhub_gate USING (true);

GRANT INSERT (id, inner_pad, outer_pad) ON binding_key TO kimhub_gate;

CREATE POLICY binding_key_kimhub_gate_insert ON binding_key FOR INSERT TO kimhub_gate WITH CHECK (true);

GRANT UPDATE (ends_at) ON binding_key TO kimhub_gate;

CREATE POLICY binding_key_kimhub_gate_update ON binding_key FOR UPDATE TO kimhub_gate USING (true) WITH CHECK (true);

GRANT DELETE ON binding_key TO kimhub_gate;

CREATE POLICY binding_key_kimhub_gate_delete ON binding_key FOR DELETE TO kimhub_gate USING (true);

CREATE TABLE register_entry (
  ags TEXT NOT NULL,
  ars TEXT,
  name TEXT NOT NULL,
  official_name TEXT NOT NULL,
  kind TEXT NOT NULL,
  parent_ags TEXT,
  regierungsbezirk TEXT NOT NULL,
  status TEXT NOT NULL,
  population INTEGER NOT NULL,
  population_date DATE NOT NULL,
  postcode TEXT,
  has_auslaenderbehoerde BOOLEAN,
  source TEXT NOT NULL,
  sort_key TEXT NOT NULL,
  CONSTRAINT pk_register_entry PRIMARY KEY (ags),
  CONSTRAINT ck_register_entry_kind CHECK (kind IN ('kreis', 'kreisfreie_stadt', 'gemeinde')),
  CONSTRAINT ck_register_entry_population CHECK (population >= 0),
  CONSTRAINT ck_register_entry_parent CHECK ((kind = 'gemeinde') = (parent_ags IS NOT NULL)),
  CONSTRAINT fk_register_entry_parent_ags FOREIGN KEY(parent_ags) REFERENCES register_entry (ags)
);

CREATE INDEX ix_register_entry_parent_ags ON register_entry (parent_ags, sort_key);

ALTER TABLE register_entry ENABLE ROW LEVEL SECURITY;

ALTER TABLE register_entry FORCE ROW LEVEL SECURITY;

GRANT SELECT ON register_entry TO kimhub_app;

CREATE POLICY register_entry_read ON register_entry FOR SELECT TO kimhub_app USING (true);

CREATE POLICY register_entry_operator ON register_entry FOR ALL TO kimhub_owner USING (true) WITH CHECK (true);

CREATE TABLE workflow_transition (
  kind TEXT NOT NULL,
  action TEXT NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  side TEXT NOT NULL,
  CONSTRAINT pk_workflow_transition PRIMARY KEY (kind, action, from_state, to_state, side)
);

ALTER TABLE workflow_transition ENABLE ROW LEVEL SECURITY;

ALTER TABLE workflow_transition FORCE ROW LEVEL SECURITY;

GRANT SELECT ON workflow_transition TO kimhub_app;

CREATE POLICY workflow_transition_read ON workflow_transition FOR SELECT TO kimhub_app USING (true);

CREATE POLICY workflow_transition_operator ON workflow_transition FOR ALL TO kimhub_owner USING (true) WITH CHECK (true);

CREATE TABLE tenant (
  id INTEGER GENERATED ALWAYS AS IDENTITY,
  kind TEXT NOT NULL,
  ags TEXT,
  name TEXT NOT NULL,
  designation TEXT DEFAULT '' NOT NULL,
  official_name TEXT GENERATED ALWAYS AS (CASE WHEN designation = '' THEN name ELSE designation || ' ' || name END) STORED NOT NULL,
  slug TEXT NOT NULL,
  parent_id INTEGER,
  is_grant_recipient BOOLEAN NOT NULL,
  has_auslaenderbehoerde BOOLEAN NOT NULL,
  has_jugendamt BOOLEAN NOT NULL,
  integration_committee TEXT NOT NULL,
  address TEXT DEFAULT '' NOT NULL,
  sort_key TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_tenant PRIMARY KEY (id),
  CONSTRAINT ck_tenant_kind CHECK (kind IN ('kreis', 'kreisfreie_stadt', 'gemeinde', 'bezirksregierung')),
  CONSTRAINT ck_tenant_integration_committee CHECK (integration_committee IN ('none', 'integrationsrat', 'integrationsausschuss')),
  CONSTRAINT ck_tenant_parent CHECK ((kind = 'gemeinde') = (parent_id IS NOT NULL)),
  CONSTRAINT ck_tenant_slug CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  CONSTRAINT uq_tenant_slug UNIQUE (slug),
  CONSTRAINT uq_tenant_ags UNIQUE (ags),
  CONSTRAINT uq_tenant_id_parent_id UNIQUE (id, parent_id),
  CONSTRAINT fk_tenant_ags FOREIGN KEY(ags) REFERENCES register_entry (ags),
  CONSTRAINT fk_tenant_parent_id FOREIGN KEY(parent_id) REFERENCES tenant (id)
);

CREATE INDEX ix_tenant_parent_id ON tenant (parent_id, sort_key);

ALTER TABLE tenant ENABLE ROW LEVEL SECURITY;

ALTER TABLE tenant FORCE ROW LEVEL SECURITY;

GRANT SELECT ON tenant TO kimhub_app;

CREATE POLICY tenant_read ON tenant FOR SELECT TO kimhub_app USING (true);

GRANT UPDATE (has_auslaenderbehoerde, has_jugendamt, integration_committee, address) ON tenant TO kimhub_app;

CREATE POLICY tenant_update ON tenant FOR UPDATE TO kimhub_app USING (id = (SELECT app.tenant())) WITH CHECK (id = (SELECT app.tenant()));

CREATE POLICY tenant_operator ON tenant FOR ALL TO kimhub_owner USING (true) WITH CHECK (true);

CREATE CONSTRAINT TRIGGER tenant_audit AFTER INSERT OR UPDATE OR DELETE ON tenant DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('id');

CREATE TABLE audit_event (
  tenant_id INTEGER NOT NULL,
  seq BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  table_name TEXT NOT NULL,
  row_id TEXT NOT NULL,
  operation TEXT NOT NULL,
  actor_id UUID,
  actor_label TEXT NOT NULL,
  request_id TEXT NOT NULL,
  "old" JSONB,
  "new" JSONB,
  previous_hash BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  CONSTRAINT pk_audit_event PRIMARY KEY (tenant_id, seq),
  CONSTRAINT fk_audit_event_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id)
);

CREATE INDEX ix_audit_event_row ON audit_event (tenant_id, table_name, row_id, seq);

ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY;

ALTER TABLE audit_event FORCE ROW LEVEL SECURITY;

ALTER TABLE audit_event ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON audit_event TO kimhub_app;

CREATE POLICY audit_event_read ON audit_event FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT SELECT (tenant_id, seq, hash) ON audit_event TO kimhub_gate;

CREATE POLICY audit_event_kimhub_gate_select ON audit_event FOR SELECT TO kimhub_gate USING (true);

GRANT INSERT (tenant_id, seq, at, table_name, row_id, operation, actor_id, actor_label, request_id, old, new, previous_hash, hash) ON audit_event TO kimhub_gate;

CREATE POLICY audit_event_kimhub_gate_insert ON audit_event FOR INSERT TO kimhub_gate WITH CHECK (true);

CREATE CONSTRAINT TRIGGER audit_event_head AFTER INSERT ON audit_event DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_head_follows();

CREATE TABLE audit_head (
  tenant_id INTEGER NOT NULL,
  seq BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  CONSTRAINT pk_audit_head PRIMARY KEY (tenant_id),
  CONSTRAINT fk_audit_head_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id)
);

ALTER TABLE audit_head ENABLE ROW LEVEL SECURITY;

ALTER TABLE audit_head FORCE ROW LEVEL SECURITY;

GRANT SELECT (tenant_id, seq, hash) ON audit_head TO kimhub_gate;

CREATE POLICY audit_head_kimhub_gate_select ON audit_head FOR SELECT TO kimhub_gate USING (true);

GRANT INSERT (tenant_id, seq, hash) ON audit_head TO kimhub_gate;

CREATE POLICY audit_head_kimhub_gate_insert ON audit_head FOR INSERT TO kimhub_gate WITH CHECK (true);

GRANT UPDATE (seq, hash) ON audit_head TO kimhub_gate;

CREATE POLICY audit_head_kimhub_gate_update ON audit_head FOR UPDATE TO kimhub_gate USING (true) WITH CHECK (true);

CREATE TABLE membership (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  account_id UUID NOT NULL,
  role TEXT NOT NULL,
  display_name TEXT NOT NULL,
  email TEXT NOT NULL,
  accepted_at TIMESTAMP WITH TIME ZONE,
  ended_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_membership PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_membership_role CHECK (role IN ('ki_coordinator', 'officer', 'committee_member', 'committee_office', 'authority', 'administrator', 'auditor')),
  CONSTRAINT uq_membership_tenant_id_account_id_role UNIQUE (tenant_id, account_id, role),
  CONSTRAINT fk_membership_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_membership_id UNIQUE (id),
  CONSTRAINT fk_membership_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_membership_account_id ON membership (account_id);

ALTER TABLE membership ENABLE ROW LEVEL SECURITY;

ALTER TABLE membership FORCE ROW LEVEL SECURITY;

ALTER TABLE membership ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON membership TO kimhub_app;

CREATE POLICY membership_read ON membership FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, account_id, role, display_name, email, ended_at) ON membership TO kimhub_app;

CREATE POLICY membership_insert ON membership FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (ended_at, display_name) ON membership TO kimhub_app;

CREATE POLICY membership_update ON membership FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT SELECT (tenant_id, id, account_id, role, display_name, accepted_at, ended_at) ON membership TO kimhub_gate;

CREATE POLICY membership_kimhub_gate_select ON membership FOR SELECT TO kimhub_gate USING (true);

GRANT UPDATE (accepted_at, ended_at) ON membership TO kimhub_gate;

CREATE POLICY membership_kimhub_gate_update ON membership FOR UPDATE TO kimhub_gate USING (true) WITH CHECK (true);

CREATE CONSTRAINT TRIGGER membership_audit AFTER INSERT OR UPDATE OR DELETE ON membership DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TRIGGER membership_accepted BEFORE INSERT OR UPDATE OF ended_at ON membership FOR EACH ROW EXECUTE FUNCTION app.membership_accepted();

CREATE TABLE proceeding (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  kind TEXT NOT NULL,
  counterpart_id INTEGER NOT NULL,
  subject TEXT NOT NULL,
  released_at TIMESTAMP WITH TIME ZONE,
  shared_with INTEGER GENERATED ALWAYS AS (CASE WHEN released_at IS NOT NULL THEN counterpart_id END) STORED,
  CONSTRAINT pk_proceeding PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_proceeding_two_sides CHECK (counterpart_id <> tenant_id),
  CONSTRAINT uq_proceeding_id_tenant_id_counterpart_id_kind UNIQUE (id, tenant_id, counterpart_id, kind),
  CONSTRAINT uq_proceeding_id_tenant_id_shared_with_kind UNIQUE (id, tenant_id, shared_with, kind),
  CONSTRAINT fk_proceeding_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_proceeding_id UNIQUE (id),
  CONSTRAINT fk_proceeding_counterpart_id FOREIGN KEY(counterpart_id) REFERENCES tenant (id)
);

CREATE INDEX ix_proceeding_own ON proceeding (tenant_id, kind, created_at, id);

CREATE INDEX ix_proceeding_shared ON proceeding (shared_with, kind, created_at, id) WHERE shared_with IS NOT NULL;

ALTER TABLE proceeding ENABLE ROW LEVEL SECURITY;

ALTER TABLE proceeding FORCE ROW LEVEL SECURITY;

ALTER TABLE proceeding ALTER COLUMN tenant_id SET (n_distinct = -0.001);

ALTER TABLE proceeding ALTER COLUMN shared_with SET (n_distinct = -0.001);

GRANT SELECT ON proceeding TO kimhub_app;

CREATE POLICY proceeding_read ON proceeding FOR SELECT TO kimhub_app USING (coalesce(tenant_id = (SELECT app.tenant()) OR shared_with = (SELECT app.tenant()), false));

GRANT INSERT (tenant_id, id, kind, counterpart_id, subject, released_at) ON proceeding TO kimhub_app;

CREATE POLICY proceeding_insert ON proceeding FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (released_at, subject) ON proceeding TO kimhub_app;

CREATE POLICY proceeding_update ON proceeding FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (released_at IS NULL)) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON proceeding TO kimhub_app;

CREATE POLICY proceeding_delete ON proceeding FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (released_at IS NULL));

CREATE TRIGGER proceeding_stays_shared AFTER UPDATE ON proceeding FOR EACH ROW WHEN (OLD.shared_with IS NOT NULL AND NEW.shared_with IS DISTINCT FROM OLD.shared_with) EXECUTE FUNCTION app.stays_shared();

CREATE CONSTRAINT TRIGGER proceeding_audit AFTER INSERT OR UPDATE OR DELETE ON proceeding DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE audit_seal (
  tenant_id INTEGER NOT NULL,
  root_seq BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  hash BYTEA NOT NULL,
  CONSTRAINT pk_audit_seal PRIMARY KEY (tenant_id, root_seq),
  CONSTRAINT fk_audit_seal_tenant_id_seq FOREIGN KEY(tenant_id, seq) REFERENCES audit_event (tenant_id, seq),
  CONSTRAINT fk_audit_seal_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT fk_audit_seal_root_seq FOREIGN KEY(root_seq) REFERENCES audit_root (seq)
);

ALTER TABLE audit_seal ENABLE ROW LEVEL SECURITY;

ALTER TABLE audit_seal FORCE ROW LEVEL SECURITY;

ALTER TABLE audit_seal ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON audit_seal TO kimhub_app;

CREATE POLICY audit_seal_read ON audit_seal FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT SELECT (tenant_id, root_seq, seq) ON audit_seal TO kimhub_gate;

CREATE POLICY audit_seal_kimhub_gate_select ON audit_seal FOR SELECT TO kimhub_gate USING (true);

GRANT INSERT (tenant_id, root_seq, seq, hash) ON audit_seal TO kimhub_gate;

CREATE POLICY audit_seal_kimhub_gate_insert ON audit_seal FOR INSERT TO kimhub_gate WITH CHECK (true);

CREATE TABLE proceeding_entry (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  proceeding_id UUID NOT NULL,
  initiator_id INTEGER NOT NULL,
  counterpart_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  seq INTEGER NOT NULL,
  previous_seq INTEGER,
  action TEXT NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  note TEXT NOT NULL,
  about TEXT DEFAULT '' NOT NULL,
  account_id UUID,
  actor_label TEXT NOT NULL,
  side TEXT GENERATED ALWAYS AS (CASE WHEN tenant_id = initiator_id THEN 'initiator' ELSE 'counterpart' END) STORED NOT NULL,
  shared_with INTEGER GENERATED ALWAYS AS (CASE WHEN tenant_id = initiator_id THEN counterpart_id ELSE initiator_id END) STORED NOT NULL,
  CONSTRAINT pk_proceeding_entry PRIMARY KEY (tenant_id, id),
  CONSTRAINT fk_proceeding_entry_proceeding FOREIGN KEY(proceeding_id, initiator_id, counterpart_id, kind) REFERENCES proceeding (id, tenant_id, shared_with, kind),
  CONSTRAINT fk_proceeding_entry_previous FOREIGN KEY(proceeding_id, previous_seq, from_state) REFERENCES proceeding_entry (proceeding_id, seq, to_state),
  CONSTRAINT fk_proceeding_entry_transition FOREIGN KEY(kind, action, from_state, to_state, side) REFERENCES workflow_transition (kind, action, from_state, to_state, side),
  CONSTRAINT ck_proceeding_entry_author_is_a_side CHECK (tenant_id IN (initiator_id, counterpart_id)),
  CONSTRAINT ck_proceeding_entry_chain CHECK ((seq = 1 AND previous_seq IS NULL) OR (seq > 1 AND previous_seq IS NOT NULL AND previous_seq = seq - 1)),
  CONSTRAINT ck_proceeding_entry_begins_with_draft CHECK (seq > 1 OR from_state = 'draft'),
  CONSTRAINT uq_proceeding_entry_seq UNIQUE (proceeding_id, seq),
  CONSTRAINT uq_proceeding_entry_state UNIQUE (proceeding_id, seq, to_state),
  CONSTRAINT fk_proceeding_entry_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_proceeding_entry_id UNIQUE (id)
);

ALTER TABLE proceeding_entry ENABLE ROW LEVEL SECURITY;

ALTER TABLE proceeding_entry FORCE ROW LEVEL SECURITY;

ALTER TABLE proceeding_entry ALTER COLUMN tenant_id SET (n_distinct = -0.001);

ALTER TABLE proceeding_entry ALTER COLUMN shared_with SET (n_distinct = -0.001);

GRANT SELECT ON proceeding_entry TO kimhub_app;

CREATE POLICY proceeding_entry_read ON proceeding_entry FOR SELECT TO kimhub_app USING (coalesce(tenant_id = (SELECT app.tenant()) OR shared_with = (SELECT app.tenant()), false));

GRANT INSERT (tenant_id, id, proceeding_id, initiator_id, counterpart_id, kind, seq, previous_seq, action, from_state, to_state, note, about, account_id, actor_label) ON proceeding_entry TO kimhub_app;

CREATE POLICY proceeding_entry_insert ON proceeding_entry FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER proceeding_entry_audit AFTER INSERT OR UPDATE OR DELETE ON proceeding_entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE proceeding_note (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  proceeding_id UUID NOT NULL,
  initiator_id INTEGER NOT NULL,
  counterpart_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  account_id UUID,
  actor_label TEXT NOT NULL,
  CONSTRAINT pk_proceeding_note PRIMARY KEY (tenant_id, id),
  CONSTRAINT fk_proceeding_note_proceeding FOREIGN KEY(proceeding_id, initiator_id, counterpart_id, kind) REFERENCES proceeding (id, tenant_id, counterpart_id, kind),
  CONSTRAINT ck_proceeding_note_author_is_a_side CHECK (tenant_id IN (initiator_id, counterpart_id)),
  CONSTRAINT fk_proceeding_note_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_proceeding_note_id UNIQUE (id)
);

CREATE INDEX ix_proceeding_note_proceeding ON proceeding_note (tenant_id, proceeding_id, created_at);

ALTER TABLE proceeding_note ENABLE ROW LEVEL SECURITY;

ALTER TABLE proceeding_note FORCE ROW LEVEL SECURITY;

ALTER TABLE proceeding_note ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON proceeding_note TO kimhub_app;

CREATE POLICY proceeding_note_read ON proceeding_note FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, proceeding_id, initiator_id, counterpart_id, kind, text, account_id, actor_label) ON proceeding_note TO kimhub_app;

CREATE POLICY proceeding_note_insert ON proceeding_note FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON proceeding_note TO kimhub_app;

CREATE POLICY proceeding_note_delete ON proceeding_note FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (EXISTS (SELECT 1 FROM proceeding AS p WHERE p.id = proceeding_id AND p.released_at IS NULL)));

CREATE CONSTRAINT TRIGGER proceeding_note_audit AFTER INSERT OR UPDATE OR DELETE ON proceeding_note DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id')
"""

DOWN = r"""
DROP TABLE proceeding_note;
DROP TABLE proceeding_entry;
DROP TABLE audit_seal;
DROP TABLE proceeding;
DROP TABLE membership;
DROP TABLE audit_head;
DROP TABLE audit_event;
DROP TABLE tenant;
DROP TABLE workflow_transition;
DROP TABLE register_entry;
DROP TABLE audit_root;
DROP TABLE account;
DROP TABLE binding_key;
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
SET LOCAL ROLE kimhub_gate;
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
RESET ROLE;
DROP SCHEMA app CASCADE
"""


def upgrade() -> None:
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

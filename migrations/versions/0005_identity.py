"""Sign-in: credentials, sessions, the brake on guessing, machine clients, and the exact questions about them.

Revision 0005, after 0004.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE sign_in_brake (
  key BYTEA NOT NULL,
  failures INTEGER NOT NULL,
  since TIMESTAMP WITH TIME ZONE NOT NULL,
  open_at TIMESTAMP WITH TIME ZONE NOT NULL,
  forget_at TIMESTAMP WITH TIME ZONE NOT NULL,
  undecided INTEGER DEFAULT '0' NOT NULL,
  decided_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_sign_in_brake PRIMARY KEY (key),
  CONSTRAINT ck_sign_in_brake_failures CHECK (failures >= 0),
  CONSTRAINT ck_sign_in_brake_undecided CHECK (undecided >= 0)
);

CREATE INDEX ix_sign_in_brake_forget_at ON sign_in_brake (forget_at);

ALTER TABLE sign_in_brake ENABLE ROW LEVEL SECURITY;

ALTER TABLE sign_in_brake FORCE ROW LEVEL SECURITY;

GRANT SELECT (key, failures, since, open_at, forget_at, undecided, decided_at) ON sign_in_brake TO kimhub_gate;

CREATE POLICY sign_in_brake_kimhub_gate_select ON sign_in_brake FOR SELECT TO kimhub_gate USING (true);

GRANT INSERT (key, failures, since, open_at, forget_at) ON sign_in_brake TO kimhub_gate;

CREATE POLICY sign_in_brake_kimhub_gate_insert ON sign_in_brake FOR INSERT TO kimhub_gate WITH CHECK (true);

GRANT UPDATE (failures, since, open_at, forget_at, undecided, decided_at) ON sign_in_brake TO kimhub_gate;

CREATE POLICY sign_in_brake_kimhub_gate_update ON sign_in_brake FOR UPDATE TO kimhub_gate USING (true) WITH CHECK (true);

GRANT DELETE ON sign_in_brake TO kimhub_gate;

CREATE POLICY sign_in_brake_kimhub_gate_delete ON sign_in_brake FOR DELETE TO kimhub_gate USING (true);

CREATE TABLE credential (
  account_id UUID NOT NULL,
  password_hash TEXT NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  initial_until TIMESTAMP WITH TIME ZONE,
  vouched_by INTEGER,
  CONSTRAINT pk_credential PRIMARY KEY (account_id),
  CONSTRAINT fk_credential_account_id FOREIGN KEY(account_id) REFERENCES account (id),
  CONSTRAINT fk_credential_vouched_by FOREIGN KEY(vouched_by) REFERENCES tenant (id)
);

ALTER TABLE credential ENABLE ROW LEVEL SECURITY;

ALTER TABLE credential FORCE ROW LEVEL SECURITY;

GRANT SELECT (account_id, password_hash, changed_at, initial_until, vouched_by) ON credential TO kimhub_gate;

CREATE POLICY credential_kimhub_gate_select ON credential FOR SELECT TO kimhub_gate USING (true);

GRANT INSERT (account_id, password_hash, initial_until, vouched_by) ON credential TO kimhub_gate;

CREATE POLICY credential_kimhub_gate_insert ON credential FOR INSERT TO kimhub_gate WITH CHECK (true);

GRANT UPDATE (password_hash, changed_at, initial_until, vouched_by) ON credential TO kimhub_gate;

CREATE POLICY credential_kimhub_gate_update ON credential FOR UPDATE TO kimhub_gate USING (true) WITH CHECK (true);

CREATE TABLE oauth_client (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  name TEXT NOT NULL,
  scopes TEXT[] NOT NULL,
  secret_hash BYTEA NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_oauth_client PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_oauth_client_secret_hash CHECK (octet_length(secret_hash) = 32),
  CONSTRAINT ck_oauth_client_scopes CHECK (cardinality(scopes) > 0),
  CONSTRAINT ck_oauth_client_name CHECK (btrim(name) <> ''),
  CONSTRAINT fk_oauth_client_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_oauth_client_id UNIQUE (id)
);

CREATE INDEX ix_oauth_client_list ON oauth_client (tenant_id, created_at, id);

ALTER TABLE oauth_client ENABLE ROW LEVEL SECURITY;

ALTER TABLE oauth_client FORCE ROW LEVEL SECURITY;

ALTER TABLE oauth_client ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON oauth_client TO kimhub_app;

CREATE POLICY oauth_client_read ON oauth_client FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, name, scopes, secret_hash, ended_at) ON oauth_client TO kimhub_app;

CREATE POLICY oauth_client_insert ON oauth_client FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (ended_at) ON oauth_client TO kimhub_app;

CREATE POLICY oauth_client_update ON oauth_client FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT SELECT (tenant_id, id, name, scopes, secret_hash, ended_at) ON oauth_client TO kimhub_gate;

CREATE POLICY oauth_client_kimhub_gate_select ON oauth_client FOR SELECT TO kimhub_gate USING (true);

CREATE CONSTRAINT TRIGGER oauth_client_audit AFTER INSERT OR UPDATE OR DELETE ON oauth_client DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id', 'secret_hash');

CREATE TABLE password_link (
  token_hash BYTEA NOT NULL,
  account_id UUID NOT NULL,
  issued_by INTEGER NOT NULL,
  invites BOOLEAN NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  used_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_password_link PRIMARY KEY (token_hash),
  CONSTRAINT ck_password_link_token_hash CHECK (octet_length(token_hash) = 32),
  CONSTRAINT fk_password_link_account_id FOREIGN KEY(account_id) REFERENCES account (id),
  CONSTRAINT fk_password_link_issued_by FOREIGN KEY(issued_by) REFERENCES tenant (id)
);

CREATE INDEX ix_password_link_account_id ON password_link (account_id);

ALTER TABLE password_link ENABLE ROW LEVEL SECURITY;

ALTER TABLE password_link FORCE ROW LEVEL SECURITY;

GRANT SELECT (token_hash, account_id, issued_by, invites, expires_at, used_at) ON password_link TO kimhub_gate;

CREATE POLICY password_link_kimhub_gate_select ON password_link FOR SELECT TO kimhub_gate USING (true);

GRANT INSERT (token_hash, account_id, issued_by, invites, expires_at) ON password_link TO kimhub_gate;

CREATE POLICY password_link_kimhub_gate_insert ON password_link FOR INSERT TO kimhub_gate WITH CHECK (true);

GRANT UPDATE (used_at) ON password_link TO kimhub_gate;

CREATE POLICY password_link_kimhub_gate_update ON password_link FOR UPDATE TO kimhub_gate USING (true) WITH CHECK (true);

CREATE TABLE link_request (
  id BIGINT GENERATED ALWAYS AS IDENTITY,
  token_hash BYTEA NOT NULL,
  purpose TEXT NOT NULL,
  email TEXT NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  otherwise TEXT,
  target TEXT,
  minutes INTEGER NOT NULL,
  asked_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT pk_link_request PRIMARY KEY (id),
  CONSTRAINT ck_link_request_token_hash CHECK (octet_length(token_hash) = 32),
  CONSTRAINT ck_link_request_purpose CHECK (purpose IN ('password', 'sign_in')),
  CONSTRAINT ck_link_request_otherwise CHECK ((purpose = 'sign_in') = (otherwise IS NOT NULL))
);

ALTER TABLE link_request ENABLE ROW LEVEL SECURITY;

ALTER TABLE link_request FORCE ROW LEVEL SECURITY;

GRANT SELECT (id, token_hash, purpose, email, recipient, subject, text, otherwise, target, minutes, asked_at) ON link_request TO kimhub_gate;

CREATE POLICY link_request_kimhub_gate_select ON link_request FOR SELECT TO kimhub_gate USING (true);

GRANT INSERT (token_hash, purpose, email, recipient, subject, text, otherwise, target, minutes) ON link_request TO kimhub_gate;

CREATE POLICY link_request_kimhub_gate_insert ON link_request FOR INSERT TO kimhub_gate WITH CHECK (true);

GRANT DELETE ON link_request TO kimhub_gate;

CREATE POLICY link_request_kimhub_gate_delete ON link_request FOR DELETE TO kimhub_gate USING (true);

CREATE TABLE sign_in_link (
  token_hash BYTEA NOT NULL,
  account_id UUID NOT NULL,
  target TEXT,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  used_at TIMESTAMP WITH TIME ZONE,
  ended_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_sign_in_link PRIMARY KEY (token_hash),
  CONSTRAINT ck_sign_in_link_token_hash CHECK (octet_length(token_hash) = 32),
  CONSTRAINT ck_sign_in_link_over CHECK (used_at IS NULL OR ended_at IS NULL),
  CONSTRAINT fk_sign_in_link_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_sign_in_link_account_id ON sign_in_link (account_id);

ALTER TABLE sign_in_link ENABLE ROW LEVEL SECURITY;

ALTER TABLE sign_in_link FORCE ROW LEVEL SECURITY;

GRANT SELECT (token_hash, account_id, target, expires_at, used_at, ended_at) ON sign_in_link TO kimhub_gate;

CREATE POLICY sign_in_link_kimhub_gate_select ON sign_in_link FOR SELECT TO kimhub_gate USING (true);

GRANT INSERT (token_hash, account_id, target, expires_at) ON sign_in_link TO kimhub_gate;

CREATE POLICY sign_in_link_kimhub_gate_insert ON sign_in_link FOR INSERT TO kimhub_gate WITH CHECK (true);

GRANT UPDATE (used_at, ended_at) ON sign_in_link TO kimhub_gate;

CREATE POLICY sign_in_link_kimhub_gate_update ON sign_in_link FOR UPDATE TO kimhub_gate USING (true) WITH CHECK (true);

GRANT DELETE ON sign_in_link TO kimhub_gate;

CREATE POLICY sign_in_link_kimhub_gate_delete ON sign_in_link FOR DELETE TO kimhub_gate USING (true);

CREATE TABLE sign_in_session (
  token_hash BYTEA NOT NULL,
  id UUID NOT NULL,
  account_id UUID NOT NULL,
  tenant_id INTEGER,
  signed_in_at TIMESTAMP WITH TIME ZONE NOT NULL,
  last_seen_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  device TEXT NOT NULL,
  by_link BOOLEAN DEFAULT 'false' NOT NULL,
  CONSTRAINT pk_sign_in_session PRIMARY KEY (token_hash),
  CONSTRAINT ck_sign_in_session_token_hash CHECK (octet_length(token_hash) = 32),
  CONSTRAINT uq_sign_in_session_id UNIQUE (id),
  CONSTRAINT fk_sign_in_session_account_id FOREIGN KEY(account_id) REFERENCES account (id),
  CONSTRAINT fk_sign_in_session_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id)
);

CREATE INDEX ix_sign_in_session_account_id ON sign_in_session (account_id, signed_in_at);

ALTER TABLE sign_in_session ENABLE ROW LEVEL SECURITY;

ALTER TABLE sign_in_session FORCE ROW LEVEL SECURITY;

GRANT SELECT (token_hash, id, account_id, tenant_id, signed_in_at, last_seen_at, ended_at, device, by_link) ON sign_in_session TO kimhub_gate;

CREATE POLICY sign_in_session_kimhub_gate_select ON sign_in_session FOR SELECT TO kimhub_gate USING (true);

GRANT INSERT (token_hash, id, account_id, tenant_id, signed_in_at, last_seen_at, device, by_link) ON sign_in_session TO kimhub_gate;

CREATE POLICY sign_in_session_kimhub_gate_insert ON sign_in_session FOR INSERT TO kimhub_gate WITH CHECK (true);

GRANT UPDATE (last_seen_at, ended_at) ON sign_in_session TO kimhub_gate;

CREATE POLICY sign_in_session_kimhub_gate_update ON sign_in_session FOR UPDATE TO kimhub_gate USING (true) WITH CHECK (true);

GRANT DELETE ON sign_in_session TO kimhub_gate;

CREATE POLICY sign_in_session_kimhub_gate_delete ON sign_in_session FOR DELETE TO kimhub_gate USING (true);

GRANT SELECT (id, slug, official_name, kind, is_grant_recipient, has_auslaenderbehoerde, sort_key) ON tenant TO kimhub_signin;

CREATE POLICY tenant_kimhub_signin_select ON tenant FOR SELECT TO kimhub_signin USING (true);

SET LOCAL ROLE kimhub_gate;

CREATE FUNCTION app.roles_of(account uuid, tenant integer) RETURNS text[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(array_agg(m.role ORDER BY m.role), '{}')
  FROM membership AS m LEFT JOIN credential AS c ON c.account_id = m.account_id
  WHERE m.account_id = account AND m.tenant_id = tenant AND m.ended_at IS NULL AND m.accepted_at IS NOT NULL
    AND (c.vouched_by IS NULL OR c.vouched_by = m.tenant_id)
$$;

CREATE FUNCTION app.tenants_of(account uuid) RETURNS TABLE (tenant_id integer, roles text[])
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT m.tenant_id, array_agg(m.role ORDER BY m.role)
  FROM membership AS m LEFT JOIN credential AS c ON c.account_id = m.account_id
  WHERE m.account_id = account AND m.ended_at IS NULL AND m.accepted_at IS NOT NULL
    AND (c.vouched_by IS NULL OR c.vouched_by = m.tenant_id)
  GROUP BY m.tenant_id
$$;

CREATE FUNCTION app.invitations_to(account uuid) RETURNS TABLE (tenant_id integer, roles text[])
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT m.tenant_id, array_agg(m.role ORDER BY m.role)
  FROM membership AS m LEFT JOIN credential AS c ON c.account_id = m.account_id
  WHERE m.account_id = account AND m.ended_at IS NULL AND m.accepted_at IS NULL
    AND (c.vouched_by IS NULL OR c.vouched_by = m.tenant_id)
  GROUP BY m.tenant_id
$$;

CREATE FUNCTION app.signs_in_by_link(account uuid, accepting integer) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(bool_or(m.role = 'committee_member'), false) AND coalesce(bool_and(m.role = 'committee_member')
    FILTER (WHERE m.accepted_at IS NOT NULL OR m.tenant_id = accepting), true)
  FROM membership AS m WHERE m.account_id = account AND m.ended_at IS NULL
$$;

CREATE FUNCTION app.address_confirmed(account uuid) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE credential AS c SET vouched_by = NULL, initial_until = CASE
    WHEN c.vouched_by IS NOT NULL OR c.initial_until IS NOT NULL THEN least(c.initial_until, clock_timestamp()) END
  WHERE c.account_id = account
$$;

CREATE FUNCTION app.session_is_open(s sign_in_session) RETURNS boolean
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN s.ended_at IS NULL
    AND s.last_seen_at > clock_timestamp() - interval '30 minutes'
    AND s.signed_in_at > clock_timestamp() - interval '10 hours'
    AND EXISTS (
      SELECT FROM account AS a LEFT JOIN credential AS c ON c.account_id = a.id
      WHERE a.id = s.account_id AND a.disabled_at IS NULL
        AND (s.by_link OR c.initial_until IS NULL OR c.initial_until > clock_timestamp()))
    AND (NOT s.by_link OR app.signs_in_by_link(s.account_id, NULL));
END $$;

CREATE FUNCTION app.session_open(hash bytea) RETURNS TABLE (
  session_id uuid, account_id uuid, must_change boolean, signed_in_at timestamptz,
  tenant_id integer, roles text[], display_name text, tenants integer, invitations integer, unread integer,
  by_link boolean
) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  found sign_in_session;
BEGIN
  SELECT s.* INTO found FROM sign_in_session AS s WHERE s.token_hash = hash AND app.session_is_open(s);
  IF found.id IS NULL THEN
    RETURN;
  END IF;
  IF found.last_seen_at < clock_timestamp() - interval '60 seconds' THEN
    UPDATE sign_in_session AS s SET last_seen_at = clock_timestamp() WHERE s.token_hash = hash;
  END IF;
  RETURN QUERY
    SELECT found.id, found.account_id, min(c.initial_until) IS NOT NULL AND NOT found.by_link, found.signed_in_at, found.tenant_id,
      coalesce(array_agg(m.role ORDER BY m.role)
        FILTER (WHERE m.tenant_id = found.tenant_id AND m.accepted_at IS NOT NULL), '{}'),
      coalesce(min(m.display_name) FILTER (WHERE m.tenant_id = found.tenant_id AND m.accepted_at IS NOT NULL),
        min(a.display_name)),
      count(DISTINCT m.tenant_id) FILTER (WHERE m.accepted_at IS NOT NULL)::integer,
      count(DISTINCT m.tenant_id) FILTER (WHERE m.accepted_at IS NULL)::integer,
      app.inbox_unread(found.account_id, found.tenant_id), found.by_link
    FROM account AS a
    LEFT JOIN credential AS c ON c.account_id = a.id
    LEFT JOIN membership AS m ON m.account_id = a.id AND m.ended_at IS NULL
      AND (c.vouched_by IS NULL OR c.vouched_by = m.tenant_id)
    WHERE a.id = found.account_id;
END $$;

CREATE FUNCTION app.session_start(hash bytea, session_id uuid, account uuid, device text, link boolean) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  choices integer[] := ARRAY(SELECT t.tenant_id FROM app.tenants_of(account) AS t);
  only_choice integer := CASE WHEN cardinality(choices) = 1 THEN choices[1] END;
  moment timestamptz := clock_timestamp();
BEGIN
  DELETE FROM sign_in_session AS s
  WHERE s.account_id = account AND s.signed_in_at < moment - interval '30 days';
  INSERT INTO sign_in_session (token_hash, id, account_id, tenant_id, signed_in_at, last_seen_at, device, by_link)
  VALUES (hash, session_id, account, only_choice, moment, moment, device, link);
  RETURN only_choice;
END $$;

CREATE FUNCTION app.session_replace(old_hash bytea, new_hash bytea, session_id uuid, tenant integer) RETURNS boolean
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH old AS (
    UPDATE sign_in_session AS s SET ended_at = clock_timestamp()
    WHERE s.token_hash = old_hash AND app.session_is_open(s)
      AND (tenant IS NULL OR app.roles_of(s.account_id, tenant) <> '{}')
    RETURNING s.account_id, s.signed_in_at, s.device, s.by_link
  ), new AS (
    INSERT INTO sign_in_session (token_hash, id, account_id, tenant_id, signed_in_at, last_seen_at, device, by_link)
    SELECT new_hash, session_id, o.account_id, tenant, o.signed_in_at, clock_timestamp(), o.device, o.by_link
    FROM old AS o
    RETURNING 1
  )
  SELECT EXISTS (SELECT FROM new)
$$;

CREATE FUNCTION app.session_end(hash bytea) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE sign_in_session SET ended_at = clock_timestamp() WHERE token_hash = hash AND ended_at IS NULL
$$;

CREATE FUNCTION app.session_end_own(hash bytea, which uuid) RETURNS integer
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH ended AS (
    UPDATE sign_in_session AS s SET ended_at = clock_timestamp()
    FROM sign_in_session AS mine
    WHERE mine.token_hash = hash AND app.session_is_open(mine) AND s.account_id = mine.account_id
      AND s.ended_at IS NULL AND s.token_hash <> hash AND (which IS NULL OR s.id = which)
    RETURNING 1
  )
  SELECT count(*)::integer FROM ended
$$;

CREATE FUNCTION app.sessions_of(hash bytea) RETURNS TABLE (
  session_id uuid, device text, signed_in_at timestamptz, last_seen_at timestamptz, tenant_id integer, is_current boolean
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.id, s.device, s.signed_in_at, s.last_seen_at, s.tenant_id, s.token_hash = hash
  FROM sign_in_session AS s JOIN sign_in_session AS mine ON mine.account_id = s.account_id
  WHERE mine.token_hash = hash AND app.session_is_open(mine) AND app.session_is_open(s)
  ORDER BY s.last_seen_at DESC, s.id
$$;

CREATE FUNCTION app.tenants_of_session(hash bytea) RETURNS TABLE (tenant_id integer, roles text[])
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT t.tenant_id, t.roles FROM sign_in_session AS s, app.tenants_of(s.account_id) AS t
  WHERE s.token_hash = hash AND app.session_is_open(s)
$$;

CREATE FUNCTION app.invitations_of_session(hash bytea) RETURNS TABLE (tenant_id integer, roles text[])
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT t.tenant_id, t.roles FROM sign_in_session AS s, app.invitations_to(s.account_id) AS t
  WHERE s.token_hash = hash AND app.session_is_open(s)
$$;

CREATE FUNCTION app.invitation_answer(hash bytea, tenant integer, accept boolean) RETURNS boolean
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH answered AS (
    UPDATE membership AS m SET
      accepted_at = CASE WHEN accept THEN clock_timestamp() END,
      ended_at = CASE WHEN NOT accept THEN clock_timestamp() END
    FROM sign_in_session AS s
    WHERE s.token_hash = hash AND app.session_is_open(s) AND m.account_id = s.account_id AND m.tenant_id = tenant
      AND m.ended_at IS NULL AND m.accepted_at IS NULL
      AND EXISTS (SELECT FROM app.invitations_to(s.account_id) AS i WHERE i.tenant_id = tenant)
    RETURNING 1
  )
  SELECT EXISTS (SELECT FROM answered)
$$;

CREATE FUNCTION app.membership_accept(account uuid, tenant integer) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE membership SET accepted_at = clock_timestamp()
  WHERE account_id = account AND tenant_id = tenant AND ended_at IS NULL AND accepted_at IS NULL
$$;

CREATE FUNCTION app.credential_for(address text) RETURNS TABLE (account_id uuid, password_hash text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.account_id, c.password_hash FROM account AS a JOIN credential AS c ON c.account_id = a.id
  WHERE a.email = address AND a.disabled_at IS NULL
    AND (c.initial_until IS NULL OR c.initial_until > clock_timestamp())
$$;

CREATE FUNCTION app.credential_of_session(hash bytea)
  RETURNS TABLE (account_id uuid, email text, display_name text, password_hash text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.account_id, a.email, a.display_name, c.password_hash
  FROM sign_in_session AS s JOIN account AS a ON a.id = s.account_id JOIN credential AS c ON c.account_id = a.id
  WHERE s.token_hash = hash AND app.session_is_open(s)
$$;

CREATE FUNCTION app.credential_replace(account uuid, old_hash text, new_hash text, chosen boolean) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  known record;
BEGIN
  SELECT c.initial_until, c.vouched_by INTO known FROM credential AS c
  WHERE c.account_id = account AND c.password_hash = old_hash FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE credential AS c SET password_hash = new_hash,
    changed_at = CASE WHEN chosen THEN clock_timestamp() ELSE c.changed_at END,
    initial_until = CASE WHEN chosen THEN NULL ELSE c.initial_until END
  WHERE c.account_id = account;
  IF chosen AND known.initial_until IS NOT NULL AND known.vouched_by IS NOT NULL THEN
    -- Whoever replaces the first password takes up the role for which it was handed over.
    PERFORM app.membership_accept(account, known.vouched_by);
  END IF;
  RETURN true;
END $$;

CREATE FUNCTION app.account_for_member(new_id uuid, address text, called text, first_password text, days integer)
  RETURNS uuid LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  acting integer := app.tenant();
  known uuid;
BEGIN
  IF acting IS NULL THEN
    RAISE EXCEPTION 'no tenant acts' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO account (id, email, display_name) VALUES (new_id, address, called) ON CONFLICT (email) DO NOTHING;
  IF FOUND THEN
    INSERT INTO credential (account_id, password_hash, initial_until, vouched_by)
    VALUES (new_id, first_password, clock_timestamp() + make_interval(days => days), acting);
    RETURN new_id;
  END IF;
  SELECT a.id INTO known FROM account AS a WHERE a.email = address;
  -- An account that this tenant made and nobody has used yet gets a first password anew.
  UPDATE credential AS c SET password_hash = first_password,
    initial_until = clock_timestamp() + make_interval(days => days)
  WHERE c.account_id = known AND c.vouched_by = acting AND c.initial_until IS NOT NULL;
  RETURN known;
END $$;

CREATE FUNCTION app.password_link_issue(hash bytea, account uuid, days integer) RETURNS boolean
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH acting AS (
    SELECT app.tenant() AS id
  ), issued AS (
    INSERT INTO password_link (token_hash, account_id, issued_by, invites, expires_at)
    SELECT hash, c.account_id, acting.id, true, clock_timestamp() + make_interval(days => days)
    FROM credential AS c, acting
    WHERE c.account_id = account AND c.vouched_by IS NOT NULL AND EXISTS (
      SELECT FROM membership AS m
      WHERE m.account_id = account AND m.tenant_id = acting.id AND m.ended_at IS NULL)
    RETURNING 1
  )
  SELECT EXISTS (SELECT FROM issued)
$$;

CREATE FUNCTION app.link_ask(
  hash bytea, wanted text, address text, mailbox text, about text, body text, instead text, leads_to text, valid_minutes integer
) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO link_request (token_hash, purpose, email, recipient, subject, text, otherwise, target, minutes)
  VALUES (hash, wanted, address, mailbox, about, body, instead, leads_to, valid_minutes)
$$;

CREATE FUNCTION app.links_send() RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  wish link_request;
  ends_at timestamptz;
  person uuid;
  speaker integer;
  body text;
  mail_id uuid;
  sent integer := 0;
BEGIN
  -- Another relay that comes at this moment waits for these rows and then finds them gone.
  FOR wish IN
    DELETE FROM link_request WHERE id IN (SELECT r.id FROM link_request AS r ORDER BY r.id LIMIT 100)
    RETURNING *
  LOOP
    ends_at := wish.asked_at + make_interval(mins => wish.minutes);
    CONTINUE WHEN ends_at <= clock_timestamp();
    SELECT a.id, coalesce(min(t.tenant_id), min(i.tenant_id)) INTO person, speaker
    FROM account AS a JOIN credential AS c ON c.account_id = a.id
    LEFT JOIN LATERAL app.tenants_of(a.id) AS t ON true LEFT JOIN LATERAL app.invitations_to(a.id) AS i ON true
    WHERE a.email = wish.email AND a.disabled_at IS NULL
    GROUP BY a.id HAVING count(t.tenant_id) + count(i.tenant_id) > 0;
    CONTINUE WHEN NOT FOUND;
    body := wish.text;
    IF wish.purpose = 'password' THEN
      INSERT INTO password_link (token_hash, account_id, issued_by, invites, expires_at)
      VALUES (wish.token_hash, person, speaker, false, ends_at);
    ELSIF app.signs_in_by_link(person, NULL) THEN
      DELETE FROM sign_in_link AS l WHERE l.account_id = person AND l.expires_at < clock_timestamp() - interval '30 days';
      INSERT INTO sign_in_link (token_hash, account_id, target, expires_at)
      VALUES (wish.token_hash, person, wish.target, ends_at);
    ELSE
      body := wish.otherwise;
    END IF;
    mail_id := gen_random_uuid();
    INSERT INTO mail (tenant_id, id, recipient, subject, text) VALUES (speaker, mail_id, wish.recipient, wish.subject, body);
    -- No longer than the link lives: the fifth attempt is made after 14 minutes, the eighth after three hours.
    INSERT INTO job (tenant_id, id, kind, lane, payload, max_attempts, max_losses, actor_kind, actor_label, permissions)
    VALUES (speaker, gen_random_uuid(), 'mail.deliver', 'short', jsonb_build_object('mail_id', mail_id),
      CASE wish.purpose WHEN 'sign_in' THEN 5 ELSE 8 END, 8, 'system', 'KIMHub', '{}');
    sent := sent + 1;
  END LOOP;
  RETURN sent;
END $$;

CREATE FUNCTION app.sign_in_link_for(hash bytea) RETURNS TABLE (account_id uuid, email text, target text, state text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.id, a.email, l.target, CASE
    WHEN l.used_at IS NOT NULL THEN 'used'
    WHEN l.ended_at IS NOT NULL OR a.disabled_at IS NOT NULL THEN 'ended'
    WHEN l.expires_at <= clock_timestamp() THEN 'expired'
    WHEN NOT app.signs_in_by_link(a.id, NULL) THEN 'other_roles'
    ELSE 'open' END
  FROM sign_in_link AS l JOIN account AS a ON a.id = l.account_id WHERE l.token_hash = hash
$$;

CREATE FUNCTION app.sign_in_link_use(hash bytea) RETURNS uuid
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  person uuid;
BEGIN
  SELECT f.account_id INTO person FROM app.sign_in_link_for(hash) AS f WHERE f.state = 'open';
  -- Whoever comes at the same moment, by this link or another one of the person, waits here and looks again.
  PERFORM FROM sign_in_link AS l WHERE l.account_id = person AND l.used_at IS NULL ORDER BY l.token_hash FOR UPDATE;
  IF NOT EXISTS (SELECT FROM app.sign_in_link_for(hash) AS f WHERE f.state = 'open') THEN
    RETURN NULL;
  END IF;
  UPDATE sign_in_link AS l SET
    used_at = CASE WHEN l.token_hash = hash THEN clock_timestamp() END,
    ended_at = CASE WHEN l.token_hash <> hash THEN coalesce(l.ended_at, clock_timestamp()) END
  WHERE l.account_id = person AND l.used_at IS NULL;
  PERFORM app.address_confirmed(person);
  RETURN person;
END $$;

CREATE FUNCTION app.password_link_for(hash bytea)
  RETURNS TABLE (account_id uuid, email text, display_name text, without_password boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.id, a.email, a.display_name, l.invites AND app.signs_in_by_link(a.id, l.issued_by)
  FROM password_link AS l JOIN account AS a ON a.id = l.account_id
  WHERE l.token_hash = hash AND l.used_at IS NULL AND l.expires_at > clock_timestamp() AND a.disabled_at IS NULL
$$;

CREATE FUNCTION app.password_link_use(hash bytea, password text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  link record;
BEGIN
  SELECT l.account_id, l.issued_by, l.invites INTO link FROM password_link AS l JOIN app.password_link_for(hash) AS f ON true
  WHERE l.token_hash = hash AND (password IS NOT NULL OR f.without_password);
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE password_link AS l SET used_at = clock_timestamp() WHERE l.used_at IS NULL AND l.account_id = link.account_id;
  IF NOT FOUND THEN
    RETURN false;  -- somebody else used it at the same moment
  END IF;
  PERFORM app.address_confirmed(link.account_id);
  UPDATE credential AS c SET password_hash = password, changed_at = clock_timestamp(), initial_until = NULL
  WHERE c.account_id = link.account_id AND password IS NOT NULL;
  UPDATE sign_in_link AS l SET ended_at = clock_timestamp()
  WHERE l.account_id = link.account_id AND l.used_at IS NULL AND l.ended_at IS NULL;
  UPDATE sign_in_session AS s SET ended_at = clock_timestamp()
  WHERE s.account_id = link.account_id AND s.ended_at IS NULL;
  IF link.invites THEN
    PERFORM app.membership_accept(link.account_id, link.issued_by);
  END IF;
  RETURN true;
END $$;

CREATE FUNCTION app.brake_enter(
  keys bytea[], tolerated integer[], longest integer[], memory integer[], per_hour integer[], deciding integer
) RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  moment timestamptz;
  wait integer;
  depends boolean;
BEGIN
  INSERT INTO sign_in_brake (key, failures, since, open_at, forget_at)
  SELECT k, 0, clock_timestamp(), clock_timestamp(), clock_timestamp() + interval '1 day'
  FROM unnest(keys) AS k ORDER BY k ON CONFLICT (key) DO NOTHING;
  PERFORM FROM sign_in_brake AS b WHERE b.key = ANY (keys) ORDER BY b.key FOR UPDATE;
  moment := clock_timestamp();
  -- What is still being decided counts as failed. Whether it was is known in a moment, so nobody is sent away for it.
  SELECT ceil(extract(epoch FROM max(b.open_at) - moment))::integer,
    bool_and(b.undecided > 0 AND b.decided_at > moment AND b.failures - b.undecided < p.tolerated)
      FILTER (WHERE b.open_at > moment)
  INTO wait, depends
  FROM unnest(keys, tolerated) AS p (key, tolerated) JOIN sign_in_brake AS b ON b.key = p.key;
  IF wait > 0 THEN
    RETURN CASE WHEN depends THEN -1 ELSE wait END;
  END IF;
  UPDATE sign_in_brake AS b SET
    failures = n.failures,
    since = n.since,
    open_at = moment + make_interval(secs => CASE WHEN n.failures < p.tolerated THEN 0
      ELSE least(2 ^ least(n.failures - p.tolerated + 1, 30), p.longest) END),
    forget_at = moment + make_interval(secs => p.memory),
    undecided = CASE WHEN b.decided_at > moment THEN b.undecided ELSE 0 END + (deciding > 0)::integer,
    decided_at = greatest(b.decided_at, moment + make_interval(secs => deciding))
  FROM unnest(keys, tolerated, longest, memory, per_hour) AS p (key, tolerated, longest, memory, per_hour)
    CROSS JOIN LATERAL (
      SELECT o.failures, o.since, o.forget_at <= moment AS forgotten,
        floor(extract(epoch FROM moment - o.since) * p.per_hour / 3600) AS washed
      FROM sign_in_brake AS o WHERE o.key = p.key) AS before
    CROSS JOIN LATERAL (
      SELECT CASE WHEN before.forgotten THEN 1 ELSE greatest(before.failures - before.washed, 0) + 1 END AS failures,
        CASE WHEN before.forgotten THEN moment
          WHEN p.per_hour > 0 THEN before.since + make_interval(secs => before.washed * 3600.0 / p.per_hour)
          ELSE before.since END AS since) AS n
  WHERE b.key = p.key;
  DELETE FROM sign_in_brake WHERE key IN (
    SELECT o.key FROM sign_in_brake AS o WHERE o.forget_at < moment - interval '1 hour'
    ORDER BY o.forget_at LIMIT 20 FOR UPDATE SKIP LOCKED);
  RETURN 0;
END $$;

CREATE FUNCTION app.brake_failed(keys bytea[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE sign_in_brake AS b SET undecided = greatest(b.undecided - 1, 0)
  FROM (SELECT h.key FROM sign_in_brake AS h WHERE h.key = ANY (keys) ORDER BY h.key FOR UPDATE) AS held
  WHERE b.key = held.key;
END $$;

CREATE FUNCTION app.brake_release(account_key bytea, others bytea[], tolerated integer[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  WITH held AS MATERIALIZED (
    SELECT h.key FROM sign_in_brake AS h WHERE h.key = account_key OR h.key = ANY (others) ORDER BY h.key FOR UPDATE
  ), gone AS (
    DELETE FROM sign_in_brake AS b USING held WHERE b.key = held.key AND b.key = account_key
  )
  UPDATE sign_in_brake AS b SET
    failures = greatest(b.failures - 1, 0),
    undecided = greatest(b.undecided - 1, 0),
    open_at = CASE WHEN b.failures - 1 < p.tolerated THEN least(b.open_at, clock_timestamp()) ELSE b.open_at END
  FROM held JOIN unnest(others, tolerated) AS p (key, tolerated) ON p.key = held.key WHERE b.key = held.key;
END $$;

CREATE FUNCTION app.brake_on(keys bytea[], tolerated integer) RETURNS TABLE (key bytea, failures integer)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT b.key, b.failures FROM sign_in_brake AS b
  WHERE b.key = ANY (keys) AND b.failures - b.undecided >= tolerated AND b.forget_at > clock_timestamp()
$$;

CREATE FUNCTION app.oauth_client_for(wanted uuid)
  RETURNS TABLE (client_id uuid, tenant_id integer, name text, scopes text[], secret_hash bytea)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.id, c.tenant_id, c.name, c.scopes, c.secret_hash FROM oauth_client AS c
  WHERE c.id = wanted AND c.ended_at IS NULL
$$;

CREATE FUNCTION app.account_provide(new_id uuid, address text, called text, password text, days integer)
  RETURNS TABLE (account_id uuid, created boolean, confirmed boolean)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO account (id, email, display_name) VALUES (new_id, address, called) ON CONFLICT (email) DO NOTHING;
  IF FOUND THEN
    INSERT INTO credential (account_id, password_hash, initial_until)
    VALUES (new_id, password, clock_timestamp() + make_interval(days => days));
    RETURN QUERY SELECT new_id, true, true;
  ELSE
    RETURN QUERY SELECT a.id, false, c.vouched_by IS NULL
    FROM account AS a LEFT JOIN credential AS c ON c.account_id = a.id WHERE a.email = address;
  END IF;
END $$;

CREATE FUNCTION app.account_reset(address text, password text, days integer) RETURNS boolean
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH reset AS (
    UPDATE credential AS c SET password_hash = password, changed_at = clock_timestamp(), vouched_by = NULL,
      initial_until = clock_timestamp() + make_interval(days => days)
    FROM account AS a WHERE a.id = c.account_id AND a.email = address
    RETURNING c.account_id
  ), ended AS (
    UPDATE sign_in_session AS s SET ended_at = clock_timestamp()
    FROM reset AS r WHERE s.account_id = r.account_id AND s.ended_at IS NULL
  ), used_up AS (
    UPDATE password_link AS l SET used_at = clock_timestamp()
    FROM reset AS r WHERE l.account_id = r.account_id AND l.used_at IS NULL
  ), outdated AS (
    UPDATE sign_in_link AS l SET ended_at = clock_timestamp()
    FROM reset AS r WHERE l.account_id = r.account_id AND l.used_at IS NULL AND l.ended_at IS NULL
  )
  SELECT EXISTS (SELECT FROM reset)
$$;

CREATE FUNCTION app.account_disable(address text, disable boolean) RETURNS boolean
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH changed AS (
    UPDATE account SET disabled_at = CASE WHEN disable THEN coalesce(disabled_at, clock_timestamp()) END
    WHERE email = address RETURNING id
  ), ended AS (
    UPDATE sign_in_session AS s SET ended_at = clock_timestamp()
    FROM changed AS c WHERE disable AND s.account_id = c.id AND s.ended_at IS NULL
  ), used_up AS (
    UPDATE password_link AS l SET used_at = clock_timestamp()
    FROM changed AS c WHERE disable AND l.account_id = c.id AND l.used_at IS NULL
  ), outdated AS (
    UPDATE sign_in_link AS l SET ended_at = clock_timestamp()
    FROM changed AS c WHERE disable AND l.account_id = c.id AND l.used_at IS NULL AND l.ended_at IS NULL
  )
  SELECT EXISTS (SELECT FROM changed)
$$;

GRANT EXECUTE ON FUNCTION
  app.session_open(bytea),
  app.account_for_member(uuid, text, text, text, integer),
  app.password_link_issue(bytea, uuid, integer),
  app.oauth_client_for(uuid),
  app.brake_on(bytea[], integer)
TO kimhub_app;

GRANT EXECUTE ON FUNCTION
  app.session_start(bytea, uuid, uuid, text, boolean),
  app.session_replace(bytea, bytea, uuid, integer),
  app.session_end(bytea),
  app.session_end_own(bytea, uuid),
  app.sessions_of(bytea),
  app.tenants_of_session(bytea),
  app.invitations_of_session(bytea),
  app.invitation_answer(bytea, integer, boolean),
  app.credential_for(text),
  app.credential_of_session(bytea),
  app.credential_replace(uuid, text, text, boolean),
  app.link_ask(bytea, text, text, text, text, text, text, text, integer),
  app.sign_in_link_for(bytea),
  app.sign_in_link_use(bytea),
  app.password_link_for(bytea),
  app.password_link_use(bytea, text),
  app.brake_enter(bytea[], integer[], integer[], integer[], integer[], integer),
  app.brake_failed(bytea[]),
  app.brake_release(bytea, bytea[], integer[])
TO kimhub_signin;

GRANT EXECUTE ON FUNCTION app.links_send() TO kimhub_relay;

GRANT EXECUTE ON FUNCTION
  app.account_provide(uuid, text, text, text, integer),
  app.account_reset(text, text, integer),
  app.account_disable(text, boolean),
  app.membership_accept(uuid, integer)
TO kimhub_owner;

RESET ROLE
"""

DOWN = r"""
SET LOCAL ROLE kimhub_gate;
DROP FUNCTION app.account_disable(text, boolean);
DROP FUNCTION app.account_reset(text, text, integer);
DROP FUNCTION app.account_provide(uuid, text, text, text, integer);
DROP FUNCTION app.oauth_client_for(uuid);
DROP FUNCTION app.brake_on(bytea[], integer);
DROP FUNCTION app.brake_release(bytea, bytea[], integer[]);
DROP FUNCTION app.brake_failed(bytea[]);
DROP FUNCTION app.brake_enter(bytea[], integer[], integer[], integer[], integer[], integer);
DROP FUNCTION app.password_link_use(bytea, text);
DROP FUNCTION app.password_link_for(bytea);
DROP FUNCTION app.sign_in_link_use(bytea);
DROP FUNCTION app.sign_in_link_for(bytea);
DROP FUNCTION app.links_send();
DROP FUNCTION app.link_ask(bytea, text, text, text, text, text, text, text, integer);
DROP FUNCTION app.password_link_issue(bytea, uuid, integer);
DROP FUNCTION app.account_for_member(uuid, text, text, text, integer);
DROP FUNCTION app.credential_replace(uuid, text, text, boolean);
DROP FUNCTION app.credential_of_session(bytea);
DROP FUNCTION app.credential_for(text);
DROP FUNCTION app.membership_accept(uuid, integer);
DROP FUNCTION app.invitation_answer(bytea, integer, boolean);
DROP FUNCTION app.invitations_of_session(bytea);
DROP FUNCTION app.tenants_of_session(bytea);
DROP FUNCTION app.sessions_of(bytea);
DROP FUNCTION app.session_end_own(bytea, uuid);
DROP FUNCTION app.session_end(bytea);
DROP FUNCTION app.session_replace(bytea, bytea, uuid, integer);
DROP FUNCTION app.session_start(bytea, uuid, uuid, text, boolean);
DROP FUNCTION app.session_open(bytea);
DROP FUNCTION app.session_is_open(sign_in_session);
DROP FUNCTION app.address_confirmed(uuid);
DROP FUNCTION app.signs_in_by_link(uuid, integer);
DROP FUNCTION app.invitations_to(uuid);
DROP FUNCTION app.tenants_of(uuid);
DROP FUNCTION app.roles_of(uuid, integer);
RESET ROLE;
DROP POLICY tenant_kimhub_signin_select ON tenant;
REVOKE SELECT (id, slug, official_name, kind, is_grant_recipient, has_auslaenderbehoerde, sort_key) ON tenant FROM kimhub_signin;
DROP TABLE sign_in_session;
DROP TABLE sign_in_link;
DROP TABLE link_request;
DROP TABLE password_link;
DROP TABLE oauth_client;
DROP TABLE credential;
DROP TABLE sign_in_brake
"""


def upgrade() -> None:
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)

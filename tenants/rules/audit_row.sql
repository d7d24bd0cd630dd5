-- Writes the event of one row into the chain of its tenant (ADR 5). Arguments: the tenant's column, hidden columns.
-- owner: kimhub_gate
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

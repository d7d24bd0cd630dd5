-- Moves the end of a chain once per transaction, and seals a chain that has grown by a thousand events.
-- owner: kimhub_gate
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

-- Seals all chains that have grown; waits for whoever is sealing, and returns the newest root's number.
-- owner: kimhub_gate
CREATE FUNCTION app.audit_seal() RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(app.audit_seal_lock());
  PERFORM app.audit_seal_grown(NULL);
  RETURN (SELECT max(r.seq) FROM audit_root AS r);
END $$;

-- Holds one thing by its name until the transaction ends: a row by its random id, or something of the acting tenant.
-- For rows that nobody may lock because nobody may change them (kimhub/core/versions.py).
-- owner: kimhub_gate
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

-- Bescheide come into force one after the other: whoever enters one has seen the one that stands.
-- owner: kimhub_gate
CREATE FUNCTION app.require_next_bescheid(standing integer, number integer) RETURNS void
  LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF number <> standing + 1 THEN
    RAISE EXCEPTION 'Bescheide come into force one after the other'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'bescheid_order';
  END IF;
END $$;

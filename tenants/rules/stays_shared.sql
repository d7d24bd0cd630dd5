-- What another tenant has seen is not withdrawn (ADR 12).
-- owner: kimhub_owner
CREATE FUNCTION app.stays_shared() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'what was shared is not withdrawn' USING ERRCODE = 'check_violation', CONSTRAINT = 'stays_shared';
END $$;

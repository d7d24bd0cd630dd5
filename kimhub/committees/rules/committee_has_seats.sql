-- A Fallkonferenz is work of offices: what has seats never becomes one.
-- owner: kimhub_owner
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

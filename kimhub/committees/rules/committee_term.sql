-- A Wahlperiode does not end before a seat in it does. The lead body sees the seats of all who carry the committee.
-- owner: kimhub_owner
CREATE FUNCTION app.committee_term() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM app.hold('seats', NEW.id);
  IF EXISTS (
    SELECT FROM seat AS s
    WHERE s.owner_id = NEW.tenant_id AND s.committee_id = NEW.id AND coalesce(s.until, 'infinity') > NEW.term_until
      AND (s.tenant_id = NEW.tenant_id OR s.shared_with = NEW.tenant_id)
  ) THEN
    RAISE EXCEPTION 'seats go beyond %', NEW.term_until USING ERRCODE = 'check_violation', CONSTRAINT = 'committee_term';
  END IF;
  RETURN NULL;
END $$;

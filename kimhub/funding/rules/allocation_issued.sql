-- An allocation is issued only with a version in force.
-- owner: kimhub_owner
CREATE FUNCTION app.allocation_issued() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM allocation AS a WHERE a.id = NEW.proceeding_id AND a.issued_at IS NOT NULL) THEN
    RAISE EXCEPTION 'an allocation is issued only with a version in force'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_issued';
  END IF;
  RETURN NULL;
END $$;

-- A submitted request changes only while a question of the Kreis is open.
-- owner: kimhub_owner
CREATE FUNCTION app.position_request_fixed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF coalesce((
    SELECT e.to_state FROM proceeding_entry AS e WHERE e.proceeding_id = (to_jsonb(NEW) ->> TG_ARGV[0])::uuid
    ORDER BY e.seq DESC LIMIT 1
  ), 'draft') NOT IN ('draft', 'question') THEN
    RAISE EXCEPTION 'a submitted request changes only while a question is open'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'position_request_fixed';
  END IF;
  RETURN NEW;
END $$;

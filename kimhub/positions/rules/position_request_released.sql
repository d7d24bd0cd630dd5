-- A request is submitted only as a whole: with its three criteria (Förderrichtlinie, additional coordination position).
-- owner: kimhub_owner
CREATE FUNCTION app.position_request_released() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM position_request AS r WHERE r.id = NEW.proceeding_id AND r.released_at IS NOT NULL) THEN
    RAISE EXCEPTION 'a request is submitted only with its three criteria'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'position_request_released';
  END IF;
  RETURN NULL;
END $$;

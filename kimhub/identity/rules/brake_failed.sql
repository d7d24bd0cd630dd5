-- A try that was being decided has failed: it stays counted and is open no more.
-- owner: kimhub_gate
CREATE FUNCTION app.brake_failed(keys bytea[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM sign_in_brake AS b WHERE b.key = ANY (keys) ORDER BY b.key FOR UPDATE;
  UPDATE sign_in_brake SET undecided = greatest(undecided - 1, 0) WHERE key = ANY (keys);
END $$;

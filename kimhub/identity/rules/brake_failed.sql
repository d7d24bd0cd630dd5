-- A try that was being decided has failed: it stays counted and is open no more.
-- What is changed is what was locked, in one statement: a row that somebody enters meanwhile would be waited for out of
-- turn, and two who wait for each other end in a deadlock.
-- owner: kimhub_gate
CREATE FUNCTION app.brake_failed(keys bytea[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE sign_in_brake AS b SET undecided = greatest(b.undecided - 1, 0)
  FROM (SELECT h.key FROM sign_in_brake AS h WHERE h.key = ANY (keys) ORDER BY h.key FOR UPDATE) AS held
  WHERE b.key = held.key;
END $$;

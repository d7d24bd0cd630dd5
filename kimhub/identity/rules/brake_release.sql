-- Takes a successful try out of the counts.
-- What is changed is what was locked, in one statement: a row that somebody enters meanwhile would be waited for out of
-- turn, and two who wait for each other end in a deadlock.
-- owner: kimhub_gate
CREATE FUNCTION app.brake_release(account_key bytea, others bytea[], tolerated integer[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  WITH held AS MATERIALIZED (
    SELECT h.key FROM sign_in_brake AS h WHERE h.key = account_key OR h.key = ANY (others) ORDER BY h.key FOR UPDATE
  ), gone AS (
    DELETE FROM sign_in_brake AS b USING held WHERE b.key = held.key AND b.key = account_key
  )
  UPDATE sign_in_brake AS b SET
    failures = greatest(b.failures - 1, 0),
    undecided = greatest(b.undecided - 1, 0),
    open_at = CASE WHEN b.failures - 1 < p.tolerated THEN least(b.open_at, clock_timestamp()) ELSE b.open_at END
  FROM held JOIN unnest(others, tolerated) AS p (key, tolerated) ON p.key = held.key WHERE b.key = held.key;
END $$;

-- Takes a successful try out of the counts.
-- owner: kimhub_gate
CREATE FUNCTION app.brake_release(account_key bytea, others bytea[], tolerated integer[]) RETURNS void
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM sign_in_brake AS b WHERE b.key = account_key OR b.key = ANY (others) ORDER BY b.key FOR UPDATE;
  DELETE FROM sign_in_brake WHERE key = account_key;
  UPDATE sign_in_brake AS b SET
    failures = greatest(b.failures - 1, 0),
    undecided = greatest(b.undecided - 1, 0),
    open_at = CASE WHEN b.failures - 1 < p.tolerated THEN least(b.open_at, clock_timestamp()) ELSE b.open_at END
  FROM unnest(others, tolerated) AS p (key, tolerated) WHERE b.key = p.key;
END $$;

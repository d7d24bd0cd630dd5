-- Counts a try to sign in under each key (ADR 13). Returns the seconds to wait, 0 to go on, -1 to ask again at once:
-- whether it is too many depends on tries that are still being decided.
-- owner: kimhub_gate
CREATE FUNCTION app.brake_enter(
  keys bytea[], tolerated integer[], longest integer[], memory integer[], per_hour integer[], deciding integer
) RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  moment timestamptz;
  wait integer;
  depends boolean;
BEGIN
  INSERT INTO sign_in_brake (key, failures, since, open_at, forget_at)
  SELECT k, 0, clock_timestamp(), clock_timestamp(), clock_timestamp() + interval '1 day'
  FROM unnest(keys) AS k ORDER BY k ON CONFLICT (key) DO NOTHING;
  PERFORM FROM sign_in_brake AS b WHERE b.key = ANY (keys) ORDER BY b.key FOR UPDATE;
  moment := clock_timestamp();
  -- What is still being decided counts as failed. Whether it was is known in a moment, so nobody is sent away for it.
  SELECT ceil(extract(epoch FROM max(b.open_at) - moment))::integer,
    bool_and(b.undecided > 0 AND b.decided_at > moment AND b.failures - b.undecided < p.tolerated)
      FILTER (WHERE b.open_at > moment)
  INTO wait, depends
  FROM unnest(keys, tolerated) AS p (key, tolerated) JOIN sign_in_brake AS b ON b.key = p.key;
  IF wait > 0 THEN
    RETURN CASE WHEN depends THEN -1 ELSE wait END;
  END IF;
  UPDATE sign_in_brake AS b SET
    failures = n.failures,
    since = n.since,
    open_at = moment + make_interval(secs => CASE WHEN n.failures < p.tolerated THEN 0
      ELSE least(2 ^ least(n.failures - p.tolerated + 1, 30), p.longest) END),
    forget_at = moment + make_interval(secs => p.memory),
    undecided = CASE WHEN b.decided_at > moment THEN b.undecided ELSE 0 END + (deciding > 0)::integer,
    decided_at = greatest(b.decided_at, moment + make_interval(secs => deciding))
  FROM unnest(keys, tolerated, longest, memory, per_hour) AS p (key, tolerated, longest, memory, per_hour)
    CROSS JOIN LATERAL (
      SELECT o.failures, o.since, o.forget_at <= moment AS forgotten,
        floor(extract(epoch FROM moment - o.since) * p.per_hour / 3600) AS washed
      FROM sign_in_brake AS o WHERE o.key = p.key) AS before
    CROSS JOIN LATERAL (
      SELECT CASE WHEN before.forgotten THEN 1 ELSE greatest(before.failures - before.washed, 0) + 1 END AS failures,
        CASE WHEN before.forgotten THEN moment
          WHEN p.per_hour > 0 THEN before.since + make_interval(secs => before.washed * 3600.0 / p.per_hour)
          ELSE before.since END AS since) AS n
  WHERE b.key = p.key;
  DELETE FROM sign_in_brake WHERE key IN (
    SELECT o.key FROM sign_in_brake AS o WHERE o.forget_at < moment - interval '1 hour'
    ORDER BY o.forget_at LIMIT 20 FOR UPDATE SKIP LOCKED);
  RETURN 0;
END $$;

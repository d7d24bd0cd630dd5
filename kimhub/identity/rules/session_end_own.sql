-- Ends other sessions of the same account: one of them, or all (NULL).
-- owner: kimhub_gate
CREATE FUNCTION app.session_end_own(hash bytea, which uuid) RETURNS integer
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH ended AS (
    UPDATE sign_in_session AS s SET ended_at = clock_timestamp()
    FROM sign_in_session AS mine
    WHERE mine.token_hash = hash AND app.session_is_open(mine) AND s.account_id = mine.account_id
      AND s.ended_at IS NULL AND s.token_hash <> hash AND (which IS NULL OR s.id = which)
    RETURNING 1
  )
  SELECT count(*)::integer FROM ended
$$;

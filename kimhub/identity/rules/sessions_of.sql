-- The open sessions of the account that has this one.
-- owner: kimhub_gate
CREATE FUNCTION app.sessions_of(hash bytea) RETURNS TABLE (
  session_id uuid, device text, signed_in_at timestamptz, last_seen_at timestamptz, tenant_id integer, is_current boolean
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT s.id, s.device, s.signed_in_at, s.last_seen_at, s.tenant_id, s.token_hash = hash
  FROM sign_in_session AS s JOIN sign_in_session AS mine ON mine.account_id = s.account_id
  WHERE mine.token_hash = hash AND app.session_is_open(mine) AND app.session_is_open(s)
  ORDER BY s.last_seen_at DESC, s.id
$$;

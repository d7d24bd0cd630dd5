-- Ends a session.
-- owner: kimhub_gate
CREATE FUNCTION app.session_end(hash bytea) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE sign_in_session SET ended_at = clock_timestamp() WHERE token_hash = hash AND ended_at IS NULL
$$;

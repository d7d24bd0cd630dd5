-- Where the account of a session is invited.
-- owner: kimhub_gate
CREATE FUNCTION app.invitations_of_session(hash bytea) RETURNS TABLE (tenant_id integer, roles text[])
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT t.tenant_id, t.roles FROM sign_in_session AS s, app.invitations_to(s.account_id) AS t
  WHERE s.token_hash = hash AND app.session_is_open(s)
$$;

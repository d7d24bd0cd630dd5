-- The password's hash of who is signed in, to confirm it again.
-- owner: kimhub_gate
CREATE FUNCTION app.credential_of_session(hash bytea)
  RETURNS TABLE (account_id uuid, email text, display_name text, password_hash text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.account_id, a.email, a.display_name, c.password_hash
  FROM sign_in_session AS s JOIN account AS a ON a.id = s.account_id JOIN credential AS c ON c.account_id = a.id
  WHERE s.token_hash = hash AND app.session_is_open(s)
$$;

-- The password's hash of an address, if a sign-in with it is possible at all.
-- owner: kimhub_gate
CREATE FUNCTION app.credential_for(address text) RETURNS TABLE (account_id uuid, password_hash text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.account_id, c.password_hash FROM account AS a JOIN credential AS c ON c.account_id = a.id
  WHERE a.email = address AND a.disabled_at IS NULL
    AND (c.initial_until IS NULL OR c.initial_until > clock_timestamp())
$$;

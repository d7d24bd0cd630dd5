-- Whose link it is, as long as it holds.
-- owner: kimhub_gate
CREATE FUNCTION app.password_link_for(hash bytea) RETURNS TABLE (account_id uuid, email text, display_name text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.id, a.email, a.display_name FROM password_link AS l JOIN account AS a ON a.id = l.account_id
  WHERE l.token_hash = hash AND l.used_at IS NULL AND l.expires_at > clock_timestamp() AND a.disabled_at IS NULL
$$;

-- Whose link it is, as long as it holds, and whether it may be followed without choosing a password (ADR 42).
-- owner: kimhub_gate
CREATE FUNCTION app.password_link_for(hash bytea)
  RETURNS TABLE (account_id uuid, email text, display_name text, without_password boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.id, a.email, a.display_name, l.invites AND app.signs_in_by_link(a.id, l.issued_by)
  FROM password_link AS l JOIN account AS a ON a.id = l.account_id
  WHERE l.token_hash = hash AND l.used_at IS NULL AND l.expires_at > clock_timestamp() AND a.disabled_at IS NULL
$$;

-- Whose link it is, where it leads, and whether it still signs in: `open`, or why not.
-- owner: kimhub_gate
CREATE FUNCTION app.sign_in_link_for(hash bytea) RETURNS TABLE (account_id uuid, email text, target text, state text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT a.id, a.email, l.target, CASE
    WHEN l.used_at IS NOT NULL THEN 'used'
    WHEN l.ended_at IS NOT NULL OR a.disabled_at IS NOT NULL THEN 'ended'
    WHEN l.expires_at <= clock_timestamp() THEN 'expired'
    WHEN NOT app.signs_in_by_link(a.id, NULL) THEN 'other_roles'
    ELSE 'open' END
  FROM sign_in_link AS l JOIN account AS a ON a.id = l.account_id WHERE l.token_hash = hash
$$;

-- A link by which a person that the acting tenant vouches for chooses a password.
-- owner: kimhub_gate
CREATE FUNCTION app.password_link_issue(hash bytea, account uuid, days integer) RETURNS boolean
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH acting AS (
    SELECT app.tenant() AS id
  ), issued AS (
    INSERT INTO password_link (token_hash, account_id, issued_by, invites, expires_at)
    SELECT hash, c.account_id, acting.id, true, clock_timestamp() + make_interval(days => days)
    FROM credential AS c, acting
    WHERE c.account_id = account AND c.vouched_by IS NOT NULL AND EXISTS (
      SELECT FROM membership AS m
      WHERE m.account_id = account AND m.tenant_id = acting.id AND m.ended_at IS NULL)
    RETURNING 1
  )
  SELECT EXISTS (SELECT FROM issued)
$$;

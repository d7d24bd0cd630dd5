-- Closes or opens an account by the operator; closing ends its sessions and links.
-- owner: kimhub_gate
CREATE FUNCTION app.account_disable(address text, disable boolean) RETURNS boolean
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH changed AS (
    UPDATE account SET disabled_at = CASE WHEN disable THEN coalesce(disabled_at, clock_timestamp()) END
    WHERE email = address RETURNING id
  ), ended AS (
    UPDATE sign_in_session AS s SET ended_at = clock_timestamp()
    FROM changed AS c WHERE disable AND s.account_id = c.id AND s.ended_at IS NULL
  ), used_up AS (
    UPDATE password_link AS l SET used_at = clock_timestamp()
    FROM changed AS c WHERE disable AND l.account_id = c.id AND l.used_at IS NULL
  ), outdated AS (
    UPDATE sign_in_link AS l SET ended_at = clock_timestamp()
    FROM changed AS c WHERE disable AND l.account_id = c.id AND l.used_at IS NULL AND l.ended_at IS NULL
  )
  SELECT EXISTS (SELECT FROM changed)
$$;

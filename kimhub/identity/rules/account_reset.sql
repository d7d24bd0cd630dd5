-- Gives an account a first password by the operator, and ends its sessions and links.
-- owner: kimhub_gate
CREATE FUNCTION app.account_reset(address text, password text, days integer) RETURNS boolean
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH reset AS (
    UPDATE credential AS c SET password_hash = password, changed_at = clock_timestamp(), vouched_by = NULL,
      initial_until = clock_timestamp() + make_interval(days => days)
    FROM account AS a WHERE a.id = c.account_id AND a.email = address
    RETURNING c.account_id
  ), ended AS (
    UPDATE sign_in_session AS s SET ended_at = clock_timestamp()
    FROM reset AS r WHERE s.account_id = r.account_id AND s.ended_at IS NULL
  ), used_up AS (
    UPDATE password_link AS l SET used_at = clock_timestamp()
    FROM reset AS r WHERE l.account_id = r.account_id AND l.used_at IS NULL
  ), outdated AS (
    UPDATE sign_in_link AS l SET ended_at = clock_timestamp()
    FROM reset AS r WHERE l.account_id = r.account_id AND l.used_at IS NULL AND l.ended_at IS NULL
  )
  SELECT EXISTS (SELECT FROM reset)
$$;

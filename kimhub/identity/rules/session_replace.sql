-- Gives a session another token, with a change of its tenant (NULL: none chosen); false if that is not possible.
-- owner: kimhub_gate
CREATE FUNCTION app.session_replace(old_hash bytea, new_hash bytea, session_id uuid, tenant integer) RETURNS boolean
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH old AS (
    UPDATE sign_in_session AS s SET ended_at = clock_timestamp()
    WHERE s.token_hash = old_hash AND app.session_is_open(s)
      AND (tenant IS NULL OR app.roles_of(s.account_id, tenant) <> '{}')
    RETURNING s.account_id, s.signed_in_at, s.device, s.by_link
  ), new AS (
    INSERT INTO sign_in_session (token_hash, id, account_id, tenant_id, signed_in_at, last_seen_at, device, by_link)
    SELECT new_hash, session_id, o.account_id, tenant, o.signed_in_at, clock_timestamp(), o.device, o.by_link
    FROM old AS o
    RETURNING 1
  )
  SELECT EXISTS (SELECT FROM new)
$$;

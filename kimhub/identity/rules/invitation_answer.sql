-- The person takes up or declines an invitation; false if there is none.
-- owner: kimhub_gate
CREATE FUNCTION app.invitation_answer(hash bytea, tenant integer, accept boolean) RETURNS boolean
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH answered AS (
    UPDATE membership AS m SET
      accepted_at = CASE WHEN accept THEN clock_timestamp() END,
      ended_at = CASE WHEN NOT accept THEN clock_timestamp() END
    FROM sign_in_session AS s
    WHERE s.token_hash = hash AND app.session_is_open(s) AND m.account_id = s.account_id AND m.tenant_id = tenant
      AND m.ended_at IS NULL AND m.accepted_at IS NULL
      AND EXISTS (SELECT FROM app.invitations_to(s.account_id) AS i WHERE i.tenant_id = tenant)
    RETURNING 1
  )
  SELECT EXISTS (SELECT FROM answered)
$$;

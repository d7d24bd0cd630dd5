-- Takes up what an account was invited to at a tenant: by the operator, who knows that the person wants it.
-- owner: kimhub_gate
CREATE FUNCTION app.membership_accept(account uuid, tenant integer) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE membership SET accepted_at = clock_timestamp()
  WHERE account_id = account AND tenant_id = tenant AND ended_at IS NULL AND accepted_at IS NULL
$$;

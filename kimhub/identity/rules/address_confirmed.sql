-- Whoever follows a link has the address: no tenant vouches any more. A password from before that may be known to others ends,
-- and with it the sessions that began by it: the first one, and that of whoever took the account first.
-- owner: kimhub_gate
CREATE FUNCTION app.address_confirmed(account uuid) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE credential AS c SET vouched_by = NULL, initial_until = CASE
    WHEN c.vouched_by IS NOT NULL OR c.initial_until IS NOT NULL THEN least(c.initial_until, clock_timestamp()) END
  WHERE c.account_id = account
$$;

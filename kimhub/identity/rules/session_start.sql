-- Begins a session; with one tenant to choose from it is chosen. Sessions of a month ago are removed.
-- owner: kimhub_gate
CREATE FUNCTION app.session_start(hash bytea, session_id uuid, account uuid, device text, link boolean) RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  choices integer[] := ARRAY(SELECT t.tenant_id FROM app.tenants_of(account) AS t);
  only_choice integer := CASE WHEN cardinality(choices) = 1 THEN choices[1] END;
  moment timestamptz := clock_timestamp();
BEGIN
  DELETE FROM sign_in_session AS s
  WHERE s.account_id = account AND s.signed_in_at < moment - interval '30 days';
  INSERT INTO sign_in_session (token_hash, id, account_id, tenant_id, signed_in_at, last_seen_at, device, by_link)
  VALUES (hash, session_id, account, only_choice, moment, moment, device, link);
  RETURN only_choice;
END $$;

-- Uses a link once and returns whose it is; the person's other links end. NULL: it does not sign in (any more).
-- owner: kimhub_gate
CREATE FUNCTION app.sign_in_link_use(hash bytea) RETURNS uuid
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  person uuid;
BEGIN
  SELECT f.account_id INTO person FROM app.sign_in_link_for(hash) AS f WHERE f.state = 'open';
  -- Whoever comes at the same moment, by this link or another one of the person, waits here and looks again.
  PERFORM FROM sign_in_link AS l WHERE l.account_id = person AND l.used_at IS NULL ORDER BY l.token_hash FOR UPDATE;
  IF NOT EXISTS (SELECT FROM app.sign_in_link_for(hash) AS f WHERE f.state = 'open') THEN
    RETURN NULL;
  END IF;
  UPDATE sign_in_link AS l SET
    used_at = CASE WHEN l.token_hash = hash THEN clock_timestamp() END,
    ended_at = CASE WHEN l.token_hash <> hash THEN coalesce(l.ended_at, clock_timestamp()) END
  WHERE l.account_id = person AND l.used_at IS NULL;
  PERFORM app.address_confirmed(person);
  RETURN person;
END $$;

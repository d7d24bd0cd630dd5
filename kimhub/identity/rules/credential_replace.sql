-- Replaces a password's hash if it is still the old one. `chosen`: by the person, so it is no first password any more.
-- owner: kimhub_gate
CREATE FUNCTION app.credential_replace(account uuid, old_hash text, new_hash text, chosen boolean) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  known record;
BEGIN
  SELECT c.initial_until, c.vouched_by INTO known FROM credential AS c
  WHERE c.account_id = account AND c.password_hash = old_hash FOR UPDATE;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE credential AS c SET password_hash = new_hash,
    changed_at = CASE WHEN chosen THEN clock_timestamp() ELSE c.changed_at END,
    initial_until = CASE WHEN chosen THEN NULL ELSE c.initial_until END
  WHERE c.account_id = account;
  IF chosen AND known.initial_until IS NOT NULL AND known.vouched_by IS NOT NULL THEN
    -- Whoever replaces the first password takes up the role for which it was handed over.
    PERFORM app.membership_accept(account, known.vouched_by);
  END IF;
  RETURN true;
END $$;

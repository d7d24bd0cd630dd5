-- The account of an address, made if there is none. The acting tenant vouches for a new one; the answer tells nothing else.
-- owner: kimhub_gate
CREATE FUNCTION app.account_for_member(new_id uuid, address text, called text, first_password text, days integer)
  RETURNS uuid LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  acting integer := app.tenant();
  known uuid;
BEGIN
  IF acting IS NULL THEN
    RAISE EXCEPTION 'no tenant acts' USING ERRCODE = 'insufficient_privilege';
  END IF;
  INSERT INTO account (id, email, display_name) VALUES (new_id, address, called) ON CONFLICT (email) DO NOTHING;
  IF FOUND THEN
    INSERT INTO credential (account_id, password_hash, initial_until, vouched_by)
    VALUES (new_id, first_password, clock_timestamp() + make_interval(days => days), acting);
    RETURN new_id;
  END IF;
  SELECT a.id INTO known FROM account AS a WHERE a.email = address;
  -- An account that this tenant made and nobody has used yet gets a first password anew.
  UPDATE credential AS c SET password_hash = first_password,
    initial_until = clock_timestamp() + make_interval(days => days)
  WHERE c.account_id = known AND c.vouched_by = acting AND c.initial_until IS NOT NULL;
  RETURN known;
END $$;

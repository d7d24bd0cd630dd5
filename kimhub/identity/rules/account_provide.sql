-- The account of an address, made by the operator if there is none.
-- owner: kimhub_gate
CREATE FUNCTION app.account_provide(new_id uuid, address text, called text, password text, days integer)
  RETURNS TABLE (account_id uuid, created boolean, confirmed boolean)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO account (id, email, display_name) VALUES (new_id, address, called) ON CONFLICT (email) DO NOTHING;
  IF FOUND THEN
    INSERT INTO credential (account_id, password_hash, initial_until)
    VALUES (new_id, password, clock_timestamp() + make_interval(days => days));
    RETURN QUERY SELECT new_id, true, true;
  ELSE
    RETURN QUERY SELECT a.id, false, c.vouched_by IS NULL
    FROM account AS a LEFT JOIN credential AS c ON c.account_id = a.id WHERE a.email = address;
  END IF;
END $$;

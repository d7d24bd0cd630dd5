-- Uses a link once: the password is set, other links and all sessions of the account end. NULL: none is chosen, by an
-- invited committee member who will sign in by links.
-- owner: kimhub_gate
CREATE FUNCTION app.password_link_use(hash bytea, password text) RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  link record;
BEGIN
  SELECT l.account_id, l.issued_by, l.invites INTO link FROM password_link AS l JOIN app.password_link_for(hash) AS f ON true
  WHERE l.token_hash = hash AND (password IS NOT NULL OR f.without_password);
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE password_link AS l SET used_at = clock_timestamp() WHERE l.used_at IS NULL AND l.account_id = link.account_id;
  IF NOT FOUND THEN
    RETURN false;  -- somebody else used it at the same moment
  END IF;
  PERFORM app.address_confirmed(link.account_id);
  UPDATE credential AS c SET password_hash = password, changed_at = clock_timestamp(), initial_until = NULL
  WHERE c.account_id = link.account_id AND password IS NOT NULL;
  UPDATE sign_in_link AS l SET ended_at = clock_timestamp()
  WHERE l.account_id = link.account_id AND l.used_at IS NULL AND l.ended_at IS NULL;
  UPDATE sign_in_session AS s SET ended_at = clock_timestamp()
  WHERE s.account_id = link.account_id AND s.ended_at IS NULL;
  IF link.invites THEN
    PERFORM app.membership_accept(link.account_id, link.issued_by);
  END IF;
  RETURN true;
END $$;

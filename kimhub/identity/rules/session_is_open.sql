-- Whether a session counts: seen within 30 minutes, signed in within 10 hours, its account not closed and its first
-- password not run out. One that began by a link only as long as the person may sign in by one.
-- owner: kimhub_gate
CREATE FUNCTION app.session_is_open(s sign_in_session) RETURNS boolean
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN s.ended_at IS NULL
    AND s.last_seen_at > clock_timestamp() - interval '30 minutes'
    AND s.signed_in_at > clock_timestamp() - interval '10 hours'
    AND EXISTS (
      SELECT FROM account AS a LEFT JOIN credential AS c ON c.account_id = a.id
      WHERE a.id = s.account_id AND a.disabled_at IS NULL
        AND (s.by_link OR c.initial_until IS NULL OR c.initial_until > clock_timestamp()))
    AND (NOT s.by_link OR app.signs_in_by_link(s.account_id, NULL));
END $$;

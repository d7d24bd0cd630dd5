-- The session of a cookie (its hash) with who acts and what is unread; notes once a minute that it was seen. No row: sign in.
-- owner: kimhub_gate
CREATE FUNCTION app.session_open(hash bytea) RETURNS TABLE (
  session_id uuid, account_id uuid, must_change boolean, signed_in_at timestamptz,
  tenant_id integer, roles text[], display_name text, tenants integer, invitations integer, unread integer,
  by_link boolean
) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  found sign_in_session;
BEGIN
  SELECT s.* INTO found FROM sign_in_session AS s WHERE s.token_hash = hash AND app.session_is_open(s);
  IF found.id IS NULL THEN
    RETURN;
  END IF;
  IF found.last_seen_at < clock_timestamp() - interval '60 seconds' THEN
    UPDATE sign_in_session AS s SET last_seen_at = clock_timestamp() WHERE s.token_hash = hash;
  END IF;
  RETURN QUERY
    SELECT found.id, found.account_id, min(c.initial_until) IS NOT NULL AND NOT found.by_link, found.signed_in_at, found.tenant_id,
      coalesce(array_agg(m.role ORDER BY m.role)
        FILTER (WHERE m.tenant_id = found.tenant_id AND m.accepted_at IS NOT NULL), '{}'),
      coalesce(min(m.display_name) FILTER (WHERE m.tenant_id = found.tenant_id AND m.accepted_at IS NOT NULL),
        min(a.display_name)),
      count(DISTINCT m.tenant_id) FILTER (WHERE m.accepted_at IS NOT NULL)::integer,
      count(DISTINCT m.tenant_id) FILTER (WHERE m.accepted_at IS NULL)::integer,
      app.inbox_unread(found.account_id, found.tenant_id), found.by_link
    FROM account AS a
    LEFT JOIN credential AS c ON c.account_id = a.id
    LEFT JOIN membership AS m ON m.account_id = a.id AND m.ended_at IS NULL
      AND (c.vouched_by IS NULL OR c.vouched_by = m.tenant_id)
    WHERE a.id = found.account_id;
END $$;

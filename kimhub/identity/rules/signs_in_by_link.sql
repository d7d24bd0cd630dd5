-- Whether a person may sign in by a link (ADR 42): a committee member who is nothing else. Counts roles that are taken up,
-- and those that the tenant `accepting` offers.
-- owner: kimhub_gate
CREATE FUNCTION app.signs_in_by_link(account uuid, accepting integer) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(bool_or(m.role = 'committee_member'), false) AND coalesce(bool_and(m.role = 'committee_member')
    FILTER (WHERE m.accepted_at IS NOT NULL OR m.tenant_id = accepting), true)
  FROM membership AS m WHERE m.account_id = account AND m.ended_at IS NULL
$$;

-- The accounts of the acting tenant's people that the operator has shut out; a role counts for nothing then.
-- owner: kimhub_gate
CREATE FUNCTION app.members_disabled() RETURNS SETOF uuid
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT m.account_id FROM membership AS m JOIN account AS a ON a.id = m.account_id
  WHERE m.tenant_id = (SELECT app.tenant()) AND m.ended_at IS NULL AND m.accepted_at IS NOT NULL
    AND a.disabled_at IS NOT NULL
$$;

-- Where an account has roles.
-- owner: kimhub_gate
CREATE FUNCTION app.tenants_of(account uuid) RETURNS TABLE (tenant_id integer, roles text[])
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT m.tenant_id, array_agg(m.role ORDER BY m.role)
  FROM membership AS m LEFT JOIN credential AS c ON c.account_id = m.account_id
  WHERE m.account_id = account AND m.ended_at IS NULL AND m.accepted_at IS NOT NULL
    AND (c.vouched_by IS NULL OR c.vouched_by = m.tenant_id)
  GROUP BY m.tenant_id
$$;

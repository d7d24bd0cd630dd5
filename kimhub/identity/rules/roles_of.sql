-- The roles of an account at a tenant that its person has taken up; none while another tenant vouches for the account.
-- owner: kimhub_gate
CREATE FUNCTION app.roles_of(account uuid, tenant integer) RETURNS text[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT coalesce(array_agg(m.role ORDER BY m.role), '{}')
  FROM membership AS m LEFT JOIN credential AS c ON c.account_id = m.account_id
  WHERE m.account_id = account AND m.tenant_id = tenant AND m.ended_at IS NULL AND m.accepted_at IS NOT NULL
    AND (c.vouched_by IS NULL OR c.vouched_by = m.tenant_id)
$$;

-- A machine client that has not ended.
-- owner: kimhub_gate
CREATE FUNCTION app.oauth_client_for(wanted uuid)
  RETURNS TABLE (client_id uuid, tenant_id integer, name text, scopes text[], secret_hash bytea)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT c.id, c.tenant_id, c.name, c.scopes, c.secret_hash FROM oauth_client AS c
  WHERE c.id = wanted AND c.ended_at IS NULL
$$;

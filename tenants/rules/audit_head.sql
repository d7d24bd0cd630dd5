-- The end of the acting tenant's own chain, by which it is proven.
-- owner: kimhub_gate
CREATE FUNCTION app.audit_head(OUT seq bigint, OUT hash bytea) RETURNS SETOF record
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT h.seq, h.hash FROM audit_head AS h WHERE h.tenant_id = (SELECT app.tenant());
END $$;

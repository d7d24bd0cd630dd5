-- Seals the ends of the chains that have grown (NULL: of all tenants) in a root that contains the root before it.
-- owner: kimhub_gate
CREATE FUNCTION app.audit_seal_grown(wanted integer) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  last record;
  number bigint;
  at timestamptz;
BEGIN
  SELECT r.seq, r.hash INTO last FROM audit_root AS r ORDER BY r.seq DESC LIMIT 1;
  number := coalesce(last.seq, 0) + 1;
  at := clock_timestamp();
  WITH grown AS (
    SELECT h.tenant_id, h.seq, h.hash FROM audit_head AS h
    WHERE (wanted IS NULL OR h.tenant_id = wanted) AND h.seq > coalesce(
      (SELECT s.seq FROM audit_seal AS s WHERE s.tenant_id = h.tenant_id ORDER BY s.root_seq DESC LIMIT 1), 0)
  ), body AS (
    SELECT count(*) AS tenants, format('%s %s %s', number, (extract(epoch FROM at) * 1000000)::bigint,
      string_agg(format('%s:%s:%s', g.tenant_id, g.seq, encode(g.hash, 'hex')), ',' ORDER BY g.tenant_id)) AS text
    FROM grown AS g
  ), root AS (
    INSERT INTO audit_root (seq, at, tenants, previous_hash, hash)
    SELECT number, at, b.tenants, coalesce(last.hash, ''), sha256(coalesce(last.hash, '') || convert_to(b.text, 'UTF8'))
    FROM body AS b WHERE b.tenants > 0
    RETURNING audit_root.seq
  )
  INSERT INTO audit_seal (tenant_id, root_seq, seq, hash)
  SELECT g.tenant_id, r.seq, g.seq, g.hash FROM grown AS g CROSS JOIN root AS r;
END $$;

-- Money does not go back to whom it came from, over any number of stages.
-- owner: kimhub_gate
CREATE FUNCTION app.require_not_upwards(source uuid, recipient integer) RETURNS void
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (
    WITH RECURSIVE above AS (
      SELECT a.tenant_id, a.source_allocation_id FROM allocation AS a WHERE a.id = source
      UNION ALL
      SELECT a.tenant_id, a.source_allocation_id FROM allocation AS a JOIN above AS b ON a.id = b.source_allocation_id
    )
    SELECT FROM above WHERE above.tenant_id = recipient
  ) THEN
    RAISE EXCEPTION 'money does not go back to where it came from'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_circle';
  END IF;
END $$;

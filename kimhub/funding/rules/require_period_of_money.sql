-- Nobody passes money on for longer than it was given: by the grant, or by the allocation from which it comes.
-- owner: kimhub_gate
CREATE FUNCTION app.require_period_of_money(giver integer, fund uuid, source uuid, period_from date, period_to date)
  RETURNS void LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  source_from date;
  source_to date;
BEGIN
  SELECT g.period_from, g.period_to INTO source_from, source_to FROM funding_grant AS g
    WHERE source IS NULL AND g.tenant_id = giver AND g.id = fund
  UNION ALL
  SELECT v.period_from, v.period_to FROM allocation AS a
    JOIN allocation_version AS v
      ON v.tenant_id = a.tenant_id AND v.allocation_id = a.id AND v.number = a.current_version
    WHERE a.id = source;
  IF source_from IS NULL OR period_from < source_from OR period_to > source_to THEN
    RAISE EXCEPTION 'the period lies outside that of the money'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_period',
        DETAIL = jsonb_build_object('from', source_from, 'to', source_to)::text;
  END IF;
END $$;

-- From when until when allocations from a fund reach that leave a period; NULL if none does.
-- owner: kimhub_gate
CREATE FUNCTION app.allocations_outside(holder integer, fund uuid, period_from date, period_to date) RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN (
    SELECT jsonb_build_object('from', min(v.period_from), 'to', max(v.period_to)) FROM allocation AS a
    JOIN allocation_version AS v
      ON v.tenant_id = a.tenant_id AND v.allocation_id = a.id AND v.number = a.current_version
    WHERE a.tenant_id = holder AND a.fund_id = fund AND a.ended_at IS NULL
      AND (v.period_from < allocations_outside.period_from OR v.period_to > allocations_outside.period_to)
    HAVING count(*) > 0
  );
END $$;

-- The cells of a fund of which more is passed on than a Bescheid would leave in it; NULL if none.
-- owner: kimhub_gate
CREATE FUNCTION app.cells_below(holder integer, fund uuid, giver integer, version uuid) RETURNS jsonb
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN (
    SELECT jsonb_agg(jsonb_build_object('year', c.year, 'purpose', c.purpose, 'passed_on', c.passed_on::text,
      'granted', coalesce(i.amount, 0.00)::text) ORDER BY c.year, c.baustein, c.purpose)
    FROM fund_cell AS c
    LEFT JOIN app.bescheid_items(giver, version) AS i ON i.year = c.year AND i.purpose = c.purpose
    WHERE c.tenant_id = holder AND c.fund_id = fund AND c.passed_on > coalesce(i.amount, 0)
  );
END $$;

-- What came in for a year and Baustein and was not paid back.
-- owner: kimhub_owner
CREATE FUNCTION app.held(fund uuid, wanted_year integer, part integer) RETURNS numeric
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- What came in and was not paid back.
  RETURN (SELECT coalesce(sum(r.amount), 0) FROM drawdown_receipt AS r
      JOIN drawdown AS d ON d.tenant_id = r.tenant_id AND d.id = r.drawdown_id
      WHERE d.tenant_id = (SELECT app.tenant()) AND d.fund_id = fund AND d.year = wanted_year AND d.baustein = part)
    + (SELECT coalesce(sum(d.amount), 0) FROM drawdown AS d
      LEFT JOIN drawdown AS p ON p.tenant_id = d.tenant_id AND p.id = d.reverses_id
      WHERE d.tenant_id = (SELECT app.tenant()) AND d.fund_id = fund AND d.year = wanted_year AND d.baustein = part
        AND (d.kind = 'repayment' OR p.kind = 'repayment'));
END $$;

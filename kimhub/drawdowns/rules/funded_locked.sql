-- What a grant gives for a year and Baustein; locks it, so that calls wait for each other and for the ledger.
-- owner: kimhub_gate
CREATE FUNCTION app.funded_locked(fund uuid, wanted_year integer, part integer) RETURNS numeric
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- In the order of the ledger's own locks: calls, allocations and Bescheide wait for each other, and for nobody else.
  PERFORM FROM fund_cell AS c WHERE c.tenant_id = (SELECT app.tenant()) AND c.fund_id = fund AND c.year = wanted_year
    AND c.baustein = part ORDER BY c.year, c.purpose FOR NO KEY UPDATE;
  RETURN (SELECT coalesce(sum(c.funded), 0) FROM fund_cell AS c WHERE c.tenant_id = (SELECT app.tenant()) AND c.fund_id = fund
    AND c.year = wanted_year AND c.baustein = part);
END $$;

-- Locks the cells of a fund, always in the same order: calls, allocations and Bescheide wait for each other.
-- owner: kimhub_gate
CREATE FUNCTION app.lock_cells(holder integer, fund uuid) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM FROM fund_cell AS c WHERE c.tenant_id = holder AND c.fund_id = fund
    ORDER BY c.year, c.purpose FOR NO KEY UPDATE;
END $$;

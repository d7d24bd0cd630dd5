-- Sets what a fund holds to what a Bescheid grants: cells that it no longer names hold nothing, new ones are added.
-- owner: kimhub_gate
CREATE FUNCTION app.fill_cells(holder integer, fund uuid, giver integer, version uuid) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE fund_cell AS c SET funded = coalesce((
      SELECT i.amount FROM app.bescheid_items(giver, version) AS i WHERE i.year = c.year AND i.purpose = c.purpose
    ), 0) WHERE c.tenant_id = holder AND c.fund_id = fund;
  INSERT INTO fund_cell (tenant_id, id, fund_id, year, baustein, purpose, funded, passed_on)
    SELECT holder, gen_random_uuid(), fund, i.year, i.baustein, i.purpose, i.amount, 0
    FROM app.bescheid_items(giver, version) AS i WHERE NOT EXISTS (
      SELECT FROM fund_cell AS c
      WHERE c.tenant_id = holder AND c.fund_id = fund AND c.year = i.year AND c.purpose = i.purpose
    );
END $$;

-- Says which Bausteine a grant finances and when: the exclusion constraint there refuses to finance one twice
-- (§ 9 Abs. 4 TIntG: no double funding).
-- owner: kimhub_gate
CREATE FUNCTION app.list_bausteine(owner integer, granted uuid, version uuid, period daterange) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  DELETE FROM grant_baustein AS b WHERE b.tenant_id = owner AND b.grant_id = granted;
  INSERT INTO grant_baustein (tenant_id, id, grant_id, baustein, period)
    SELECT owner, gen_random_uuid(), granted, i.baustein, list_bausteine.period
    FROM app.bescheid_items(owner, version) AS i WHERE i.amount > 0 GROUP BY i.baustein;
END $$;

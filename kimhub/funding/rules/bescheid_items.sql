-- The amounts of a Bescheid: of a version of a grant, or of an allocation. Ids are random, so one table has them.
-- owner: kimhub_gate
CREATE FUNCTION app.bescheid_items(giver integer, version uuid)
  RETURNS TABLE (year integer, baustein integer, purpose text, amount numeric)
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT i.year, i.baustein, i.purpose, i.amount FROM grant_item AS i WHERE i.tenant_id = giver AND i.version_id = version
    UNION ALL
    SELECT i.year, i.baustein, i.purpose, i.amount FROM allocation_item AS i
      WHERE i.tenant_id = giver AND i.version_id = version;
END $$;

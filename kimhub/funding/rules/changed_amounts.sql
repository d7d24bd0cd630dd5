-- What a version of an allocation adds to the version before it, cell by cell; negative where it takes back.
-- owner: kimhub_gate
CREATE FUNCTION app.changed_amounts(giver integer, version uuid, before uuid)
  RETURNS TABLE (year integer, baustein integer, purpose text, more numeric)
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT i.year, i.baustein, i.purpose, sum(CASE WHEN i.version_id = version THEN i.amount ELSE -i.amount END)
    FROM allocation_item AS i WHERE i.tenant_id = giver AND i.version_id IN (version, before)
    GROUP BY i.year, i.baustein, i.purpose;
END $$;

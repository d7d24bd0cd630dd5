-- A recipient opens its own fund on an allocation: the fund holds what the version in force gives.
-- owner: kimhub_gate
CREATE FUNCTION app.fund_opened() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  given record;
BEGIN
  -- The lock lets the opening and a change of the allocation wait for each other.
  PERFORM FROM allocation WHERE id = NEW.id FOR NO KEY UPDATE;
  SELECT v.tenant_id, v.id INTO given FROM allocation AS a
    JOIN allocation_version AS v
      ON v.tenant_id = a.tenant_id AND v.allocation_id = a.id AND v.number = a.current_version
    WHERE a.id = NEW.id AND a.recipient_id = NEW.tenant_id;
  PERFORM app.fill_cells(NEW.tenant_id, NEW.id, given.tenant_id, given.id);
  RETURN NULL;
END $$;
